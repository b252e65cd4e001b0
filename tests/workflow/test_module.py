"""The Snakefile as a module of another workflow: a prefix of its own, a configuration of its own."""

import pytest
import yaml

from tests.killing import digest
from tests.workflow.copies import CONFIG

pytestmark = pytest.mark.slow

THEIRS = """
configfile: "theirs.yaml"

module anticorr:
    snakefile: "{folder}/Snakefile"
    config: config["order"]
    prefix: "theirs"

use rule * from anticorr as anticorr_*

rule table:
    default_target: True
    input:
        rules.anticorr_claims.output.csv,
        "theirs/results/tiny/figures/figure-1.png",
    output:
        "table.txt",
    shell:
        "wc -l {{input[0]}} > {{output}}"
"""


def test_another_workflow_uses_ours(workflow, tmp_path):
    (tmp_path / "Snakefile").write_text(THEIRS.format(folder=workflow.folder))
    plan = yaml.safe_load((workflow.folder / CONFIG).read_text())
    (tmp_path / "theirs.yaml").write_text(yaml.safe_dump({"order": plan, "other": 1}))
    told = workflow.command("snakemake", "--cores", "2", "--directory", str(tmp_path), "--snakefile",
                            str(tmp_path / "Snakefile"))  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr
    assert (tmp_path / "table.txt").read_text()
    for name in (
        "fits/temporal/c_0.nc",
        "theory/temporal/c_-0.9.nc",
        "trajectories/temporal/c_0/seed-1.nc",
    ):
        ours, theirs = workflow.folder / "results/tiny" / name, tmp_path / "theirs/results/tiny" / name
        assert digest(ours) == digest(theirs)
