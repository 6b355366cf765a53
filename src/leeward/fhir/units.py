"""Units of measurements as health records write them, brought to those that the case file reads."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from leeward.errors import shown
from leeward.fhir.structures import Quantity
from leeward.fhir.ucum import UCUM, quantity_in

UNITS: Mapping[str, tuple[str, float]] = {
    **{unit: ("/min", 1.0) for unit in ("/min", "{beats}/min", "{breaths}/min", "{beat}/min", "1/min", "min-1", "bpm")},
    **{unit: ("/min", 1.0) for unit in ("beats/min", "beats/minute", "beats per minute", "breaths/min")},
    **{unit: ("/min", 1.0) for unit in ("breaths/minute", "breaths per minute", "per minute")},
    **{unit: ("mmHg", 1.0) for unit in ("mm[Hg]", "mmHg", "mm Hg", "millimeter of mercury")},
    **{unit: ("%", 1.0) for unit in ("%", "percent", "% SpO2")},
    **{unit: ("Cel", 1.0) for unit in ("Cel", "C", "°C", "degC", "deg C", "degrees C", "Celsius")},
    **{unit: ("[degF]", 1.0) for unit in ("[degF]", "F", "°F", "degF", "deg F", "degrees F", "Fahrenheit")},
    **{unit: ("points", 1.0) for unit in ("{score}", "{points}", "score", "points", "{Score}", "{scores}")},
    **{unit: ("1", 1.0) for unit in ("1", "{INR}", "{ratio}", "INR", "ratio")},
    **{unit: ("mmol/L", 1.0) for unit in ("mmol/L", "mmol/l")},
    **{unit: ("mEq/L", 1.0) for unit in ("mEq/L", "meq/L", "meq/l")},
    **{unit: ("ms", factor) for unit, factor in (("ms", 1.0), ("msec", 1.0), ("s", 1000.0), ("sec", 1000.0))},
    **{unit: ("mg/dL", 1.0) for unit in ("mg/dL", "mg/dl")},
    **{unit: ("umol/L", 1.0) for unit in ("umol/L", "µmol/L", "μmol/L", "umol/l")},
    **{unit: ("g/dL", 1.0) for unit in ("g/dL", "g/dl")},
    **{unit: ("g/L", 1.0) for unit in ("g/L", "g/l")},
    **{unit: ("U/L", 1.0) for unit in ("U/L", "[IU]/L", "IU/L", "[iU]/L", "U/l")},
    **{unit: ("mL/min/1.73m2", 1.0) for unit in ("mL/min/{1.73_m2}", "mL/min/{1.73m2}", "mL/min/1.73m2")},
    **{unit: ("mL/min/1.73m2", 1.0) for unit in ("mL/min/1.73 m2", "mL/min/1.73m^2", "ml/min/1.73m2")},
    **{unit: ("kg", factor) for unit, factor in (("kg", 1.0), ("kilogram", 1.0), ("[lb_av]", 0.45359237))},
    **{unit: ("kg", factor) for unit, factor in (("lb", 0.45359237), ("lbs", 0.45359237), ("pound", 0.45359237))},
    **{unit: ("mg", factor) for unit, factor in (("mg", 1.0), ("milligram", 1.0), ("milligrams", 1.0))},
    **{unit: ("mg", factor) for unit, factor in (("g", 1000.0), ("ug", 0.001), ("mcg", 0.001), ("µg", 0.001))},
    **{unit: ("mcg/h", factor) for unit, factor in (("ug/h", 1.0), ("mcg/h", 1.0), ("mcg/hr", 1.0), ("mg/h", 1000.0))},
}
"""A unit in UCUM or in words -> the unit of the case file and the factor to it, by definition (a pound: NIST SP 811).

A unit with an annotation that counts something else, such as mg/{tab}, is another unit and stands for itself.
"""


class Measured(msgspec.Struct, frozen=True):
    """A number with the unit of the case file."""

    value: float
    unit: str


def measured(quantity: Quantity, wanted: str = "") -> Measured | str:
    """The number and unit of a measurement, or the sentence that says why it cannot be used.

    A code of UCUM goes before the words beside it, and must not contradict them. `<5` is no number. A code that is not
    in the table is brought to the unit `wanted` where it measures the same.
    """
    if quantity.value is None:
        return "It has no number."
    if quantity.comparator:
        return f"The number is not exact ({quantity.comparator})."
    code = quantity.code if quantity.system in (UCUM, None) else None
    in_words = UNITS.get((quantity.unit or "").strip())
    if code is None:
        if not quantity.unit and quantity.code:
            return "Its unit is in no system that Leeward reads."
        unit, factor = in_words or ((quantity.unit or "").strip(), 1.0)
        return Measured(_scaled(quantity.value, factor), unit)
    coded = UNITS.get(code)
    if coded is not None and in_words is not None and coded != in_words:
        return f"Its unit is {shown(code, 20)} by its code and {shown(quantity.unit or '', 20)} in words."
    if coded is None and wanted and (converted := quantity_in(quantity, wanted)) is not None:
        return Measured(float(converted), wanted)
    unit, factor = coded or (code, 1.0)
    return Measured(_scaled(quantity.value, factor), unit)


def _scaled(value: float, factor: float) -> float:
    return value if factor == 1 else round(value * factor, 6)
