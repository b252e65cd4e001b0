"""The README: every command in it runs, long ones on the tiny scale; its table of figures is true."""

import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest
import yaml

from anticorr import config, layout, storage
from anticorr.cli import main, movie, scales
from anticorr.graph import Graph
from anticorr.stages import predict
from tests.conftest import spec_data
from tests.workflow.copies import CONFIG, ROOT, copied

README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = [
    line.split(" #")[0].strip()
    for line in re.findall(r"^    ((?:make|anticorr|snakemake|source) .*)$", README, re.MULTILINE)
]
ELSEWHERE = ("source .venv/bin/activate", "anticorr doctor")
"""In every other command's environment; in tests/test_help.py."""
BY_HAND = COMMANDS[COMMANDS.index("anticorr simulate docs/spec.yaml --out traj.nc") :]


@pytest.fixture(scope="module")
def clone(tiny, tmp_path_factory):
    """A finished tiny scale in the place of all scales, with this environment as its own."""
    made = copied(tiny, tmp_path_factory.mktemp("readme"))
    (made.folder / "requirements.lock").touch()
    shutil.copy(ROOT / "pyproject.toml", made.folder)
    (made.folder / ".venv").mkdir()
    (made.folder / ".venv/bin").symlink_to(Path(sys.executable).parent)
    (made.folder / ".venv/.ready").touch()
    for name in ("config", "smoke", "paper"):
        shutil.copy(made.folder / CONFIG, made.folder / f"config/{name}.yaml")
    (made.folder / "results/report.html").touch()
    return made


def _of_a_clone():
    """`make report` makes the figures of the default scale; to make them alone, or those of another scale,
    is left to `make soak`."""
    for line in COMMANDS:
        if line not in (*BY_HAND, *ELSEWHERE):
            again = line in ("make figures", "make smoke")
            yield pytest.param(line, marks=pytest.mark.soak if again else (), id=line)


@pytest.mark.slow
@pytest.mark.parametrize("line", list(_of_a_clone()))
def test_command_of_a_clone_runs(line, clone):
    """Tests are listed and not run; a scale has run, so that little is left."""
    if line.startswith("make test"):
        line = line.replace("make", "make --dry-run")
    if line.startswith("snakemake"):
        line += " --dry-run"
        if "slurm" in line:
            pytest.importorskip("snakemake_executor_plugin_slurm")
    done = clone.command("bash", "-ec", line.replace("results/", "results/tiny/"))
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("target", "called"),
    [
        ("figures", "anticorr make config/config.yaml"),
        ("smoke", "anticorr make config/smoke.yaml"),
        ("figures CONFIG=a.yaml CORES=2 CACHE=c", "anticorr make --cores 2 --cache c a.yaml"),
        ("archive CONFIG=config/smoke.yaml", "anticorr verify results/bundle-smoke.zip"),
    ],
)
def test_target_calls_the_command_for_its_scale(target, called, clone):
    done = clone.command("make", "--dry-run", *target.split())
    assert called in [" ".join(line.split()).removeprefix(".venv/bin/") for line in done.stdout.split("\n")]


@pytest.mark.slow
def test_one_simulation_by_hand(tmp_path, monkeypatch, capsys):
    """The commands one after the other, on 1,024 particles."""
    for package in ("gsd", "imageio_ffmpeg"):
        pytest.importorskip(package)
    monkeypatch.setattr(predict, "SHORT", predict.SHORT | {"relax_steps": 20, "sample_steps": 400})
    monkeypatch.setattr(movie, "_DOTS", dict.fromkeys(movie._DOTS, 50))
    monkeypatch.chdir(tmp_path)
    Path("docs").mkdir()
    Path("docs/spec.yaml").write_text(yaml.safe_dump(spec_data(**{"system.particles": 1024})))
    assert len(BY_HAND) == 12
    for line in BY_HAND:
        assert main(shlex.split(line)[1:]) == 0, (line, capsys.readouterr().err)
        out = re.search(r"--out (\S+)", line)
        assert out is None or Path(out[1]).exists()


def test_library_example_runs(capsys):
    example = next(
        block for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if "ac." in block
    )
    for long, short in (("4096", "1024"), ("6000", "60"), ("12000", "1200"), ("150}", "15}")):
        assert long in example
        example = example.replace(long, short)
    exec(example, {})
    assert re.fullmatch(r"[-\d.]+ \+- [\d.]+\n", capsys.readouterr().out)


def test_table_has_every_figure_with_its_command_time_and_a_claim_about_it():
    plan = config.read(storage.read_config(ROOT / "config/config.yaml"))
    graph, claims = Graph(plan), (ROOT / "docs/claims.md").read_text("utf-8")
    rows = {
        row[0]: row[1:]
        for row in re.findall(r"^\| (\S+) \| `(\S+)` \| (.*?) \| (.*) \|$", README, re.MULTILINE)
    }
    assert set(rows) == set(plan.figures)
    for name, (target, time, claim) in rows.items():
        assert target == f"{plan.results}/figures/{name}.pdf"
        assert time == scales.time_of(graph.behind(name))
        if claim == "-":
            continue
        statement, verdicts = re.fullmatch(r"(.*) \*\*(.*)\*\*", claim).groups()
        key = next(key for key, each in plan.claims.items() if each.statement == statement)
        assert re.search(rf"^\| {key} \|.*\| {verdicts} \|$", claims, re.MULTILINE)
        assert plan.claims[key].addresses(layout.states_shown(plan, name)), name
