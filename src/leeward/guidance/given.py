"""What was given, as a reading that sums may be made of."""

from __future__ import annotations

from math import inf

from leeward.model.case import Dose
from leeward.model.missing import Missing
from leeward.model.quantity import kind_of
from leeward.model.reading import Reading


def milligrams(dose: Dose, says: str) -> Reading:
    """How much was given, in mg; from nothing up where the dose was not told or is no mass."""
    name = f"doses.{dose.key}.dose"
    if isinstance(dose.amount, Missing) or kind_of(dose.amount.unit) != "mass":
        return Reading(0, inf, "mg", says, (name,), (name,))
    amount = dose.amount.to("mg").value
    return Reading(amount, amount, "mg", says, (name,))
