"""numba's compiler, with types. The first call of a kernel compiles it; the machine code is kept for later processes.

numba looks at a kernel's own file to tell whether kept code is stale, and not at the files of the kernels that it calls, so that a
mended equation would go unheeded. Here the code is kept in a folder named after the content of every file of this room, and folders of other
content are removed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numba  # pyright: ignore[reportMissingTypeStubs]

from leeward.pharmacology.kept_code import kept_in

F = TypeVar("F", bound=Callable[..., Any])

_numba: Any = numba


def compiled(function: F) -> F:
    """A kernel of one thread."""
    return _kept(_numba.njit(cache=True, fastmath={"contract", "nsz"}), function)


def in_threads(function: F) -> F:
    """A kernel whose outermost `each` runs in threads."""
    return _kept(_numba.njit(cache=True, parallel=True), function)


each: Any = _numba.prange
"""`range` for the outermost loop of a kernel of `in_threads`."""


def _kept(compiler: Callable[[F], F], function: F) -> F:
    before = _numba.config.CACHE_DIR
    _numba.config.CACHE_DIR = str(_folder())
    try:
        return compiler(function)
    finally:
        _numba.config.CACHE_DIR = before


@cache
def sources() -> str:
    """SHA-256 over the files of this room."""
    total = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        total.update(file.name.encode() + b"\0" + file.read_bytes())
    return total.hexdigest()


@cache
def _folder() -> Path:
    """Where the machine code of these very sources is kept: beside them, or in the user's cache where that may not be written."""
    here, cache = Path(__file__).parent, os.environ.get("XDG_CACHE_HOME")
    place = here / "__pycache__" if os.access(here, os.W_OK) else Path(cache or Path.home() / ".cache") / "leeward"
    return kept_in(place, sources()[:16])
