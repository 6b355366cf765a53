"""Seizure, delirium, alcohol and sedative withdrawal, head injury.

| rule | fires | source |
|---|---|---|
| AL-30 | a seizure in the last 48 h | recalled red flags; never withdrawal of opioids in an adult |
| AL-31 | CAM positive, CIWA-Ar orientation 2 or more, hallucinations, encephalopathy, a recorded delirium | recalled |
| AL-32 | CIWA-Ar 10 or more | ASAM alcohol withdrawal guideline |
| AL-33 | CIWA-Ar 19 or more; earlier delirium tremens or seizure where alcohol or sedatives play a part now | ASAM |
| AL-34 | CIWA-B 41 or more | Busto 1989 (recalled) |
| AL-35 | head injury, focal signs, a Glasgow Coma Scale under 15, a fall on an anticoagulant | recalled red flags |
"""

from __future__ import annotations

from leeward.guidance.alert import alert
from leeward.guidance.alerts.signs import item_points, recorded_within
from leeward.guidance.picture import Picture
from leeward.guidance.use import LIKE_BARBITURATES
from leeward.model.truth import Truth, all_of, any_of


@alert("AL-30", "seizure", "Seizure", sources=("red-flags-recalled", "pmc40747932"))
def seizure(picture: Picture) -> Truth:
    """Going on, or in the last 48 hours. Opioid withdrawal does not cause seizures in adults."""
    return recorded_within(picture, "seizure", "seizure-recent")


@alert("AL-31", "delirium-or-hallucination", "Delirium or hallucinations", sources=("red-flags-recalled",))
def delirium(picture: Picture) -> Truth:
    """Opioid withdrawal alone does not cause them."""
    return any_of(
        picture.word("delirium-cam", "positive"),
        item_points(picture, "ciwa-ar", "orientation") >= picture.limit("ciwa-disoriented"),
        picture.said("hallucination"),
        picture.said("encephalopathy"),
        picture.has("delirium"),
    )


@alert("AL-32", "alcohol-withdrawal", "Alcohol withdrawal: treat it first")
def alcohol_withdrawal(picture: Picture) -> Truth:
    """Moderate or worse by CIWA-Ar."""
    return ciwa(picture)


@alert("AL-33", "alcohol-withdrawal-severe", "Severe alcohol withdrawal, or one that was complicated before")
def alcohol_withdrawal_severe(picture: Picture) -> Truth:
    """Severe by CIWA-Ar; after an earlier delirium tremens or seizure, as soon as alcohol or sedatives play a part."""
    severe = picture.total("ciwa-ar", "CIWA-Ar") >= picture.limit("ciwa-severe")
    plays_a_part = any_of(
        ciwa(picture),
        picture.took_class("alcohol"),
        picture.took("benzodiazepine", "barbiturate", "phenibut", "ghb", "other-sedative"),
        picture.takes(*LIKE_BARBITURATES, traits=("benzodiazepine",)),
        picture.has("alcohol-use-disorder", "sedative-use-disorder"),
    )
    return any_of(severe, all_of(picture.has("complicated-alcohol-withdrawal-history"), plays_a_part))


@alert("AL-34", "sedative-withdrawal-severe", "Severe sedative withdrawal")
def sedative_withdrawal_severe(picture: Picture) -> Truth:
    """By CIWA-B, whose bands are recalled."""
    return picture.reading("ciwa-b") >= picture.limit("ciwa-b-severe")


@alert("AL-35", "head-injury", "Head injury or signs from the brain", sources=("red-flags-recalled",))
def head_injury(picture: Picture) -> Truth:
    """Never put down to withdrawal before imaging."""
    anticoagulated = picture.has("anticoagulated") | picture.takes(traits=("anticoagulant",))
    return any_of(
        picture.said("head-injury"),
        picture.said("focal-neurological-deficit"),
        picture.reading("gcs") < picture.limit("gcs-full"),
        all_of(picture.said("fall"), anticoagulated),
    )


def ciwa(picture: Picture) -> Truth:
    """Whether CIWA-Ar is at least moderate."""
    return picture.total("ciwa-ar", "CIWA-Ar") >= picture.limit("ciwa-treat")


RULES = (
    seizure,
    delirium,
    alcohol_withdrawal,
    alcohol_withdrawal_severe,
    sedative_withdrawal_severe,
    head_injury,
)
