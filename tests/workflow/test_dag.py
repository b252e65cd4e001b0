"""A tiny graph end to end: it runs, does nothing twice, and bad configurations stop it in words."""

from anticorr import config, storage
from anticorr.cli import main
from tests.killing import digest
from tests.workflow.copies import CONFIG


def test_everything_asked_for_is_there(workflow):
    results = workflow.folder / "results/tiny"
    for name in ("figure-1", "figure-2"):
        assert (results / f"figures/{name}.pdf").read_bytes().startswith(b"%PDF")
        assert (results / f"figures/{name}.png").stat().st_size > 10_000
    claims = (results / "claims/claims.csv").read_text().split("\n")
    assert len(claims) > 5
    assert (results / "claims/claims.md").read_text().startswith("# Claims")
    assert (results / "claims/claims.html").read_text().startswith("<!DOCTYPE html>")
    runs = sorted(path.name for path in (results / "trajectories/temporal/c_0").glob("*.nc"))
    assert runs == ["lattice.nc", "seed-1.nc"]


def test_a_figure_is_led_back_to_every_spec(workflow, capsys):
    """figure <- fits <- spectra <- trajectories <- specs: nothing is missing."""
    figure = workflow.folder / "results/tiny/figures/figure-1.pdf"
    assert main(["describe", str(figure), "--lineage"]) == 0
    told = capsys.readouterr().out
    plan = config.read(storage.read_config(workflow.folder / CONFIG))
    for spec in config.expand(plan).values():
        assert f"spec {spec.canonical_json()}" in told
    assert "missing" not in told


def test_second_run_does_nothing(workflow):
    assert workflow.planned() == {}


def test_every_job_has_a_log(workflow):
    logs = workflow.folder / "results/tiny/logs"
    for rule in ("simulate", "measure", "fit", "predict"):
        written = sorted(path.name for path in (logs / rule / "temporal").glob("*.log"))
        assert written == ["c_-0.9.log", "c_0.log"]
    assert "700/700 steps" in (logs / "simulate/temporal/c_0.log").read_text()


def test_bad_configuration_stops_with_every_problem(workflow):
    text = (workflow.folder / CONFIG).read_text()
    workflow.edit(CONFIG, "packing_fraction: 0.8", "packing_fraction: -1")
    workflow.edit(CONFIG, "fit_k_max: 3.0", "fit_k_max: 3.0\ncolour: red")
    told = workflow.run("--dry-run")
    (workflow.folder / CONFIG).write_text(text)
    output = told.stdout + told.stderr
    assert told.returncode != 0
    assert "colour: unknown key" in output


def test_jobs_of_several_states(workflow):
    """Two states in one job: the records of each are those of its own job."""
    config = "config/together.yaml"
    text = (workflow.folder / CONFIG).read_text()
    text = text.replace("results: results/tiny", "results: results/together")
    text = text.replace("    points:", "    states_per_job: 2\n    points:")
    (workflow.folder / config).write_text(text)
    target = "results/together/fits/temporal/c_-0.9.nc"
    done = workflow.command("snakemake", target, "--cores", "2", "--configfile", config)
    assert done.returncode == 0, done.stdout + done.stderr
    one, other = (workflow.folder / "results" / scale for scale in ("tiny", "together"))
    assert (other / "trajectories/temporal/states-1-2/c_0/lattice.nc").exists()
    assert digest(one / "fits/temporal/c_-0.9.nc") == digest(other / "fits/temporal/c_-0.9.nc")
