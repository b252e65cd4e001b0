"""One process at a time in a folder. The lock is the system's: it ends with the process that holds it."""

import fcntl
import os
from pathlib import Path

from anticorr.errors import InputError
from anticorr.storage.whole import reason


def lock_folder(folder: Path) -> int:
    """Make the folder if it is not there, and lock it; closing the returned handle unlocks it.

    Raises InputError when another process has it, or when it cannot be made.
    """
    path = folder / "lock"
    while True:
        handle = None
        try:
            folder.mkdir(exist_ok=True)
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(handle), os.stat(path)):
                return handle
        except FileNotFoundError:
            pass  # removed meanwhile by the process that had it: make it again
        except BlockingIOError:
            if handle is not None:
                os.close(handle)
            raise InputError(f"{folder}: another process is at work there; wanted: its end") from None
        except OSError as error:
            raise InputError(f"{folder}: could not be made ({reason(error)})") from None
        if handle is not None:
            os.close(handle)
