"""The sheet that a person takes home: plain words in English or Spanish, whom to call first, nothing that nobody signed.

Every sentence and its sources stand in patient-sheet.toml; the medicine lines are those of the signed plan, as written.

Hazards: a home dose that nobody signed, or one that was signed before something spoke against it. Without a signed plan
the sheet says that there is none and to ask first. In an emergency, while a medicine is held, where Leeward does not
cover the person, where a check cannot be answered, and where the chart has changed since the signing, the medicines stay
off it, and it says to ask first.
Naloxone to take home always stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from leeward.errors import BadInput, shown
from leeward.guidance.assessment import Assessment
from leeward.guidance.order_answers import REVERSAL
from leeward.knowledge import Knowledge
from leeward.paper.check_in import check_in_code
from leeward.paper.handoff import not_covered
from leeward.paper.plan import FollowUp, PlanLine, SignedPlan
from leeward.paper.services import Nearby
from leeward.paper.times import plain_day, zone_of
from leeward.paper.typesetting import Paper, set_pdf
from leeward.paper.words_of_services import LANGUAGES, Language, title_of
from leeward.paper.words_of_sheet import SheetWords

KRATOM = frozenset({"leaf", "extract", "7-oh", "analogue"})
SECTIONS = ("back", "what", "take", "expect", "overdose", "naloxone", "safe", "kratom", "next")
MOST_SERVICES = 6


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A number to call and what for."""

    number: str
    what_for: str


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A heading with its sentences; `steps` are numbered, `urgent` stands in a frame."""

    id: str
    title: str
    lines: tuple[str, ...]
    note: str = ""
    steps: bool = False
    urgent: bool = False


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A service as the sheet shows it."""

    name: str
    offers: str
    address: str
    phone: str
    distance: str


class Medicine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the signed plan, as written."""

    what: str
    dose: str
    when: str


class PatientSheet(msgspec.Struct, frozen=True, kw_only=True):
    """The sheet as data: the page, the text and the PDF say the same."""

    language: Language
    title: str
    person: str
    made: str
    made_on: str
    banner: str
    calls_title: str
    calls: tuple[Call, ...]
    calls_note: str
    plan_says: str
    medicines: tuple[Medicine, ...]
    sections: tuple[Section, ...]
    follow_up_title: str
    follow_up: tuple[tuple[str, str], ...]
    check_in_title: str
    check_in_how: str
    check_in_warning: str
    link: str
    qr: str
    services_title: str
    services_note: str
    services: tuple[Place, ...]
    footer: str
    sources: tuple[str, ...]
    for_staff: tuple[str, ...]
    """What whoever prints the sheet should know first; not on the sheet."""
    left_out: tuple[str, ...] = ()
    """Why the medicines of the plan are not on it, for staff; empty where they are, or there are none."""
    may_check: bool = False
    """Whether a look at the plan is all that is missing, so that staff may say that they had it."""
    scope: str = ""
    """What a release rests on; it goes with the notice."""


def patient_sheet(
    assessment: Assessment,
    knowledge: Knowledge,
    language: str = "en",
    *,
    person: str = "",
    plans: Sequence[SignedPlan] = (),
    checked: bool = False,
    follow_up: FollowUp | None = None,
    check_in_link: str = "",
    services: Sequence[Nearby] = (),
    digest: str = "",
) -> PatientSheet:
    """The sheet for one person. Raises BadInput for a language that it is not written in or a link that is none.

    `checked`: somebody says that the plans still hold, though the chart has changed since or an answer is missing; it
    settles nothing else.
    """
    if language not in LANGUAGES:
        says = f'The patient sheet is not written in "{shown(language)}".'
        raise BadInput.one("LW-0871", "language", says, f"Choose one of {', '.join(LANGUAGES)}.")
    texts = _Texts(knowledge, language, assessment)
    signed = tuple(line for plan in plans for line in plan.lines if line.at_home)
    stops = tuple(_stops(assessment, signed)) if any(map(_taken, signed)) else ()
    open_ = tuple(_to_check(plans)) if not checked else ()
    home = tuple(line for line in signed if not _taken(line)) if stops or open_ else signed
    used = _Chosen(texts, assessment, home)
    return PatientSheet(
        language=language,
        title=texts.word("sheet"),
        person=person,
        made=texts.word("made"),
        made_on=texts.day(assessment.now, hour=True),
        banner=texts.word("synthetic") if assessment.synthetic else "",
        calls_title=texts.title("call"),
        calls=tuple(Call(number=text.number, what_for=texts.said(text)) for text in texts.of("call")),
        calls_note=" ".join(texts.said(text) for text in texts.of("call-note")),
        plan_says=_plan_says(texts, plans, home, asks=bool(stops or open_)),
        medicines=tuple(Medicine(what=line.what, dose=line.dose, when=line.when) for line in home),
        sections=tuple(used.sections()),
        follow_up_title=texts.word("follow-up-at"),
        follow_up=tuple(_follow_up(texts, follow_up)),
        check_in_title=texts.word("check-in"),
        check_in_how=texts.word("check-in-how"),
        check_in_warning=texts.word("check-in-not-emergency"),
        link=check_in_link,
        qr=check_in_code(check_in_link) if check_in_link else "",
        services_title=texts.title("services"),
        services_note=texts.word("services-check") if services else texts.word("no-services"),
        services=tuple(_place(texts, near) for near in services[:MOST_SERVICES]),
        footer=f"{texts.word('record')} {digest[:16] or '–'} · {texts.word('knowledge')} {assessment.knowledge.version}",
        sources=tuple(sorted(used.cited)),
        for_staff=tuple(_for_staff(language, home)),
        left_out=(*stops, *open_),
        may_check=bool(open_) and not stops,
    )


def _taken(line: PlanLine) -> bool:
    """Whether a line is something to take. Naloxone is for somebody else's hand, and nothing speaks against having it."""
    return line.medicine_id not in REVERSAL and not line.what.casefold().startswith("naloxone")


def _stops(assessment: Assessment, home: Sequence[PlanLine]) -> Iterator[str]:
    """Why nothing of a signed plan goes home now, whoever has looked."""
    for alert in (*assessment.alerts, *assessment.state.mismatches):
        if alert.level == "emergency":
            yield f"An emergency stands: {alert.title}. See to the person first."
    for one in not_covered(assessment):
        yield f"Leeward does not cover this person: {one.what}. Turn to: {one.turn_to}"
    for line in home:
        if line.held and not line.unsure:
            yield f"{line.what} is held now: {line.held}. A prescriber settles it: stops the plan or signs a new one."


def _to_check(plans: Sequence[SignedPlan]) -> Iterator[str]:
    """What a look at the person and the plan settles: a chart that changed since the signing, an answer that is missing."""
    for plan in plans:
        for line in plan.lines:
            if line.at_home and _taken(line) and line.held and line.unsure:
                yield f"{line.what}: {line.held}."
        if plan.changed and any(line.at_home and _taken(line) for line in plan.lines):
            named = f"The plan {plan.title}" if plan.title else "The plan"
            yield f"{named} was signed by {plan.signed_by} before this was charted: {plan.changed}."


class _Texts(SheetWords):
    """The sentences in one language, with the wall clock of the assessment."""

    def __init__(self, knowledge: Knowledge, language: Language, assessment: Assessment) -> None:
        super().__init__(knowledge, language)
        self._zone = zone_of(assessment.now)

    def day(self, instant: datetime, hour: bool = False) -> str:
        return plain_day(instant, self._zone, self.language, hour)


class _Chosen:
    """The sections of one person's sheet, and the sources that their sentences cite."""

    def __init__(self, texts: _Texts, assessment: Assessment, home: Sequence[PlanLine]) -> None:
        self.texts = texts
        self.assessment = assessment
        self.medicines = [line.medicine_id for line in home if line.medicine_id]
        self.takes = any(map(_taken, home))
        self.kratom = any(
            one.class_ in KRATOM or (one.product is not None and one.product.class_ in KRATOM)
            for one in assessment.exposures
        )
        self.cited: set[str] = set()

    def sections(self) -> Iterator[Section]:
        for id in SECTIONS:
            lines = tuple(self._lines(id))
            if lines:
                yield Section(
                    id=id,
                    title=self.texts.title(id),
                    lines=lines,
                    note=" ".join(self._lines(f"{id}-note")),
                    steps=id == "naloxone",
                    urgent=id == "back",
                )

    def _lines(self, section: str) -> Iterator[str]:
        if section == "expect":
            yield from self._courses()
        for text in self.texts.of(section):
            matched = [id for id in self.medicines if any(id.startswith(name) for name in text.medicines)]
            if (
                (text.substances and not self.kratom)
                or (text.medicines and not matched)
                or (text.home and not self.takes)
            ):
                continue
            self.cited.update(text.sources)
            said = self.texts.said(text)
            if "{medicine}" not in said:
                yield said
                continue
            for id in dict.fromkeys(matched):
                yield _sentence(said.replace("{medicine}", self.texts.name(id, id)))

    def _courses(self) -> Iterator[str]:
        """When the worst is expected, for each exposure whose last use is known and whose peak is not yet over."""
        resolved = {one.key: one.resolved for one in self.assessment.exposures}
        for course in self.assessment.state.course:
            peak = course.peak
            if peak is None or peak.earliest is None or peak.latest is None or peak.latest <= self.assessment.now:
                continue
            self.cited.update(course.sources)
            name = self.texts.name(resolved.get(course.exposure) or "", course.says.partition(":")[0])
            start, end = self.texts.day(peak.earliest), self.texts.day(peak.latest)
            yield self.texts.word("course").format(name=name, start=start, end=end)
            if course.end is not None and course.end.latest is not None:
                yield self.texts.word("course-end").format(end=self.texts.day(course.end.latest))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _plan_says(texts: _Texts, plans: Sequence[SignedPlan], home: Sequence[PlanLine], *, asks: bool) -> str:
    if asks:
        return texts.word("ask-first")
    if not home:
        return texts.word("no-home" if plans else "no-plan")
    signed = [_signed(texts, plan) for plan in plans if any(line.at_home for line in plan.lines)]
    return " ".join((*dict.fromkeys(signed), texts.word("plan-as-written")))


def _signed(texts: _Texts, plan: SignedPlan) -> str:
    """Who signed it when. A role that has no word in the language stands as it was written."""
    role = texts.word(f"role-{plan.role}") if f"word-role-{plan.role}" in texts.all else plan.role
    filled = (
        texts.word("plan-signed")
        .replace("{day}", texts.day(plan.signed_at, hour=True))
        .replace("{role}", role)
        .replace("{name}", plan.signed_by)
    )
    return filled.replace("..", ".")


def _for_staff(language: str, home: Sequence[PlanLine]) -> Iterator[str]:
    if language != "en":
        yield "No qualified translator has checked the Spanish words: go through the sheet with an interpreter."
        if home:
            yield "The medicine lines stand in the language in which they were signed."
    yield "The telephone numbers are recalled, not read: check them once for your site."


def _follow_up(texts: _Texts, given: FollowUp | None) -> Iterator[tuple[str, str]]:
    """The slot, with blanks to write in what is not set yet."""
    one = given or FollowUp()
    yield texts.word("when"), texts.day(one.at, hour=True) if one.at else ""
    yield texts.word("who"), one.who
    yield texts.word("where"), one.where
    yield texts.word("phone"), one.phone


def _place(texts: _Texts, near: Nearby) -> Place:
    one = near.service
    titles = [title_of(id, texts.knowledge, texts.language) for id in (*one.kinds, *one.languages, *one.remarks)]
    miles = near.miles
    if miles is None:
        distance = texts.word("no-distance")
    else:
        distance = texts.word("miles").replace("{distance}", f"{miles:.0f}" if miles >= 10 else f"{miles:.1f}")
    phones = [phone for phone in (one.intake, one.phone) if phone]
    name = f"{one.name}, {one.part}" if one.part else one.name
    return Place(
        name=name,
        offers="; ".join(titles),
        address=one.address,
        phone=" / ".join(dict.fromkeys(phones)),
        distance=distance,
    )


def patient_sheet_pdf(sheet: PatientSheet, paper: Paper = "us-letter") -> bytes:
    """The sheet as a PDF; equal bytes for equal input."""
    return set_pdf("patient-sheet.typ", msgspec.to_builtins(sheet) | {"paper": paper}, keep=("qr",))
