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
