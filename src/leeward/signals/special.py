"""The special functions of SciPy that the statistics need, with their types. Each takes and gives arrays, element by element."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import scipy.special  # pyright: ignore[reportMissingTypeStubs]
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_scipy: Any = scipy.special


class One(Protocol):
    """A function of one argument."""

    def __call__(self, x: Floats | float, /) -> Floats: ...


class Two(Protocol):
    """A function of two arguments."""

    def __call__(self, a: Floats | float, x: Floats | float, /) -> Floats: ...


digamma: One = _scipy.digamma
expit: One = _scipy.expit
log_expit: One = _scipy.log_expit
gammaln: One = _scipy.gammaln
ndtri: One = _scipy.ndtri
gammainc: Two = _scipy.gammainc
"""The regularised lower incomplete gamma function: the chance that a gamma of this shape and rate 1 lies below x."""
gammaincinv: Two = _scipy.gammaincinv
pdtrc: Two = _scipy.pdtrc
"""The chance that a Poisson count of mean x exceeds a."""
