"""The overdose model on a graphics card: the very kernels of `course`, one thread a person."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import Any

import numba  # pyright: ignore[reportMissingTypeStubs]
import numpy as np
from numba import cuda  # pyright: ignore[reportMissingTypeStubs]
from numpy.typing import NDArray

from leeward.errors import BadInput
from leeward.pharmacology.course import OUTCOMES, WORK, follow
from leeward.pharmacology.people import Floats
from leeward.pharmacology.rescue import DRAWN, PAST

card: Any = cuda
_numba: Any = numba

AT_ONCE = 8192
"""People whose courses run at once: 270 MB of the card hold what each remembers."""
IN_A_BLOCK = 64


def required() -> None:
    """Raises BadInput where there is no graphics card that numba can use, before any work."""
    # numba's own target for cards no longer compiles these kernels; that of numba-cuda, which takes its place, does.
    if not (find_spec("numba_cuda") or _numba.config.ENABLE_CUDASIM):
        says, mend = "numba-cuda is not installed.", "Give: pip install 'leeward[cuda]'. Or leave the option out."
        raise BadInput.one("LW-1131", "--device", says, mend)
    try:
        found = bool(card.is_available())
    except Exception:  # whatever a driver says, there is no card to use
        found = False
    if not found:
        says = "There is no graphics card here that CUDA can use."
        raise BadInput.one("LW-1131", "--device", says, "Leave the option out.")


def follow_many_on_cuda(
    people: NDArray[Any],
    opioid_mg: float,
    doses: NDArray[Any],
    rules: NDArray[Any],
    rest: Floats,
    table: Floats,
    outcomes: Floats,
) -> None:
    """As `course.follow_many`, on a graphics card."""
    many = min(AT_ONCE, len(people))
    past, work = card.device_array((many, PAST, 4)), card.device_array((many, *WORK))
    nothing = np.zeros((1, len(DRAWN)))
    # A card takes no array of nothing: where there is no dose, one stands there that is not looked at.
    some_doses = doses if len(doses) else np.zeros(1, doses.dtype)
    same = [card.to_device(one) for one in (some_doses, rules, rest, table, nothing)]
    for start in range(0, len(people), many):
        some = np.ascontiguousarray(people[start : start + many])
        found = card.device_array((len(some), OUTCOMES))
        blocks = -(-len(some) // IN_A_BLOCK)
        _kernel()[blocks, IN_A_BLOCK](card.to_device(some), opioid_mg, len(doses), *same, past, work, found)
        outcomes[start : start + many] = found.copy_to_host()


def each_person(
    people: Any,
    opioid_mg: float,
    given: int,
    doses: Any,
    rules: Any,
    rest: Any,
    table: Any,
    nothing: Any,
    past: Any,
    work: Any,
    found: Any,
) -> None:
    """The course of the person of this thread; of `doses` as many as are `given`."""
    i = cuda.grid(1)  # type: ignore[reportCallIssue,reportUnknownMemberType]  # the simulator looks for this name
    if i < people.shape[0]:
        follow(people[i], opioid_mg, doses[:given], rules[0], rest, table, past[i], work[i], nothing, found[i])


@cache
def _kernel() -> Any:
    return card.jit(each_person)
