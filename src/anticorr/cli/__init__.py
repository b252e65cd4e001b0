"""The `anticorr` command: opens files, shows progress and words errors.

Exit codes: 0 done, 1 failed while running, 2 bad input, 130 interrupted.
"""

import importlib
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

# Before numpy is imported: linear algebra on one thread sums in one order, however many cores there are.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

from anticorr.cli.parser import parser
from anticorr.errors import AnticorrError

_EXTRAS = {
    "bagit": "archive",
    "bokeh": "explorer",
    "imageio_ffmpeg": "movie",
    "jax": "learning",
    "matfree": "learning",
    "matplotlib": "figures",
    "optax": "learning",
    "psutil": "workflow",
    "sklearn": "learning",
}
"""What brings a package that not every command needs."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = parser().parse_args(arguments)
    # Before numba is imported: it reads its number of threads once. Passive waiting keeps barriers
    # cheap when the cores are shared.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        command = getattr(importlib.import_module(f"anticorr.cli.{options.module}"), options.name)
        command(options)
    except AnticorrError as error:
        for line in str(error).split("\n"):
            sys.stderr.write(f"anticorr {options.name}: {line}\n")
        return error.exit_code
    except MemoryError as error:
        sys.stderr.write(f"anticorr {options.name}: not enough memory ({error}); wanted: a smaller run\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write(f"anticorr {options.name}: interrupted, nothing written\n")
        return 130
    except BrokenPipeError:
        return 1
    except ModuleNotFoundError as error:
        package = (error.name or "").split(".")[0]
        if package not in _EXTRAS:
            raise
        sys.stderr.write(
            f"anticorr {options.name}: got no package {package}, wanted it installed: "
            f"pip install 'anticorr[{_EXTRAS[package]}]'\n"
        )
        return 2
    return 0


def _interrupt(*_: Any) -> NoReturn:
    raise KeyboardInterrupt
