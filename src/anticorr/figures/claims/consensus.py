"""Quantities of related work: noise by few states, swarms, races at equal cost."""

from collections.abc import Callable

import numpy as np

from anticorr.figures.accompanied import Accompanied
from anticorr.figures.claims.numbers import Numbers
from anticorr.figures.entrants import best
from anticorr.landscape.significance import mean_and_error

_OTHER = "no companion of related work"
_ROUNDED = 5e-4
"""Errors below are too close to rounding, and to what lies below the band, to tell a rate."""


def memory_rate(of: Accompanied) -> Numbers | str:
    """Slope of ln(error in the band) against states over theory, from three on: mean over H and bands."""
    if of.spec.kind != "consensus":
        return _OTHER
    record, slopes = of.companion, []
    for hurst in of.spec.memory.hursts:
        for lowest in of.spec.memory.lowest:
            own = (record["approximation_hurst"] == hurst) & (record["approximation_lowest"] == lowest)
            own = own & (record["approximation_states"] >= 3) & (record["approximation_error"] > _ROUNDED)
            mine = record.isel(approximation=np.flatnonzero(own))
            if mine.sizes["approximation"] > 1:
                states = mine["approximation_states"].values
                made, expected = (
                    np.polyfit(states, np.log(mine[f"approximation_{name}"].values), 1)[0]
                    for name in ("error", "expected")
                )
                slopes.append(made / expected)
    if len(slopes) < 2:
        return "too few numbers of states"
    return Numbers(1.0, 0.0, *mean_and_error(np.array(slopes)))


def noisy_modes(of: Accompanied) -> Numbers | str:
    """<w^2> under exact noise over theory: mean over H and modes, but those of g = 1, the noise itself."""
    if of.spec.kind != "consensus":
        return _OTHER
    own = of.companion.isel(damping=np.flatnonzero(of.companion["mode_rate"].values < 1))
    if not own.sizes["damping"]:
        return "no mode with g < 1"
    exact = own["mode_square_exact"].values
    ratio, error = (own[f"mode_square{end}"].values / exact for end in ("", "_err"))
    # Modes of one H share their noise: within it errors add up.
    within = error.mean(axis=1)
    return Numbers(1.0, 0.0, float(ratio.mean()), float(np.sqrt((within**2).sum()) / len(within)))


def swarm(name: str) -> Callable[[Accompanied], Numbers | str]:
    """Of spread, wander or pull: simulated over theory; a third of the way, before few swarms hold most of
    the variance, or the mean over strengths."""

    def found(of: Accompanied) -> Numbers | str:
        if of.spec.kind != "consensus":
            return _OTHER
        exact = of.companion[f"{name}_exact"].values
        ratio, error = (of.companion[f"{name}{end}"].values[1:] / exact[1:] for end in ("", "_err"))
        if name == "pull":
            return Numbers(1.0, 0.0, float(ratio.mean()), float(np.sqrt((error**2).sum()) / len(ratio)))
        third = len(ratio) // 3
        return Numbers(1.0, 0.0, float(ratio[third]), float(error[third]))

    return found


def race(objective: str, method: str) -> Callable[[Accompanied], Numbers | str]:
    """ln of the least energy by a method over that under the most anti-correlated noise, by repeat."""

    def found(of: Accompanied) -> Numbers | str:
        if of.spec.kind != "consensus":
            return _OTHER
        if objective not in of.spec.race.objectives:
            return f"no race on {objective}"
        asked = of.spec.race.correlations
        least, other = f"c_t = {min(asked):g}", "c_t = 0" if method == "white" else method
        if least == other or (method == "white" and 0 not in asked):
            return "nothing to compare with"
        ends = [best(of.companion, objective, name).ends for name in (other, least)]
        return Numbers(0.0, 0.0, *mean_and_error(np.log(ends[0] / ends[1])), scale=1.0)

    return found
