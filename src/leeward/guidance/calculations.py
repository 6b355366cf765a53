"""Numbers computed from the case, each with what went into it.

| rule | what it computes | source |
|---|---|---|
| MME-2022, MME-2016 | morphine equivalents of prescribed opioids | mme.py |
| CALC-01 | R value of liver injury: (ALT / ULN) / (ALP / ULN), same day, own limits | LiverTox; Schimmel 2016 |
| CALC-02 | Child-Pugh class of a recorded score, never one made up from laboratory values | lofexidine label |
"""

from __future__ import annotations

from math import inf

from leeward.guidance.assessment import Calculation
from leeward.guidance.mme import morphine_equivalents
from leeward.guidance.picture import Picture
from leeward.model.case import Observation
from leeward.model.instants import Span
from leeward.model.missing import Missing
from leeward.model.quantity import number
from leeward.model.reading import Reading

ENZYMES = ("alt", "alp")

NEEDS_SCORE = (
    "A Child-Pugh score needs ascites and encephalopathy from the bedside; it is not made up from laboratory values."
)


def calculations(picture: Picture) -> tuple[Calculation, ...]:
    """Every calculation that the case gives reason for."""
    return (*morphine_equivalents(picture), *_liver_pattern(picture), *_child_pugh(picture))


def _liver_pattern(picture: Picture) -> tuple[Calculation, ...]:
    """The R value, where ALT or ALP is recorded at all."""
    alt, alp = (_latest(picture, what) for what in ENZYMES)
    if alt is None and alp is None:
        return ()
    missing = [f"observations.{what}" for what, found in zip(ENZYMES, (alt, alp), strict=True) if found is None]
    missing += [
        f"observations.{found.what}.uln"
        for found in (alt, alp)
        if found is not None and isinstance(found.upper_limit_of_normal, Missing)
    ]
    missing += _lacks_same_day(picture, alt, alp)
    value = None if missing else _r_value(alt, alp)
    if value is None and not missing:
        missing.append("observations.alp")
    return (
        Calculation(
            id="liver-r-value",
            title="R value: pattern of liver injury",
            value=value,
            unit="ratio",
            label=_pattern(picture, value) if value is not None else "",
            inputs=tuple(_shown(found) for found in (alt, alp) if found is not None),
            missing=tuple(sorted(missing)),
            notes=_bands(picture),
            rule="CALC-01",
            sources=tuple(
                sorted({*_sources(picture, "liver-r-hepatocellular"), *_sources(picture, "liver-r-cholestatic")})
            ),
        ),
    )


def _bands(picture: Picture) -> tuple[str, ...]:
    high, low = picture.limit("liver-r-hepatocellular"), picture.limit("liver-r-cholestatic")
    return (
        f"{number(high.value)} or more is hepatocellular, {number(low.value)} or less cholestatic, between them mixed; "
        "from values of the same day and the laboratory's own limits.",
    )


def _latest(picture: Picture, what: str) -> Observation | None:
    """The one latest value of an enzyme; None where there is none, or several of one time disagree."""
    recorded = [each for each in picture.case.observations if each.what == what and isinstance(each.value, float | int)]
    candidates, _ = picture.latest(recorded, lasting=True)
    values = {(each.value, each.upper_limit_of_normal) for each in candidates}
    return candidates[0] if len(values) == 1 else None


def _lacks_same_day(picture: Picture, alt: Observation | None, alp: Observation | None) -> list[str]:
    """What is lacking to know that both values are of one day."""
    if alt is None or alp is None:
        return []
    untimed = [f"observations.{each.what}.at" for each in (alt, alp) if isinstance(each.at, Missing)]
    if untimed or not (isinstance(alt.at, Span) and isinstance(alp.at, Span)):
        return untimed
    zone = picture.case.now.tzinfo
    days = {instant.astimezone(zone).date() for at in (alt.at, alp.at) for instant in (at.earliest, at.latest)}
    return [] if len(days) == 1 else ["ALT and ALP of the same day"]


def _r_value(alt: Observation | None, alp: Observation | None) -> float | None:
    if alt is None or alp is None:
        return None
    top, bottom = _times_normal(alt), _times_normal(alp)
    return None if top is None or not bottom else round(top / bottom, 2)


def _times_normal(found: Observation) -> float | None:
    limit = found.upper_limit_of_normal
    if isinstance(limit, Missing) or not limit or not isinstance(found.value, float | int):
        return None
    return found.value / limit


def _pattern(picture: Picture, value: float) -> str:
    r = Reading(value, value, "ratio", "R", ("observations.alt", "observations.alp"))
    if (r >= picture.limit("liver-r-hepatocellular")).is_yes:
        return "hepatocellular"
    return "cholestatic" if (r <= picture.limit("liver-r-cholestatic")).is_yes else "mixed"


def _shown(found: Observation) -> str:
    limit = found.upper_limit_of_normal
    normal = (
        "upper limit of normal not given" if isinstance(limit, Missing) else f"upper limit of normal {number(limit)}"
    )
    return f"{found.what.upper()} {found.value:g} {found.unit} ({normal})".replace("  ", " ")


def _child_pugh(picture: Picture) -> tuple[Calculation, ...]:
    """The class of a recorded score."""
    score = picture.reading("child-pugh")
    if score.is_unknown:
        return ()
    b = score >= picture.limit("child-pugh-b")
    c = score >= picture.limit("child-pugh-c")
    label = "" if b.is_unknown or c.is_unknown else "C" if c.is_yes else "B" if b.is_yes else "A"
    return (
        Calculation(
            id="child-pugh",
            title="Child-Pugh class of the recorded score",
            value=score.low if score.is_exact else None,
            range=None if score.is_exact or inf in (-score.low, score.high) else (score.low, score.high),
            unit="points",
            label=label,
            inputs=score.inputs,
            missing=score.lacks,
            notes=(NEEDS_SCORE,),
            rule="CALC-02",
            sources=_sources(picture, "child-pugh-b"),
        ),
    )


def _sources(picture: Picture, limit: str) -> tuple[str, ...]:
    return picture.knowledge.limits[limit].sources
