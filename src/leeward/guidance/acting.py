"""How long something that was taken or given may still act, so that an old dose does not speak for now.

| what | acts at most | source |
|---|---|---|
| an opioid | the opioid-free time before naltrexone: nothing in the body speaks any longer | policy: naltrexone-wait-* |
| a buprenorphine injection, whose end nobody has published | acting-at-most | half-lives of 43 to 60 days |
| naltrexone by mouth, or injected | naltrexone-oral-blocks, naltrexone-injection-blocks | ASAM 2015 |
| an inhibitor of monoamine oxidase | maoi-wait | BCCSU guideline |
| anything else, of which no time is kept | acting-surely: until then it acts; acting-at-most: until then it may | a convention of Leeward |

What is listed as taken, without a time, is taken now. A dose that was given at a time that nobody knows may act still.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum

import msgspec

from leeward.guidance.listed import AGONIST_TRAITS
from leeward.knowledge import Knowledge
from leeward.knowledge.entries import Substance
from leeward.model.instants import Span, hours_since
from leeward.model.missing import Missing
from leeward.model.reading import Limit

LimitOf = Callable[[str], Limit]

LIKE_KRATOM = ("leaf", "extract", "7-oh", "analogue", "tianeptine")
INJECTED = "buprenorphine-extended-release"
LONG_ACTING = (
    "methadone",
    "buprenorphine-sublingual",
    "buprenorphine-naloxone-sublingual",
    "buprenorphine-transdermal",
    "buprenorphine-buccal",
    "oxycodone-extended-release",
    "fentanyl-transdermal",
)
ANTAGONISTS = {
    "naltrexone": "naltrexone-oral-blocks",
    "naltrexone-bupropion": "naltrexone-oral-blocks",
    "naltrexone-extended-release": "naltrexone-injection-blocks",
}
DAY = timedelta(days=1)
A_DAY = 24.0
"""Hours after which the time of the last dose is worth a word."""


class Standing(Enum):
    """Whether something that was taken acts now: surely, perhaps, or no longer."""

    ACTS = "acts"
    PERHAPS = "perhaps"
    OVER = "over"


class Acting(msgspec.Struct, frozen=True):
    """Whether something acts now, and a word of when it was taken last where it is long ago or not known.

    `is_open`: whether it is the time that is not known well enough to tell.
    """

    standing: Standing
    says: str = ""
    is_open: bool = False


NOW = Acting(Standing.ACTS)


def wait_of_substance(substance: Substance, limit: LimitOf) -> Limit:
    """The opioid-free time after it. Kratom and tianeptine have one of their own; what is not short-acting has the long one."""
    if substance.class_ in LIKE_KRATOM:
        return limit("naltrexone-wait-kratom")
    return limit("naltrexone-wait-short" if substance.acting == "short" else "naltrexone-wait-long")


def wait_of_medicine(medicine: str | None, limit: LimitOf) -> Limit:
    """The opioid-free time after an opioid medicine."""
    return limit("naltrexone-wait-long" if medicine in LONG_ACTING else "naltrexone-wait-short")


def medicine_acts(id: str, when: Span | Missing, now: datetime, knowledge: Knowledge, limit: LimitOf) -> Acting:
    """Whether a medicine acts that was taken or given at some time; one at no known time acts perhaps.

    >>> from leeward.knowledge import load_knowledge
    >>> at, known = datetime.fromisoformat("2026-11-22T09:00:00+00:00"), load_knowledge()
    >>> [medicine_acts("phenelzine", Span.at(at - days * DAY), at, known, known.limit).standing.value for days in (3, 20)]
    ['acts', 'over']
    """
    traits, surely, most = knowledge.medicines[id].traits, limit("acting-surely"), limit("acting-at-most")
    if id == INJECTED:
        surely = most
    elif id in ANTAGONISTS:
        surely = most = limit(ANTAGONISTS[id])
    elif "maoi" in traits:
        surely = most = limit("maoi-wait")
    elif not AGONIST_TRAITS.isdisjoint(traits):
        surely = most = wait_of_medicine(id, limit)
    return _acts(knowledge.medicines[id].name, when, now, surely, most)


def substance_acts(id: str, when: Span | Missing, now: datetime, knowledge: Knowledge, limit: LimitOf) -> Acting:
    """Whether a substance acts that was taken last at some time; one at no known time is told as taken, and acts."""
    substance = knowledge.substances[id]
    if isinstance(when, Missing):
        return NOW
    surely = most = limit("acting-at-most")
    if substance.opioid != "no" and id != INJECTED:
        surely = most = wait_of_substance(substance, limit)
    found = _acts(substance.name, when, now, surely, most)
    return found if found.standing is Standing.OVER else NOW


def _acts(name: str, when: Span | Missing, now: datetime, surely: Limit, most: Limit) -> Acting:
    since = hours_since(when, now, "", "")
    if (since >= most).is_yes:
        return Acting(Standing.OVER)
    if (since < surely).is_yes:
        return Acting(Standing.ACTS, _when(name, when, now) if since.low >= A_DAY else "")
    is_open = not since.is_exact
    return Acting(Standing.PERHAPS, f"{_when(name, when, now)} It may be over.", is_open)


def _when(name: str, when: Span | Missing, now: datetime) -> str:
    """When it was taken last, in whole days."""
    if isinstance(when, Missing):
        return f"When {name} was taken last is not known."
    latest, earliest = (now - when.latest) // DAY, (now - when.earliest) // DAY
    told = f"{latest}" if latest == earliest else f"{latest} to {earliest}"
    return f"{name[:1].upper()}{name[1:]} was taken last {told} {'day' if told == '1' else 'days'} ago, as told."
