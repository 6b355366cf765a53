"""The sheet that a person takes home, in English or Spanish: on the screen, on paper and as a PDF.

It goes to the patient, at their own request. Who opens the page reads it, and it is written down as read; paper and file
leave by the buttons for them, and are written down as given. A check-in link on it is made when somebody asks for it, never by looking.
Medicines of a plan that has something open (the chart changed since, an answer is missing) are on it only where somebody
says that they have checked, and that is kept.
"""

from __future__ import annotations

import base64
from collections.abc import Callable

import msgspec

from leeward.paper.patient_sheet import MOST_SERVICES, PatientSheet, patient_sheet, patient_sheet_pdf
from leeward.paper.words_of_services import LANGUAGES, Language
from leeward.paper.words_of_sheet import SheetWords
from leeward.record.consent import Recipient
from leeward.record.egress import Released, Way
from leeward.ward.holds import holds_of
from leeward.ward.on_paper import plans_on_paper
from leeward.ward.plans import follow_up_of
from leeward.ward.services import chosen_services
from leeward.web.page import Page
from leeward.web.papers import HELD, PAPERS, paper_of, readable
from leeward.web.visit import Answer, Refused, Sent, Shown, Visit

CHECKED = (
    "Medicines of the signed plan printed: whoever printed them said to have checked that it still holds. Open was:"
)
NAMES = {"en": "English", "es": "Español (Spanish)"}


def language_of(visit: Visit) -> Language:
    """The language that was asked for; English where none was."""
    asked = visit.text("language") or visit.query.get("language", "")
    return "es" if asked == "es" else "en"


def show_sheet(visit: Visit) -> Answer:
    """The sheet as a page, to be read, without a check-in link."""
    return _page(visit, "", printed=False)


def take_sheet(visit: Visit) -> Answer:
    """The sheet as a page, to be printed, with a new check-in link where one was asked for."""
    readable(visit)
    return _page(visit, _link(visit), printed=True)


def show_pdf(visit: Visit) -> Answer:
    """The sheet as a file, without a check-in link."""
    return _pdf(visit, "")


def take_pdf(visit: Visit) -> Answer:
    """The sheet as a file, with a new check-in link where one was asked for."""
    readable(visit)
    return _pdf(visit, _link(visit))


def _page(visit: Visit, link: str, *, printed: bool) -> Answer:
    values: dict[str, object] = {
        "sheet": None,
        "square": "",
        "language": language_of(visit),
        "languages": [(id, NAMES[id]) for id in LANGUAGES],
        "papers": PAPERS,
        "may_link": visit.may("check-in-make"),
        "chosen": chosen_services(visit.bedside.chart, visit.house.ward),
        "most": MOST_SERVICES,
        "days": visit.house.check_in_lasts.total_seconds() / 86400,
        "notice": "",
        "printed": printed,
    }
    if visit.bedside.assessment is not None:
        sheet, released = _released(visit, "print", link) if printed else _read(visit)
        values |= {
            "sheet": sheet,
            "square": base64.b64encode(sheet.qr.encode()).decode(),
            "notice": _notice(visit, released),
        }
    return Shown(template="sheet.html", values=values)


def _pdf(visit: Visit, link: str) -> Answer:
    readable(visit)
    sheet, released = _released(visit, "pdf", link)
    noticed = msgspec.structs.replace(sheet, footer=f"{sheet.footer} · {_notice(visit, released)}")
    made = patient_sheet_pdf(noticed, paper_of(visit))
    return Sent(content=made, media_type="application/pdf", save_as="patient-sheet.pdf")


def _read(visit: Visit) -> tuple[PatientSheet, Released]:
    """The sheet to be read on the screen, with what it would rest on if it were given."""
    released = visit.shown(HELD, purpose="patient-request", recipient=Recipient("patient", visit.patient))
    return msgspec.structs.replace(sheet_of(visit, language_of(visit), ""), scope=_scope(visit, released)), released


def _released(visit: Visit, way: Way, link: str) -> tuple[PatientSheet, Released]:
    """The sheet is given to the patient: it is written down so before it goes, and what somebody said to have checked."""
    without = sheet_of(visit, language_of(visit), link)
    checked = without.may_check and visit.text("checked") == "yes"
    sheet = sheet_of(visit, language_of(visit), link, checked=True) if checked else without
    released = visit.let_out(
        HELD,
        way=way,
        purpose="patient-request",
        recipient=Recipient("patient", visit.patient),
        said=f"{CHECKED} {' '.join(without.left_out)}" if checked else "",
    )
    return msgspec.structs.replace(sheet, scope=_scope(visit, released)), released


def _notice(visit: Visit, released: Released) -> str:
    """The notice in the language of the sheet."""
    language = language_of(visit)
    return released.notice if language == "en" else SheetWords(visit.house.knowledge, language).word("notice")


def _scope(visit: Visit, released: Released) -> str:
    """What the sheet rests on, in its language: the person has asked for it."""
    language = language_of(visit)
    return released.scope if language == "en" else SheetWords(visit.house.knowledge, language).word("own-request")


def _link(visit: Visit) -> str:
    if visit.text("check_in") != "yes":
        return ""
    if not visit.may("check-in-make"):
        raise Refused(403, "This needs the role nurse or prescriber.", "Print the sheet without a check-in link.")
    from leeward.web.pages import check_in

    made: Callable[[Visit], str] = check_in.check_in_link
    return made(visit)


def sheet_of(visit: Visit, language: str, link: str, *, checked: bool = False) -> PatientSheet:
    """The sheet of the person of this page; `checked` as whoever prints it says of plans with something open."""
    bedside, ward = visit.bedside, visit.house.ward
    assert bedside.assessment is not None
    return patient_sheet(
        bedside.assessment,
        visit.house.knowledge,
        language,
        person=bedside.chart.name,
        plans=plans_on_paper(bedside, ward, holds_of(bedside, ward)),
        checked=checked,
        follow_up=follow_up_of(bedside),
        check_in_link=link,
        services=chosen_services(bedside.chart, ward).found,
        digest=bedside.digest,
    )


PAGES = (
    Page(path="/patients/{patient}/sheet", needs="print", show=show_sheet, take=take_sheet, parts=HELD),
    Page(path="/patients/{patient}/sheet.pdf", needs="print", show=show_pdf, take=take_pdf, parts=HELD),
)
