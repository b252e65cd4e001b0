"""Files of the user that a spec names: what a record made from them tells, before it is made."""

import hashlib
from pathlib import Path

from anticorr.errors import InputError
from anticorr.provenance import array_digest, listed
from anticorr.specs import Spec
from anticorr.specs.training import Training
from anticorr.storage.labelled import read_labelled
from anticorr.storage.records import read_attributes


def digests_of_files(spec: Spec | Training, folder: str | Path = "") -> str:
    """What the record of a spec will say of files that the spec names, in its attribute `inputs`; or "".

    Positions lie relative to `folder`: of a record the digest of its contents counts, as it tells it, of an
    .npy file that of its bytes. Raises InputError when a file is missing, or cannot be read.
    """
    if not spec.files:
        return ""
    if isinstance(spec, Training):
        samples, labels = read_labelled(*spec.files)
        return listed({"files": array_digest(samples=samples, labels=labels)})
    path = Path(folder, *spec.files)
    if path.suffix != ".npy" and path.is_file():
        return listed({"initial": read_attributes(path).get("digest", "")})
    try:
        return listed({"initial": hashlib.sha256(path.read_bytes()).hexdigest()[:16]})
    except OSError as error:
        reason = "no such file" if isinstance(error, FileNotFoundError) else error.strerror
        raise InputError(f"{path}: {reason}") from None
