"""A training record and its spec: members by noise and strength, paired by seed."""

import json
from dataclasses import dataclass

import numpy as np
import xarray as xr

from anticorr.errors import InputError
from anticorr.landscape.significance import mean_and_error
from anticorr.specs.training import Training, parse


@dataclass(frozen=True)
class Trained:
    """One ensemble. Members of a seed are in the order of `spec.members()`."""

    spec: Training
    training: xr.Dataset

    doubt = ""
    """An ensemble is taken as it is: what diverged is NaN."""

    def of(self, name: str) -> np.ndarray:
        """A variable as (seed, member, ...). Raises InputError where the record does not hold it."""
        if name not in self.training:
            raise InputError(f"records: got a training without {name}, wanted one that was measured")
        value = self.training[name].values
        return value.reshape(len(self.spec.seeds), -1, *value.shape[1:])

    @property
    def plain(self) -> int | None:
        """Place of the member without noise."""
        return self._place(lambda m: m.noise < 0 and not m.regulariser)

    def member(self, noise: int, strength: float) -> int | None:
        """Place of a noise at a strength."""
        return self._place(lambda m: m.noise == noise and m.strength == strength)

    def regularised(self, s: float) -> int | None:
        """Place of the descent on L + (s^2 / 4) tr H."""
        return self._place(lambda m: m.regulariser == s)

    @property
    def correlations(self) -> np.ndarray:
        """f(0) - 1 of every noise of the spec: c_t for ma1."""
        found = dict(zip(self.of("noise")[0], self.of("correlation")[0], strict=True))
        return np.array([found[n] for n in range(len(self.spec.noises))])

    @property
    def strengths(self) -> list[float]:
        """All strengths > 0, ascending."""
        return sorted(s for s in self.spec.strengths if s > 0)

    def difference(self, name: str, member: int, reference: int) -> tuple[float, float]:
        """Mean over seeds of the paired difference of two members, and its standard error."""
        values = self.of(name)
        return mean_and_error(values[:, member] - values[:, reference])

    def chosen(self, noise: int) -> float:
        """The strength of a noise with the highest mean validation accuracy after the quench."""
        accuracy = self.of("validation_accuracy_quench").mean(axis=0)
        return max(self.strengths, key=lambda s: accuracy[self.member(noise, s)])

    def _place(self, wanted) -> int | None:
        return next((n for n, m in enumerate(self.spec.members()) if wanted(m)), None)


def trained(*records: xr.Dataset) -> list[Trained]:
    """The training records among those given, in their order. InputError where two are of one spec."""
    found = [
        Trained(parse(json.loads(r.attrs["spec"])), r) for r in records if r.attrs["kind"] == "training"
    ]
    texts = [one.spec.canonical_json() for one in found]
    if len(set(texts)) < len(texts):
        raise InputError("records: got two training records of one spec, wanted one")
    return found
