"""From the resources of a health record to a case: what a case file would hold, and a list of everything that it does not.

Hazard: a record is never complete. A list that comes from one is left open by an entry with an unknown name, so that
whatever it does not name is unknown and never no; only the words *no known allergy*, or somebody who vouches for it,
close a list. A record that says
nothing about pregnancy leaves it unknown.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from leeward.casefile import case_from
from leeward.errors import BadInput, Problem
from leeward.fhir.case_allergies import put_allergy
from leeward.fhir.case_conditions import put_condition
from leeward.fhir.case_medicines import PUTS, put_last_taken, put_request
from leeward.fhir.case_observations import DrugTests, may_be_used, put_observation
from leeward.fhir.case_past import put_past
from leeward.fhir.case_patient import (
    patient_of,
    put_encounters,
    put_patient,
    put_pregnancy,
    put_weight,
    refuse_the_dead,
)
from leeward.fhir.case_scores import instrument_of, is_item, is_told_twice, put_doubted_scores, put_response, put_score
from leeward.fhir.case_sheet import (
    CONTRADICTION,
    MODIFIED,
    NO_PLACE,
    REMARK,
    SOMEBODY_ELSE,
    UNCLEAR,
    Entry,
    Sheet,
    person_of,
)
from leeward.fhir.codes import is_said, meanings
from leeward.fhir.longest import shorten
from leeward.fhir.reading import Resources
from leeward.fhir.structures import (
    AllergyIntolerance,
    Condition,
    Element,
    Encounter,
    Medication,
    MedicationRequest,
    Observation,
    Organization,
    Patient,
    Practitioner,
    PractitionerRole,
    QuestionnaireResponse,
)
from leeward.knowledge import Knowledge, load_knowledge
from leeward.model.case import Case

LEFT_OPEN: Mapping[str, Entry] = {
    "medicines": {"name": "unknown"},
    "doses": {"medicine": "unknown"},
    "conditions": {"name": "unknown"},
    "allergies": {"name": "unknown"},
    "exposures": {"substance": "unknown"},
}
"""The entry that says that a list may not hold everything."""

NEEDED_BY_OTHERS = (Medication, Organization, Practitioner, PractitionerRole)
"""Resources that say nothing about the person by themselves."""

_ENTRY = re.compile(r"^([a-z_]+)\[(\d+)\]")
_FIELD = re.compile(r"^(patient\.[a-z_]+|setting)")


class FromFhir(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a record.

    `document` is a case file, `case` what it holds. `not_understood` names everything that was not used, or not as it
    stands, with the resource and the reason. `sources` says which resource each part of the document comes from.
    """

    document: dict[str, Any]
    case: Case
    not_understood: tuple[Problem, ...]
    sources: Mapping[str, str]


def case_document(
    resources: Resources,
    now: datetime,
    patient: str | None = None,
    *,
    drafts: Resources | None = None,
    complete: Collection[str] = (),
    knowledge: Knowledge | None = None,
) -> FromFhir:
    """The case of one person at an instant, from the resources of their record.

    `patient` is the person's id, needed where the resources are about several people. `drafts` are orders that somebody
    is about to sign, whatever their status. `complete` names the lists of the case (see `LEFT_OPEN`) of which somebody
    vouches that the record holds everything: what such a list does not name is no. Raises BadInput (LW-0910, LW-0911) where nothing is there, where it is not
    clear about whom the case is to be, where `now` has no offset, and where the person has died.
    """
    knowledge = knowledge or load_knowledge()
    drafted = drafts.held if drafts else ()
    held = (*resources.held, *drafted)
    if now.utcoffset() is None:
        raise BadInput.one(UNCLEAR, "now", "The instant has no offset from UTC.", "Write 2026-11-22T09:00:00-05:00.")
    if not held:
        raise BadInput.one(UNCLEAR, "", "There is no resource in it that Leeward can read.", "Give a bundle of FHIR R4.")  # fmt: skip
    sheet = Sheet(now, knowledge, held)
    for read in (resources, *([drafts] if drafts else [])):
        sheet.problems += [*read.problems, *read.passed_over, *read.partial]
    person = patient_of(held, patient)
    for one in held:
        if isinstance(one, Patient) and one.id == person:
            refuse_the_dead(sheet, one)
    about = _usable(sheet, held, drafted, person)
    no_allergy = _put_all(sheet, about, {id(one) for one in drafted})
    _close_lists(sheet, no_allergy, complete, whole=not (resources.partial or resources.problems))
    return _finished(sheet, {sheet.name(one) for one in drafted})


def _usable(sheet: Sheet, held: Sequence[Element], drafted: Sequence[Element], person: str | None) -> list[Element]:
    """The resources about the person that stand as they are, each once."""
    found: list[Element] = []
    newest = _newest_versions(sheet, held, drafted)
    for one in held:
        if id(one) not in newest:
            continue
        if isinstance(one, NEEDED_BY_OTHERS):
            if not isinstance(one, Medication):
                sheet.say(NO_PLACE, one, "A case says nothing about it.", "Nothing to do.")
        elif isinstance(one, Patient):
            if one.id == person or (person is None and one.id is None):
                found.append(one)
            else:
                sheet.say(SOMEBODY_ELSE, one, "This is somebody else.")
        elif (subject := person_of(one)) is None or subject != person:
            says = "It does not say about whom it is." if subject is None else "It is about somebody else."
            sheet.say(SOMEBODY_ELSE, one, says)
        elif getattr(one, "modifierExtension", ()) or getattr(one, "implicitRules", None):
            sheet.say(MODIFIED, one, "It holds an extension or rules that change its meaning, unknown to Leeward.")
        else:
            found.append(one)
    return found


def _newest_versions(sheet: Sheet, held: Sequence[Element], drafted: Sequence[Element]) -> set[int]:
    """The versions of each resource to use (by `id()`): a draft before what is on record, else the newest.

    Where the newest cannot be told all are used, since what they say may both be so; none where one is in error.
    """
    drafts = {id(one) for one in drafted}
    by_name: dict[str, list[Element]] = {}
    for one in held:
        by_name.setdefault(sheet.name(one), []).append(one)
    found: set[int] = set()
    for named in by_name.values():
        if len(named) == 1:
            found.add(id(named[0]))
            continue
        contents: dict[bytes, Element] = {}
        for one in named:
            content = msgspec.json.encode(one)
            contents[content] = one if id(one) in drafts else contents.get(content, one)
        versions = list(contents.values())
        dated = [(moment.latest, one) for one in versions if (moment := sheet.moment(_updated(one))) is not None]
        dated.sort(key=lambda pair: pair[0])
        own = [one for one in versions if id(one) in drafts]
        if len(versions) == 1:
            found.add(id(versions[0]))
        elif own:
            found |= {id(one) for one in own}
            sheet.say(REMARK, own[0], "It is on record too; what is being drafted is used.", "Nothing to do.")
        elif len(dated) == len(versions) and dated[-1][0] > dated[-2][0]:
            found.add(id(dated[-1][1]))
            sheet.say(REMARK, dated[-1][1], "It came in several versions. The newest is used.", "Nothing to do.")
        elif isinstance(versions[0], Patient) or any(_in_error(one) for one in versions):
            sheet.say(CONTRADICTION, versions[0], "It came in several versions, and the newest cannot be told. None is used.")  # fmt: skip
        else:
            found |= {id(one) for one in versions}
            sheet.say(CONTRADICTION, versions[0], "It came in several versions, and the newest cannot be told. All are used.")  # fmt: skip
    return found


def _in_error(one: Element) -> bool:
    error = "entered-in-error"
    return getattr(one, "status", None) == error or is_said(getattr(one, "verificationStatus", None), error)


def _updated(one: Element) -> str | None:
    meta = getattr(one, "meta", None)
    return meta.lastUpdated if meta else None


def _put_all(sheet: Sheet, about: Sequence[Element], drafted: set[int]) -> list[Element]:
    """Put every resource where it belongs; returns those that say that there is no allergy."""
    for one in about:
        if isinstance(one, Patient):
            put_patient(sheet, one)
    put_encounters(sheet, [one for one in about if isinstance(one, Encounter)])
    no_allergy: list[Element] = []
    panels = _panels(sheet, about)
    for one in about:
        if isinstance(one, MedicationRequest):
            put_request(sheet, one, draft=id(one) in drafted)
        elif isinstance(one, Condition):
            put_condition(sheet, one)
        elif isinstance(one, QuestionnaireResponse):
            put_response(sheet, one, panels.get(id(one)))
        elif isinstance(one, AllergyIntolerance):
            no_allergy += [one] if put_allergy(sheet, one) else []
        elif type(one) in PUTS:
            PUTS[type(one)](sheet, one)
        elif not isinstance(one, (Patient, Encounter, Observation)):
            sheet.say(NO_PLACE, one, "A case file has no place for it.")
    put_past(sheet, about)
    put_last_taken(sheet)
    observations = [one for one in about if isinstance(one, Observation)]
    _put_observations(sheet, [*observations, *(inner for one in observations for inner in _within(sheet, one))])
    put_doubted_scores(sheet)
    return no_allergy


def _within(sheet: Sheet, one: Observation) -> list[Observation]:
    """The observations that another contains and refers to: they are about whom it is about."""
    own = [told for told in (*one.hasMember, *one.derivedFrom) if (told.reference or "").startswith("#")]
    inner = [found for told in own if isinstance(found := sheet.held(told, one), Observation)]
    return [found for found in inner if found.subject is None or person_of(found) == person_of(one)]


def _panels(sheet: Sheet, about: Sequence[Element]) -> dict[int, Observation]:
    """The score that was made of each filled-in questionnaire (by its `id()`)."""
    found: dict[int, Observation] = {}
    for one in [one for one in about if isinstance(one, Observation) and instrument_of(one) is not None]:
        for form in (sheet.held(reference, one) for reference in one.derivedFrom):
            if isinstance(form, QuestionnaireResponse):
                found.setdefault(id(form), one)
    return found


def _close_lists(sheet: Sheet, no_allergy: Sequence[Element], complete: Collection[str], whole: bool) -> None:
    """Leave every list open that nobody vouches for; the words *no known allergy* close theirs where all of it came."""
    if no_allergy and "allergies" not in sheet.lists and whole:
        sheet.set("allergies", [], *no_allergy)
    elif no_allergy and "allergies" not in sheet.lists:
        sheet.lists["allergies"] = []
        for one in no_allergy:
            says = "It says that there is no known allergy, and not all of the record could be read. It is left open."
            sheet.say(CONTRADICTION, one, says, "Ask the person.")
    for one in no_allergy if sheet.lists.get("allergies") else ():
        sheet.say(CONTRADICTION, one, "It says that there is no known allergy, and the record holds one.")
    for kind, entry in LEFT_OPEN.items():
        if kind in complete:
            if not sheet.lists.get(kind) and kind not in sheet.fields:
                sheet.fields[kind] = ([], "somebody vouches that there is none")
        elif kind in sheet.lists:
            sheet.lists[kind].append((entry, "the record, which may not hold everything"))


def _put_observations(sheet: Sheet, observations: Sequence[Observation]) -> None:
    tests, belongs = DrugTests({}), set[int]()
    usable = [one for one in observations if may_be_used(sheet, one)]
    scores = [(one, instrument) for one in usable if not is_item(one) and (instrument := instrument_of(one))]
    for one, instrument in scores:
        if is_told_twice(sheet, one, instrument):
            belongs |= {id(sheet.held(reference, one)) for reference in one.hasMember}
        else:
            belongs |= put_score(sheet, one, instrument)
    taken = belongs | {id(one) for one, _ in scores}
    weights: list[Observation] = []
    pregnancies: list[Observation] = []
    for one in usable:
        uses = {meaning.use for meaning in meanings(one.code, "weight", "pregnancy-status", knowledge=sheet.knowledge)}
        if "weight" in uses:
            weights.append(one)
        elif "pregnancy-status" in uses:
            pregnancies.append(one)
        elif is_item(one) and id(one) not in belongs:
            sheet.say(NO_PLACE, one, "It is one item of a score that did not come along.")
        elif id(one) not in taken:
            put_observation(sheet, one, tests)
    tests.put(sheet)
    put_weight(sheet, weights)
    put_pregnancy(sheet, pregnancies)
    tested = [entry for entry, _ in sheet.lists.get("observations", ()) if entry["what"] == "pregnancy-test"]
    if any(entry["value"] != "negative" for entry in tested) and sheet.fields.get("patient.sex", ("", ""))[0] == "male":
        sheet.say(CONTRADICTION, sheet.fields["patient.sex"][1], "Male, and tested for pregnancy. The sex is unknown.")
        sheet.fields["patient.sex"] = ("unknown", sheet.fields["patient.sex"][1])


def _finished(sheet: Sheet, drafted: Collection[str]) -> FromFhir:
    """The document, without what no case file may hold; whatever is left out for that is listed with its sentence."""
    shorten(sheet, LEFT_OPEN, drafted)
    while True:
        document, _ = _document(sheet)
        try:
            case = case_from(document, sheet.knowledge, mend=lambda kind, wrong: _mended(sheet, kind, wrong))
        except BadInput as wrong:
            _mend_fields(sheet, wrong)
            continue
        document, sources = _document(sheet)
        listed = tuple(sorted(set(sheet.problems)))
        return FromFhir(document=document, case=case, not_understood=listed, sources=sources)


def _document(sheet: Sheet) -> tuple[dict[str, Any], dict[str, str]]:
    document: dict[str, Any] = {"leeward": "case/1", "now": sheet.now.isoformat()}
    sources: dict[str, str] = {}
    for path, (value, source) in sorted(sheet.fields.items()):
        holder, _, name = path.rpartition(".")
        (document.setdefault(holder, {}) if holder else document)[name] = value
        sources[path] = source
    for kind, entries in sheet.lists.items():
        if entries:
            document[kind] = [entry for entry, _ in entries]
            sources |= {f"{kind}[{place}]": source for place, (_, source) in enumerate(entries)}
    return document, sources


def _mended(sheet: Sheet, kind: str, wrong: Sequence[Problem]) -> list[Entry] | None:
    """A list of the sheet without what a case file refuses: an observation and a given dose become unknown, the rest is left out."""
    mended, out = False, set[int]()
    for problem in wrong:
        entry = _ENTRY.match(problem.path)
        if entry is None or entry[1] != kind or int(entry[2]) >= len(sheet.lists.get(kind, ())):
            continue
        place = int(entry[2])
        sheet.say(problem.code, sheet.lists[kind][place][1], problem.says, problem.mend)
        if not _blank(sheet, kind, place):
            out.add(place)
        mended = True
    if not mended:
        return None
    sheet.lists[kind] = [pair for place, pair in enumerate(sheet.lists[kind]) if place not in out]
    return [entry for entry, _ in sheet.lists[kind]]


def _mend_fields(sheet: Sheet, wrong: BadInput) -> None:
    """Take out of the sheet the single fields that a case file refuses; raises again what cannot be mended so."""
    mended = False
    for problem in wrong.problems:
        field = _FIELD.match(problem.path)
        if field is not None and field[1] in sheet.fields:
            sheet.say(problem.code, sheet.fields.pop(field[1])[1], problem.says, problem.mend)
            mended = True
    if not mended:
        raise wrong


KEEPS = {"observations": ("value", ("what", "at")), "doses": ("dose", ("medicine", "rxnorm", "at"))}
"""What becomes unknown in an entry that is refused, and what of it stays: that it was given, and when, still counts."""


def _blank(sheet: Sheet, kind: str, place: int) -> bool:
    """Make an observation or a given dose unknown, keeping its time; False where that was done before and did not help."""
    if kind not in KEEPS:
        return False
    unknown, stay = KEEPS[kind]
    entry, source = sheet.lists[kind][place]
    if entry.get(unknown) == "unknown":
        return False
    kept = {key: entry[key] for key in stay if key in entry}
    sheet.lists[kind][place] = ({**kept, unknown: "unknown"}, source)
    return True
