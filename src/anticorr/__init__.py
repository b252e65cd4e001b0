"""Order from anti-correlated noise.

    import anticorr as ac
    trajectory = ac.simulate(spec)
    fit = ac.fit_exponent(ac.measure(trajectory))

Names load on first use, so that `import anticorr` is quick.
"""

import importlib

TYPE_CHECKING = False  # type checkers take it for true; `typing` would take longer to load than this module
if TYPE_CHECKING:
    from typing import Any

    from anticorr import companions, errors, learning, noise, storage
    from anticorr.exponents.planning import plan
    from anticorr.specs import Spec
    from anticorr.stages.fit import run as fit_exponent
    from anticorr.stages.measure import run as measure
    from anticorr.stages.measure import structure_factor
    from anticorr.stages.predict import run as predict
    from anticorr.stages.simulate import run as simulate
    from anticorr.stages.train import run as train

    __version__: str

_HOMES = {
    "Spec": ("anticorr.specs", "Spec"),
    "simulate": ("anticorr.stages.simulate", "run"),
    "measure": ("anticorr.stages.measure", "run"),
    "structure_factor": ("anticorr.stages.measure", "structure_factor"),
    "fit_exponent": ("anticorr.stages.fit", "run"),
    "predict": ("anticorr.stages.predict", "run"),
    "plan": ("anticorr.exponents.planning", "plan"),
    "train": ("anticorr.stages.train", "run"),
    "companions": ("anticorr.companions", None),
    "noise": ("anticorr.noise", None),
    "learning": ("anticorr.learning", None),
    "errors": ("anticorr.errors", None),
    "storage": ("anticorr.storage", None),
}

__all__ = [
    "Spec",
    "companions",
    "errors",
    "fit_exponent",
    "learning",
    "measure",
    "noise",
    "plan",
    "predict",
    "simulate",
    "storage",
    "structure_factor",
    "train",
]


def __getattr__(name: str) -> "Any":
    if name == "__version__":
        return importlib.import_module("importlib.metadata").version(__name__)
    if name not in _HOMES:
        raise AttributeError(f"module 'anticorr' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    home = importlib.import_module(module)
    return home if attribute is None else getattr(home, attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
