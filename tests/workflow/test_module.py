"""The Snakefile as a module of another workflow: a prefix of its own, a configuration of its own."""

import pytest
import yaml

from tests.workflow.copies import Workflow, one_state, records

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
        "theirs/results/one/figures/figure-2.png",
    output:
        "table.txt",
    shell:
        "wc -l {{input[0]}} > {{output}}"
"""


def test_another_workflow_uses_ours(workflow, tmp_path):
    (tmp_path / "Snakefile").write_text(THEIRS.format(folder=workflow.folder))
    plan = yaml.safe_load((workflow.folder / one_state(workflow)).read_text())
    plan["figures"] = {"figure-2": {"draw": "approach", "sweep": "temporal"}}
    (tmp_path / "theirs.yaml").write_text(yaml.safe_dump({"order": plan, "other": 1}))
    told = workflow.command("snakemake", "--cores", "2", "--directory", str(tmp_path), "--snakefile",
                            str(tmp_path / "Snakefile"))  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr
    assert (tmp_path / "table.txt").read_text()
    theirs = records(Workflow(tmp_path / "theirs", new=False))
    ours = records(workflow, "results/tiny")
    assert theirs == {name: ours[name] for name in ours if "c_-0.9" in name}
