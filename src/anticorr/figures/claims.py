"""What theory predicts, what was measured, and whether they agree.

Every state with a fit and a theory record gives rows. The standard error of S is S / sqrt(modes *
effective samples), pooled over replicas. A row *holds* if

    |measured - predicted| <= 3 sqrt(err_measured^2 + err_predicted^2) + 5% of |predicted|

It has *no power* if that error exceeds 10% of the scale: the prediction, or where zero is predicted
the plateau of the same state under white noise. Rows of a state that is not a relaxed fluid say so
instead. z is the difference in standard errors; the 5% are for what the theory leaves out.
"""

import csv
import io
from collections import Counter
from dataclasses import asdict, dataclass

import numpy as np
import xarray as xr

from anticorr.figures.states import State, gather, with_fit_and_theory

STANDARD_ERRORS = 3.0
FRACTION = 0.05
POWER = 0.10
_BAND = 0.25
"""Upper k of the band over which small-k rows average, 1/D."""
_JITTER_BAND = (0.7, 0.9)
"""Band of the jitter identity, 1/D."""


@dataclass(frozen=True)
class Claim:
    """One row of the table."""

    state: str
    quantity: str
    formula: str
    k: str
    predicted: float
    predicted_err: float
    measured: float
    measured_err: float
    z: float
    scale: float
    verdict: str
    seeds: int
    diffusion: float
    diffusion_err: float
    msd: float
    psi_6: float
    starts_differ: float
    fluid: str


def table(*records: xr.Dataset, msd_least: float = 5.0, psi_6_most: float = 0.45) -> list[Claim]:
    """All rows that the records support, state by state.

    msd_least (D^2 over 3,000 steps) and psi_6_most (2D) decide what counts as a fluid.
    """
    states = with_fit_and_theory(gather(*records))
    rows = []
    for state in states:
        condition = _condition(state, msd_least, psi_6_most)
        for row in _rows(state, _white_plateau(state, states)):
            rows.append(_judge(state, condition, *row))
    return rows


def _rows(state: State, white: float):
    """(quantity, formula, k, predicted, its error, measured, its error, scale) of one state."""
    fit, theory = state.fit, state.theory
    k, k_theory = fit["k"].values, theory["k"].values
    S, S_err = fit["S"].values, fit["S_err"].values
    line = np.interp(k, k_theory, theory["S_theory"].values)
    line_err = np.interp(k, k_theory, theory["S_theory_err"].values)
    plateau, plateau_err = float(theory["plateau"]), float(theory["plateau_err"])

    yield (
        "S(k -> 0)",
        "(3)",
        f"<= {float(fit['k_max']):.2f}",
        plateau,
        plateau_err,
        float(fit["plateau_quadratic"]),
        float(fit["plateau_quadratic_err"]),
        plateau if plateau > 0 else white,
    )
    yield "S at smallest k", "(4)", f"{k[0]:.4f}", line[0], line_err[0], S[0], S_err[0], line[0]
    band = k <= max(_BAND, k[0] * 1.01)
    weight = (fit["modes"] * fit["effective_samples"]).values[band]
    # A weighted mean of S / S_theory: its error does not depend on how S runs inside the band.
    ratio = np.average(S[band] / line[band], weights=weight)
    middle = np.average(line[band], weights=weight)
    yield (
        "S over small k",
        "(4)",
        f"{k[0]:.2f}-{k[band][-1]:.2f}",
        middle,
        float(np.average(line_err[band], weights=weight)),
        ratio * middle,
        ratio * middle / np.sqrt(weight.sum()),
        middle,
    )
    if plateau == 0:
        if "S_stripped" in fit:
            low = k <= 0.5
            y_weight = (fit["modes"] * fit["effective_samples_stripped"]).values[low]
            value = np.average(fit["S_stripped"].values[low] / k[low] ** 2, weights=y_weight)
            predicted = float(theory["stripped_amplitude"])
            relative = float(theory["gradient_noise_err"] / theory["gradient_noise"])
            yield (
                "S_y / k^2",
                "A = alpha^2 chi / 2D",
                f"{k[0]:.2f}-{k[low][-1]:.2f}",
                predicted,
                predicted * relative,
                value,
                value / np.sqrt(y_weight.sum()),
                predicted,
            )
        yield (
            "exponent alpha",
            "2",
            f"<= {float(fit['k_max']):.2f}",
            2.0,
            0.0,
            float(fit["alpha"]),
            float(fit["alpha_err"]),
            2.0,
        )
    elif float(theory["crossover"]) < float(fit["k_max"]):
        predicted = float(theory["crossover"])
        relative = float(theory["amplitude_err"] / theory["amplitude"])
        yield (
            "crossover k_x",
            "(4)",
            f"<= {float(fit['k_max']):.2f}",
            predicted,
            0.5 * predicted * float(np.hypot(relative, plateau_err / plateau)),
            float(fit["crossover"]),
            float(fit["crossover_err"]),
            predicted,
        )
    # White noise has no jitter to add: the identity would compare a number with itself.
    if "jitter_residual" in fit and state.correlation != 0:
        band = (k >= _JITTER_BAND[0]) & (k <= _JITTER_BAND[1])
        if band.any():
            modes = fit["modes"].values[band]
            residual = np.average(fit["jitter_residual"].values[band], weights=modes)
            error = np.sqrt((modes**2 * fit["jitter_residual_err"].values[band] ** 2).sum())
            measured = np.average(S[band], weights=modes)
            yield (
                "S from S_y",
                "(4')",
                f"{_JITTER_BAND[0]}-{_JITTER_BAND[1]}",
                measured + residual,
                0.0,
                measured,
                error / modes.sum(),
                measured,
            )


def _judge(state, condition, quantity, formula, k, predicted, predicted_err, measured, measured_err, scale):
    error = float(np.hypot(measured_err, predicted_err))
    gap = measured - predicted
    if condition["fluid"] != "yes":
        verdict = condition["fluid"]
    elif not error <= POWER * scale:
        wanted = (error / (POWER * scale)) ** 2
        verdict = f"no power ({wanted:.1f} times the samples would decide)"
    elif abs(gap) <= STANDARD_ERRORS * error + FRACTION * abs(predicted):
        verdict = "holds"
    else:
        verdict = "fails"
    return Claim(
        _name(state), quantity, formula, k, float(predicted), float(predicted_err),
        float(measured), float(measured_err), float(gap / error), float(scale), verdict,
        int(state.fit["replicas"]), **condition,
    )  # fmt: skip


def _condition(state: State, msd_least: float, psi_6_most: float) -> dict:
    """Is the state a fluid, and do a random and a lattice start agree at the smallest k?"""
    msd = float(state.fit["msd"]) if "msd" in state.fit else np.nan
    psi_6 = float(state.fit["psi_6"]) if "psi_6" in state.fit else np.nan
    differ = np.nan
    if state.lattice is not None:
        one, other = state.fit, state.lattice
        error = np.hypot(one["S_err"].values[0], other["S_err"].values[0])
        differ = float((other["S"].values[0] - one["S"].values[0]) / error)
    if not msd >= msd_least or (state.spec.system.dimension == 2 and not psi_6 <= psi_6_most):
        fluid = "not a fluid"
    elif abs(differ) > STANDARD_ERRORS:
        fluid = "not relaxed"
    else:
        fluid = "yes"
    return {
        "diffusion": float(state.theory["diffusion"]),
        "diffusion_err": float(state.theory["diffusion_err"]),
        "msd": msd,
        "psi_6": psi_6,
        "starts_differ": differ,
        "fluid": fluid,
    }


def _white_plateau(state: State, states: list[State]) -> float:
    """Predicted plateau of the same state at c_t = 0; with this state's own D if it was not run."""
    for other in states:
        if other.white_twin == state.white_twin and other.correlation == 0:
            return float(other.theory["plateau"])
    sigma, theory = state.spec.dynamics.noise.strength, state.theory
    return float((sigma**2 + theory["selection_noise"]) / (2 * theory["diffusion"]))


def _name(state: State) -> str:
    system, dynamics = state.spec.system, state.spec.dynamics
    name = (
        f"phi {system.packing_fraction:g}, sigma {dynamics.noise.strength:g}, "
        f"alpha {dynamics.step_size:g}, c_t {state.correlation:g}"
    )
    if dynamics.batch_fraction < 1:
        name += f", b_f {dynamics.batch_fraction:g}, c_s {dynamics.batch_correlation:g}"
    return f"{name}, d {system.dimension}, N {system.particles}"


def to_csv(rows: list[Claim]) -> str:
    """The table as CSV, all digits."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(Claim.__dataclass_fields__), lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(row) for row in rows)
    return text.getvalue()


def to_markdown(rows: list[Claim]) -> str:
    """The table for people: numbers with their errors, a heading for each state."""
    counts = Counter(row.verdict.split(" (")[0] for row in rows)
    lines = ["# Claims", "", ", ".join(f"{n} {verdict}" for verdict, n in counts.items()) + ".", ""]
    lines += [line.strip() for line in __doc__.strip().split("\n\n", 1)[1].split("\n")]
    state = None
    for row in rows:
        if row.state != state:
            state = row.state
            lines += [
                "",
                f"## {state}",
                "",
                f"Fluid: {row.fluid} (msd over 3,000 steps {row.msd:.3g} D^2, |psi_6| {row.psi_6:.3f}; "
                f"lattice and random starts differ by {row.starts_differ:.1f} standard errors at the "
                f"smallest k). Seeds: {row.seeds}. D = {_number(row.diffusion, row.diffusion_err)} D^2 "
                "per step by (2).",
                "",
                "| quantity | formula | k D | predicted | measured | z | verdict |",
                "|---|---|---|---|---|---|---|",
            ]
        lines.append(
            f"| {row.quantity} | {row.formula} | {row.k} | {_number(row.predicted, row.predicted_err)} "
            f"| {_number(row.measured, row.measured_err)} | {row.z:.1f} | {row.verdict} |"
        )
    return "\n".join(lines) + "\n"


def _number(value: float, error: float) -> str:
    if not error > 0:
        return f"{value:.4g}"
    digits = max(0, 1 - int(np.floor(np.log10(error))))
    return f"{value:.{digits}f} ± {error:.{digits}f}"
