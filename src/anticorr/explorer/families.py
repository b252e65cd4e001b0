"""States that differ in c_t, c_s and H alone, brought together: what the sliders move over."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from anticorr.figures.states import State
from anticorr.specs import Spec

VARIABLES = ("c_t", "c_s", "H")
"""c_t: correlation of ma1 noise in time; c_s: of the draws of two partners; H: Hurst exponent."""

_WHITE = {"ma1": {"c_t": 0.0}, "fractional": {"H": 0.5}}
"""Where white noise lies among states of a noise that has a variable."""

Place = dict[str, float]
"""Where a state lies, by the names of VARIABLES; those that it does not have are left out."""


@dataclass(frozen=True)
class Family:
    """Two or more states, and the values that were run of each variable that varies among them."""

    values: dict[str, list[float]]
    members: list[tuple[Place, State]]


def families(states: Iterable[State]) -> list[Family]:
    """All families of two or more states: those with fits first, then c_t, c_t and c_s, c_s, H.

    White noise is c_t = 0 among states of ma1 noise, and H = 1/2 among those of fractional noise. Under
    full gradients nothing is drawn, and there is no c_s. Of two states at one place the first is kept.
    """
    grouped: dict[tuple[str, str], dict[tuple[float | None, ...], tuple[Place, State]]] = {}

    def put(state: State, noise: str, place: Place) -> None:
        at = tuple(place.get(name) for name in VARIABLES)
        grouped.setdefault((_rest(state.spec), noise), {}).setdefault(at, (place, state))

    white = []
    for state in states:
        if state.spec.dynamics.noise.kind == "white":
            white.append(state)
        else:
            put(state, _noise(state.spec), _place(state.spec))
    for state in white:
        rest = _rest(state.spec)
        kin = [noise for other, noise in grouped if other == rest and json.loads(noise)["kind"] in _WHITE]
        for noise in kin or [_noise(state.spec)]:
            put(state, noise, _WHITE.get(json.loads(noise)["kind"], {}) | _place(state.spec))
    made = [_family(list(places.values())) for places in grouped.values() if len(places) > 1]
    return sorted(made, key=_order)


def _noise(spec: Spec) -> str:
    """What is fixed of the noise in a family, beside its strength."""
    noise: dict[str, Any] = spec.dynamics.noise.model_dump(mode="json")
    varied = {"ma1": "correlation", "fractional": "hurst"}.get(noise["kind"])
    return json.dumps({key: noise[key] for key in noise if key not in ("strength", varied)}, sort_keys=True)


def _place(spec: Spec) -> Place:
    dynamics, place = spec.dynamics, {}
    if dynamics.noise.kind == "ma1":
        place["c_t"] = dynamics.noise.correlation
    if dynamics.noise.kind == "fractional":
        place["H"] = dynamics.noise.hurst
    if dynamics.kind != "gradient":
        place["c_s"] = dynamics.kick_correlation
    elif dynamics.batch_fraction < 1:
        place["c_s"] = dynamics.batch_correlation
    return place


def _rest(spec: Spec) -> str:
    """Text that all states of a family share: system and dynamics; of the noise its strength alone."""
    data = spec.model_dump(mode="json", include={"system", "dynamics"})
    del data["system"]["initial"]
    data["dynamics"]["noise"] = spec.dynamics.noise.strength
    for name in ("batch_correlation", "kick_correlation"):
        data["dynamics"].pop(name, None)
    return json.dumps(data, sort_keys=True)


def _family(members: list[tuple[Place, State]]) -> Family:
    seen = {name: sorted({place[name] for place, _ in members if name in place}) for name in VARIABLES}
    values = {name: each for name, each in seen.items() if len(each) > 1}
    return Family(values, sorted(members, key=lambda member: [member[0][name] for name in values]))


def _order(family: Family) -> tuple[bool, list[int], int]:
    fitted = any(state.fit is not None for _, state in family.members)
    return not fitted, [VARIABLES.index(name) for name in family.values], -len(family.members)
