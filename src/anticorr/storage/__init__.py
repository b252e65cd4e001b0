"""Files: records in NetCDF, specs in YAML or JSON, unfinished runs. A file appears whole or not at all."""

from anticorr.storage.export import ENDINGS, export
from anticorr.storage.initial import read_positions
from anticorr.storage.labelled import read_labelled
from anticorr.storage.partial import Partial
from anticorr.storage.points import Points, read_points
from anticorr.storage.records import is_record, open_record, read_record, write_record
from anticorr.storage.text import completed, read_changes, read_config, read_yaml
from anticorr.storage.whole import check_writable, write_whole

__all__ = [
    "ENDINGS",
    "Partial",
    "Points",
    "check_writable",
    "completed",
    "export",
    "is_record",
    "open_record",
    "read_changes",
    "read_config",
    "read_labelled",
    "read_points",
    "read_positions",
    "read_record",
    "read_yaml",
    "write_record",
    "write_whole",
]
