"""Landscape records of particles: states that differ in the strength and correlation of the noise."""

import json
from dataclasses import dataclass

import xarray as xr

from anticorr.errors import InputError
from anticorr.noise.filters import from_spec
from anticorr.specs import Spec, parse


@dataclass(frozen=True)
class Landscape:
    """One state, of several seeds."""

    spec: Spec
    record: xr.Dataset

    @property
    def correlation(self) -> float:
        """c_t; 0 for white noise."""
        return from_spec(self.spec.dynamics.noise).correlation

    @property
    def strength(self) -> float:
        """sigma."""
        return self.spec.dynamics.noise.strength

    @property
    def seeds(self) -> list[int]:
        """Seeds of the replicas."""
        return self.record["replica_seed"].values.tolist()

    @property
    def system(self) -> str:
        """Text that states share if they differ in the noise alone."""
        data = self.spec.model_dump(mode="json")
        data["dynamics"]["noise"] = None
        return json.dumps([data["system"], data["dynamics"], data["schedule"]], sort_keys=True)


def landscapes(*records: xr.Dataset) -> tuple[list[Landscape], Landscape | None]:
    """States with noise, by sigma and c_t, and the one without, if given. InputError unless they differ in
    the noise alone, come from the same seeds, and have c_t = 0 at every sigma."""
    found = [
        Landscape(parse(json.loads(r.attrs["spec"])), r) for r in records if r.attrs["kind"] == "landscape"
    ]
    states = sorted((s for s in found if s.strength), key=lambda s: (s.strength, s.correlation))
    problems = []
    if len({s.system for s in found}) > 1:
        problems.append("records: got several systems, wanted states that differ in sigma and c_t alone")
    if len({str(s.seeds) for s in states}) > 1:
        problems.append("records: got different seeds, wanted the same ones in every state")
    grid = [(s.strength, s.correlation) for s in states]
    if len(set(grid)) < len(grid) or len(found) > len(states) + 1:
        problems.append("records: got two landscape records of one state")
    problems += [
        f"records: got sigma = {sigma:g} without c_t = 0, wanted it for comparison"
        for sigma in strengths(states)
        if (sigma, 0.0) not in grid
    ]
    if problems:
        raise InputError(*problems)
    return states, next((s for s in found if not s.strength), None)


def strengths(states: list[Landscape]) -> list[float]:
    """All sigma, ascending."""
    return sorted({s.strength for s in states})


def correlations(states: list[Landscape]) -> list[float]:
    """From 0 down to -1, as they are drawn: evenly, since they crowd at -1."""
    return sorted({s.correlation for s in states}, reverse=True)
