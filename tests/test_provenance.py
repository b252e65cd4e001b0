"""Digests: of code, blind to comments; of contents, blind to where they came from."""

import importlib.metadata
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from anticorr import provenance
from anticorr.specs import parse
from tests.conftest import spec_data

PACKAGE = Path(provenance.__file__).parent
SIMULATE, MEASURE = "anticorr.stages.simulate", "anticorr.stages.measure"


def clear():
    provenance._file.cache_clear()
    provenance._read.cache_clear()
    provenance._versions.cache_clear()
    provenance.code_digest.cache_clear()


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of the package's source that `provenance` looks at."""
    shutil.copytree(PACKAGE, tmp_path / "anticorr", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(provenance, "_ROOT", tmp_path / "anticorr")
    clear()
    yield tmp_path / "anticorr"
    clear()


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    clear()


def test_copy_has_the_digest_of_the_original(copied, monkeypatch):
    of_copy = provenance.code_digest(SIMULATE)
    monkeypatch.setattr(provenance, "_ROOT", PACKAGE)
    clear()
    assert provenance.code_digest(SIMULATE) == of_copy


def test_comments_docstrings_and_layout_do_not_count(copied):
    before = provenance.code_digest(SIMULATE)
    kernels = copied / "engine" / "_motion.py"
    edit(kernels, '"""Noise and moves', '"""Words. Noise and moves')
    edit(kernels, '    """sigma h_0."""\n', "\n\n    # another comment\n\n")
    edit(kernels, '"""white[a, k - lo] = normal', '"""Other words about normal')
    edit(kernels, "sums[:] = 0.0", "sums[:] = (\n        0.0  # at first\n    )")
    assert provenance.code_digest(SIMULATE) == before


def test_types_of_functions_do_not_count(copied):
    before = provenance.code_digest(SIMULATE)
    edit(
        copied / "engine" / "_motion.py", "lo: Index, hi: Index, white: np.ndarray,", "lo, hi: int, white,"
    )
    edit(copied / "engine" / "snapshot.py", "out: np.ndarray) -> None:", "out):")
    edit(
        copied / "engine" / "snapshot.py",
        "import numpy as np\n",
        "import numpy as np\n\nif TYPE_CHECKING:\n    from anticorr.figures import style\n",
    )
    assert provenance.code_digest(SIMULATE) == before
    edit(copied / "engine" / "snapshot.py", "    from anticorr", "    pass\nelse:\n    from anticorr")
    assert provenance.code_digest(SIMULATE) != before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("engine/potentials/harmonic.py", "0.5 * overlap", "0.25 * overlap"),
        ("engine/_motion.py", "step_size * f", "step_size * f * 1.0"),
        ("noise/philox.py", "0xD2511F53", "0xD2511F54"),
        ("noise/gaussian.py", "1023 + 33", "1023 + 34"),
        ("accelerate.py", 'error_model="numpy"', 'error_model="python"'),
    ],
)
def test_code_counts_however_deep(copied, file, old, new):
    before = provenance.code_digest(SIMULATE)
    edit(copied / file, old, new)
    assert provenance.code_digest(SIMULATE) != before


def test_code_that_is_not_used_does_not_count(copied):
    simulate, measure = provenance.code_digest(SIMULATE), provenance.code_digest(MEASURE)
    edit(copied / "spectra" / "wavevectors.py", "import numpy as np", "import numpy as np\n\nONE = 1")
    assert provenance.code_digest(SIMULATE) == simulate
    assert provenance.code_digest(MEASURE) != measure


def test_code_of_the_modes_counts_where_they_are_taken(copied):
    plain, modes = parse(spec_data()), parse(spec_data(**{"record.modes": {"k_max": 2.0}}))
    before = [provenance.code_digest(*spec.stages) for spec in (plain, modes)]
    edit(copied / "spectra" / "wavevectors.py", "import numpy as np", "import numpy as np\n\nONE = 1")
    after = [provenance.code_digest(*spec.stages) for spec in (plain, modes)]
    assert after[0] == before[0]
    assert after[1] != before[1]


def test_closure_holds_the_kernels_and_no_figures():
    found = provenance._closure((SIMULATE,))
    assert found >= {
        SIMULATE, "anticorr.engine.run", "anticorr.engine._kernels", "anticorr.engine._forces",
        "anticorr.engine._sorting", "anticorr.engine.potentials", "anticorr.noise.philox",
        "anticorr.noise.gaussian", "anticorr.accelerate", "anticorr.specs", "anticorr.records",
    }  # fmt: skip
    assert not [name for name in found if "figures" in name or "spectra" in name or "cli" in name]
    assert all(name.startswith("anticorr.") for name in found)


def test_imports_inside_functions_count(copied):
    edit(
        copied / "stages" / "simulate.py",
        "    absorbed = run_particles",
        "    from anticorr.figures import style  # noqa\n    absorbed = run_particles",
    )
    assert "anticorr.figures.style" in provenance._closure((SIMULATE,))


@pytest.mark.parametrize("name", ["numba.config", "numpy.records", "xarray.storage", "cli.errors"])
def test_modules_of_other_packages_are_not_taken_for_ours(name):
    assert provenance._file(name) is None


def test_code_digest_is_the_same_in_another_process():
    said = subprocess.run(
        [sys.executable, "-c", f"from anticorr import provenance as p; print(p.code_digest({SIMULATE!r}))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout.strip() == provenance.code_digest(SIMULATE)


@pytest.mark.parametrize("kind", ["trajectory", "spectrum", "fit", "theory"])
def test_one_bit_changes_the_content_digest(make_record, kind):
    record = make_record(kind)
    digests = {provenance.content_digest(record)}
    for name in record.variables:
        changed = record.copy(deep=True)
        values = record[name].values.copy()
        values.reshape(-1).view(np.uint8)[0] ^= 1
        digests.add(provenance.content_digest(changed.assign({name: (record[name].dims, values)})))
    assert len(digests) == 1 + len(record.variables)


def test_type_shape_name_and_spec_change_the_content_digest(make_record):
    record = make_record("trajectory", energy=np.zeros(8))
    digests = {
        provenance.content_digest(changed)
        for changed in (
            record,
            record.assign(energy=record["energy"].astype(np.float32)),
            record.assign(energy=record["energy"].astype(np.int64)),
            record.assign(energy=record["energy"].astype(">f8")),
            record.assign(energy=-record["energy"]),
            record.transpose("particle", ...),
            record.rename(energy="power"),
            record.drop_vars("energy"),
            record.assign_attrs(spec="{}"),
        )
    }
    assert len(digests) == 9


def test_provenance_does_not_change_the_content_digest(make_record):
    record = make_record("fit")
    other = record.assign_attrs(
        code_digest="x",
        versions="y",
        git_revision="z",
        machine="m",
        inputs="i",
        seed=99,
        started="s",
        duration_s=1.0,
        digest="d",
    )
    other["S"].attrs["long_name"] = "words"
    assert provenance.content_digest(other) == provenance.content_digest(record)
    backwards = record[list(reversed(list(record.variables)))]
    assert provenance.content_digest(backwards) == provenance.content_digest(record)


def test_attributes_say_where_from_and_when():
    clock = provenance.Clock()
    told = provenance.attributes("anticorr.stages.fit", clock=clock, spectrum_1="12", spectrum_2="34")
    assert {name for name, value in told.items() if not isinstance(value, str)} == {"duration_s"}
    assert 0 <= told["duration_s"] <= clock.seconds
    assert abs(datetime.now(UTC) - datetime.fromisoformat(told["started"])) < timedelta(minutes=10)
    assert re.fullmatch(r"\w+ \w+, (1 core|\d+ cores)", told["machine"])
    assert provenance.inputs_of(told["inputs"]) == [("spectrum_1", "12"), ("spectrum_2", "34")]
    assert provenance.inputs_of("") == []
    assert told["inputs"] == "spectrum_1 12, spectrum_2 34"
    assert told["code_digest"] == provenance.code_digest("anticorr.stages.fit")
    for name in ("anticorr", "python", "numpy", "numba", "finufft"):
        assert f"{name} " in told["versions"]


def test_git_revision_tells_whether_files_were_changed(tmp_path, monkeypatch):
    def git(*arguments):
        about = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *about, *arguments], cwd=tmp_path, check=True, capture_output=True)

    def revision():
        provenance.git_revision.cache_clear()
        return provenance.git_revision()

    source = tmp_path / "provenance.py"
    source.write_text("x = 1\n")
    git("init")
    git("add", ".")
    git("commit", "--message", "one")
    monkeypatch.setattr(provenance, "_ROOT", tmp_path)
    monkeypatch.setattr(provenance, "__file__", str(source))
    clean = revision()
    assert re.fullmatch("[0-9a-f]{7,}", clean)
    source.write_text("x = 2\n")
    assert revision() == f"{clean}-dirty"
    (tmp_path / "another.py").write_text("not in the repository\n")
    source.write_text("x = 1\n")
    assert revision() == clean
    provenance.git_revision.cache_clear()


def test_git_revision_of_an_installed_package_is_unknown(tmp_path, monkeypatch):
    monkeypatch.setattr(provenance, "_ROOT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    provenance.git_revision.cache_clear()
    assert provenance.git_revision() == "unknown"
    provenance.git_revision.cache_clear()


def test_versions_of_extras_count_where_they_are_imported(monkeypatch):
    """JAX for trainings, not for simulations; so another JAX trains anew and simulates nothing."""
    told = {stage: provenance.versions(f"anticorr.stages.{stage}") for stage in ("train", "simulate")}
    assert {name: "jaxlib " in text for name, text in told.items()} == {"train": True, "simulate": False}
    assert "optax " in told["train"]
    before = {stage: provenance.code_digest(f"anticorr.stages.{stage}") for stage in told}
    real = importlib.metadata.version
    monkeypatch.setattr(
        importlib.metadata, "version", lambda name: "99" if name == "jaxlib" else real(name)
    )
    clear()
    after = {stage: provenance.code_digest(f"anticorr.stages.{stage}") for stage in told}
    clear()
    assert after["train"] != before["train"]
    assert after["simulate"] == before["simulate"]
