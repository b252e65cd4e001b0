"""What ran: jobs, times and sizes by rule, and the graph of the rules."""

from collections import defaultdict
from datetime import UTC, datetime
from graphlib import TopologicalSorter
from html import escape

from anticorr.figures.claims.summary import number_of
from anticorr.report.rule_graph import arcs
from anticorr.report.writing import seconds, size, table
from anticorr.storage import Job


def ran(jobs: list[Job]) -> str:
    """Sum of all, the graph, a row for each rule."""
    if not jobs:
        return "<p>Nothing is noted of the jobs here: results were moved, or not made by the workflow.</p>"
    reads = rules(jobs)
    by_rule = {rule: [job for job in jobs if job.rule == rule] for rule in reads}
    lines = [(f"<code>{escape(rule)}</code>", *_summed(mine)) for rule, mine in by_rule.items()]
    lines.append(("all", *_summed(jobs)))
    head = ("rule", "jobs", "wall time", "longest job", "output")
    return (
        f"<p>{when(jobs)} Wall time is that of jobs from start to end, added up, also where they ran side "
        "by side; what an earlier run made counts as it was then. Names in the graph are rules; lines go "
        "down to the rules that read what one made.</p>\n"
        f'<div class="beside">\n{arcs(reads)}\n{table(head, lines, "jobs by rule", (1, 2, 3, 4))}\n</div>'
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


def _summed(jobs: list[Job]) -> tuple[str, ...]:
    """Number of jobs, their times, the longest, bytes of their outputs."""
    times = [max(job.ended - job.started, 0.0) for job in jobs]
    return f"{len(jobs):,}", seconds(sum(times)), seconds(max(times)), size(sum(job.size for job in jobs))
