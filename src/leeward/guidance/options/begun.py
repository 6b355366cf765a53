"""A start that has begun: buprenorphine given in this episode. It goes on; it does not begin again with a first dose.

| rule | what it says | source |
|---|---|---|
| BUP-31 | what was given, and that it counts toward the day's most | labels 2025; engine consensus |

The gates of a start are asked again before each further dose: withdrawal that is scored and seen, and nobody sedated.
"""

from __future__ import annotations

import msgspec

from leeward.guidance.assessment import Proposal
from leeward.guidance.gates import DAILY_BUPRENORPHINE
from leeward.guidance.options.buprenorphine_cautions import given_since_yesterday
from leeward.guidance.picture import Picture
from leeward.guidance.rule import CAUTION, rule
from leeward.model.case import Dose
from leeward.model.instants import hours_since
from leeward.model.missing import Missing
from leeward.model.truth import Truth


@rule(
    "BUP-31",
    "Buprenorphine was given already: this goes on with that start, and what was given counts toward the day's most",
    CAUTION,
    sources=("consensus-bup-caps",),
)
def start_begun(picture: Picture) -> Truth:
    """Any buprenorphine but an injection, given in this episode."""
    given = begun(picture)
    doses = picture.doses_of(*DAILY_BUPRENORPHINE)
    return given.because(lambda: "; ".join(_told(picture, dose) for dose in doses)) if doses else given


def begun(picture: Picture) -> Truth:
    """Whether buprenorphine was given in this episode."""
    return picture.was_given(*DAILY_BUPRENORPHINE)


def going_on(picture: Picture, proposal: Proposal) -> Proposal:
    """The proposal without its first dose where that was given already, and with what counts toward the day's most."""
    if not begun(picture).is_yes:
        return proposal
    given = given_since_yesterday(picture).shown()
    note = f"The first dose was given already: {given} since yesterday, which counts toward the day's most."
    return msgspec.structs.replace(proposal, steps=proposal.steps[1:], notes=(note, *proposal.notes))


def _told(picture: Picture, dose: Dose) -> str:
    amount = "" if isinstance(dose.amount, Missing) else f" {dose.amount}"
    ago = hours_since(dose.at, picture.case.now, f"doses.{dose.key}.at", "")
    return f"{dose.as_told}{amount}, {'when is not known' if ago.is_unknown else f'{ago.shown()} ago'}"
