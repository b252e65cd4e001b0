"""What theory predicts, what was measured, and whether they agree.

Every state with a fit and a theory record gives rows. The standard error of S is S / sqrt(modes *
effective samples), pooled over replicas; that of a fitted number is from its profile likelihood. Where a
number comes from a fit, the prediction is the same fit put through the theory line, so that the fit's own
bias is on both sides. A row *holds* if

    |measured - predicted| <= 3 sqrt(err_measured^2 + err_predicted^2) + allowance * |predicted|

The allowance is for what the theory leaves out: 5%, but none for the jitter identity (4'), which is exact,
and none for the exponent. A row has *no power* if the error exceeds 10% of the scale: the prediction, or
where zero is predicted the plateau of the same state under white noise. Rows of a state that is not known
to be a relaxed fluid say so instead. z is the difference in standard errors.

The k^2 amplitude is complete in the theory only as both noises vanish (c_t -> -1 and reciprocal or full
batches); elsewhere D(k) changes at the same order, and the row shows by how much.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields

import numpy as np
import xarray as xr

from anticorr.exponents.whittle import fit_power_law
from anticorr.figures.states import State, gather, with_fit_and_theory
from anticorr.records import MSD_STEPS

STANDARD_ERRORS = 3.0
ALLOWANCE = 0.05
POWER = 0.10
_BAND = 0.25
"""Upper k of the band over which small-k rows average, 1/D."""
_JITTER_BAND = (0.7, 0.9)
"""Band of the jitter identity, 1/D."""


@dataclass(frozen=True)
class Row:
    """Numbers of one comparison, before the verdict."""

    quantity: str
    formula: str
    k: str
    predicted: float
    predicted_err: float
    measured: float
    measured_err: float
    scale: float
    allowance: float = ALLOWANCE


@dataclass(frozen=True, kw_only=True)
class Claim(Row):
    """One row of the table: a comparison, its verdict, and the condition of its state."""

    z: float
    verdict: str
    state: str
    seeds: int
    diffusion: float
    diffusion_err: float
    msd: float
    msd_steps: int
    msd_least: float
    psi_6: float
    psi_6_most: float
    starts_differ: float
    starts_resolve: float
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
            rows.append(_judge(state, condition, row))
    return rows


def _rows(state: State, white: float) -> Iterator[Row]:
    yield from _fitted_rows(state, white)
    yield from _spectrum_rows(state)
    if float(state.theory["plateau"]) == 0 and "S_stripped" in state.fit:
        yield _stripped_row(state)
    # White noise has no jitter to add: the identity would compare a number with itself.
    if "jitter_residual" in state.fit and state.correlation != 0:
        yield from _jitter_rows(state)


def _fitted_rows(state: State, white: float) -> Iterator[Row]:
    """Plateau, amplitude, crossover and exponent; predictions are the same fit of the theory line."""
    fit, theory = state.fit, state.theory
    k, line = fit["k"].values, state.theory_at_fit("S_theory")
    used = (k <= float(fit["k_max"])) & np.isfinite(line)
    data = k[used], line[used], (fit["modes"] * fit["effective_samples"]).values[used]
    expected = fit_power_law(*data, alpha=2.0, errors=False)
    where = f"<= {float(fit['k_max']):.2f}"
    plateau, amplitude = expected.plateau.value, expected.amplitude.value
    plateau_err, amplitude_err = float(theory["plateau_err"]), float(theory["amplitude_err"])

    def measured(name: str) -> tuple[float, float]:
        return float(fit[name]), float(fit[f"{name}_err"])

    zero = float(theory["plateau"]) == 0
    yield Row(
        "S(k -> 0)", "(3)", where, plateau, plateau_err, *measured("plateau_quadratic"),
        white if zero else plateau,
    )  # fmt: skip
    yield Row(
        "k^2 amplitude", "(4)", where, amplitude, amplitude_err, *measured("amplitude_quadratic"),
        amplitude,
    )  # fmt: skip
    if zero:
        exponent = fit_power_law(*data, errors=False).alpha.value
        yield Row("exponent alpha", "(4)", where, exponent, 0.0, *measured("alpha"), exponent, 0.0)
    elif float(theory["crossover"]) < float(fit["k_max"]):
        k_x = float(np.sqrt(plateau / amplitude))
        error = 0.5 * k_x * float(np.hypot(amplitude_err / amplitude, plateau_err / plateau))
        yield Row("crossover k_x", "(4)", where, k_x, error, *measured("crossover"), k_x)


def _spectrum_rows(state: State) -> Iterator[Row]:
    """S at the smallest k, and over a band of small k."""
    fit = state.fit
    k, S, S_err = fit["k"].values, fit["S"].values, fit["S_err"].values
    line, line_err = state.theory_at_fit("S_theory"), state.theory_at_fit("S_theory_err")
    yield Row("S at smallest k", "(4)", f"{k[0]:.4f}", line[0], line_err[0], S[0], S_err[0], line[0])
    band = k <= max(_BAND, k[0] * 1.01)
    weight = (fit["modes"] * fit["effective_samples"]).values[band]
    # A weighted mean of S / S_theory: its error does not depend on how S runs inside the band.
    ratio = np.average(S[band] / line[band], weights=weight)
    middle, middle_err = (np.average(v[band], weights=weight) for v in (line, line_err))
    yield Row(
        "S over small k", "(4)", f"{k[0]:.2f}-{k[band][-1]:.2f}", middle, middle_err,
        ratio * middle, ratio * middle / np.sqrt(weight.sum()), middle,
    )  # fmt: skip


def _stripped_row(state: State) -> Row:
    """S of y over k^2, where no noise is left but that of the gradient."""
    fit, theory = state.fit, state.theory
    k = fit["k"].values
    low = k <= max(0.5, k[0] * 1.01)
    weight = (fit["modes"] * fit["effective_samples_stripped"]).values[low]
    value = np.average(fit["S_stripped"].values[low] / k[low] ** 2, weights=weight)
    predicted = float(theory["stripped_amplitude"])
    relative = float(theory["gradient_noise_err"] / theory["gradient_noise"])
    return Row(
        "S_y / k^2", "A = alpha^2 chi / 2D", f"{k[0]:.2f}-{k[low][-1]:.2f}", predicted,
        predicted * relative, value, value / np.sqrt(weight.sum()), predicted,
    )  # fmt: skip


def _jitter_rows(state: State) -> Iterator[Row]:
    fit = state.fit
    k = fit["k"].values
    band = (k >= _JITTER_BAND[0]) & (k <= _JITTER_BAND[1])
    if band.any():
        modes = fit["modes"].values[band]
        residual = np.average(fit["jitter_residual"].values[band], weights=modes)
        error = np.sqrt((modes**2 * fit["jitter_residual_err"].values[band] ** 2).sum()) / modes.sum()
        measured = np.average(fit["S"].values[band], weights=modes)
        yield Row(
            "S from S_y", "(4')", "{}-{}".format(*_JITTER_BAND), measured + residual, 0.0, measured,
            error, measured, 0.0,
        )  # fmt: skip


def _judge(state: State, condition: dict, row: Row) -> Claim:
    error = float(np.hypot(row.measured_err, row.predicted_err))
    gap = row.measured - row.predicted
    if condition["fluid"] != "yes":
        verdict = condition["fluid"]
    elif not error <= POWER * row.scale:
        wanted = (error / (POWER * row.scale)) ** 2
        verdict = f"no power ({wanted:.1f} times the samples would decide)"
    elif abs(gap) <= STANDARD_ERRORS * error + row.allowance * abs(row.predicted):
        verdict = "holds"
    else:
        verdict = "fails"
    return Claim(
        **{name: v if isinstance(v, str) else float(v) for name, v in asdict(row).items()},
        z=float(gap / error) if error > 0 else np.nan,
        verdict=verdict,
        state=_name(state),
        seeds=int(state.fit["replicas"]),
        **condition,
    )


def _condition(state: State, msd_least: float, psi_6_most: float) -> dict:
    """Is the state a fluid, and do a random and a lattice start agree at the smallest k?"""
    fit, lattice = state.fit, state.lattice
    msd, psi_6 = (float(fit[name]) if name in fit else np.nan for name in ("msd", "psi_6"))
    steps = int(fit["msd_steps"]) if "msd_steps" in fit else 0
    differ = resolve = np.nan
    if lattice is not None:
        error = float(np.hypot(fit["S_err"].values[0], lattice["S_err"].values[0]))
        differ = float(lattice["S"].values[0] - fit["S"].values[0]) / error
        resolve = STANDARD_ERRORS * error / float(fit["S"].values[0])
    if steps < MSD_STEPS:
        fluid = f"too short to tell a fluid (msd over {steps} steps)"
    elif state.spec.system.dimension == 2 and np.isnan(psi_6):
        fluid = "order not measured (no frames)"
    elif not msd >= msd_least or (state.spec.system.dimension == 2 and not psi_6 <= psi_6_most):
        fluid = "not a fluid"
    elif lattice is None:
        fluid = "relaxation not checked"
    elif abs(differ) > STANDARD_ERRORS:
        fluid = "not relaxed"
    else:
        fluid = "yes"
    return {
        "diffusion": float(state.theory["diffusion"]),
        "diffusion_err": float(state.theory["diffusion_err"]),
        "msd": msd,
        "msd_steps": steps,
        "msd_least": msd_least,
        "psi_6": psi_6,
        "psi_6_most": psi_6_most,
        "starts_differ": differ,
        "starts_resolve": resolve,
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
    columns = ["state", *(field.name for field in fields(Claim) if field.name != "state")]
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(row) for row in rows)
    return text.getvalue()


def to_markdown(rows: list[Claim]) -> str:
    """The table for people: numbers with their errors, a heading for each state."""
    counts = Counter(row.verdict.split(" (")[0] for row in rows)
    lines = ["# Claims", "", ", ".join(f"{n} {verdict}" for verdict, n in counts.items()) + ".", ""]
    lines += __doc__.strip().split("\n\n", 1)[1].split("\n")
    state = None
    for row in rows:
        if row.state != state:
            state = row.state
            lines += [
                "",
                f"## {state}",
                "",
                f"Relaxed fluid: {row.fluid}. msd over {row.msd_steps} steps {row.msd:.3g} D^2 (a fluid: "
                f">= {row.msd_least:g}), |psi_6| {row.psi_6:.3f} (<= {row.psi_6_most:g} in 2D); "
                f"{_starts(row)}. "
                f"Seeds: {row.seeds}. D = {_number(row.diffusion, row.diffusion_err)} D^2 per step by (2).",
                "",
                "| quantity | formula | k D | predicted | measured | z | verdict |",
                "|---|---|---|---|---|---|---|",
            ]
        lines.append(
            f"| {row.quantity} | {row.formula} | {row.k} | {_number(row.predicted, row.predicted_err)} "
            f"| {_number(row.measured, row.measured_err)} | {row.z:.1f} | {row.verdict} |"
        )
    return "\n".join(lines) + "\n"


def _starts(row: Claim) -> str:
    if np.isnan(row.starts_differ):
        return "no lattice start was given"
    return (
        f"lattice and random starts differ by {row.starts_differ:.1f} standard errors at the smallest k "
        f"(a difference of {row.starts_resolve:.0%} would show)"
    )


def _number(value: float, error: float) -> str:
    if not error > 0:
        return f"{value:.4g}"
    digits = max(0, 1 - int(np.floor(np.log10(error))))
    return f"{value:.{digits}f} ± {error:.{digits}f}"
