"""`anticorr explore`: finds the records of finished scales, and writes the page with the sliders."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from anticorr import layout
from anticorr.cli.checks import collect, outs
from anticorr.errors import InputError

_OF_FRAMES = ("position", "diameter", "step", "time", "energy")
"""What the page needs of a trajectory, of its last frame."""


def explore(options: Any) -> None:
    from anticorr import storage

    folders = options.folders or ["results"]
    out = options.out or str(Path(folders[0]) / "explore.html")
    *listed, _ = collect(
        *[lambda folder=folder: record_files(folder) for folder in folders], lambda: outs([out], ".html")
    )
    from anticorr.explorer import chosen, families, page
    from anticorr.figures.states import gather

    files = [path for each in listed for path in each]
    told = collect(*[lambda path=path: storage.read_attributes(path) for path in files])
    kept = chosen(dict(zip(files, told, strict=True)))
    records = collect(*[lambda path=path: _read(path) for path in kept])
    found = families(gather(*records))
    if not found:
        raise InputError(
            f"{' '.join(folders)}: got {_counted(records)} of which no two differ in c_t, c_s or H "
            "alone, wanted fits, spectra or trajectories of states that do"
        )
    storage.write_text(out, page(found, " ".join(folders)))


def record_files(folder: str) -> list[Path]:
    """Records of a scale in its results folder, without those of scales below it; in any other folder all.

    Raises InputError where there is no folder, or no record in it. Unfinished runs are left out.
    """
    from anticorr import storage

    place = Path(folder)
    if not place.is_dir():
        raise InputError(
            f"{folder}: no such folder; wanted: the results of a scale, as {layout.FOLDERS['fit']}/"
        )
    parts = [place / name for name in layout.FOLDERS.values() if (place / name).is_dir()]
    found = [
        path
        for part in parts or [place]
        for path in storage.files_below(part)
        if not any(step.endswith(".partial") or step[0] == "." for step in path.relative_to(place).parts)
    ]
    if not found:
        raise InputError(
            f"{folder}: got a folder without records, wanted the results of a scale that has run"
        )
    return found


def _read(path: Path) -> Any:
    """A record; of a trajectory the last frame, and its series."""
    from anticorr import storage

    with storage.open_record(path) as record:
        if record.attrs["kind"] != "trajectory":
            return record.load()
        kept = record[[name for name in _OF_FRAMES if name in record.variables]]
        return (kept.isel(frame=slice(-1, None)) if "frame" in kept.dims else kept).load()


def _counted(records: Sequence[Any]) -> str:
    return "1 record" if len(records) == 1 else f"{len(records)} records"
