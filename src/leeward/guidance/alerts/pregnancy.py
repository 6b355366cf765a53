"""Pregnancy.

| rule | fires | source |
|---|---|---|
| AL-75 | pregnant and in withdrawal (COWS 5 or more) | New York State guidance |
| AL-76 | pregnant from week 20, with contractions, bleeding or fewer movements | New York State guidance; recalled |
| AL-77 | pregnant with bleeding or contractions at any week | recalled |
"""

from __future__ import annotations

from leeward.guidance.alert import alert
from leeward.guidance.picture import Picture
from leeward.model.truth import Truth, all_of, any_of


@alert("AL-75", "pregnancy-in-withdrawal", "Pregnant and in withdrawal", sources=("nys-preg",))
def pregnancy_in_withdrawal(picture: Picture) -> Truth:
    """Withdrawal itself endangers the pregnancy; buprenorphine or methadone treats it."""
    return all_of(picture.pregnant, picture.cows >= picture.limit("cows-withdrawal"))


@alert(
    "AL-76", "pregnancy-danger-signs", "Danger signs in pregnancy", sources=("nys-preg", "domain-knowledge-recalled")
)
def danger_signs(picture: Picture) -> Truth:
    """From the twentieth week."""
    late = picture.gestation >= picture.limit("gestation-viable")
    signs = any_of(_bleeding_or_contractions(picture), picture.said("decreased-fetal-movement"))
    return all_of(picture.pregnant, late, signs)


@alert("AL-77", "pregnancy-bleeding", "Bleeding or contractions in pregnancy", sources=("domain-knowledge-recalled",))
def bleeding(picture: Picture) -> Truth:
    """At any week, so that an unknown week hides nothing."""
    return all_of(picture.pregnant, _bleeding_or_contractions(picture))


def _bleeding_or_contractions(picture: Picture) -> Truth:
    return any_of(picture.said("vaginal-bleeding"), picture.said("contractions"))


RULES = (pregnancy_in_withdrawal, danger_signs, bleeding)
