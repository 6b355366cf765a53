"""What the person reports after buprenorphine, where a source says from which size a rise was felt.

| rule | fires | source |
|---|---|---|
| AL-86 | SOWS (16 items) now 10 or more above the report before buprenorphine, within a day of it | Dunn 2023; consensus of sources |

A report replaces no COWS: it asks for one.
"""

from __future__ import annotations

from leeward.guidance.alert import alert
from leeward.guidance.alerts.series import difference, scores_before, total_of
from leeward.guidance.gates import BUPRENORPHINE
from leeward.guidance.picture import Picture
from leeward.guidance.scored import which
from leeward.model.case import Dose
from leeward.model.instants import hours_since
from leeward.model.missing import Missing
from leeward.model.truth import NO, Truth, all_of, any_of, disagreeing, known, unknown

SOWS = "sows-handelsman-16"
NAME = "SOWS (16 items)"


@alert(
    "AL-86",
    "self-report-risen",
    "SOWS has risen since buprenorphine",
    sources=("dunn23", "consensus-pw-engine", "consensus-alert-details"),
)
def self_report_risen(picture: Picture) -> Truth:
    """From the smallest rise that people felt as precipitated withdrawal.

    Hazard: a person who scores themselves, at home or where nobody scores a COWS, tells it and nobody hears.
    """
    if not picture.entries(SOWS):
        return known(False, f"no {NAME} is recorded", f"scores.{SOWS}")
    doses, given = picture.doses_of(*BUPRENORPHINE), picture.was_given(*BUPRENORPHINE)
    return given & any_of(_risen(picture, dose) for dose in doses) if doses else given


def _risen(picture: Picture, dose: Dose) -> Truth:
    """Whether SOWS stands above the report before this dose, a day after it at most."""
    name = f"doses.{dose.key}"
    since = hours_since(dose.at, picture.case.now, f"{name}.at", f"hours since {dose.as_told}")
    recent = since <= picture.limit("precipitated-passes")
    if isinstance(dose.at, Missing) or recent.answer is NO:
        return recent
    before, lacking = scores_before(picture, dose.at, name, SOWS)
    if not before:
        return all_of(recent, unknown(*lacking, sentence=f"no {NAME} from before the dose is known"))
    rise, now = picture.limit("precipitated-rise-sows-handelsman-16"), picture.total(SOWS, NAME)
    told = [
        difference(now, total_of(start), f"{NAME} now above the report before the dose by") >= rise for start in before
    ]
    return all_of(recent, disagreeing(told, f"two {NAME} of the same time disagree", which(SOWS)))


RULES = (self_report_risen,)
