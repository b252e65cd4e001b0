"""What the jobs of a scale took, those that have run, beside what `anticorr plan` expects of them.

    python -m benchmarks.costs                       the default scale, in its folder
    python -m benchmarks.costs config/smoke.yaml     prints a Markdown table for benchmarks/RESULTS.md

Times are those of the stages within their processes (`duration_s` of the records); beside them is what each
process took more by Snakemake's notes: to start, to read and to write. Sizes are those of the files.
"""

import argparse
from collections import defaultdict
from pathlib import Path

from anticorr import config, costs, graph, storage

_RECORDS = ("simulate", "measure", "fit", "predict", "landscape", "train", "companion")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("config", nargs="?", default="config/config.yaml")
    options = parser.parse_args()
    rows = defaultdict(lambda: [0, 0.0, 0.0, 0.0, 0.0, 0.0])
    for job in graph.Graph(config.read(storage.read_config(options.config))).jobs():
        output = Path(job.output)
        if job.rule not in _RECORDS or not output.exists():
            continue
        files = [*storage.records_in(output).values()] if output.is_dir() else [output]
        took = sum(float(storage.read_attributes(file)["duration_s"]) for file in files)
        size = sum(file.stat().st_size for file in files) / 1e6
        expected = job.cost.seconds - costs.START_SECONDS
        noted = next(one for one in storage.jobs_behind([job.output]) if job.output in one.outputs)
        new = (1, expected, took, noted.ended - noted.started - took, job.cost.disk, size)
        rows[job.rule] = [a + b for a, b in zip(rows[job.rule], new, strict=True)]
    heads = "expected, s | took, s | ratio | beside it, s a job | disk expected, MB | disk, MB"
    print(f"| rule | jobs | {heads} |\n{'|---' * 8}|")  # noqa: T201
    for rule, row in [*rows.items(), ("all", [sum(column) for column in zip(*rows.values(), strict=True)])]:
        jobs, expected, took, beside, disk, size = row
        times = f"{expected:.0f} | {took:.0f} | {took / expected:.2f} | {beside / jobs:.1f}"
        print(f"| {rule} | {jobs} | {times} | {disk:.0f} | {size:.0f} |")  # noqa: T201


if __name__ == "__main__":
    main()
