"""A record in words."""

import json
from typing import Any

import numpy as np
import xarray as xr

_ORIGIN = (
    "digest", "code_digest", "versions", "git_revision", "machine", "started", "duration_s", "inputs",
    "own_runs", "seed", "absorbed_at", "rounding",
    "sums", "errors", "state", "state_reason", "relaxed", "hyperuniformity", "diffusion_from",
)  # fmt: skip


def describe(record: xr.Dataset) -> str:
    """Kind, origin, spec, numbers and arrays of a record, as text."""
    attributes = record.attrs
    lines = [f"{attributes['kind']} record, schema {attributes['schema_version']}"]
    for key in _ORIGIN:
        if attributes.get(key, "") != "":
            lines.append(f"  {key:<17}{attributes[key]}")
    if "spec" in attributes:
        lines.append("spec")
        lines += [f"  {key:<32}{value}" for key, value in _flat(json.loads(attributes["spec"]))]
    scalars = [n for n in map(str, record.variables) if record[n].ndim == 0 and not n.startswith("state_")]
    arrays = [n for n in map(str, record.variables) if record[n].ndim > 0 and not n.startswith("state_")]
    if scalars:
        lines.append("numbers")
        for name in scalars:
            if name.endswith("_err"):
                continue
            value = f"{float(record[name]):.6g}"
            if f"{name}_err" in record:
                value += f" +- {float(record[f'{name}_err']):.2g}"
            lines.append(f"  {name:<24}{value:<26}{_unit(record[name]):<14}{_meaning(record[name])}")
    if arrays:
        lines.append("arrays")
        for name in arrays:
            shape = ", ".join(f"{d} {n}" for d, n in record[name].sizes.items())
            lines.append(f"  {name:<28}({shape})  {_span(record[name].values)} {_unit(record[name])}")
            lines.append(f"  {'':<28}{_meaning(record[name])}")
    return "\n".join(lines)


def _span(values: np.ndarray) -> str:
    """Least and largest number; of text what there is."""
    if values.dtype.kind not in "biuf":
        return ", ".join(dict.fromkeys(map(str, values.ravel())))
    values = values[~np.isnan(values)]
    return f"{values.min():.4g} to {values.max():.4g}" if values.size else "no number"


def _unit(variable: xr.DataArray) -> str:
    unit = variable.attrs.get("units", "")
    return "" if unit == "1" else unit


def _meaning(variable: xr.DataArray) -> str:
    return variable.attrs.get("long_name", "")


def _flat(mapping: dict[str, Any], prefix: str = "") -> list[tuple[str, object]]:
    found = []
    for key, value in mapping.items():
        if isinstance(value, dict):
            found += _flat(value, f"{prefix}{key}.")
        else:
            found.append((prefix + key, value))
    return found
