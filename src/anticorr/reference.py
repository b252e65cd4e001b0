"""config/README.md: every way to give a configuration, and every key of it, from the models themselves."""

import textwrap

import yaml

from anticorr.claims import catalogue
from anticorr.config import Config
from anticorr.specs import Spec
from anticorr.specs.companion import KINDS
from anticorr.specs.training import Training
from anticorr.strict import Strict, leaves
from anticorr.sweeps import Sweep

STATES = [
    (
        "points",
        "One by one, with names of your own:",
        """\
        points:
          - {name: white, set: {dynamics.noise.correlation: 0.0}}
          - {name: anti, set: {dynamics.noise.correlation: -1.0, schedule.relax_steps: 8600}}
        """,
    ),
    (
        "grid",
        "Lists of values: every value of one key with every value of the others.",
        """\
        grid:
          dynamics.noise.correlation: [0, -0.5, -1]
          system.packing_fraction: [0.6, 0.8]
        """,
    ),
    (
        "linked",
        "Lists of equal length for keys that change together. The name holds the first key, or as many of "
        "the first as tell the states apart.",
        """\
        linked:
          dynamics.noise.correlation: [0, -0.5, -1]
          schedule.relax_steps: [3000, 3600, 8600]
        """,
    ),
    (
        "linked and grid",
        "Every entry of the linked lists with every product of the grid:",
        """\
        linked:
          dynamics.noise.correlation: [0, -1]
          schedule.relax_steps: [3000, 8600]
        grid:
          dynamics.noise.strength: [0.1, 0.3]
        """,
    ),
    (
        "sections as values",
        "A section stands in a name by its `kind`, or by its place in the list where kinds repeat.",
        """\
        grid:
          system.potential: [{kind: harmonic}, {kind: power, exponent: 3}]
          system.initial: [random, quenched]
        """,
    ),
    (
        "design",
        "Drawn at random, by a seed, one in each stratum of every range (a Latin hypercube):",
        """\
        design:
          seed: 7
          count: 3
          ranges:
            system.packing_fraction: [0.4, 1.2]
            dynamics.noise.correlation: [-1, 0]
        """,
    ),
]
"""(title, what it does, keys of a sweep) of every way to give states."""

OVERRIDES = [
    ("fit_k_max", "0.8", "a key of the scale"),
    ("seeds", "[1]", "a list is replaced as a whole"),
    ("base.schedule.sample_steps", "600", "the spec that all runs start from; what a sweep sets stays"),
    ("sweeps.plane.seeds", "[1, 2]", "a sweep by its name"),
    ("sweeps.plane.set.system.particles", "900", "a spec key of all its states"),
    ("sweeps.plane.grid.dynamics.noise.correlation", "[0, -0.5]", "its values on a grid"),
    ("trainings.private-0.3.schedule.noisy_steps", "10", "a training by its name, which may hold dots"),
    ("sweeps.more", "{points: [{name: one}]}", "a sweep that was not there"),
]
"""(dotted key, value in YAML, what it is) of changes of config/smoke.yaml."""

_EXTENDED = """\
extends: smoke.yaml          # a file beside this one
results: results/mine
sweeps:
  plane: {seeds: [1, 2]}     # mappings are laid over key by key, everything else is replaced
"""


def reference() -> str:
    """The text of config/README.md."""
    changes = ", ".join(f"{key}: {value}" for key, value, _ in OVERRIDES[2:4])
    lines = [
        "# Configuration reference",
        "",
        "Generated from the models (`make reference`); a test keeps it in step.",
        "",
        "A configuration is one scale: `config.yaml` (default), `smoke.yaml`, `paper.yaml`, `tiny.yaml` "
        "(tests). Choose with `snakemake --configfile config/paper.yaml`.",
        "",
        "Unknown keys, wrong values and keys that stand twice are refused, all at once, before any run.",
        "",
        "## States of a sweep",
        "",
        "Every state is `base` with what `set` of its sweep and then its own keys change. Keys are dotted: "
        "`dynamics.noise.correlation`. The name of a state is its folder. A list in `set` or `base` is the "
        "value of a key that takes a list (`weights`); values to go through stand in `grid` or `linked`.",
        "",
        *[line for title, words, keys in STATES for line in _example(title, words, keys)],
        "## Another scale, or other values",
        "",
        "A file that starts from another one:",
        "",
        "```yaml",
        *_EXTENDED.splitlines(),
        "```",
        "",
        "Values for one run of the workflow, or of `anticorr plan` and `estimate`; the same for Snakemake "
        "itself (keys of the scale as they are, dotted keys together in `set`):",
        "",
        "```sh",
        "anticorr make config/smoke.yaml --set seeds=[1] --set base.schedule.sample_steps=600",
        "snakemake --cores all --configfile config/smoke.yaml \\",
        f"  --config seeds=[1] set='{{{changes}}}'",
        "```",
        "",
        "| dotted key | value | what it is |",
        "|---|---|---|",
        *[f"| `{key}` | `{value}` | {what} |" for key, value, what in OVERRIDES],
        "",
        "Values are YAML. A `set` may also stand in a file; it comes last. In Python: "
        "`anticorr.overrides.overridden`.",
        "",
        "## Scale",
        "",
        "NAME is a name of your choice, N a place in a list.",
        "",
        *_table(Config, ("trainings.NAME.", "companions.NAME.")),
        "",
        "`base` is a spec without its seed; `trainings.NAME` is a training, `companions.NAME` a companion "
        "(all below).",
        "",
        "Quantities of claims:",
        "",
        *catalogue(),
        "",
        "## Spec",
        "",
        *_table(Spec),
        "",
        "## Training",
        "",
        *_table(Training),
        *(
            line
            for kind, model in KINDS.items()
            for line in ("", f"## Companion: {kind}", "", *_table(model))
        ),
    ]
    return "\n".join(lines) + "\n"


def _example(title: str, words: str, keys: str) -> list[str]:
    text = textwrap.dedent(keys)
    states = Sweep.model_validate(yaml.safe_load(text)).states()
    shown = ["```yaml", "sweeps:", "  mine:", *textwrap.indent(text, "    ").splitlines(), "```"]
    names = f"States: {', '.join(f'`{state.name}`' for state in states)}."
    return [f"### {title}", "", words, "", *shown, "", names, ""]


def _table(model: type[Strict], left_out: str | tuple[str, ...] = "-") -> list[str]:
    head = ["| key | default | allowed | meaning |", "|---|---|---|---|"]
    rows = [(f"`{key}`", *rest) for key, *rest in leaves(model) if not key.startswith(left_out)]
    cells = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    return head + [f"| {' | '.join(row)} |".replace("  ", " ") for row in cells]
