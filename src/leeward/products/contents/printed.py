"""Results and units as laboratories print them.

A comma is never guessed at (1,250 may be a thousand or one) unless something else settles it, and a printed zero is read as "not detected": no
method measures nothing at all.
"""

from __future__ import annotations

import re

import msgspec

from leeward.products.contents.content import (
    Above,
    Below,
    Exact,
    Interval,
    LaboratoryVerdict,
    Measure,
    NotDetected,
    Presence,
    Value,
)

_UNITS: dict[str, tuple[Measure, float]] = {
    "mg/g": ("mg_per_g", 1.0),
    "g/kg": ("mg_per_g", 1.0),
    "g/100g": ("mg_per_g", 10.0),
    "mg/100g": ("mg_per_g", 0.01),
    "%w/w": ("mg_per_g", 10.0),
    "w/w%": ("mg_per_g", 10.0),
    "wt%": ("mg_per_g", 10.0),
    "%wt": ("mg_per_g", 10.0),
    "%wt/wt": ("mg_per_g", 10.0),
    "%byweight": ("mg_per_g", 10.0),
    "%weight": ("mg_per_g", 10.0),
    "weight%": ("mg_per_g", 10.0),
    "%m/m": ("mg_per_g", 10.0),
    "ppm": ("ppm", 1.0),
    "mg/kg": ("ppm", 1.0),
    "ug/g": ("ppm", 1.0),
    "ppb": ("ppm", 1e-3),
    "ug/kg": ("ppm", 1e-3),
    "ng/g": ("ppm", 1e-3),
    "mg/ml": ("mg_per_ml", 1.0),
    "g/l": ("mg_per_ml", 1.0),
    "ug/ml": ("mg_per_ml", 1e-3),
    "mg/l": ("mg_per_ml", 1e-3),
    "%w/v": ("mg_per_ml", 10.0),
    "%dryweight": ("percent_dry_weight", 1.0),
    "%ofdryweight": ("percent_dry_weight", 1.0),
    "%dryweightbasis": ("percent_dry_weight", 1.0),
    "%drybasis": ("percent_dry_weight", 1.0),
    "%dwb": ("percent_dry_weight", 1.0),
    "%dw": ("percent_dry_weight", 1.0),
    "mg/gdryweight": ("percent_dry_weight", 0.1),
    "mg/gdrybasis": ("percent_dry_weight", 0.1),
    "mg/gdry": ("percent_dry_weight", 0.1),
    "mg/gdw": ("percent_dry_weight", 0.1),
    "ppmdryweight": ("percent_dry_weight", 1e-4),
    "%ofalkaloids": ("percent_of_alkaloids", 1.0),
    "%alkaloids": ("percent_of_alkaloids", 1.0),
    "%oftotalalkaloids": ("percent_of_alkaloids", 1.0),
    "%totalalkaloids": ("percent_of_alkaloids", 1.0),
    "%ofalkaloidfraction": ("percent_of_alkaloids", 1.0),
    "%ofthealkaloidfraction": ("percent_of_alkaloids", 1.0),
    "%oftotalalkaloidcontent": ("percent_of_alkaloids", 1.0),
    "%": ("percent", 1.0),
    "cfu/g": ("cfu_per_g", 1.0),
    "cfu/ml": ("cfu_per_ml", 1.0),
    "mpn/g": ("mpn_per_g", 1.0),
}
_PER: dict[str, Measure] = {
    **dict.fromkeys(("serving", "srv", "dose"), "mg_per_serving"),
    **dict.fromkeys(
        ("article", "tablet", "tab", "capsule", "cap", "unit", "piece", "gummy", "each", "ea", "chew", "chewable",
         "softgel", "strip", "pill", "shot", "lozenge"),
        "mg_per_article",
    ),
    **dict.fromkeys(("container", "bottle", "package", "pack", "packet", "pouch", "pkg", "bag", "jar"), "mg_per_container"),
}  # fmt: skip
_MASS_MG = {"g": 1e3, "mg": 1.0, "ug": 1e-3, "ng": 1e-6}


class Unit(msgspec.Struct, frozen=True):
    """A printed unit: what it measures against, and what to multiply a number by to have that measure."""

    measure: Measure
    factor: float


def unit_printed(text: str) -> Unit | None:
    """The unit that a text is; None where it is none. A bare percent sign stays a percent of nobody says what.

    >>> unit_printed("µg/g"), unit_printed("ug/serving"), unit_printed("% w/w")
    (Unit(measure='ppm', factor=1.0), Unit(measure='mg_per_serving', factor=0.001), Unit(measure='mg_per_g', factor=10.0))
    >>> unit_printed("mg") is None
    True
    """
    key = _unit_key(text)
    if key in _UNITS:
        return Unit(*_UNITS[key])
    mass, slash, per = key.partition("/")
    for word in (per, per.removesuffix("s")) if slash and mass in _MASS_MG else ():
        if word in _PER:
            return Unit(_PER[word], _MASS_MG[mass])
    return None


def _unit_key(text: str) -> str:
    key = text.casefold().replace("μ", "u").replace("µ", "u").replace("mcg", "ug")
    key = re.sub(r"\bmicrograms?\b", "ug", key)
    key = re.sub(r"\bmilligrams?\b", "mg", key)
    key = re.sub(r"\bgrams?\b", "g", key)
    key = re.sub(r"\bpercent(age)?\b", "%", key)
    key = re.sub(r"\s*\bper\b\s*", "/", key)
    key = re.sub(r"/1 ?(?=[a-z])", "/", key)
    return re.sub(r"[\s()\[\],;.]+", "", key)


NUMBER = r"(?:\d+(?:\.\d+)?|\.\d+)"
_EXPONENT = r"(?:\s*[x×*]\s*10\s*\^?\s*(?P<power>\d{1,2})|[eE](?P<e>[+-]?\d{1,2}))?"
_RESULT = re.compile(
    rf"(?P<sign><=|>=|[<>≤≥~]|less than|more than|greater than)?\s*(?:(?P<number>{NUMBER}){_EXPONENT}|10\s*\^\s*(?P<ten>\d{{1,2}}))"
    rf"(?:\s*(?:±|\+/-|\+-)\s*(?P<spread>{NUMBER}))?(?:\s*(?:-|–|to)\s*(?P<high>{NUMBER}))?",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?|\d{1,3}(?:,\d{3})+\.\d+")
COMMA = re.compile(r"\d,\d")
COMMA_UNREAD = "a comma may part thousands or decimals"
_NOT_DETECTED = {"nd", "nondetect", "nondetected", "notdetected", "nondetectable", "notdetectable", "nonedetected", "undetected", "bdl", "belowdetectionlimit", "<lod", "belowlod", "<mdl", "blod", "<limitofdetection", "belowlimitofdetection"}  # fmt: skip
_NOT_QUANTIFIED = {"<loq", "belowloq", "bloq", "blq", "bql", "nq", "belowlimitofquantitation", "belowlimitofquantification", "belowquantitationlimit", "<limitofquantification", "<limitofquantitation", "detected<loq", "trace"}  # fmt: skip
_NOT_REPORTED = {"brl", "<rl", "belowreportinglimit", "<mrl", "bmrl", "belowrl"}
_TOO_MANY = {"tntc", "toonumeroustocount"}
_PASSED = {"pass", "passed", "passes", "conforms", "complies", "compliant", "meets", "ok"}
_FAILED = {"fail", "failed", "fails", "doesnotconform", "nonconforming", "doesnotcomply", "noncompliant"}
_GERM = re.compile(
    rf"(?P<word>absent|absence|negative|neg|not\s*detected|not\s*found|none\s*detected|nd|positive|pos|present|presence|detected|found)"
    rf"(?:\s*(?:in|/|per)?\s*(?P<grams>{NUMBER})\s*g(?:rams?)?)?",
    re.IGNORECASE,
)


class Limits(msgspec.Struct, frozen=True):
    """The limits that stand beside a result in the same row, already in its measure; None where none is stated."""

    detection: float | None = None
    quantification: float | None = None
    reporting: float | None = None


class Unreadable(msgspec.Struct, frozen=True):
    """Why a printed result is not read."""

    because: str


_THOUSANDS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?![\d,])")


def result_printed(
    text: str, factor: float = 1.0, limits: Limits | None = None, thousands: bool = False
) -> Value | Unreadable:
    """The value of a printed result, in the measure that `factor` converts its numbers to.

    `thousands`: that commas before three digits part thousands is known from elsewhere. What was not detected and has no
    limit of detection beside it is below the other limit that has been stated.

    >>> result_printed("<0.124"), result_printed("ND", limits=Limits(detection=0.01)), result_printed("1.2 x 10^3")
    (Below(limit=0.124, of='not stated'), NotDetected(limit=0.01), Exact(value=1200.0, plus_minus=0.0))
    >>> result_printed("1,4").because
    'a comma may part thousands or decimals'
    """
    beside = limits or Limits()
    plain = text.strip().strip("*†‡").strip()
    word = re.sub(r"[\s.\-/]+", "", plain.casefold())
    if word in _NOT_DETECTED:
        return _not_detected(beside)
    if word in _NOT_QUANTIFIED:
        return Below(beside.quantification, "quantification")
    if word in _NOT_REPORTED:
        return Below(beside.reporting, "reporting")
    if word in _PASSED or word in _FAILED:
        return LaboratoryVerdict(word in _PASSED)
    if word in _TOO_MANY:
        return Unreadable("too numerous to count: there is no number")
    if thousands:
        plain = _THOUSANDS.sub(lambda found: found[0].replace(",", ""), plain)
    if _GROUPED.fullmatch(plain.lstrip("<>≤≥ ")):
        plain = plain.replace(",", "")
    if COMMA.search(plain):
        return Unreadable(COMMA_UNREAD)
    found = _RESULT.fullmatch(plain)
    return Unreadable("it is not a result that Leeward can read") if found is None else _number(found, factor, beside)


def _number(found: re.Match[str], factor: float, beside: Limits) -> Value | Unreadable:
    number = float(found["number"] or 1) * 10.0 ** int(found["power"] or found["e"] or found["ten"] or 0) * factor
    sign = (found["sign"] or "").casefold()
    if sign == "~":
        return Unreadable("about how much is not a measurement")
    if found["high"] is not None:
        high = float(found["high"]) * factor
        return Interval(number, high) if number <= high and not sign else Unreadable("it is not a range")
    if sign in ("<", "≤", "<=", "less than"):
        return Below(number, _which(number, beside)) if number else Below(None)
    if sign:
        return Above(number)
    if number == 0.0:
        return _not_detected(beside)
    return Exact(number, float(found["spread"] or 0) * factor)


def _not_detected(beside: Limits) -> NotDetected | Below:
    if beside.detection is None and beside.quantification is not None:
        return Below(beside.quantification, "quantification")
    if beside.detection is None and beside.reporting is not None:
        return Below(beside.reporting, "reporting")
    return NotDetected(beside.detection)


def says_not_detected(text: str) -> bool:
    """Whether a printed result says "not detected", in words or as a zero."""
    return isinstance(result_printed(text), NotDetected)


def _which(number: float, beside: Limits):
    """Which stated limit a "less than" repeats."""
    if beside.quantification is not None and abs(number - beside.quantification) <= 1e-9 * number:
        return "quantification"
    if beside.detection is not None and abs(number - beside.detection) <= 1e-9 * number:
        return "detection"
    if beside.reporting is not None and abs(number - beside.reporting) <= 1e-9 * number:
        return "reporting"
    return "not stated"


def germ_printed(text: str, sample_g: float | None = None) -> Presence | None:
    """Whether a germ was found, and in how much sample; None where the text does not say.

    >>> germ_printed("Absent in 10 g"), germ_printed("Negative/25g"), germ_printed("Positive")
    (Presence(present=False, sample_g=10.0), Presence(present=False, sample_g=25.0), Presence(present=True, sample_g=None))
    """
    found = _GERM.fullmatch(text.strip().rstrip("."))
    if found is None:
        return None
    grams = float(found["grams"]) if found["grams"] else sample_g
    word = re.sub(r"\s+", " ", found["word"].casefold())
    return Presence(word in ("positive", "pos", "present", "presence", "detected", "found"), grams)
