"""What an edit makes run again: what it touches, and nothing else (docs/workflow.md has the table)."""

import subprocess

import pytest

from anticorr import config, provenance, storage
from anticorr.graph import Graph
from tests.workflow.copies import CONFIG, EVERY_RULE, ROOT

ALL = {"all": 1}
CLAIMS = {"claims": 1, **ALL}
DRAWN = {"figure": 2, **CLAIMS}

NOTHING = {
    "a docstring": ("src/anticorr/engine/run.py", '"""', '"""Or: '),
    "a comment": ("src/anticorr/engine/_forces.py", "# Columns of the sums", "# Sums, by column,"),
    "training, which the scale has none of": (
        "src/anticorr/learning/descent.py", "import jax", "import math as _\nimport jax"
    ),
    "the command line": (
        "src/anticorr/cli/parser.py", "import argparse", "import argparse\nimport math as _"
    ),
    "another file of the workflow": ("workflow/profiles/default/config.yaml", "#", "# Once more:"),
}  # fmt: skip
"""What no record rests on."""

STYLE = "src/anticorr/figures/style.py"
EDITS = {
    "one figure": (
        "src/anticorr/figures/approach.py", "_UNSURE = 0.2", "_UNSURE = 0.25", {"figure": 1, **ALL}
    ),
    "the style of figures": (STYLE, '"font.size": ', '"font.size": 0.1 + ', {"figure": 2, **ALL}),
    "the claims": (
        "src/anticorr/figures/claims/judge.py", "from dataclasses", "import math as _\nfrom dataclasses",
        CLAIMS,
    ),
    "the fit": (
        "src/anticorr/exponents/whittle.py", "import numpy as np", "import math as _\nimport numpy as np",
        {"fit": 2, **DRAWN},
    ),
    "the measurement": (
        "src/anticorr/spectra/bond_order.py", "import numpy as np", "import math as _\nimport numpy as np",
        {"measure": 2, "fit": 2, **DRAWN},
    ),
    "the theory": (
        "src/anticorr/theory/plateau.py", "import", "import math as _\nimport", {"predict": 2, **DRAWN}
    ),
    "a kernel": (
        "src/anticorr/engine/potentials/harmonic.py", "0.5 * overlap * overlap", "overlap * overlap * 0.5",
        {"simulate": 2, "measure": 2, "fit": 2, "predict": 2, **DRAWN},
    ),
    "a potential that no run uses is in the kernel all the same": (
        "src/anticorr/engine/potentials/hertzian.py", "import", "import math as _\nimport",
        {"simulate": 2, "measure": 2, "fit": 2, "predict": 2, **DRAWN},
    ),
    "the command of a rule": (
        "workflow/rules/fit.smk", "--out {output} --k-max", "--out  {output} --k-max", {"fit": 2, **DRAWN}
    ),
    "limits of a fluid": (CONFIG, "msd_least: 5.0", "msd_least: 6.0", {"fit": 2, "scale": 1, **DRAWN}),
    "one state": (
        CONFIG, "correlation: -0.9", "correlation: -0.8",
        {"simulate": 1, "measure": 1, "fit": 1, "predict": 1, "scale": 1, **DRAWN},
    ),
    "the range of fits": (CONFIG, "fit_k_max: 3.0", "fit_k_max: 2.5", {"fit": 2, "scale": 1, **DRAWN}),
    "the short runs": (
        CONFIG, "sample_steps: 1000,", "sample_steps: 1100,", {"predict": 2, "scale": 1, **DRAWN}
    ),
}  # fmt: skip


EVERY_TIME = ("one figure", "the fit", "a kernel", "one state")
"""The others with `make soak`."""


@pytest.mark.parametrize(
    "edit", [edit if edit in EVERY_TIME else pytest.param(edit, marks=pytest.mark.soak) for edit in EDITS]
)
def test_edit(workflow, edit):
    name, old, new, expected = EDITS[edit]
    workflow.edit(name, old, new)
    try:
        assert workflow.planned() == expected
    finally:
        workflow.edit(name, new, old)


@pytest.fixture
def digests(monkeypatch):
    """Digests of code by output, of a scale with every kind of job, of which one module is edited."""
    plan = config.read(storage.completed(EVERY_RULE, ROOT / "config"))
    jobs, read = Graph(plan).jobs(), provenance._read

    def of(edited=""):
        def with_edit(name):
            imports, meaning = read(name)
            return imports, meaning + b"!" * (name == f"anticorr.{edited}")

        monkeypatch.setattr(provenance, "_read", with_edit)
        provenance.code_digest.cache_clear()
        return {
            job.output.removeprefix(f"{plan.results}/"): provenance.code_digest(*job.code) for job in jobs
        }

    yield of
    provenance.code_digest.cache_clear()


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("learning.descent", {"trainings/valley.nc"}),
        ("companions.meanfield", {"companions/mixtures.nc"}),
        ("stages.orbit", {"companions/orbits.nc"}),
    ],
)
def test_networks_and_companions_count_for_themselves_alone(digests, module, expected):
    before, after = digests(), digests(module)
    assert {name for name in before if after[name] != before[name]} == expected


def test_what_no_record_rests_on_runs_nothing(workflow):
    """All of these at once; and every file is new to the system, as after `git checkout` of the same."""
    for name, old, new in NOTHING.values():
        workflow.edit(name, old, new)
    tree = ["src", "workflow", "config"]
    subprocess.run(["find", *tree, "-exec", "touch", "{}", "+"], cwd=workflow.folder, check=True)
    try:
        assert workflow.planned() == {}
    finally:
        for name, old, new in NOTHING.values():
            workflow.edit(name, new, old)
