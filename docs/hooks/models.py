"""The tables of docs/model.md, from the code: every kind that a spec may name, its formula, keys, effect.

Kinds, keys and ranges are those of the spec models; numbers are computed from the filters and laws;
formulas are the rows of docs/models.md, whose example of a kind (a tested piece of YAML) also says which
values the numbers are for.
"""

import io
import re
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib.figure
import numpy as np
import yaml
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from pydantic import TypeAdapter
from pymdownx.slugs import slugify

from anticorr.noise import Filter
from anticorr.noise.filters import from_spec
from anticorr.specs import dynamics, system
from anticorr.strict import Strict, leaves

_MODELS = Path(__file__).parents[1] / "models.md"
_MARK = re.compile(r"^<!-- live: (\w+) -->$", re.MULTILINE)
_SPECTRA = "generated/spectra-{}.svg"
_SCHEMES = {"light": "#222222", "dark": "#dddddd"}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The picture of the spectra, for a light and for a dark page."""
    for scheme, ink in _SCHEMES.items():
        files.append(File.generated(config, _SPECTRA.format(scheme), content=_drawn(ink)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Tables in the place of their marks."""
    made: dict[str, Callable[[], str]] = {
        "noise": noises,
        "potential": potentials,
        "sizes": sizes,
        "dynamics": motions,
        "spectra": lambda: "\n".join(
            f"![Spectra of the noises]({_SPECTRA.format(s)}#only-{s})" for s in _SCHEMES
        ),
    }
    return _MARK.sub(lambda found: made[found[1]]() if found[1] in made else found[0], markdown)


def noises() -> str:
    """Every noise: spectrum, f(0), the plateau of S(k) that it leaves, keys."""
    head = ("kind", "$f(w)$", "$f(0)$", "plateau $S(0)$ over that of white noise", "keys")
    return _table(
        head,
        [
            (
                _link(kind),
                *_row(kind, model, 2, 3),
                _plateau(example),
                _keys(model, "kind", "strength"),
            )
            for kind, model, example in _kinds(dynamics.Noise, ("dynamics", "noise"))
        ],
    )


def potentials() -> str:
    """Every potential: V, force, cutoff, keys."""
    return _table(
        ("kind", "V(x), x = r / D", "-V'(x)", "cutoff", "keys"),
        [
            (_link(kind), *_row(kind, model, 1, 2, 3), _keys(model, "kind"))
            for kind, model, _ in _kinds(system.Potential, ("system", "potential"))
        ],
    )


def sizes() -> str:
    """Every law of sizes: diameters, keys, and mean and scatter of the example's diameters."""
    rows = []
    for kind, model, example in _kinds(system.Sizes, ("system", "sizes")):
        law = typing.cast(Any, TypeAdapter(system.Sizes).validate_python(example))
        diameters = law.diameters_at((np.arange(10_000) + 0.5) / 10_000)
        told = f"mean {diameters.mean():.3g}, deviation {diameters.std():.3g}{_at(example)}"
        rows.append((_link(kind), *_row(kind, model, 1), _keys(model, "kind"), told))
    return _table(("kind", "diameters", "keys", "mean and standard deviation"), rows)


def motions() -> str:
    """Every way to move: what a step does, and its keys."""
    return _table(
        ("kind", "what it is", "keys"),
        [
            (_link(kind), _formula(model), _keys(model, "kind", "noise"))
            for kind, model, _ in _kinds(dynamics.Dynamics, ("dynamics",))
        ],
    )


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    rule = "|".join("---" for _ in head)
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, *rows]).replace("|\n", f"|\n|{rule}|\n", 1)


def _kinds(union: Any, place: tuple[str, ...]) -> list[tuple[str, type[Strict], dict[str, Any]]]:
    """(kind, its model, its example in docs/models.md) of a union of spec models."""
    if typing.get_origin(union) is typing.Annotated:
        union = typing.get_args(union)[0]
    found = []
    for model in typing.get_args(union):
        kind = typing.get_args(model.model_fields["kind"].annotation)[0]
        found.append((kind, model, _example(kind, place)))
    return found


def _example(kind: str, place: tuple[str, ...]) -> dict[str, Any]:
    for text in re.findall(r"^```yaml\n(.*?)^```$", _MODELS.read_text("utf-8"), re.MULTILINE | re.DOTALL):
        part = yaml.safe_load(text)
        for key in place:
            part = part.get(key, {}) if isinstance(part, dict) else {}
        if isinstance(part, dict) and part.get("kind") == kind:
            return part
    return {"kind": kind}


def _link(kind: str) -> str:
    """The kind, as a link to the section of docs/models.md that shows it first."""
    text = _MODELS.read_text("utf-8")
    headings = list(re.finditer(r"^##+ (.*)$", text, re.MULTILINE))
    use = re.search(rf"^(?!\|).*\bkind: {kind}\b", text, re.MULTILINE)
    before = [heading[1] for heading in headings if use and heading.start() < use.start()]
    anchor = f"#{slugify(case='lower')(before[-1].replace('`', ''), '-')}" if before else ""
    return f"[`{kind}`](models.md{anchor})"


def _row(kind: str, model: type[Strict], *columns: int) -> list[str]:
    """Cells of the kind's row in docs/models.md; without one, what the model says of itself."""
    found = re.search(rf"^\| `{kind}` \|.*\|$", _MODELS.read_text("utf-8"), re.MULTILINE)
    cells = [cell.strip() for cell in found[0].strip("|").split(" | ")] if found else []
    told = [cells[column] if column < len(cells) else "-" for column in columns]
    return told if cells else [_formula(model), *told[1:]]


def _formula(model: type[Strict]) -> str:
    told = (model.__doc__ or "").strip().split("\n")[0].rstrip(".").replace("|", "\\|")
    return f"`{told}`" if "=" in told and ": x" not in told else told


def _keys(model: type[Strict], *left_out: str) -> str:
    told = []
    for key, default, allowed, _ in leaves(model):
        if not key.startswith(left_out):
            tail = "" if default == "required" else f" (default {default})"
            told.append(f"`{key}`: {allowed.removeprefix('a finite number ')}{tail}")
    return "; ".join(told).replace("|", "\\|") or "none"


def _at(example: dict[str, Any]) -> str:
    keys = ", ".join(
        f"`{key}: {value}`" for key, value in example.items() if key not in ("kind", "strength")
    )
    return f" at {keys}" if keys else ""


def _filter(example: dict[str, Any]) -> Filter:
    return from_spec(TypeAdapter(dynamics.Noise).validate_python(example))


def _plateau(example: dict[str, Any]) -> str:
    made = _filter({"strength": 1.0, **example})
    left = made.zero_frequency
    words = "none is left" if left < 1e-12 else "the same" if abs(left - 1) < 1e-12 else f"{left:.3g}"
    if made.band is not None:
        words += f", below w = {made.band[0]:g}; within the band S(k) follows f(w)"
    return f"{words}{_at(example)}"


def _drawn(ink: str) -> str:
    """f(w) of every noise at its example, and of ma1 on the way to it, as SVG."""
    w = np.geomspace(1e-4, np.pi, 400)
    figure = matplotlib.figure.Figure(figsize=(6.4, 3.4), layout="constrained")
    axes = figure.subplots()
    for kind, _, example in _kinds(dynamics.Noise, ("dynamics", "noise")):
        keys = [f"{key} {value}" for key, value in example.items() if key in ("correlation", "hurst")]
        spectrum = _filter(example).spectrum(w)
        axes.loglog(w, np.where(spectrum > 0, spectrum, np.nan), label=", ".join([kind, *keys]))
    axes.set(xlabel="frequency w (radians per step)", ylabel="spectrum f(w), mean 1", ylim=(1e-8, 10))
    axes.legend(frameon=False, fontsize=8, labelcolor=ink)
    axes.tick_params(colors=ink, which="both")
    axes.patch.set_alpha(0)
    figure.patch.set_alpha(0)
    for part in (axes.xaxis.label, axes.yaxis.label):
        part.set_color(ink)
    for spine in axes.spines.values():
        spine.set_color(ink)
    text = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": "anticorr"}):
        figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue()
