"""Nearness in meaning, from a small model that comes as a package: `pip install 'leeward[semantic]'`.

The model is WordLlama's: one vector of 256 numbers for each of 32,000 word pieces, 16 MB, inside the wheel. A sentence is
the mean of its pieces. The two files are read from the installed package and its code is not imported, because that code
can download, and sets the program's log when it is imported. Without the package, `meaning()` is None.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

PACKAGE = "wordllama"
WEIGHTS = "weights/l2_supercat_256.safetensors"
TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"
BATCH = 256


class Meaning:
    """The model, loaded: sentences to vectors of length one, whose product is their nearness from -1 to 1."""

    def __init__(self, folder: Path) -> None:
        from safetensors.numpy import load_file  # pyright: ignore[reportUnknownVariableType]
        from tokenizers import Tokenizer

        loaded: dict[str, Any] = load_file(str(folder / WEIGHTS))
        self._pieces = loaded["embedding.weight"]
        self._tokenizer: Any = Tokenizer.from_file(str(folder / TOKENIZER))
        self.name = f"{PACKAGE} {version(PACKAGE)}, l2_supercat, 256 numbers a sentence"

    def vectors(self, sentences: Sequence[str]) -> Vectors:
        """One row a sentence; a sentence without a known piece has zeros, near to nothing."""
        import numpy as np

        found = np.zeros((len(sentences), self._pieces.shape[1]), dtype=np.float32)
        for start in range(0, len(sentences), BATCH):
            batch = list(sentences[start : start + BATCH])
            for row, encoded in enumerate(self._tokenizer.encode_batch(batch, add_special_tokens=False), start):
                if encoded.ids:
                    found[row] = self._pieces[encoded.ids].mean(axis=0, dtype=np.float32)
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        return (found / np.where(lengths == 0, 1, lengths)).astype(np.float32)


@cache
def meaning() -> Meaning | None:
    """The model where its package is installed, else None; loaded once."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None or find_spec("tokenizers") is None or find_spec("safetensors") is None:
        return None
    folder = Path(spec.origin).parent
    if not (folder / WEIGHTS).is_file() or not (folder / TOKENIZER).is_file():
        return None
    try:
        return Meaning(folder)
    except (PackageNotFoundError, ImportError, KeyError, OSError):
        return None
