"""Names that only the program knows, put into words: on every page and paper a sentence of the assessment passes here.

Hazard: a nurse who is asked for `orders.methadone.day` cannot answer, and reads past it the next time. Only names that
the knowledge holds are changed; what somebody typed, and every number, stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from leeward.instruments import load_instruments
from leeward.knowledge import load_knowledge
from leeward.paper.questions import asked

WAYS = ("sublingual", "buccal", "transdermal", "extended-release")
"""What stands behind the id of a medicine that is given in more than one way."""

FIELDS: Mapping[str, str] = {
    "amount": "how much {} was taken",
    "after-dose": "{} after the dose",
    "at": "the time of {}",
    "before-dose": "{} before the dose",
    "day": "which day of {} it is",
    "dose": "the dose of {}",
    "doses_per_day": "how often a day {} is taken",
    "duration": "for how long {} was taken",
    "earlier": "an earlier {}",
    "last_taken": "when {} was last taken",
    "last_use": "when {} was last used",
    "per": "over what time {} was taken",
    "prescribed": "whether {} was prescribed",
    "product": "which product of {} it was",
    "reaction": "what happened with {}",
    "route": "how {} was taken",
    "substance": "what {} is",
    "supply": "what the supply of {} carries",
    "times_a_day": "how often a day {} is given",
    "uln": "the upper limit of normal of {}",
    "verified": "who verified {}",
    "which": "which {} is right",
}
"""What a field of something charted tells, with what the thing is called."""

HEADS: Mapping[str, str] = {
    "allergies": "allergy",
    "conditions": "condition",
    "declines": "declined",
    "doses": "dose given",
    "exposures": "taken",
    "goals": "goal",
    "medicines": "medicine",
    "observations": "reading",
    "orders": "order",
    "patient": "about the person",
    "scores": "score",
}
"""The lists of a case, each as one calls one thing in it."""

PATIENT: Mapping[str, str] = {
    "gestation_weeks": "weeks of pregnancy",
    "opioid_naive": "whether the person is used to opioids",
    "pregnant": "whether the person is pregnant",
    "weight_kg": "weight",
}

_PATH = re.compile(rf"(?<![\w@/.-])(?:{'|'.join(HEADS)})(?:\.[\w-]+(?:\[\d+\])?)+(?![\w@/])")
_KEPT = re.compile(rf"(.*) \(({'|'.join(HEADS)})((?:\.[\w-]+)*)\)$", re.DOTALL)
_HYPHENED = re.compile(r"(?<![\w.@/-])[a-z0-9]+(?:-[a-z0-9]+)+(?![\w@/-])")
_AGAIN = re.compile(r"-\d+$")


@lru_cache(maxsize=8192)
def plain(said: str) -> str:
    """A sentence of the assessment without ids and paths.

    >>> plain("Major: buprenorphine-naloxone-sublingual with fentanyl-illicit; patient.opioid_naive not known")
    'Major: sublingual buprenorphine-naloxone with illicit fentanyl; whether the person is used to opioids not known'
    >>> plain("orders.methadone.day not known")
    'which day of methadone it is not known'
    """
    if "." in said:
        said = _PATH.sub(lambda found: path_words(found[0]), said)
    if "-" in said:
        said = _HYPHENED.sub(lambda found: _in_a_sentence().get(found[0], found[0]), said)
    return asked(said)


def path_words(path: str) -> str:
    """What a path into a case names, as a part of a sentence.

    >>> path_words("exposures.fentanyl-illicit-2.last_use"), path_words("scores.cows.items.pupils")
    ('when illicit fentanyl was last used', 'COWS, pupils')
    """
    head, *rest = path.split(".")
    if not rest:
        return HEADS.get(head, _apart(head))
    if head == "patient":
        return PATIENT.get(rest[0], _apart(rest[0]))
    thing = name_of(rest[0])
    if head == "scores" and rest[1:2] == ["items"] and len(rest) > 2:
        return f"{thing}, {_item(rest[0], rest[2])}"
    told = rest[1:]
    if head == "observations" and told and told[0] not in FIELDS:
        thing, told = f"{thing} for {_apart(told[0])}", told[1:]
    return FIELDS.get(told[0], f"{_apart(told[0])} of {{}}").format(thing) if told else thing


def kept_words(kept: str) -> str:
    """Something kept that Leeward does not know, with what it was told as.

    >>> kept_words("penicillin (allergies)"), kept_words("rash (allergies.penicillin.reaction)")
    ('penicillin (allergy)', 'rash (what happened with penicillin)')
    """
    found = _KEPT.fullmatch(kept)
    if found is None:
        return plain(kept)
    fields = found[3].split(".")[1:]
    what = path_words(f"{found[2]}{found[3]}") if len(fields) > 1 else HEADS[found[2]]
    return f"{found[1]} ({what})"


def name_of(id: str) -> str:
    """What an id of the knowledge is called; an id that it has not, with spaces for its hyphens.

    >>> name_of("fentanyl-illicit#2")
    'illicit fentanyl no. 2'
    """
    id, _, place = id.partition("#")
    known = names().get(id) or names().get(_AGAIN.sub("", id))
    name = known or (id if id in _plain_ids() else _apart(_AGAIN.sub("", id)))
    return f"{name} no. {place}" if place else name


@cache
def names() -> Mapping[str, str]:
    """Ids that are no words, with what each is called."""
    knowledge = load_knowledge()
    found: dict[str, str] = {}
    for id, kind in knowledge.observations.items():
        found[id] = kind.name
    for id, instrument in load_instruments().items():
        found[id] = instrument.short
    for id, condition in knowledge.conditions.items():
        found[id] = condition.name
    for id, substance in knowledge.substances.items():
        found[id] = substance.name
    for id in knowledge.medicines:
        way = next((way for way in WAYS if id.endswith(f"-{way}")), "")
        found[id] = f"{way} {id.removesuffix(f'-{way}')}" if way else knowledge.medicines[id].name
    return {id: name for id, name in found.items() if id != name}


@cache
def _in_a_sentence() -> Mapping[str, str]:
    """The same for hyphenated words that may be the id or plain English ("back-pain"): what is said fits either."""
    found: dict[str, str] = {}
    knowledge = load_knowledge()
    for id, name in names().items():
        if "-" not in id or name.startswith(id):
            continue
        either = id in knowledge.conditions or id in knowledge.observations
        found[id] = _apart(id) if either and name.islower() else name
    return found


@cache
def _plain_ids() -> frozenset[str]:
    knowledge = load_knowledge()
    return frozenset((*knowledge.medicines, *knowledge.substances, *knowledge.conditions))


def _item(instrument: str, item: str) -> str:
    known = load_instruments().get(_AGAIN.sub("", instrument))
    title = next((one.title for one in known.items if one.id == item), "") if known else ""
    return f"{title[:1].lower()}{title[1:]}" if title else _apart(item)


def _apart(word: str) -> str:
    return word.replace("-", " ").replace("_", " ")
