"""Files: records in NetCDF, specs, notes of jobs, unfinished runs. A file appears whole or not at all."""

from anticorr.storage.export import ENDINGS, export
from anticorr.storage.folders import Folder, check_folder, files_below, records_in
from anticorr.storage.initial import read_positions
from anticorr.storage.jobs import Job, is_noted, jobs_behind
from anticorr.storage.labelled import read_labelled
from anticorr.storage.movie import MOST_A_SECOND, MOVIES, ffmpeg, write_movie
from anticorr.storage.named_files import digests_of_files
from anticorr.storage.origin import SIGNED, find_records, read_origin, results_folder
from anticorr.storage.partial import Partial, holds_run
from anticorr.storage.points import Points, read_points
from anticorr.storage.records import is_record, open_record, read_attributes, read_record, write_record
from anticorr.storage.whole import check_writable, read_bytes, write_text, write_whole
from anticorr.text import completed, read_changes, read_config, read_rows, read_yaml

__all__ = [
    "ENDINGS",
    "MOST_A_SECOND",
    "MOVIES",
    "SIGNED",
    "Folder",
    "Job",
    "Partial",
    "Points",
    "check_folder",
    "check_writable",
    "completed",
    "digests_of_files",
    "export",
    "ffmpeg",
    "files_below",
    "find_records",
    "holds_run",
    "is_noted",
    "is_record",
    "jobs_behind",
    "open_record",
    "read_attributes",
    "read_bytes",
    "read_changes",
    "read_config",
    "read_labelled",
    "read_origin",
    "read_points",
    "read_positions",
    "read_record",
    "read_rows",
    "read_yaml",
    "records_in",
    "results_folder",
    "write_movie",
    "write_record",
    "write_text",
    "write_whole",
]
