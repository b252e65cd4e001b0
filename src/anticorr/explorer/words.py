"""A family and its states in words, as HTML."""

import math
from html import escape
from typing import Any

from anticorr.explorer.families import Family, Place
from anticorr.exponents.whittle import ALPHA_RANGE
from anticorr.figures.states import State
from anticorr.specs import Spec

SYMBOLS = {"c_t": "c<sub>t</sub>", "c_s": "c<sub>s</sub>", "H": "H"}
MEANINGS = {
    "c_t": "correlation of the noise in time",
    "c_s": "correlation of the two partners' draws",
    "H": "Hurst exponent of the noise",
}
LABELS = {"c_t": "correlation in time c_t", "c_s": "correlation in space c_s", "H": "Hurst exponent H"}
_UNSURE = 0.5
"""An exponent with a larger standard error says nothing, as in figure 3."""
_BRO_RO = {"bro": "biased kicks (BRO)", "ro": "isotropic kicks (RO)"}


def number(value: float, digits: int = 4) -> str:
    """With a true minus sign, and powers of ten as they are read."""
    if value and not 1e-3 <= abs(value) < 1e5:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        kept = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        return f"{kept} × 10<sup>{int(exponent)}</sup>".replace("-", "−")
    return f"{value:.{digits}g}".replace("-", "−")


def titled(family: Family) -> str:
    """The name of a family in a list, as plain text: what varies, and what all its states share."""
    spec = family.members[0][1].spec
    told = ", ".join([*_drift(spec), _particles(spec), *_system(spec), _strength(spec, family)])
    return f"{' and '.join(family.values)}: {told} ({len(family.members)} states)"


def group(family: Family) -> str:
    """What a family varies, and whether its spectra were fitted, as plain text."""
    fitted = any(state.fit is not None for _, state in family.members)
    return f"{' and '.join(family.values)}{'' if fitted else ', one run of each state, no fit'}"


def placed(place: Place) -> str:
    """'c_t = −0.9, c_s = 0' as HTML."""
    return ", ".join(f"{SYMBOLS[name]} = {number(value)}" for name, value in place.items())


def lines(place: Place, state: State) -> str:
    """What state it is, what was measured, the verdict on it, and what is in doubt."""
    spec = state.spec
    what = ", ".join([_particles(spec), *_system(spec), *_drift(spec), _strength(spec)])
    told = [f"<b>{placed(place)}</b>: {escape(what)}."]
    if state.fit is not None:
        told += [_smallest(state.fit), _exponent(state.fit)]
        if "H" in place:
            told.append(_pure(state.fit))
        told.append(_verdict(state.fit))
    elif state.spectra:
        told += [_smallest(state.spectra[0]) + " One run, no fit."]
    told.append(
        f'<span class="doubt">In doubt: {escape(state.doubt)}.</span>' if state.doubt else "Not in doubt."
    )
    return " ".join(told)


def window(particles: dict[str, Any]) -> str:
    """What part of the box a snapshot shows, as plain text."""
    side, box = particles["side"], particles["box"]
    whole = (
        f"the whole periodic box, {box:g} D wide"
        if side == box
        else f"a corner of {side:g} D of the box, {box:g} D wide"
    )
    slab = "; spheres with centres in a slice of 1 D" if particles["slab"] else ""
    return f"After step {particles['step']:,}: {whole}{slab}. True diameters; colour: particles within 3 D."


def _particles(spec: Spec) -> str:
    return f"N = {spec.system.particles:,} {'disks' if spec.system.dimension == 2 else 'spheres'}"


def _system(spec: Spec) -> list[str]:
    """phi; potential and sizes where they are not the plain ones."""
    system = spec.system
    told = [f"φ = {system.packing_fraction:g}"]
    if system.potential.kind != "harmonic":
        told.append(_section(system.potential.model_dump()))
    if system.sizes.kind != "monodisperse":
        told.append(_section(system.sizes.model_dump()))
    return told


def _drift(spec: Spec) -> list[str]:
    dynamics = spec.dynamics
    if dynamics.kind != "gradient":
        return [f"{_BRO_RO[dynamics.kind]} up to {dynamics.kick_size:g} D"]
    step = f"α = {dynamics.step_size:g}"
    if dynamics.batch_fraction == 1:
        return ["full gradients", step]
    return [f"minibatches of {dynamics.batch_selection}s (b_f = {dynamics.batch_fraction:g})", step]


def _strength(spec: Spec, family: Family | None = None) -> str:
    noise = spec.dynamics.noise
    if noise.strength == 0:
        return "no injected noise"
    kinds = {noise.kind} if family is None else {s.spec.dynamics.noise.kind for _, s in family.members}
    kind = min(kinds - {"white"}, default="white")
    return f"σ = {noise.strength:g} D ({kind} noise)"


def _section(data: dict[str, Any]) -> str:
    more = [f"{key.replace('_', ' ')} {value:g}" for key, value in data.items() if key != "kind"]
    return " ".join([str(data["kind"]).replace("_", " "), *more])


def _smallest(record: Any) -> str:
    k, S, S_err = (float(record[name][0]) for name in ("k", "S", "S_err"))
    return f"At the smallest k = {number(k, 3)}/D, S = {_with_error(S, S_err)}."


def _exponent(fit: Any) -> str:
    alpha, alpha_err, k_max = (float(fit[name]) for name in ("alpha", "alpha_err", "k_max"))
    if not math.isfinite(alpha_err) or alpha_err > _UNSURE:
        return f"Exponent α of S(0) + B k<sup>α</sup>: not resolved for k ≤ {number(k_max)}/D."
    exponent = _with_error(alpha, alpha_err)
    plateau = _with_error(float(fit["plateau"]), float(fit["plateau_err"]))
    return f"S(0) + B k<sup>α</sup> for k ≤ {number(k_max)}/D: exponent α = {exponent}, S(0) = {plateau}."


def _pure(fit: Any) -> str:
    """The exponent that fractional noise programmes, as in figure 6."""
    value, error = float(fit["alpha_pure"]), float(fit["alpha_pure_err"])
    flat = value <= 1.001 * ALPHA_RANGE[0]
    told = f"not above {ALPHA_RANGE[0]:g}" if flat else f"= {_with_error(value, error)}"
    return f"B k<sup>α</sup> alone: α {told}."


def _verdict(fit: Any) -> str:
    reason = escape(str(fit.attrs.get("state_reason", ""))).replace("D^2", "D<sup>2</sup>")
    reason = reason.replace("psi_6", "ψ<sub>6</sub>").replace("&gt;=", "≥").replace("&lt;=", "≤")
    return f"Verdict: <b>{escape(fit.attrs['state'])}</b>{f' ({reason})' if reason else ''}."


def _with_error(value: float, error: float) -> str:
    """Both in the same power of ten, to the second digit of the error."""
    if not (math.isfinite(error) and error > 0):
        return number(value, 3)
    largest = math.floor(math.log10(max(abs(value), error)))
    power = largest if not -2 <= largest <= 3 else 0
    digits = max(0, 1 - math.floor(math.log10(error)) + power)
    told = f"{value / 10**power:.{digits}f} ± {error / 10**power:.{digits}f}".replace("-", "−")
    return f"({told}) × 10<sup>{str(power).replace('-', '−')}</sup>" if power else told
