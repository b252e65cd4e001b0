"""The rules as written: nothing outside a rule's key changes what it makes; they pass lint and format."""

import argparse
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from anticorr import config, storage
from anticorr.graph import Graph
from tests.helps import commands
from tests.workflow.copies import CONFIG, EVERY_RULE, ROOT

RULES = {
    name: text
    for path in sorted((ROOT / "workflow/rules").glob("*.smk"))
    for name, text in re.findall(r"^rule (\w+):\n((?:    .*\n|\n)+)", path.read_text(), re.MULTILINE)
}
EVERY = Graph(config.read(storage.completed(EVERY_RULE, ROOT / "config")))
CACHED = [name for name, text in RULES.items() if "cache: True" in text]


def shell(rule):
    """Command of a rule, as written."""
    pieces = RULES[rule].split("    shell:\n")[1]
    return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', pieces))


def test_what_is_costly_is_cached():
    assert sorted(CACHED) == ["companion", "fit", "landscape", "measure", "predict", "simulate", "train"]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_that_runs_the_package_names_its_code_and_its_log(rule):
    assert "    log:" in RULES[rule]
    assert ("anticorr " in shell(rule)) == ("        code=" in RULES[rule])


@pytest.mark.parametrize("rule", CACHED)
def test_the_code_in_the_key_is_that_of_the_stage_that_runs(rule):
    [verb] = re.findall(r"anticorr (\w+)", shell(rule))
    of_stage = f'code_digest("anticorr.stages.{verb}")'
    asked = {
        "simulate": "code_digest(*GRAPH.stages(w.sweep, w.job))",  # tests/workflow/test_keys.py
        "companion": 'code_digest(f"anticorr.stages.{PLAN.companions[w.name].kind}")',
    }
    assert re.search(r"code=(?:lambda w: )?(.*),", RULES[rule])[1] == asked.get(verb, of_stage)
    if verb not in asked:
        assert {job.code for job in EVERY.jobs() if job.rule == rule} == {(f"anticorr.stages.{verb}",)}


NO_RESULT = {"--checkpoint-minutes", "--threads"}
"""Options that change no bit."""


@pytest.mark.parametrize("rule", CACHED)
def test_what_a_rule_does_not_ask_for_the_stage_decides(rule):
    """Not the command line, whose code is in no key: it has no value of its own for it."""
    [verb] = re.findall(r"anticorr (\w+)", shell(rule))
    text = RULES[rule] + " ".join(["--seeds", "--lattice"] if rule == "simulate" else [])  # Graph.replicas
    for option in commands()[verb]._actions:
        for name in {*option.option_strings} - NO_RESULT:
            assert name in text or option.default in (None, False, argparse.SUPPRESS), name


@pytest.mark.parametrize("rule", ["simulate", "train"])
def test_contents_of_files_of_the_user_are_in_the_key(rule):
    assert re.search(r"^        files=lambda w: GRAPH\.(training_)?files\(", RULES[rule], re.MULTILINE)


@pytest.mark.parametrize("rule", CACHED)
def test_the_key_holds_all_that_a_cached_rule_uses(rule):
    """The cache's key is the command as written, the parameters, and what made the inputs. It does not see
    wildcards, settings, names of inputs, or the environment: so the command must not use them. Threads
    change no bit (tests/engine); the log is no result."""
    used = set(re.findall(r"\{(.*?)\}", shell(rule)))
    allowed = {"input", "output", "threads", "log"}
    assert {name for name in used if not name.startswith("params.")} <= allowed
    parameters = set(re.findall(r"^        (\w+)=", RULES[rule].split("    params:\n")[1], re.MULTILINE))
    assert {
        name.split(":")[0].removeprefix("params.") for name in used if name[:6] == "params"
    } <= parameters
    assert "$" not in shell(rule)
    assert "script:" not in RULES[rule]
    assert "run:" not in RULES[rule]


def test_parameters_of_cached_rules_hold_no_paths(workflow):
    """A clone elsewhere, or with other results, has the same keys."""
    told = workflow.run("--dry-run", "--forceall", "--printshellcmds")
    commands = re.findall(r"Shell command: (.*)|^        (printf.*|anticorr.*)$", told.stdout, re.MULTILINE)
    assert commands
    assert str(workflow.folder) not in "\n".join(a or b for a, b in commands)


def test_the_catalog_finds_what_it_asks_for():
    """https://snakemake.github.io/snakemake-workflow-catalog/docs/catalog.html"""
    told = yaml.safe_load((ROOT / ".snakemake-workflow-catalog.yml").read_text())["usage"]
    assert set(told) == {"mandatory-flags", "software-stack-deployment", "report"}
    assert set(told["mandatory-flags"]) == {"desc", "flags"}
    assert told["software-stack-deployment"] == {"conda": False}  # test_lint below
    assert told["report"] == any("report(" in text for text in RULES.values())
    for name in ("Snakefile", "README.md", "LICENSE", "config/README.md", "config/config.yaml"):
        assert (ROOT / name).is_file()


def test_profile_holds_no_physics():
    for path in (ROOT / "workflow/profiles").rglob("config.yaml"):
        assert not re.search(r"^(config|configfile)", path.read_text(), re.MULTILINE)


def test_lint_finds_nothing_but_the_missing_conda_environments(workflow):
    """The command comes from the environment that Snakemake runs in, which is locked by hash."""
    told = workflow.command("snakemake", "--lint", "--configfile", CONFIG)
    titles = set(re.findall(r"^    \* (.*):$", told.stderr, re.MULTILINE))
    assert titles == {"Specify a conda environment or container for each rule."}


def test_workflow_is_formatted():
    files = ["Snakefile", *map(str, sorted(Path(ROOT / "workflow/rules").glob("*.smk")))]
    told = subprocess.run(
        [Path(sys.executable).with_name("snakefmt"), "--check", *files],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stderr
