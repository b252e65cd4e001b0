"""The only Python of the workflow: the configuration, its jobs (anticorr.graph), and what they need.

A rule's parameters are all that its result depends on: the specs, the options, and the digest of the code
and of the versions that it rests on. Wildcards only name files. So the parameters decide what runs again,
and what is shared through a cache (docs/workflow.md; tests/workflow/test_rules.py holds it).
"""

import json
from pathlib import Path

from anticorr import config as scale
from anticorr import costs, layout
from anticorr.errors import InputError
from anticorr.graph import Graph
from anticorr.provenance import code_digest
from anticorr.text import completed, read_yaml

try:
    for file in workflow.configfiles:
        read_yaml(file)  # of keys that stand twice Snakemake keeps the last; this refuses them
    SCALE = completed(config, Path(*workflow.configfiles[-1:]).parent)
    PLAN = scale.read(SCALE)
    GRAPH = Graph(PLAN)
except InputError as error:
    raise WorkflowError(f"bad configuration\n{error}") from None

RESULTS = PLAN.results
FIGURE_FILES = [f"{RESULTS}/{file}" for name in PLAN.figures for file in layout.figure_files(name)]
CLAIMS = [f"{RESULTS}/{file}" for file in layout.claims_files() if GRAPH.has_claims]


wildcard_constraints:
    sweep="[^/]+",
    job="[^/]+",
    state="[^/]+",
    name="[^/]+",


def memory(cost):
    """MB to ask a scheduler for: half as much again as expected."""
    return round(1.5 * cost.memory)


def minutes(cost):
    """Minutes to ask a scheduler for: four times what is expected, and ten for a slow start."""
    return round(10 + 4 * cost.seconds / 60)
