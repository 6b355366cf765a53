"""Breathing, sedation and intoxication.

| rule | fires | source |
|---|---|---|
| AL-01 | breathing under 10, or under 12 in deep sedation; saturation under 92 %; cyanosis | consensus of sources |
| AL-01 | pinpoint pupils in deep sedation | consensus of sources |
| AL-02 | sedated: every agonist is held | CA Bridge on-shift; WHO 2009 annex 12 |
| AL-03 | saturation up to 93 % | consensus of sources on red flags |
| AL-04 | intoxicated: every agonist is held | CA Bridge on-shift; WHO 2009 annex 12 |
| AL-05 | naloxone, nalmefene or naltrexone was given | observation pages; ACMT/AACT on nalmefene; consensus of sources |
"""

from __future__ import annotations

from leeward.guidance.alert import alert
from leeward.guidance.picture import Picture
from leeward.model.truth import Truth, all_of, any_of


@alert("AL-01", "respiratory-depression", "Respiratory depression or overdose", sources=("consensus-red-flags",))
def respiratory_depression(picture: Picture) -> Truth:
    """Whatever the name on the pack: airway and breathing come first, and naloxone."""
    return any_of(
        picture.respiratory_depression,
        picture.said("cyanosis"),
        all_of(picture.said("pinpoint-pupils"), picture.deeply_sedated),
    )


@alert("AL-02", "sedated", "Sedation holds every agonist", sources=("consensus-sedation-gate",))
def sedated(picture: Picture) -> Truth:
    """RASS -1 or lower, POSS 3 or higher, or a Glasgow Coma Scale under 15."""
    return picture.sedated


@alert("AL-03", "borderline-saturation", "The saturation is low", sources=("consensus-red-flags",))
def borderline_saturation(picture: Picture) -> Truth:
    """From 92 to 93 %; under 92 % AL-01 fires as well."""
    return picture.reading("oxygen-saturation") <= picture.limit("oxygen-saturation-borderline")


@alert("AL-04", "intoxicated", "Intoxication holds every agonist", sources=("cabridge", "who-annex12"))
def intoxicated(picture: Picture) -> Truth:
    """Intoxication hides the course of withdrawal and adds to sedation."""
    return picture.said("intoxicated")


@alert(
    "AL-05",
    "antagonist-given",
    "An opioid antagonist was given",
    sources=("consensus-red-flags", "od-obs", "acmt-nalm"),
)
def antagonist_given(picture: Picture) -> Truth:
    """Naloxone wears off before most opioids do; nalmefene and naltrexone outlast their own clock."""
    return picture.was_given("naloxone", "nalmefene", "naltrexone", "naltrexone-extended-release")


RULES = (respiratory_depression, sedated, borderline_saturation, intoxicated, antagonist_given)
