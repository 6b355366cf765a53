"""A start that has begun: buprenorphine given in this episode. It goes on as current treatment, with no new gate.

| rule | what it says | source |
|---|---|---|
| BUP-31 | what was given, and that it counts toward the day's most | labels 2025; consensus of sources |
| BUP-35 | a start that has begun does not begin again | BC pharmacy policy 2024: up to three missed days |

Further doses are given under continue-current-treatment: awake, breathing, withdrawal still felt.
"""

from __future__ import annotations

import msgspec

from leeward.guidance.assessment import Proposal
from leeward.guidance.gates import DAILY_BUPRENORPHINE, missed_days
from leeward.guidance.options.buprenorphine_cautions import given_since_yesterday
from leeward.guidance.picture import Picture, asked_once
from leeward.guidance.rule import AVOID, CAUTION, rule
from leeward.model.case import Dose
from leeward.model.instants import hours_since
from leeward.model.missing import Missing
from leeward.model.quantity import kind_of
from leeward.model.reading import Reading
from leeward.model.truth import Truth, all_of, any_of, unknown


@rule(
    "BUP-31",
    "Buprenorphine was given already: this goes on with that start, and what was given counts toward the day's most",
    CAUTION,
    sources=("consensus-bup-caps",),
)
def start_begun(picture: Picture) -> Truth:
    """Any buprenorphine but an injection, given in this episode."""
    given = picture.was_given(*DAILY_BUPRENORPHINE)
    doses = picture.doses_of(*DAILY_BUPRENORPHINE)
    return given.because(lambda: "; ".join(_told(picture, dose) for dose in doses)) if doses else given


@rule(
    "BUP-35",
    "A start has begun: go on with it as the current treatment, not with a first dose",
    AVOID,
    sources=("bc-ppp66", "consensus-bup-caps"),
)
def already_begun(picture: Picture) -> Truth:
    """One dose of a start given in this episode: more of it needs no new gate of withdrawal."""
    return begun(picture)


@asked_once
def begun(picture: Picture) -> Truth:
    """Whether a start was begun in this episode, so few days ago that it goes on.

    A dose under the smallest first dose belongs to a low-dose ramp, which goes on by its own schedule.
    """
    if isinstance(picture.case.doses, Missing):
        return unknown("doses", sentence="what was given already: not known")
    return any_of(_is_start(picture, dose) for dose in picture.doses_of(*DAILY_BUPRENORPHINE))


def _is_start(picture: Picture, dose: Dose) -> Truth:
    missed = missed_days(picture, f"doses.{dose.key}.at", dose.at, "buprenorphine")
    return all_of(
        missed < picture.limit("buprenorphine-reassess-after-opioids"),
        _milligrams(dose) >= picture.limit("buprenorphine-start-dose"),
    )


def _milligrams(dose: Dose) -> Reading:
    name = f"doses.{dose.key}.dose"
    if isinstance(dose.amount, Missing) or kind_of(dose.amount.unit) != "mass":
        return Reading.unknown(name, dose.as_told, "mg")
    amount = dose.amount.to("mg").value
    return Reading(amount, amount, "mg", dose.as_told, (name,))


def more_of_it(picture: Picture, proposal: Proposal) -> Proposal:
    """The proposal with what was given already, which counts toward the day's most."""
    given = given_since_yesterday(picture).shown()
    note = f"{given} was given since yesterday, which counts toward the day's most."
    return msgspec.structs.replace(proposal, notes=(note, *proposal.notes))


def _told(picture: Picture, dose: Dose) -> str:
    amount = "" if isinstance(dose.amount, Missing) else f" {dose.amount}"
    ago = hours_since(dose.at, picture.case.now, f"doses.{dose.key}.at", "")
    return f"{dose.as_told}{amount}, {'when is not known' if ago.is_unknown else f'{ago.shown()} ago'}"
