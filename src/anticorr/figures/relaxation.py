"""Figure 7: relaxation. How density modes forget themselves, and D(k) against equation (2).

(a) Decay of density modes at three k, for the most and the least noise left; lines: (1 - D k^2)^t with D
of equation (2), nothing fitted. (b) The same at every c_t and every k of the fit, against D k^2 t; line:
exp(-D k^2 t), nothing fitted. (c) Rate of decay over k^2. Points at k > 0: simulation; left of 0: D of
equation (2), from short runs of its own, not fitted; lines: fits of D (1 + b k^2) to the points. Bars: one
standard error. Drawn are values that theory puts more than four standard errors above zero, and rates
known to 15%. Hollow: not a relaxed fluid.
"""

from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from anticorr.errors import InputError
from anticorr.figures import style
from anticorr.figures.marks import point_styles
from anticorr.figures.states import Predicted, gather, one_system, with_fit_and_theory

_SHOWN = (0.1, 0.2, 0.4)
"""k of the shells of panel (a), 1/D: those next to these."""
_SURE = 4.0
"""A point is drawn where F is, by theory, more than so many standard errors from zero."""
_FIRM = 0.15
"""Largest relative error of a rate that is drawn."""


def draw(*records: xr.Dataset) -> Figure:
    """records: fits and theory of states that differ in c_t, with F(k, t) and relaxation rates."""
    given = one_system(with_fit_and_theory(gather(*records)))
    states = [s for s in given if "relaxation_rate" in s.fit and "lag" in s.fit]
    if not states:
        raise InputError(
            "relaxation: got no fit with F(k, t) and relaxation rates, wanted one (closely spaced "
            "record.modes)"
        )
    figure = Figure(figsize=(style.WIDE, 2.75), layout="constrained")
    decays, collapse, diffusion = figure.subplots(1, 3, width_ratios=[1, 1, 1.15])
    points = point_styles(states)
    _decays(decays, states, points)
    _collapse(collapse, states, points)
    _diffusion(diffusion, states, points)
    for axes, letter in ((decays, "a"), (collapse, "b"), (diffusion, "c")):
        style.panel_letter(axes, letter)
    return figure


def _suffix(state: Predicted) -> str:
    """F of y where there is one: x has a jitter that is forgotten after a step."""
    return "_stripped" if "intermediate_scattering_stripped" in state.fit else ""


def _ratio(state: Predicted) -> str:
    of = "F_y" if _suffix(state) else "F"
    return f"${of}(k, t)\\,/\\,{of}(k, 0)$"


def _decay(state: Predicted, shell: int) -> tuple[np.ndarray, ...]:
    """Lags > 0, F(k, t) / F(k, 0) and its standard error of a shell, where theory says that F is sure:
    its own noise would choose the points that it lifts."""
    name = f"intermediate_scattering{_suffix(state)}"
    F, error = (state.fit[f"{name}{end}"].values[shell] for end in ("", "_err"))
    lag, m = state.fit["lag"].values, float(state.theory["diffusion"]) * _wavenumbers(state)[shell] ** 2
    kept = (lag > 0) & (F[0] * (1 - m) ** lag > _SURE * error)
    return lag[kept], F[kept] / F[0], error[kept] / F[0]


def _wavenumbers(state: Predicted) -> np.ndarray:
    return state.fit["k_rms"].values


def _decays(axes: Axes, states: list[Predicted], points: list[dict[str, Any]]) -> None:
    """The first and the last state: most and least noise left."""
    chosen = list(zip(states, points, strict=True))
    chosen = chosen[:1] + chosen[1:][-1:]
    k = _wavenumbers(states[0])
    known = np.isfinite(states[0].fit[f"intermediate_scattering{_suffix(states[0])}"].values).all(axis=1)
    shells = sorted({int(np.argmin(np.where(known, np.abs(k - wanted), np.inf))) for wanted in _SHOWN})
    for number, (state, look) in enumerate(chosen):
        D = float(state.theory["diffusion"])
        for shell in shells:
            lag, left, error = _decay(state, shell)
            if not len(lag):
                continue
            axes.errorbar(lag, left, error, ls="none", ms=2.8, elinewidth=0.6, **look)
            t = np.geomspace(lag[0], max(lag[-1], 2 * lag[0]), 100)
            axes.plot(
                t,
                (1 - D * k[shell] ** 2) ** t,
                "-" if number == 0 else "--",
                color="black",
                lw=0.8,
                zorder=4,
            )
            if number == len(chosen) - 1:
                at = np.log(0.6) / np.log1p(-D * k[shell] ** 2)
                axes.annotate(
                    f"{k[shell]:.2f}", (at, 0.6), xytext=(-5, -6), textcoords="offset points",
                    fontsize=7, ha="right",
                )  # fmt: skip
    axes.set_xscale("log")
    axes.set_xlim(left=4)
    axes.set_ylim(0, 1.36)
    axes.set_yticks([0, 0.5, 1])
    axes.set_xlabel("$t$  [steps]")
    axes.set_ylabel(_ratio(states[0]))
    handles = [
        Line2D([], [], ls="-" if n == 0 else "--", lw=0.8, ms=3, **(look | {"color": "black"}))
        for n, (_, look) in enumerate(chosen)
    ]
    axes.legend(
        handles, [f"$c_t =$ {s.named}" for s, _ in chosen], loc="upper left", ncols=2, columnspacing=1.0,
        title="lines: $(1 - D k^2)^t$, nothing fitted", title_fontsize=7, alignment="left",
    )  # fmt: skip
    axes.text(
        0.03,
        0.05,
        "numbers:\n$k$ [$D^{-1}$]\nbars: one\nstandard error",
        transform=axes.transAxes,
        fontsize=6.5,
    )


def _collapse(axes: Axes, states: list[Predicted], points: list[dict[str, Any]]) -> None:
    count = 0
    for state, look in zip(states, points, strict=True):
        D, k = float(state.theory["diffusion"]), _wavenumbers(state)
        for shell in np.flatnonzero(k <= float(state.fit["k_max"])).tolist():
            lag, left, error = _decay(state, shell)
            if len(lag):
                count += 1
                axes.errorbar(
                    D * k[shell] ** 2 * lag, left, error, ls="none", ms=2.0, elinewidth=0.4, capsize=0,
                    **(look | {"mew": 0.2 if not state.doubt else 0.6}),
                )  # fmt: skip
    x = np.linspace(0, 4, 50)
    axes.plot(x, np.exp(-x), color="black", lw=1.0, zorder=4, label="$e^{-Dk^2 t}$, nothing fitted")
    axes.set_yscale("log")
    axes.set_xlim(0, 4)
    axes.set_ylim(0.008, 1.4)
    axes.set_xlabel("$D k^2 t$,  $D$ of (2)")
    axes.set_ylabel(_ratio(states[0]))
    axes.legend(loc="upper right")
    fit = states[0].fit
    particles, *dynamics = states[0].system.split(", ")
    axes.text(
        0.04, 0.04,
        f"{count} curves: all $c_t$,\n$k \\leq {float(fit['k_max']):g}\\,D^{{-1}}$,  "
        f"{int(fit['replicas'])} seeds\n{particles}\n{', '.join(dynamics)}",
        transform=axes.transAxes, fontsize=6.5,
    )  # fmt: skip


def _diffusion(axes: Axes, states: list[Predicted], points: list[dict[str, Any]]) -> None:
    """m / k^2, beside it at the left edge D of (2); the line is fitted to the points, D of (2) is not."""
    low, edge = [], 0.0
    for place, (state, look) in enumerate(zip(states, points, strict=True)):
        fit, theory, k = state.fit, state.theory, _wavenumbers(state)
        rate, error = fit["relaxation_rate"].values, fit["relaxation_rate_err"].values
        told = (k <= float(fit["k_max"])) & (rate > 0) & (error < _FIRM * rate)
        aside = 0.004 * (place - (len(states) - 1) / 2)
        axes.errorbar(
            k[told] + aside, rate[told] / k[told] ** 2, error[told] / k[told] ** 2, ls="none", ms=2.8,
            elinewidth=0.7, label=state.named, **look,
        )  # fmt: skip
        low += list(rate[told] / k[told] ** 2)
        edge = max(edge, float(fit["k_max"]))
        axes.errorbar(
            -0.03 + 2 * aside, theory["diffusion"], theory["diffusion_err"], fmt="_", color=look["color"],
            ms=8, mew=1.6, elinewidth=0.7,
        )  # fmt: skip
        if "decay_diffusion" in fit:
            x = np.linspace(0, float(fit["k_max"]), 50)
            D, b = float(fit["decay_diffusion"]), float(fit["decay_curvature"])
            axes.plot(x, D * (1 + b * x**2), color=look["color"], lw=0.8, zorder=1)
    axes.axvline(0, color="0.8", lw=0.6, zorder=0)
    axes.set_xlim(-0.06, edge + 0.02)
    if low:
        middle, reach = float(np.median(low)), float(np.ptp(low))
        axes.set_ylim(min(low) - 0.1 * reach, max(low) + max(0.35 * reach, 0.28 * middle))
    axes.set_xlabel(style.label(states[0].fit["k"], "$k$"))
    axes.set_ylabel("$D(k) = m / k^2$  [$D^2$ per step]")
    axes.legend(
        loc="upper right", ncols=3, columnspacing=0.8,
        title="left of 0: $D$ of (2), not fitted\nlines: fits of $D(1 + b k^2)$;  $c_t$:",
        handletextpad=0.2, title_fontsize=7, alignment="left",
    )  # fmt: skip
