"""Check-in: a one-time link by which somebody says from their own phone how they feel. Whom to call stands first.

The page tells nothing of the chart: not whose it is, not what for. The answers are an entry marked as self-reported, and
the link is used up in the transaction that writes them, so that a form sent twice is one entry and the same thanks.
"""

from __future__ import annotations

import base64
from datetime import datetime

import msgspec

from leeward.errors import BadInput, Problem
from leeward.instruments import Instrument, load_instruments
from leeward.instruments.answers import ItemAnswer
from leeward.instruments.scoring import Score
from leeward.paper.check_in import check_in_code
from leeward.paper.words_of_services import LANGUAGES
from leeward.paper.words_of_sheet import SheetWords
from leeward.record.consent import Recipient
from leeward.record.drafts import checked
from leeward.record.entries import Draft, Entry
from leeward.record.people import SELF
from leeward.record.permissions import Allowed, Context, may
from leeward.record.sessions import Link, make_link, open_link, patient_self, use_link
from leeward.record.trouble import SentBefore
from leeward.ward.self_reports import reasons_to_call
from leeward.ward.state import Ward
from leeward.web.page import OPEN, Page
from leeward.web.scoring_view import ITEMS, body_of, scored_as_typed
from leeward.web.visit import Answer, Shown, Visit

LONGEST_NOTE = 2000
LARGEST = 16_000


def check_in_link(visit: Visit) -> str:
    """A new one-time link for the person of this page, as an address; the one before ends. Written down as given out.

    Raises Refused where it may not be given.
    """
    visit.let_out(
        ("attendance",), way="check-in", purpose="patient-request", recipient=Recipient("patient", visit.patient)
    )
    house = visit.house
    token = make_link(house.record.engine, "check-in", patient=visit.patient, now=visit.now, lasts=house.check_in_lasts)
    return f"{visit.base_url}/check-in/{token}"


def show_making(visit: Visit) -> Answer:
    """What a check-in link is, with the button that makes one."""
    return Shown(template="check_in_link.html", values=_about_link(visit))


def take_making(visit: Visit) -> Answer:
    """A link is made and shown, this once: it is kept nowhere that it could be read from."""
    link = check_in_link(visit)
    square = base64.b64encode(check_in_code(link).encode()).decode()
    values = {"link": link, "square": square, "ends": visit.now + visit.house.check_in_lasts}
    return Shown(template="check_in_link.html", values=_about_link(visit) | values)


def _about_link(visit: Visit) -> dict[str, object]:
    last = next((one for one in reversed(visit.bedside.entries) if one.by == SELF and one.kind == "score"), None)
    return {
        "link": "",
        "square": "",
        "ends": None,
        "instrument": _asked(visit.house.ward),
        "days": visit.house.check_in_lasts.total_seconds() / 86400,
        "last": None if last is None else last.at,
    }


def _asked(ward: Ward) -> Instrument:
    """The scale that a check-in asks: the site's choice of those that people answer themselves."""
    return load_instruments()[ward.policy.choice("check-in-scale")]


def _words(visit: Visit) -> SheetWords:
    """The words of the check-in in the language that was asked for."""
    asked = visit.text("language") or visit.query.get("language", "")
    return SheetWords(visit.house.knowledge, LANGUAGES[LANGUAGES.index(asked)] if asked in LANGUAGES else "en")


def show_check_in(visit: Visit) -> Answer:
    """Whom to call, then the questions. A link that opens nothing says so in one sentence, whatever is wrong with it."""
    link = open_link(visit.house.record.engine, visit.path["token"], "check-in", visit.now)
    if link is None or not _may(visit, link):
        return _shut(visit)
    return _page(visit, "asks", instrument=_asked(visit.house.ward))


def _shut(visit: Visit) -> Shown:
    return _page(visit, "shut", status=404)


def _page(
    visit: Visit, state: str, *, instrument: Instrument | None = None, call_now: bool = False, status: int = 200
) -> Shown:
    texts = _words(visit)
    something = visit.text("note") or any(typed.strip() for name, typed in visit.form.items() if name.startswith(ITEMS))
    values = {
        "texts": texts,
        "state": state,
        "instrument": instrument,
        "call_now": call_now,
        "items_at": ITEMS,
        "something": bool(something),
    }
    return Shown(template="check_in.html", values=values, status=status)


def _may(visit: Visit, link: Link) -> bool:
    """Whether whoever holds this link may answer: about that one person, who is charted here."""
    entries = visit.house.ward.entries(link.patient)
    context = Context(now=visit.now, entries=entries)
    return bool(entries) and isinstance(may(patient_self(link), "check-in-answer", link.patient, context), Allowed)


def take_check_in(visit: Visit) -> Answer:
    """The answers are written and the link is used, in one transaction; sent again, they are the same entry."""
    instrument, note = _asked(visit.house.ward), visit.text("note")
    link = open_link(visit.house.record.engine, visit.path["token"], "check-in", visit.now)
    if link is not None:  # a link that opens nothing is told so before anything is said about the answers
        result, given = _answers(visit, instrument, note)
    else:
        try:
            result, given = _answers(visit, instrument, note)
        except BadInput:
            return _shut(visit)
    written = _write(visit, instrument, result, given, note)
    if not written:
        return _shut(visit)
    visit.house.ward.catch_up()
    return _page(visit, "thanks", instrument=instrument, call_now=_call_now(visit, written))


def _answers(visit: Visit, instrument: Instrument, note: str) -> tuple[Score, dict[str, ItemAnswer]]:
    result, given = scored_as_typed(instrument, visit.form)
    if len(note) > LONGEST_NOTE or not all(letter.isprintable() or letter in "\r\n\t" for letter in note):
        raise BadInput([Problem(path="note", code="LW-0118", says="This is too long to send.", mend="Shorten it.")])
    if not note and not any(given.values()):
        raise visit.wrong(f"{ITEMS}{instrument.items[0].id}", "Nothing is filled in.", "Answer one question.")
    return result, given


def _write(
    visit: Visit, instrument: Instrument, result: Score, given: dict[str, ItemAnswer], note: str
) -> tuple[Entry, ...]:
    """The entries, on disk; none where the link was used for others, has ended or was never made."""
    id, record, now = visit.fresh_id(), visit.house.record, visit.now
    try:
        with record.writing(now) as writing:
            link = use_link(writing.connection, visit.path["token"], "check-in", now=now, used_for=id)
            if link is None or not _may(visit, link):
                raise _Shut
            drafts = _drafts(id, link.patient, now, {**body_of(instrument, given, result), "by": "self"}, note, given)
            return writing.add_all([checked(draft, now) for draft in drafts])
    except (_Shut, SentBefore):
        return ()


class _Shut(Exception):
    """The link opens nothing; what its use would have changed is taken back."""


def _drafts(
    id: str, patient: str, now: datetime, body: dict[str, object], note: str, given: dict[str, ItemAnswer]
) -> list[Draft]:
    told = Draft(id=f"{id}-score", kind="score", patient=patient, at=now.isoformat(), by=SELF, role=SELF, body=body)
    drafts = [told] if any(given.values()) else []
    if note:
        drafts.append(msgspec.structs.replace(told, id=f"{id}-note", kind="note", body={"text": note, "by": "self"}))
    return drafts


def _call_now(visit: Visit, written: tuple[Entry, ...]) -> bool:
    """Whether the thanks say to call now: by the same reasons that stand on the board."""
    ward = visit.house.ward
    return bool(reasons_to_call(ward, written, ward.entries(written[0].patient), visit.now))


PAGES = (
    Page(
        path="/patients/{patient}/check-in",
        needs="check-in-make",
        show=show_making,
        take=take_making,
        parts=("chart",),
    ),
    Page(path="/check-in/{token}", needs=OPEN, show=show_check_in, take=take_check_in, largest=LARGEST),
)
