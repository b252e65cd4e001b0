"""Pages: relative links resolve, and the README's Python example is valid."""

import re
from pathlib import Path

import pytest

from anticorr import companions
from anticorr.specs import parse

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "config").glob("*.md")])


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


def test_versions_agree():
    """Of the package, of what is cited, and of the changelog's first heading."""
    told = {
        "pyproject.toml": r'^version = "(.*)"',
        "CITATION.cff": r"^version: (.*)",
        "CHANGELOG.md": r"^## (\S+)",
    }
    found = [re.search(line, (ROOT / file).read_text(), re.MULTILINE)[1] for file, line in told.items()]
    assert len(set(found)) == 1, found


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


def test_examples_of_the_companions_print_what_they_say(capsys):
    """One after the other; what stands behind a print, to the digits given there."""
    page, names = (ROOT / "docs/companions.md").read_text(), {}
    examples = "".join(re.findall(r"```python\n(.*?)```", page, re.DOTALL))
    exec(examples, names)
    out = capsys.readouterr().out
    assert "False" not in out
    found = re.findall(r"[\d.]+", out)
    comments = re.findall(r"^print.*# (.*)$", examples, re.MULTILINE)
    told = [number for comment in comments for number in re.findall(r"\d[\d.]*", comment)]
    assert len(told) == len(found) == 23
    for number, exact in zip(told, found, strict=True):
        digits = len(number.replace(".", "").lstrip("0"))
        assert float(number) == pytest.approx(float(f"{float(exact):.{digits}g}")), number
    assert set(names) >= set(companions.__all__)
