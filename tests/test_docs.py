"""Pages: relative links resolve, and the README's Python example is valid."""

import re
from pathlib import Path

import pytest

from anticorr.specs import parse

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "config").glob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_relative_links_resolve(page):
    for target in re.findall(r"\]\(([^)#]+)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_spec_of_the_readme_is_a_spec():
    example = (ROOT / "README.md").read_text().split("spec = ")[1].split("\nfit =")[0]
    assert parse(eval(example)).system.particles == 4096


def test_spec_of_the_contract_is_a_spec():
    import yaml

    assert parse(yaml.safe_load((ROOT / "docs/spec.yaml").read_text())).seed == 1
    text = (ROOT / "docs/contract.md").read_text().split("```yaml")[1].split("```")[0]
    assert parse(yaml.safe_load(text)).schedule.sample_every == 150


def test_specs_of_trainings_are_specs():
    import yaml

    from anticorr.specs import training

    assert training.parse(yaml.safe_load((ROOT / "docs/training.yaml").read_text())).seeds == [1, 2, 3]
    text = (ROOT / "docs/contract.md").read_text().split("```yaml")[2].split("```")[0]
    assert len(training.parse(yaml.safe_load(text)).members()) == 3


def test_thousand_states_are_a_configuration():
    import yaml

    from anticorr.config import expand, read

    config = read(yaml.safe_load((ROOT / "docs/thousand-states.yaml").read_text()))
    assert len(config.sweeps["map"].states()) == 1000
    assert len(expand(config)) > 1000


@pytest.mark.parametrize("page", ["README.md", "docs/learning.md"])
def test_optimiser_with_correlated_noise_runs_as_written(page):
    """w = 1 - 0.05 + 0.03 xi(0) from a gradient of 1, and xi is not 0."""
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(), re.DOTALL)
    example = next(block for block in blocks if "correlated_noise" in block)
    assert len(example.strip().splitlines()) <= 10
    names = {}
    exec(example, names)
    moved = abs(names["params"]["w"] - 0.95)
    assert (moved < 0.15).all()
    assert (moved > 0).all()


def test_example_of_the_companions_runs_as_written(capsys):
    page = (ROOT / "docs/companions.md").read_text()
    [example] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    exec(example, {})
    told = re.search(r"it gave: \[([\d.]+), ([\d.]+)\]", example)
    found = re.findall(r"[\d.]+", capsys.readouterr().out)
    assert [float(f"{float(number):.2g}") for number in found] == [
        float(number) for number in told.groups()
    ]
