"""Correlated noise in learning: an optax transformation, private mechanisms, ensembles of descents.

`correlated_noise` and what belongs to it need JAX, `private` does not; names load on first use.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from anticorr.learning import curvature, private
    from anticorr.learning.correlated import coefficients, correlated_noise, stacked, stripped

_HOMES = {
    "correlated_noise": "anticorr.learning.correlated",
    "coefficients": "anticorr.learning.correlated",
    "stacked": "anticorr.learning.correlated",
    "stripped": "anticorr.learning.correlated",
    "curvature": None,
    "private": None,
}

__all__ = ["coefficients", "correlated_noise", "curvature", "private", "stacked", "stripped"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = _HOMES[name]
    if home is None:
        return importlib.import_module(f"{__name__}.{name}")
    return getattr(importlib.import_module(home), name)


def __dir__() -> list[str]:
    return sorted(__all__)
