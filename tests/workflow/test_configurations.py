"""Bad configurations and overrides reach the workflow: told in words, before anything is written."""

import pytest

from tests.workflow.copies import CONFIG, Workflow


@pytest.fixture(scope="module")
def workflow(tmp_path_factory):
    return Workflow(tmp_path_factory.mktemp("workflow"))


def refused(workflow, *arguments):
    """What a dry run of a bad configuration says; nothing but Snakemake's own folder may appear."""
    before = files(workflow)
    done = workflow.run("--dry-run", *arguments)
    assert done.returncode != 0
    assert files(workflow) == before
    output = done.stdout + done.stderr
    assert "bad configuration\n" in output
    assert "Traceback" not in output
    return output


def files(workflow):
    every = (str(path) for path in workflow.folder.rglob("*"))
    return sorted(path for path in every if "__pycache__" not in path and ".snakemake" not in path)


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        (
            "seeds: [1]",
            "seeds: [1]\nseeds: [2]",
            ["/config/tiny.yaml, line 10: got key 'seeds' twice, allowed: each once\n"],
        ),
        (
            "packing_fraction: 0.8",
            "packing_fraction: -1, partcles: 3",
            [
                "\ntemporal/c_0/seed-1 and 1 more: system.packing_fraction: got -1, allowed: ",
                "\ntemporal/c_0/seed-1 and 1 more: system.partcles: unknown key, did you mean particles? ",
            ],
        ),
    ],
    ids=["key twice", "spec"],
)  # fmt: skip
def test_bad_configuration_is_refused_in_words(workflow, old, new, lines):
    text = (workflow.folder / CONFIG).read_text()
    workflow.edit(CONFIG, old, new)
    told = refused(workflow)
    (workflow.folder / CONFIG).write_text(text)
    assert [line for line in lines if line not in told] == []


def test_bad_values_of_the_command_line_are_refused_in_words(workflow):
    told = refused(workflow, "--config", "set={sweeps.tempral.seeds: [1], figures.f.draw: approach}")
    assert "\nsweeps.tempral.seeds: unknown key, did you mean temporal? allowed here: temporal\n" in told
    assert "\nfigures.f.draw: unknown key" in told


def test_values_of_the_command_line_count(workflow):
    """Dotted or not, typed as in YAML; runs have the spec of the changed configuration."""
    words = ["seeds=[1,2]", "set={base.schedule.sample_steps: 1200, sweeps.temporal.lattice_start: false}"]
    done = workflow.run("--dry-run", "--printshellcmds", "--config", *words)
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    assert '"sample_steps":1200' in output
