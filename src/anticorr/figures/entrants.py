"""Races of a consensus record: of every method the setting that the first half of the repeats chooses."""

from typing import NamedTuple

import numpy as np
import xarray as xr


class Entrant(NamedTuple):
    """One method on one objective, at its best setting."""

    setting: float
    course: np.ndarray
    """Least energy so far, (repeat, entry), of the second half of the repeats, which did not choose."""

    @property
    def ends(self) -> np.ndarray:
        """At the end, (repeat,)."""
        return self.course[:, -1]


def best(record: xr.Dataset, objective: str, method: str) -> Entrant:
    """The setting of the least median at the end over the first half of the repeats."""
    mine = (record["objective"].values == objective) & (record["method"].values == method)
    own = record.isel(entrant=np.flatnonzero(mine))
    half = own.sizes["repeat"] // 2
    medians = np.median(own["least"].values[:, :half, -1], axis=1)
    chosen = int(np.nanargmin(np.where(np.isfinite(medians), medians, np.inf)))
    return Entrant(float(own["setting_value"][chosen]), own["least"].values[chosen, half:])


def methods(record: xr.Dataset) -> list[str]:
    """In the order of the record."""
    return list(dict.fromkeys(record["method"].values.tolist()))
