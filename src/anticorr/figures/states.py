"""Records of one state brought together: its fit, its theory, its spectra, its trajectory."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import xarray as xr

from anticorr.errors import InputError
from anticorr.noise.filters import from_spec
from anticorr.specs import Spec, parse
from anticorr.specs.dynamics import Gradient


@dataclass(frozen=True)
class State:
    """One state point; records that were not given are None."""

    spec: Spec
    fit: xr.Dataset | None = None
    theory: xr.Dataset | None = None
    trajectory: xr.Dataset | None = None
    landscape: xr.Dataset | None = None
    spectra: list[xr.Dataset] = field(default_factory=list)

    @property
    def doubt(self) -> str:
        """Why its curve is not that of a relaxed fluid, in words; empty where it is."""
        if self.fit is None:
            return "no fit to tell a fluid"
        if self.fit.attrs["state"] != "fluid":
            return self.fit.attrs["state"]
        return {"yes": "", "no": "not relaxed"}.get(self.fit.attrs["relaxed"], "relaxation not checked")

    @property
    def correlation(self) -> float:
        """c_t; 0 for white noise."""
        return from_spec(self.spec.dynamics.noise).correlation

    @property
    def has_c_t(self) -> bool:
        """Whether c_t says all of its noise but the strength."""
        return self.spec.dynamics.noise.kind in ("white", "ma1")

    @property
    def named(self) -> str:
        """c_t for a legend, or another noise with what is left of it; with the doubt in words."""
        value = f"${self.correlation:g}$"
        if not self.has_c_t:
            value = f"{self.spec.dynamics.noise.kind}, $f(0) = {1 + self.correlation:.3g}$"
        return value + (f" ({self.doubt})" if self.doubt else "")

    @property
    def system(self) -> str:
        """What states that differ in the noise's correlation share, for a caption."""
        system, dynamics = self.spec.system, self.spec.dynamics
        step = f", $\\alpha = {dynamics.step_size:g}$" if dynamics.kind == "gradient" else ""
        return (
            f"{system.particles:,} {'disks' if system.dimension == 2 else 'spheres'}, "
            f"$\\phi = {system.packing_fraction:g}$, $\\sigma = {dynamics.noise.strength:g}\\,D${step}"
        )

    @property
    def white_twin(self) -> str:
        """Text that two states share if they differ in the noise's correlation alone."""
        data = _physics(self.spec)
        data["dynamics"]["noise"] = {"strength": self.spec.dynamics.noise.strength}
        return json.dumps(data, sort_keys=True)


@dataclass(frozen=True)
class Fitted(State):
    """A state with a fit."""

    fit: xr.Dataset


@dataclass(frozen=True)
class Predicted(Fitted):
    """A state with a fit and a theory record."""

    theory: xr.Dataset

    def theory_at_fit(self, name: str) -> np.ndarray:
        """A curve of the theory record at the k of the fit; NaN outside the range of the theory."""
        k = self.theory["k"].values
        return np.interp(self.fit["k"].values, k, self.theory[name].values, left=np.nan, right=np.nan)


Some = TypeVar("Some", bound=State)
"""States, whatever is known of them."""


def gather(*records: xr.Dataset) -> list[State]:
    """States in the given records; full gradients first, each system from c_t = 1 down to -1.

    Records are matched by system and dynamics; of spectra a state may have several. Raises InputError when
    two other records of a kind belong to one state, or one says nothing of its run.
    """
    found: dict[str, dict[str, Any]] = {}
    for record in records:
        told = json.loads(record.attrs["spec"])
        if "system" not in told:
            raise InputError(f"records: got a {record.attrs['kind']} of given points, wanted one of a run")
        spec, kind = parse(told), record.attrs["kind"]
        entry = found.setdefault(identity(spec), {"spec": spec, "spectra": []})
        if kind == "spectrum":
            entry["spectra"].append(record)
            continue
        if kind == "fit":
            entry["spec"] = spec
        if kind in entry:
            raise InputError(f"records: got two {kind} records of one state")
        entry[kind] = record
    return sorted(
        [_kind_of(entry)(**entry) for entry in found.values()],
        key=lambda s: (-getattr(s.spec.dynamics, "batch_fraction", 0.0), s.white_twin, -s.correlation),
    )


def _kind_of(entry: dict[str, Any]) -> type[State]:
    if "fit" not in entry:
        return State
    return Predicted if "theory" in entry else Fitted


def identity(spec: Spec) -> str:
    """Text that two specs share if they are of one state: system and dynamics, whatever the start."""
    return json.dumps(_physics(spec), sort_keys=True)


def with_fit_and_theory(states: Sequence[State]) -> list[Predicted]:
    """Those states that have both; InputError if there is none."""
    kept = [s for s in states if isinstance(s, Predicted)]
    if not kept:
        raise InputError("records: got no state with both a fit and a theory record, wanted one")
    return kept


def one_system(states: list[Some]) -> list[Some]:
    """The states themselves; InputError unless they differ in the noise's correlation alone."""
    if len({state.white_twin for state in states}) > 1:
        raise InputError("records: got several systems, wanted states that differ in c_t alone")
    return states


def gradient_of(spec: Spec) -> Gradient:
    """The dynamics of a spec; InputError where they are kicks, which have no step size."""
    if spec.dynamics.kind != "gradient":
        raise InputError(f"records: got dynamics {spec.dynamics.kind!r}, wanted 'gradient'")
    return spec.dynamics


def _physics(spec: Spec) -> dict[str, Any]:
    data = spec.model_dump(mode="json")
    del data["system"]["initial"]
    return {"system": data["system"], "dynamics": data["dynamics"]}
