"""What ran: jobs, times and sizes by rule, and the graph of the rules."""

from collections import defaultdict
from datetime import UTC, datetime
from graphlib import TopologicalSorter
from html import escape

from anticorr.figures.claims.summary import number_of
from anticorr.report.rule_graph import arcs
from anticorr.report.writing import seconds, size, table
from anticorr.storage import Job
from anticorr.variables import COMPANIONS

_RULES = {
    "trajectory": "simulate",
    "spectrum": "measure",
    "fit": "fit",
    "theory": "predict",
    "landscape": "landscape",
    "training": "train",
    **dict.fromkeys(COMPANIONS, "companion"),
}
"""That makes each kind of record."""


def ran(jobs: list[Job], records: list[dict[str, str]]) -> str:
    """Sum of all, the graph, a row for each rule; records: attributes of each."""
    if not jobs:
        return "<p>Nothing is noted of the jobs here: results were moved, or not made by the workflow.</p>"
    reads = rules(jobs)
    by_rule = {rule: [job for job in jobs if job.rule == rule] for rule in reads}
    work: dict[str, float] = defaultdict(float)
    for record in records:
        work[_RULES[record["kind"]]] += float(record.get("duration_s", 0))
    lines = [(f"<code>{escape(rule)}</code>", *_summed(by_rule[rule], work[rule])) for rule in by_rule]
    lines.append(("all", *_summed(jobs, sum(work.values()))))
    head = ("rule", "jobs", "wall time", "longest job", "work", "output")
    summed = table(head, lines, "jobs by rule", (1, 2, 3, 4, 5))
    return (
        f"<p>{when(jobs)} Wall time is that of jobs from start to end, added up, also where they ran side "
        "by side; what an earlier run made counts as it was then. Work is what the records tell that they "
        "took, also those that came from a cache. Names in the graph are rules; lines go down to the rules "
        "that read what one made.</p>\n"
        f'<div class="beside">\n{arcs(reads)}\n{summed}\n</div>'
    )


def rules(jobs: list[Job]) -> dict[str, list[str]]:
    """The rules whose output each rule reads, in an order in which that is above."""
    maker = {output: job.rule for job in jobs for output in job.outputs}
    reads: dict[str, set[str]] = defaultdict(set)
    for job in jobs:
        reads[job.rule] |= {maker[path] for path in job.read} - {job.rule}
    order = list(TopologicalSorter({rule: sorted(reads[rule]) for rule in sorted(reads)}).static_order())
    return {rule: sorted(reads[rule], key=order.index) for rule in order}


def when(jobs: list[Job]) -> str:
    """'21 jobs, the first from 2026-11-21 23:20, the last to 23:22 UTC.'"""
    first, last = (
        datetime.fromtimestamp(moment, UTC)
        for moment in (min(job.started for job in jobs), max(job.ended for job in jobs))
    )
    until = f"{last:%H:%M}" if first.date() == last.date() else f"{last:%Y-%m-%d %H:%M}"
    return f"{number_of(len(jobs), 'job')}, the first from {first:%Y-%m-%d %H:%M}, the last to {until} UTC."


def _summed(jobs: list[Job], work: float) -> tuple[str, ...]:
    """Number of jobs, their times, the longest, the work of their records, bytes of their outputs."""
    times = [max(job.ended - job.started, 0.0) for job in jobs]
    told = seconds(work) if work else "–"
    return f"{len(jobs):,}", seconds(sum(times)), seconds(max(times)), told, size(sum(j.size for j in jobs))
