"""Thoughts of suicide.

| rule | fires | source |
|---|---|---|
| AL-40 | C-SSRS high: intent, plan, or any behaviour in the last 3 months | C-SSRS triage |
| AL-41 | C-SSRS at least moderate: a method, or behaviour ever | recalled; policy: suicide-alerts-below-high |
| AL-42 | C-SSRS at least low: a wish to be dead, or thoughts | recalled; policy: suicide-alerts-below-high |
| AL-43 | PHQ-9 item 9 above 0, or suicidal thoughts in the chart: the C-SSRS is done now | PHQ-9 (recalled) |

Each level fires from its own answers up, so that an unanswered question never hides the levels below it.
"""

from __future__ import annotations

from leeward.guidance.alert import alert
from leeward.guidance.alerts.signs import item_yes
from leeward.guidance.picture import Picture
from leeward.model.truth import Truth, all_of, any_of, known


@alert("AL-40", "suicide-risk-high", "High risk of suicide", sources=("cssrs-triage", "c-ssrs-columbia-workflow"))
def high(picture: Picture) -> Truth:
    """Intent or plan in the last month, or behaviour in the last three."""
    return _any_answer(picture, "q4", "q5", "q6_past_3_months")


@alert("AL-41", "suicide-risk-moderate", "At least moderate risk of suicide", sources=("columbia-lighthouse-recalled",))
def moderate(picture: Picture) -> Truth:
    """A method was thought about, or something was done ever."""
    return all_of(_below_high_alerts(picture), _any_answer(picture, "q3", "q6_lifetime"))


@alert("AL-42", "suicide-risk-low", "At least low risk of suicide", sources=("columbia-lighthouse-recalled",))
def low(picture: Picture) -> Truth:
    """A wish to be dead, or thoughts of suicide."""
    return all_of(_below_high_alerts(picture), _any_answer(picture, "q1", "q2"))


@alert("AL-43", "suicide-screen", "Thoughts of death or self-harm: screen now", sources=("kroenke-2001-recalled",))
def screen(picture: Picture) -> Truth:
    """The ninth item of the PHQ-9 counts whatever the total is."""
    return any_of(item_yes(picture, "phq-9", "better_off_dead"), picture.has("suicidal-ideation"))


def _any_answer(picture: Picture, *items: str) -> Truth:
    return any_of(item_yes(picture, "c-ssrs", item) for item in items)


def _below_high_alerts(picture: Picture) -> Truth:
    allowed = picture.policy.allows("suicide-alerts-below-high")
    return known(allowed, "the site uses the recalled cut points", "policy", facts=("suicide-alerts-below-high",))


RULES = (high, moderate, low, screen)
