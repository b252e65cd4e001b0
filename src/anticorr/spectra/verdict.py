"""What state a run is in, and whether two starts ended in the same one.

    absorbed      no particle can move any more
    fluid         particles move away (msd >= least) and in 2D show no local order (psi_6 <= most)
    ordered fluid particles move away though their neighbourhood is ordered: crystallites, hexatic
    solid         particles stay (msd < least) in order (psi_6 > most)
    supercooled   particles stay without order: a glass, or a fluid slower than the run
    unknown: ...  what is missing, or what contradicts

msd: mean square displacement of y over 3,000 steps, in D^2; psi_6: mean |psi_6| of y in 2D. A frozen
density (F(k, t) does not decay) speaks against a fluid whatever its particles do; one that relaxes does not
speak against a solid, whose density modes decay too where no disorder is frozen in.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from anticorr.errors import InputError

_STANDARD_ERRORS = 3.0
"""Beyond this many, a number differs."""


@dataclass(frozen=True)
class Verdict:
    """The word, and why, in a line."""

    state: str
    reason: str


def state_of(
    msd: float,
    psi_6: float,
    dimension: int,
    *,
    frozen: float = np.nan,
    frozen_err: float = 0.0,
    absorbed: bool = False,
    msd_least: float = 5.0,
    psi_6_most: float = 0.45,
    frozen_most: float = 0.2,
) -> Verdict:
    """State of a run, by the rule at the head of this module.

    msd: over 3,000 steps, NaN where the run is shorter; psi_6: NaN in 3D or where not measured; frozen:
    `scattering.frozen_fraction` with its error, NaN where not measured (it is then left out). A density
    counts as frozen where its fraction lies 3 standard errors above `frozen_most`.
    """
    if absorbed:
        return Verdict("absorbed", "no particle can move any more")
    if not np.isfinite(msd):
        return Verdict("unknown: too short", "no mean square displacement over 3,000 steps")
    moves = msd >= msd_least
    told = f"msd {msd:.3g} D^2 ({'>=' if moves else '<'} {msd_least:g})"
    stuck = frozen - _STANDARD_ERRORS * frozen_err > frozen_most
    if moves and stuck:
        return Verdict(
            "unknown: density not relaxed",
            f"{told}, but {frozen:.2f} of F(k, 0) is left at the smallest k (> {frozen_most:g}): the run "
            f"is shorter than the density needs",
        )
    if dimension != 2:
        if moves:
            return Verdict("fluid", f"{told}, in {dimension}D")
        return Verdict("unknown: solid or supercooled", f"{told}; psi_6 tells order in 2D only")
    if not np.isfinite(psi_6):
        return Verdict("unknown: order not measured", f"{told}, psi_6 not measured")
    ordered = psi_6 > psi_6_most
    word = ("supercooled", "solid", "fluid", "ordered fluid")[2 * moves + ordered]
    reason = f"{told}, psi_6 {psi_6:.2f} ({'>' if ordered else '<='} {psi_6_most:g})"
    if stuck:
        reason += f", {frozen:.2f} of F(k, 0) frozen"
    return Verdict(word, reason)


@dataclass(frozen=True)
class Agreement:
    """Two spectra of one state from different starts."""

    differ: float
    """ln(S_b / S_a) at the smallest k, in standard errors."""
    resolves: float
    """Relative difference at the smallest k that would be 3 standard errors."""
    chi_square: float
    """Sum of squares of the same over the shells used."""
    shells: int
    probability: float
    """Of a larger chi^2 if the starts agree."""
    resolves_all: float
    """Relative difference, the same in every shell used, that would be 3 standard errors together."""
    agree: bool
    """|differ| <= 3, and chi^2 no rarer than that (probability >= .0027)."""


def starts_agree(
    k: np.ndarray, S_a: np.ndarray, err_a: np.ndarray, S_b: np.ndarray, err_b: np.ndarray, k_max: float
) -> Agreement:
    """Do two starts give the same S over the shells with k <= k_max (at least the smallest)?

    Shells on one grid, sorted by k. The error of S is in proportion to S, so logarithms are compared: their
    ratio is symmetric in the two and nearly normal where the difference is not. Raises InputError where
    grids differ or a number is not positive.
    """
    k, S_a, err_a, S_b, err_b = (np.asarray(v, dtype=float) for v in (k, S_a, err_a, S_b, err_b))
    if not len({v.shape for v in (k, S_a, err_a, S_b, err_b)}) == 1 or not len(k):
        raise InputError(f"starts: got spectra of {len(S_a)} and {len(S_b)} shells, wanted one grid of k")
    used = np.arange(len(k)) < max(int(np.sum(k <= k_max)), 1)
    numbers = np.stack([S_a, err_a, S_b, err_b])[:, used]
    if not (np.isfinite(numbers) & (numbers > 0)).all():
        raise InputError("starts: got S or errors that are not positive, wanted positive ones")
    S_a, err_a, S_b, err_b = numbers
    error = np.hypot(err_a / S_a, err_b / S_b)
    z = np.log(S_b / S_a) / error
    chi_square = float(np.sum(z**2))
    probability = float(chdtrc(len(z), chi_square))
    return Agreement(
        differ=float(z[0]),
        resolves=float(np.expm1(_STANDARD_ERRORS * error[0])),
        chi_square=chi_square,
        shells=len(z),
        probability=probability,
        resolves_all=float(np.expm1(_STANDARD_ERRORS / np.sqrt(np.sum(error**-2)))),
        agree=bool(abs(z[0]) <= _STANDARD_ERRORS and probability >= 0.0027),
    )
