"""Benchmarks run as scripts: nothing in their folder stands in for a package that others import."""

import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"


@pytest.mark.parametrize("script", ["engine", "spectra", "coverage", "startup"])
def test_benchmark_starts_as_a_script(script):
    code = f"import sys; sys.path.insert(0, {str(FOLDER)!r}); sys.argv = ['x']; import runpy; import numba"
    code += f"; runpy.run_path({str(FOLDER / f'{script}.py')!r}, run_name='not run')"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
