"""Heart rhythm.

| rule | fires | source |
|---|---|---|
| AL-10 | chest pain, syncope or a new heart block | recalled red flags |
| AL-11 | palpitations | recalled red flags |
| AL-12 | heart rate under 40 or above 150 | lofexidine trial; recalled |
| AL-13 | QTc above 500 ms | APS/HRS 2014 |
| AL-14 | QTc from 470 ms in a man, 480 ms in a woman; 470 ms where sex is neither | APS/HRS 2014; recalled |
| AL-15 | QTc at least 60 ms longer than an earlier one | APS/HRS 2014 |
"""

from __future__ import annotations

from leeward.guidance.alert import alert
from leeward.guidance.alerts.signs import change_from_earlier
from leeward.guidance.picture import Picture
from leeward.model.missing import Missing
from leeward.model.truth import Truth, all_of, any_of, known, unknown


@alert(
    "AL-10", "chest-pain-or-syncope", "Chest pain, syncope or a new heart block", sources=("domain-knowledge-recalled",)
)
def chest_pain_or_syncope(picture: Picture) -> Truth:
    """None of them is withdrawal; any one asks for an ECG at once."""
    return any_of(picture.said("chest-pain"), picture.said("syncope"), picture.said("heart-block"))


@alert("AL-11", "palpitations", "Palpitations", sources=("domain-knowledge-recalled",))
def palpitations(picture: Picture) -> Truth:
    """An ECG in the same visit."""
    return picture.said("palpitations")


@alert("AL-12", "heart-rate-extreme", "The heart is very slow or very fast")
def heart_rate_extreme(picture: Picture) -> Truth:
    """Outside what withdrawal or its treatment explains."""
    rate = picture.reading("heart-rate")
    return any_of(rate < picture.limit("heart-rate-very-low"), rate > picture.limit("heart-rate-very-high"))


@alert("AL-13", "qtc-very-long", "The QTc is dangerously long")
def qtc_very_long(picture: Picture) -> Truth:
    """Torsades de pointes is near; methadone is not started."""
    return picture.reading("qtc") > picture.limit("qtc-very-long")


@alert("AL-14", "qtc-long", "The QTc is long")
def qtc_long(picture: Picture) -> Truth:
    """A woman's limit is higher; where the sex is neither male nor female the lower limit holds."""
    qtc = picture.reading("qtc")
    for_anybody = qtc >= picture.limit("qtc-long-female")
    return any_of(for_anybody, all_of(qtc >= picture.limit("qtc-long-male"), ~_female(picture)))


@alert("AL-15", "qtc-rise", "The QTc has grown much longer")
def qtc_rise(picture: Picture) -> Truth:
    """Longer than any earlier one, by whatever formula; the formulas are compared by the reader."""
    rise = change_from_earlier(picture, "qtc", "rise of the QTc", "ms", lambda now, earlier: now - earlier)
    return rise >= picture.limit("qtc-rise")


def _female(picture: Picture) -> Truth:
    sex = picture.case.patient.sex
    if isinstance(sex, Missing):
        return unknown("patient.sex", sentence="sex: not known")
    return known(sex == "female", f"sex: {sex}", "patient.sex")


RULES = (chest_pain_or_syncope, palpitations, heart_rate_extreme, qtc_very_long, qtc_long, qtc_rise)
