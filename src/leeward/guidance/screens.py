"""Drug screens that do not fit what was told, or that cannot answer. Part of the mismatches.

| rule | what does not fit | source |
|---|---|---|
| MM-20 | opiates negative, which says nothing about what was taken | kratom neonatal case; Huhn 2020 |
| MM-21 | opiates negative although heroin, morphine or codeine was told | consensus of sources |
| MM-22 | fentanyl positive, not told | consensus of sources |
| MM-23 | methadone positive, not told | consensus of sources |
| MM-24 | buprenorphine positive, not told | consensus of sources |
| MM-25 | benzodiazepines or barbiturates positive, not told | consensus of sources |
| MM-26 | mitragynine positive, not told | consensus of sources |
| MM-27 | xylazine negative, which says nothing about medetomidine | CFSRE |
"""

from __future__ import annotations

from leeward.guidance.alert import alert
from leeward.guidance.gates import BUPRENORPHINE
from leeward.guidance.picture import Picture
from leeward.guidance.use import BARBITURATES
from leeward.model.truth import Truth, all_of, any_of

UNSEEN = (
    "fentanyl-illicit",
    "fentanyl-transdermal",
    "nitazene",
    "tianeptine",
    "methadone",
    "buprenorphine",
    "buprenorphine-extended-release",
    "tramadol",
    "tapentadol",
    "loperamide",
)
"""Opioids beside kratom that an opiate immunoassay was not made to see."""

SEEN = ("heroin", "morphine", "morphine-extended-release", "codeine")


@alert(
    "MM-20",
    "mismatch-opiate-screen-blind",
    "A negative opiate screen cannot answer here",
    sources=("nas-kratom", "huhn20", "lei21"),
)
def opiate_screen_blind(picture: Picture) -> Truth:
    """An immunoassay for opiates sees neither kratom nor the synthetic opioids."""
    return all_of(picture.screened("opiates", "negative"), picture.took(*UNSEEN) | picture.took_kratom)


@alert("MM-21", "mismatch-opiates-not-found", "The opiate that was told is not found", sources=("consensus-mismatch",))
def opiates_not_found(picture: Picture) -> Truth:
    """What was sold may have been something else, or it was long ago."""
    return all_of(picture.screened("opiates", "negative"), picture.took(*SEEN))


@alert("MM-22", "mismatch-fentanyl-not-told", "Fentanyl is found but was not told", sources=("consensus-mismatch",))
def fentanyl_not_told(picture: Picture) -> Truth:
    """The wait and the signs of illicit fentanyl may apply."""
    told = any_of(
        picture.took("fentanyl-illicit", "fentanyl-transdermal"), picture.takes("fentanyl", "fentanyl-transdermal")
    )
    return all_of(picture.screened("fentanyl", "positive"), ~told)


@alert("MM-23", "mismatch-methadone-not-told", "Methadone is found but was not told", sources=("consensus-mismatch",))
def methadone_not_told(picture: Picture) -> Truth:
    """Recent methadone bars several ways of starting buprenorphine."""
    told = any_of(picture.took("methadone"), picture.takes("methadone"), picture.was_given("methadone"))
    return all_of(picture.screened("methadone", "positive"), ~told)


@alert(
    "MM-24",
    "mismatch-buprenorphine-not-told",
    "Buprenorphine is found but was not told",
    sources=("consensus-mismatch",),
)
def buprenorphine_not_told(picture: Picture) -> Truth:
    """It may have been taken, and may have precipitated what is seen."""
    told = any_of(
        picture.took("buprenorphine", "buprenorphine-extended-release"),
        picture.takes(*BUPRENORPHINE),
        picture.was_given(*BUPRENORPHINE),
    )
    return all_of(picture.screened("buprenorphine", "positive"), ~told)


@alert("MM-25", "mismatch-sedative-not-told", "A sedative is found but was not told", sources=("consensus-mismatch",))
def sedative_not_told(picture: Picture) -> Truth:
    """Sedation adds up, and its withdrawal can kill."""
    found = any_of(picture.screened("benzodiazepines", "positive"), picture.screened("barbiturates", "positive"))
    told = any_of(
        picture.took("benzodiazepine", "barbiturate"),
        picture.takes(*BARBITURATES, traits=("benzodiazepine",)),
        picture.was_given(*BARBITURATES, traits=("benzodiazepine",)),
    )
    return all_of(found, ~told)


@alert(
    "MM-26",
    "mismatch-mitragynine-not-told",
    "Mitragynine is found but kratom was not told",
    sources=("consensus-mismatch",),
)
def mitragynine_not_told(picture: Picture) -> Truth:
    """Kratom is asked for again: product, amount, how often."""
    return all_of(picture.screened("mitragynine", "positive"), ~picture.took_kratom)


@alert(
    "MM-27",
    "mismatch-xylazine-screen-blind",
    "A negative xylazine test says nothing about medetomidine",
    sources=("cfsre",),
)
def xylazine_screen_blind(picture: Picture) -> Truth:
    """The strips do not see medetomidine."""
    return picture.screened("xylazine", "negative")


SCREENS = (
    opiate_screen_blind,
    opiates_not_found,
    fentanyl_not_told,
    methadone_not_told,
    buprenorphine_not_told,
    sedative_not_told,
    mitragynine_not_told,
    xylazine_screen_blind,
)
