"""Gut, fluids and electrolytes.

| rule | fires | source |
|---|---|---|
| AL-65 | losses with nothing kept down; orthostatic change; sodium, potassium or creatinine off | consensus of sources |
| AL-66 | losses with nothing kept down and a circulation or blood result that shows it | consensus of sources |
| AL-67 | vomited blood, black stool, a rigid abdomen | recalled red flags |
"""

from __future__ import annotations

from leeward.guidance.alert import alert
from leeward.guidance.alerts.signs import change_from_earlier
from leeward.guidance.picture import Picture, asked_once
from leeward.model.truth import Truth, all_of, any_of


@alert("AL-65", "dehydration", "Dehydration or loss of electrolytes", sources=("consensus-dehydration",))
def dehydration(picture: Picture) -> Truth:
    """Any one part; people have died of this in custody."""
    return any_of(_losing(picture), _shown(picture))


@alert("AL-66", "dehydration-severe", "Severe dehydration", sources=("consensus-dehydration", "darke-2017-recalled"))
def dehydration_severe(picture: Picture) -> Truth:
    """Losing without drinking, and it shows."""
    low_pressure = picture.reading("systolic-blood-pressure") < picture.limit("alpha2-hold-systolic")
    return all_of(_losing(picture), _shown(picture) | low_pressure)


@alert("AL-67", "gi-bleed-or-abdomen", "Bleeding from the gut or an acute abdomen", sources=("red-flags-recalled",))
def bleeding_or_abdomen(picture: Picture) -> Truth:
    """None of it is withdrawal."""
    return any_of(picture.said("gastrointestinal-bleeding"), picture.said("rigid-abdomen"))


@asked_once
def _losing(picture: Picture) -> Truth:
    most = picture.limit("losses-per-day")
    losses = any_of(
        picture.reading("stools-per-day") > most,
        picture.reading("vomits-per-day") > most,
        picture.said("vomiting"),
        picture.said("diarrhoea"),
    )
    nothing_kept = any_of(
        picture.said("no-oral-intake"), picture.reading("hours-without-intake") >= picture.limit("no-intake")
    )
    return all_of(losses, nothing_kept)


@asked_once
def _shown(picture: Picture) -> Truth:
    sodium = picture.reading("sodium")
    creatinine = change_from_earlier(
        picture, "creatinine", "creatinine / earlier creatinine", "ratio", lambda now, earlier: now / earlier
    )
    return any_of(
        picture.reading("orthostatic-heart-rate-rise") >= picture.limit("orthostatic-heart-rate"),
        picture.reading("orthostatic-systolic-fall") >= picture.limit("orthostatic-systolic"),
        sodium < picture.limit("sodium-low"),
        sodium > picture.limit("sodium-high"),
        picture.reading("potassium") < picture.limit("potassium-low"),
        creatinine >= picture.limit("creatinine-rise"),
    )


RULES = (dehydration, dehydration_severe, bleeding_or_abdomen)
