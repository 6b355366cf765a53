"""All entries of one person in plain words, and the words of an entry, which never fail."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leeward.errors import BadInput
from leeward.knowledge import load_knowledge
from leeward.paper.questions import asked
from leeward.record.drafts import checked
from leeward.record.entries import Draft, Entry, Kind
from leeward.ward.words import entry_words
from tests.web.conftest import NOW

LIST = "/patients/demo-1/entries"
KNOWLEDGE = load_knowledge()


def entry(kind: Kind, body: dict, corrects: int | None = None, number: int = 7) -> Entry:
    at = NOW.isoformat()
    return Entry(
        number=number, id="x", kind=kind, patient="demo-1", at=at, recorded=at, by="n.park", role="nurse",
        corrects=corrects, body=body, previous="", digest="",
    )  # fmt: skip


ALL_ELEVEN = dict.fromkeys(
    ("pulse", "sweating", "restlessness", "pupils", "aches", "nose_eyes", "gi", "tremor", "yawning", "anxiety", "gooseflesh"), 0
)  # fmt: skip

SAID = [
    ("score", {"instrument": "cows", "total": 12}, "COWS 12, mild"),
    ("score", {"instrument": "cows", "items": ALL_ELEVEN | {"pulse": 4}}, "COWS 4, none or minimal"),
    ("observation", {"what": "heart-rate", "value": 96, "unit": "/min"}, "Heart rate 96 /min"),
    ("observation", {"what": "heart-rate", "value": "unknown"}, "Heart rate: unknown"),
    ("observation", {"what": "seizure", "value": "no"}, "Seizure: no"),
    ("observation", {"what": "urine-drug-screen", "result": {"opiates": "negative", "fentanyl": "positive"}}, "Urine drug screen: opiates negative, fentanyl positive"),
    ("observation", {"what": "moon-phase", "value": 3}, "Moon phase 3"),
    ("dose", {"medicine": "buprenorphine-naloxone-sublingual", "dose": "8 mg", "route": "sublingual"}, "Gave buprenorphine-naloxone 8 mg, sublingual"),
    ("dose", {"medicine": "methadone", "dose": "unknown"}, "Gave methadone dose not known"),
    ("exposure", {"substance": "heroin", "amount": {"value": 5, "unit": "bag", "per": "day"}}, "Took heroin, 5 bags a day"),
    ("exposure", {"substance": "heroin", "last_use": "unknown"}, "Took heroin, last use unknown"),
    ("medicine", {"none": True}, "Asked about medicines: none besides those charted"),
    ("exposure", {"declined": True}, "Asked about what was taken: the person would not say"),
    ("condition", {"name": "liver disease", "status": "absent"}, "Looked for and not there: liver disease"),
    ("allergy", {"name": "penicillin", "reaction": "rash"}, "Allergy: penicillin, rash"),
    ("goal", {"goal": "start-treatment"}, "Goal: start treatment"),
    ("goal", {"declines": "methadone"}, "Declines methadone"),
    ("patient", {"weight_kg": 66, "pregnant": "unknown"}, "Who the person is: pregnant unknown, weight 66 kg"),
    ("plan-signed", {"plan": "p", "title": "Methadone", "lines": [{"what": "methadone, oral", "dose": "20 mg"}]}, "Signed the plan: Methadone (methadone, oral 20 mg)"),
    ("plan-refused", {"plan": "p", "title": "Methadone", "reason": "not wanted", "stops": True}, "Stopped the plan: Methadone. Reason: not wanted"),
    ("consent-revoked", {}, "Consent taken back"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "body", "says"), SAID, ids=[says for _, _, says in SAID])
def test_an_entry_is_said_in_a_sentence(kind, body, says):
    assert entry_words(entry(kind, body), KNOWLEDGE) == says


def test_a_score_names_what_was_not_answered_and_counts_where_it_is_much():
    known = dict.fromkeys(ALL_ELEVEN, 0)
    one = entry_words(entry("score", {"instrument": "cows", "items": known | {"pupils": "unknown"}}), KNOWLEDGE)
    assert one == "COWS 0 to 5 (pupils not answered)"
    much = entry_words(entry("score", {"instrument": "cows", "items": {"pulse": 2}}), KNOWLEDGE)
    assert "10 of 11 items not answered" in much


def test_a_correction_says_what_stood_and_what_stands():
    before = entry("observation", {"what": "heart-rate", "value": 960, "unit": "/min"}, number=5)
    now = {"replaces": {"what": "heart-rate", "value": 96, "unit": "/min"}, "reason": "a slip"}
    said = entry_words(entry("correction", now, corrects=5), KNOWLEDGE, corrected=before)
    assert said == "Corrected entry 5 (Heart rate 960 /min); it now reads: Heart rate 96 /min. Reason: a slip"
    struck = entry_words(entry("correction", {"strikes": True, "reason": "wrong person"}, corrects=5), KNOWLEDGE)
    assert struck == "Struck entry 5. Reason: wrong person"


def test_the_words_of_a_note_are_kept_back_where_they_may_not_be_shown_in_corrections_too():
    secret = entry("note", {"text": "in confidence"}, number=5)
    correction = entry("correction", {"replaces": {"text": "in confidence as well"}, "reason": "x"}, corrects=5)
    assert entry_words(secret, KNOWLEDGE) == "Note: in confidence"
    assert "confidence" not in entry_words(secret, KNOWLEDGE, notes=False)
    assert "confidence" not in entry_words(correction, KNOWLEDGE, corrected=secret, notes=False)


def test_a_question_is_asked_without_the_words_of_a_case_file():
    assert asked("Any allergies? Write [] if none.") == "Any allergies?"
    assert asked("Score the COWS, all eleven items.") == "Score the COWS, all eleven items."


KEYS = st.sampled_from(
    [
        "instrument",
        "items",
        "total",
        "what",
        "value",
        "unit",
        "result",
        "method",
        "medicine",
        "dose",
        "route",
        "name",
        "code",
        "status",
        "reaction",
        "goal",
        "declines",
        "substance",
        "product",
        "amount",
        "duration",
        "last_use",
        "last_taken",
        "verified",
        "setting",
        "jurisdiction",
        "age",
        "weight_kg",
        "text",
        "replaces",
        "strikes",
        "reason",
        "plan",
        "title",
        "option",
        "lines",
        "stops",
        "recipient",
        "until",
        "parts",
        "purposes",
        "opens",
        "none",
        "declined",
        "by",
        "imported",
        "at",
    ]
)
PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=30),
    st.sampled_from(["cows", "c-ssrs", "heart-rate", "methadone", "heroin", "unknown", "2026-11-22T09:00:00-05:00", "9999-12-31T23:59:59-12:00"]),
)  # fmt: skip
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(KEYS, st.text(max_size=8)), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=600, deadline=None)
@given(
    kind=st.sampled_from(get_args(Kind)),
    body=st.dictionaries(KEYS, VALUES, max_size=6),
    other=st.sampled_from(get_args(Kind)),
    target=st.dictionaries(KEYS, VALUES, max_size=4),
)
def test_words_never_fail_whatever_a_body_holds(kind, body, other, target):
    corrected = entry(other, target, number=5)
    for notes in (True, False):
        said = entry_words(entry(kind, body, corrects=5), KNOWLEDGE, corrected=corrected, notes=notes)
        assert said.strip() and "\n" not in said and len(said) < 3000


@settings(max_examples=300, deadline=None)
@given(
    instrument=st.sampled_from(["cows", "sows-handelsman-16", "c-ssrs", "COWS"]),
    items=st.dictionaries(st.one_of(st.sampled_from([*ALL_ELEVEN, "q1"]), st.text(max_size=5)), VALUES, max_size=5),
    total=st.one_of(PLAIN, st.integers(min_value=0, max_value=48)),
)
def test_words_of_a_score_never_fail_whatever_its_answers_are(instrument, items, total):
    assert entry_words(entry("score", {"instrument": instrument, "items": items, "total": total}), KNOWLEDGE).strip()
    assert entry_words(entry("score", {"instrument": "cows", "items": {"pulse": 2**70}}), KNOWLEDGE).startswith("COWS")


def test_a_text_as_long_as_the_record_takes_is_cut():
    draft = Draft(
        id="x", kind="note", patient="demo-1", at=NOW.isoformat(), by="n.park", role="nurse", body={"text": "word " * 2000}
    )  # fmt: skip
    try:
        body = checked(draft, NOW).body
    except BadInput:
        body = {"text": "word " * 50}
    assert len(entry_words(entry("note", body), KNOWLEDGE)) < 300


def test_entries_stand_newest_first_with_when_they_happened_when_they_were_written_down_and_by_whom(
    someone, charted, clock
):
    late = charted(
        "observation", {"what": "heart-rate", "value": 77, "unit": "/min"}, at=clock.now - timedelta(minutes=40)
    )
    now = charted("score", {"instrument": "cows", "total": 11})
    page = someone("n.park").get(LIST)
    assert page.html.index(f'id="entry-{now.number}"') < page.html.index(f'id="entry-{late.number}"')
    told = page.text[page.text.index("Heart rate 77 /min") :][:300]
    assert "Happened Sun 22 Nov 08:20 (40 min ago)" in told
    assert "written down Sun 22 Nov 09:00, 40 min later, by Tobias Okoye, nurse" in told
    assert "written down at once" in page.text[page.text.index("COWS 11") :][:200]


def test_what_was_corrected_stays_and_is_linked_both_ways(someone, charted):
    wrong = charted("observation", {"what": "heart-rate", "value": 196, "unit": "/min"})
    right = charted(
        "correction", {"replaces": {"what": "heart-rate", "value": 96, "unit": "/min"}, "reason": "a slip"}, corrects=wrong.number
    )  # fmt: skip
    struck = charted("observation", {"what": "temperature", "value": 40, "unit": "Cel"})
    strike = charted("correction", {"strikes": True, "reason": "another person"}, corrects=struck.number)
    page = someone("n.park").get(LIST)
    assert "<del>Heart rate 196 /min</del>" in page.html and "<del>Temperature 40 °C</del>" in page.html
    assert f"Corrected by entry {right.number}" in page.text and f"Struck by entry {strike.number}" in page.text
    assert f"Corrects entry {wrong.number}" in page.text
    assert f'href="#entry-{right.number}"' in page.html and f'href="#entry-{wrong.number}"' in page.html
    assert f"/correct/{right.number}" not in page.html, "a correction is corrected where it points to"


def test_the_link_to_correct_is_offered_to_who_may_and_for_what_is_corrected_so(someone, charted):
    score = charted("score", {"instrument": "cows", "total": 11})
    allergy = charted("allergy", {"name": "latex"})
    nurse, pharmacist = someone("n.park").get(LIST).html, someone("j.lindqvist").get(LIST).html
    assert f"/correct/{score.number}" in nurse and f"/correct/{allergy.number}" in nurse
    assert f"/correct/{score.number}" not in pharmacist and f"/correct/{allergy.number}" in pharmacist
    signed = charted("plan-signed", {"plan": "p", "title": "Methadone"}, by="a.reyes", role="prescriber")
    assert f"/correct/{signed.number}" not in someone("a.reyes").get(LIST).html


def test_what_the_person_reported_is_marked(someone):
    assert re.search(
        r'SOWS-16[^<]*\s*<span class="self">self-reported', someone("n.park").get("/patients/demo-10/entries").html
    )


def test_many_entries_come_fifty_a_page_and_every_one_is_on_one(someone, house, clock):
    drafts = [
        Draft(
            id=uuid.uuid4().hex, kind="observation", patient="demo-9", at=clock.now.isoformat(), by="t.okoye", role="nurse",
            body={"what": "heart-rate", "value": 60 + n % 60, "unit": "/min"},
        )
        for n in range(120)
    ]  # fmt: skip
    house.record.append_all(drafts, clock.now)
    house.ward.catch_up()
    wanted = [entry.number for entry in house.ward.entries("demo-9")][::-1]
    nurse, path, seen, pages = someone("n.park"), "/patients/demo-9/entries", [], 0
    while path:
        page = nurse.get(path)
        numbers = [int(number) for number in re.findall(r'<li id="entry-(\d+)"', page.html)]
        assert 0 < len(numbers) <= 50
        seen, pages = seen + numbers, pages + 1
        older = re.search(r'href="([^"]+before=\d+)">\d+ older', page.html)
        path = older[1] if older else ""
    assert seen == wanted and pages == 3


@pytest.mark.parametrize("before", ["0", "1", "-3", "x", "9" * 40, "²", "%00"])
def test_a_place_that_is_none_is_answered_plainly(someone, before):
    assert someone("n.park").get(f"{LIST}?before={before}").status == 200


def test_no_entry_of_another_person_and_no_counselling_note_is_among_them(someone, charted, house):
    other = charted("note", {"text": "about somebody else"}, patient="demo-2")
    kept = charted("counselling-note", {"text": "kept apart"})
    page = someone("n.park").get(LIST)
    assert f'id="entry-{other.number}"' not in page.html and f'id="entry-{kept.number}"' not in page.html
    assert "about somebody else" not in page.text and "kept apart." in page.text and "Note: kept" not in page.text


def test_reading_them_is_written_down_with_the_notes(someone, house):
    someone("n.park").get(LIST)
    last = next(iter(reversed(list(house.record.entries("demo-1", kinds=["read"])))))
    assert "notes" in str(last.body)


def test_who_may_not_read_a_chart_may_not_read_its_entries(someone):
    assert someone("admin").get(LIST).status == 403


def test_a_chart_whose_admission_was_struck_is_off_the_board_and_is_read_and_admitted_again(someone, house):
    """A record of before may hold such a correction: its chart is neither lost nor left standing on the board."""
    nurse = someone("n.park")
    assert "demo-1" in nurse.get("/").html
    admission = next(one for one in house.record.entries(patient="demo-1", kinds=["admission"]))
    draft = Draft(
        id="struck", kind="correction", patient="demo-1", at=house.clock().isoformat(), by="n.park", role="nurse",
        body={"strikes": True, "reason": "wrong person"}, corrects=admission.number,
    )  # fmt: skip
    house.record.append(draft, house.clock())
    assert '"/patients/demo-1"' not in nurse.get("/").html
    page = nurse.get("/patients/demo-1")
    assert page.status == 200 and "Admission struck" in page.text
    nurse.send("/patients/demo-1/discharge", what="return", setting="emergency")
    assert '"/patients/demo-1"' in nurse.get("/").html


def test_an_instant_written_by_another_clock_is_said_by_the_wards(someone, charted):
    charted("exposure", {"substance": "heroin", "last_use": "2026-11-22T11:30:00+00:00"})
    for path in (LIST, "/patients/demo-1/took"):
        page = someone("n.park").get(path).text
        assert "last use Sun 22 Nov 06:30" in page and "11:30" not in page, path
