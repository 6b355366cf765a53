"""The folder in which machine code is kept between processes. Those of other sources are removed, unless a process still uses one."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from pathlib import Path

PREFIX = "kernels-"
IN_USE = "in-use"
"""A file in each folder; every process that uses the folder holds a shared lock on it until it ends, however it ends."""

_HELD: list[int] = []
"""The locks of this process."""


def kept_in(place: Path, name: str) -> Path:
    """The folder of these sources in `place`, locked as in use until this process ends; folders that nobody uses are removed.

    What cannot be written or removed is left as it is: the code is then compiled anew.
    """
    mine = place / f"{PREFIX}{name}"
    with contextlib.suppress(OSError):
        _hold(mine)
        for other in place.glob(f"{PREFIX}*"):
            if other != mine:
                _removed_unless_used(other)
    return mine


def _hold(folder: Path) -> None:
    """Lock the folder as in use; made anew where another process removed it before the lock was had."""
    while True:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            with contextlib.suppress(FileExistsError):
                folder.mkdir()
            lock = os.open(folder / IN_USE, os.O_RDONLY | os.O_CREAT, 0o644)
            fcntl.flock(lock, fcntl.LOCK_SH)
            if _is_of(lock, folder):
                _HELD.append(lock)
                return
            os.close(lock)


def _removed_unless_used(folder: Path) -> None:
    with contextlib.suppress(OSError):
        lock = os.open(folder / IN_USE, os.O_RDONLY | os.O_CREAT, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_of(lock, folder):
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(lock)


def _is_of(lock: int, folder: Path) -> bool:
    """Whether the locked file is the one that stands in the folder now: another process may have removed it, and a third made a new one."""
    try:
        return os.path.samestat(os.fstat(lock), os.stat(folder / IN_USE))
    except FileNotFoundError:
        return False
