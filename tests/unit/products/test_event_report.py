"""An adverse-event draft: nothing of the input lost, nothing unknown made into no, nothing sent."""

from __future__ import annotations

import re
import shutil
import subprocess
from copy import deepcopy
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.errors import BadInput, Problem
from leeward.knowledge import load_knowledge
from leeward.products.reporting.event import Event
from leeward.products.reporting.event_file import read_event
from leeward.products.reporting.event_minimum import ich_minimum, texts_for
from leeward.products.reporting.medwatch import SYNTHETIC, medwatch_draft
from leeward.products.reporting.medwatch_pdf import medwatch_pages, medwatch_pdf, printable
from leeward.products.reporting.medwatch_text import medwatch_text
from leeward.products.reporting.open_questions import ANSWERED, open_questions
from leeward.products.reporting.poison_centre import poison_centre_summary

KNOWLEDGE = load_knowledge()

WHOLE: dict[str, Any] = {
    "leeward": "event/1",
    "synthetic": "yes",
    "title": "Title Tango",
    "cites": ["Cite Charlie 2020"],
    "reported": "2026-11-22",
    "kind": ["adverse-event", "product-problem"],
    "patient": {
        "identifier": "AB-7", "date_of_birth": "1997-03", "age": {"value": 29, "unit": "years"}, "sex": "female",
        "weight_kg": 64.5, "pregnant": "yes", "gestation_weeks": 22, "breastfeeding": "no", "ethnicity": "eth-echo",
        "race": "race-romeo",
    },
    "event": {
        "what": "Story sierra.\nSecond line.", "symptoms": ["generalised seizure", "vomiting"],
        "began": "2026-11-20T21:30:00-05:00", "ended": {"earliest": "2026-11-20", "latest": "2026-11-21"},
        "outcomes": ["hospitalisation", "life-threatening"], "recovery": "recovering",
        "treatment": [{"what": "lorazepam", "dose": "2 mg", "route": "intravenous", "at": "2026-11-20"}, "oxygen"],
        "tests": [{"what": "urine screen", "panel": "immunoassay", "result": {"opiates": "negative", "fentanyl": "positive"}}],
        "observations": [{"what": "qtc", "value": 452, "unit": "ms", "method": "fridericia"}, {"what": "seizure", "value": True}],
        "history": ["asthma", "epilepsy as a child"], "allergies": [], "others_exposed": "no",
    },
    "products": [
        {
            "name": "Brand Bravo shot", "class": "extract", "brand": "Bravo", "form": "liquid shot", "strength": "150 mg per bottle",
            "maker": "Maker Mike LLC", "lot": "0042-X", "upc": "859667007118", "ndc": "ndc-november", "expiry": "2027-09",
            "bought": "petrol station", "amount": {"value": 2, "unit": "bottle", "per": "day"}, "doses_per_day": 3, "packs": "4 opened",
            "route": "swallowed", "began": 2025, "last_use": "2026-11-20T20:15:30-05:00", "duration": "15 months",
            "reason": "tiredness", "dechallenge": True, "rechallenge": "n/a", "available": "no", "returned": "2026-11-21",
        },
        "Second powder",
    ],
    "other_products": [{"name": "sertraline", "dose": "100 mg daily", "began": "2024-05", "stopped": "unknown"}, "melatonin"],
    "reporter": {
        "name": "Dr Delta", "occupation": "pharmacist", "health_professional": True, "organization": "Org Oscar",
        "address": "1 Main Street", "country": "US", "phone": "555-0100", "email": "d@example.org",
        "also_reported_to": ["manufacturer", "poison centre"], "withhold_identity": "no",
    },
    "consent": {"obtained": "no", "basis": "basis-bravo", "part_2": "yes"},
    "notes": ["note november"],
}  # fmt: skip

NASTY = (
    '#panic("x") *bold* _it_ $x^2$ <label> @ref \\u{1F600} `raw` // not a comment /* nor this */ "quoted" \'single\' \\ #{1+1} '
    "[brackets] = heading\n= heading\n- list\n~ -- --- 😀 日本 עברית العربية Łódź µg ½"
)


def whole(**changes: Any) -> Event:
    return read_event(deepcopy(WHOLE) | changes)


def bare(**keys: Any) -> Event:
    return read_event({"leeward": "event/1", **keys})


def words_of(value: Any) -> list[str]:
    """Every word that a person wrote, as it must come back."""
    if isinstance(value, dict):
        return [word for inner in value.values() for word in words_of(inner)]
    if isinstance(value, list):
        return [word for inner in value for word in words_of(inner)]
    if isinstance(value, bool) or value in (
        "unknown",
        "event/1",
        "swallowed",
        "n/a",
        "hospitalisation",
        "life-threatening",
    ):
        return []
    return re.split(r"[T\s]+|:\d\d-05:00|-05:00", str(value))


def read_or_refused(**changes: Any) -> None:
    """The event is read and written, or refused in sentences; nothing else is raised."""
    problems: tuple[Problem, ...] = ()
    try:
        event = whole(**changes)
    except BadInput as refused:
        problems = refused.problems
    else:
        assert medwatch_text(event, KNOWLEDGE) and poison_centre_summary(event, KNOWLEDGE)
    assert all(problem.says and problem.mend for problem in problems)


def flat(text: str) -> str:
    return " ".join(text.split())


def test_nothing_of_the_input_is_lost_in_the_text() -> None:
    text = medwatch_text(whole(), KNOWLEDGE)
    titles = {"adverse-event": "Adverse event", "product-problem": "Product problem"}
    for word in words_of(WHOLE):
        assert titles.get(word, word) in text, word
    for word in (
        "Hospitalization",
        "Life-threatening",
        "does not apply",
        "oral",
        "seizure: yes",
        "(UTC-05:00)",
        "oxygen",
    ):
        assert word in text


@pytest.mark.parametrize("lacking", ["patient", "reporter", "product", "event"])
def test_each_item_of_the_minimum_is_missed(lacking: str) -> None:
    key = {"product": "products"}.get(lacking, lacking)
    event = read_event(deepcopy({name: value for name, value in WHOLE.items() if name != key}))
    assert [item.id for item in ich_minimum(event)] == [lacking]
    text = flat(medwatch_text(event, KNOWLEDGE))
    assert "The ICH minimum is not met: 1 of 4 missing." in text
    assert texts_for("minimum", KNOWLEDGE)[lacking].says in text


def test_the_minimum_of_an_empty_event_lacks_all_four_and_of_a_whole_one_none() -> None:
    assert [item.id for item in ich_minimum(bare())] == ["patient", "reporter", "product", "event"]
    assert ich_minimum(whole()) == ()
    assert all(item.ask and item.sources for item in ich_minimum(bare()))


@pytest.mark.parametrize(
    ("keys", "there"),
    [
        ({"patient": {"weight_kg": 70}}, set()),
        ({"patient": {"age": "elderly"}}, {"patient"}),
        ({"patient": {"sex": "unknown", "age": None}}, set()),
        ({"patient": {"identifier": "declined"}}, set()),
        ({"reporter": {"occupation": "nurse"}}, {"reporter"}),
        ({"reporter": {"health_professional": "yes"}}, set()),
        ({"products": [{"class": "7-oh"}]}, {"product"}),
        ({"products": [{"lot": "A1"}]}, set()),
        ({"products": ["unknown"]}, set()),
        ({"products": []}, set()),
        ({"event": {"symptoms": []}}, set()),
        ({"event": {"symptoms": ["vomiting"]}}, {"event"}),
        ({"event": {"outcomes": ["death"]}}, {"event"}),
        ({"event": {"outcomes": []}}, set()),
        ({"kind": ["product-problem"], "event": {"what": "the seal was broken"}}, set()),
        ({"event": {"what": "fell down"}}, {"event"}),
    ],
)
def test_what_counts_for_the_minimum(keys: dict[str, Any], there: set[str]) -> None:
    missing = {item.id for item in ich_minimum(bare(**keys))}
    assert {"patient", "reporter", "product", "event"} - missing == there


def test_what_is_unknown_never_prints_as_no_and_never_as_blank() -> None:
    draft = medwatch_draft(bare(products=["pills"]), KNOWLEDGE)
    lines = [line for section in draft.sections for line in section.lines]
    assert all(line.value.strip() for line in lines)
    for line in lines:
        if not line.known:
            assert line.value.startswith(("not known", "not asked")), line
    assert not any(line.value in ("no", "none", "0", "null", "None") for line in lines)


def test_no_and_none_when_asked_are_said_as_such() -> None:
    text = medwatch_text(bare(event={"allergies": [], "outcomes": "none"}, consent={"obtained": False}), KNOWLEDGE)
    assert "B7 Allergies: none, when asked" in text
    assert "B2 Outcomes attributed to the event: none, when asked" in text
    assert "Consent of the patient obtained: no" in text


def test_declined_is_not_known_and_says_why() -> None:
    assert "A3 Sex: not known (would not say)" in medwatch_text(bare(patient={"sex": "declined"}), KNOWLEDGE)


def test_all_mistakes_are_told_at_once_with_their_places() -> None:
    mistaken = {
        "leeward": "case/1", "synthetic": "perhaps", "reported": "yesterday", "colour": "red",
        "patient": {"age": 340, "weight_kg": "heavy", "pregnant": "maybe", "sex": "horse"},
        "event": {"outcomes": ["bad"], "began": "2026-11-20T21:30", "tests": 5, "what": ["a"], "sympoms": ["x"]},
        "products": [{"lot": 12.5, "dechallenge": "sometimes"}, 7],
        "reporter": "me",
        "notes": {"a": [1]},
    }  # fmt: skip
    with pytest.raises(BadInput) as caught:
        read_event(mistaken)
    places = {problem.path for problem in caught.value.problems}
    assert places >= {
        "leeward", "synthetic", "reported", "colour", "patient.age", "patient.weight_kg", "patient.pregnant", "patient.sex",
        "event.outcomes[0]", "event.began", "event.tests", "event.what", "event.sympoms", "products[0].lot",
        "products[0].dechallenge", "products[1]", "reporter", "notes[0]",
    }  # fmt: skip
    for problem in caught.value.problems:
        assert problem.code.startswith("LW-") and problem.says.endswith(".") and problem.mend.endswith((".", "?")), (
            problem
        )
    assert "Did you mean symptoms?" in str(caught.value)


@pytest.mark.parametrize("other", [[], "event", 5, None, {}, {"leeward": "event/2"}])
def test_something_else_than_an_event_file_is_named(other: Any) -> None:
    with pytest.raises(BadInput, match=r"LW-0103.*leeward: event/1"):
        read_event(other)


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        ({"event": {"began": "2026-11-20", "ended": "2026-11-19"}}, "event.began"),
        ({"reported": "2026-11-20", "event": {"began": "2026-12"}}, "event.began"),
        ({"products": [{"name": "x", "began": "2026-11", "last_use": "2026-10-31"}]}, "products[0].began"),
        ({"patient": {"weight_kg": 70, "weight": "150 lb"}}, "patient.weight"),
        ({"patient": {"age": 3, "Age": 4}}, "patient.Age"),
    ],
)
def test_what_contradicts_itself_is_said(keys: dict[str, Any], place: str) -> None:
    with pytest.raises(BadInput) as caught:
        bare(**keys)
    assert [problem.path for problem in caught.value.problems] == [place]
    assert caught.value.problems[0].code == "LW-0116"


@pytest.mark.parametrize(
    "time",
    [
        "2026",
        "2026-11",
        "2026-11-20",
        "2026-11-20T21:30:00Z",
        "2026-11-20 21:30-05:00",
        2026,
        {"earliest": "2026-11-01"},
    ],
)
def test_a_time_is_kept_as_exact_as_it_is_known(time: Any) -> None:
    assert "2026" in str(bare(event={"began": time}).event.began)


@pytest.mark.parametrize(
    "time", ["2026-13", "2026-02-30", "20.11.2026", "1700", "last week", True, "2026-11-20T25:00Z", {}, [1]]
)
def test_what_is_no_time_is_refused(time: Any) -> None:
    with pytest.raises(BadInput, match=r"event\.began"):
        bare(event={"began": time})


def test_a_code_keeps_its_leading_zeros_and_a_broken_check_digit_is_said() -> None:
    event = bare(products=[{"name": "x", "lot": "007", "upc": "859667007119"}])
    text = medwatch_text(event, KNOWLEDGE)
    assert "Lot: 007" in text and "859667007119 (not a complete barcode" in text


def test_the_synthetic_mark_is_carried_everywhere() -> None:
    assert SYNTHETIC in medwatch_text(whole(), KNOWLEDGE) and SYNTHETIC in poison_centre_summary(whole(), KNOWLEDGE)
    real = whole(synthetic="no")
    assert SYNTHETIC not in medwatch_text(real, KNOWLEDGE) and SYNTHETIC not in poison_centre_summary(real, KNOWLEDGE)


def test_the_draft_says_what_it_is_and_what_must_happen_first() -> None:
    text = flat(medwatch_text(whole(), KNOWLEDGE))
    for words in (
        "DRAFT", "Leeward sends nothing", "does not show that the product caused the event", "42 CFR Part 2",
        "prohibits unauthorized use or disclosure", "safetyreporting.hhs.gov", "1-800-222-1222", "fda.gov/medwatch",
    ):  # fmt: skip
        assert words in text


def test_invisible_and_direction_marks_do_not_survive() -> None:
    event = bare(event={"what": "he\u202el\u200blo\x00\x1b[31m wor\u2066ld"})
    assert event.event.what == "hello[31m world"


def test_a_text_longer_than_any_report_is_refused_not_cut() -> None:
    with pytest.raises(BadInput, match="20,001 characters"):
        bare(event={"what": "x" * 20_001})


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["yes", "unknown", "2026-11"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(where=st.sampled_from(sorted(WHOLE)), value=ANYTHING)
def test_any_value_anywhere_is_read_or_refused_in_sentences(where: str, value: Any) -> None:
    read_or_refused(**{where: value})


@given(
    part=st.sampled_from(["patient", "event", "reporter", "consent", "products"]),
    key=st.integers(0, 30),
    value=ANYTHING,
)
def test_any_value_in_any_part_is_read_or_refused_in_sentences(part: str, key: int, value: Any) -> None:
    given_part = deepcopy(WHOLE[part])
    fields = given_part[0] if part == "products" else given_part
    fields[sorted(fields)[key % len(fields)]] = value
    read_or_refused(**{part: given_part})


def test_a_result_nested_without_end_is_refused() -> None:
    value: Any = "x"
    for _ in range(5_000):
        value = {"a": value}
    with pytest.raises(BadInput, match="nested too deeply"):
        bare(event={"tests": [{"what": "urine", "result": value}]})


def test_the_draft_is_json() -> None:
    draft = medwatch_draft(whole(), KNOWLEDGE)
    decoded = msgspec.json.decode(msgspec.json.encode(draft))
    assert decoded["leeward"] == "medwatch-draft/1"
    assert [section["letter"] for section in decoded["sections"]][:7] == list("ABCDEFG")


class Label(msgspec.Struct, frozen=True):
    """A product whose label was read, by its shape alone."""

    class_: str = "7-oh"
    says: str = "tablets of 7-hydroxymitragynine, by the label"


def test_the_class_by_the_label_stands_beside_the_class_as_told() -> None:
    text = flat(medwatch_text(whole(), KNOWLEDGE, [Label(), None]))
    assert "Class, as told: extract" in text
    assert "Class by the words on the label: 7-oh (tablets of 7-hydroxymitragynine, by the label)" in text
    assert "7-oh (tablets" in flat(poison_centre_summary(whole(), KNOWLEDGE, [Label()]))
    assert medwatch_text(whole(), KNOWLEDGE, [Label()] * 9).count("7-oh (") == 2


def asked(event: Event) -> set[str]:
    """Ids of the open questions, without their `ask-`."""
    texts = {text.says: id for id, text in texts_for("question", KNOWLEDGE).items()}
    return {texts[question.says].removeprefix("ask-") for question in open_questions(event, KNOWLEDGE)}


def test_the_poison_centre_summary_fits_and_asks_what_matters_first() -> None:
    topics = list(dict.fromkeys(question.title for question in open_questions(bare(), KNOWLEDGE)))
    assert topics[:5] == ["state now", "product", "amount", "time", "taken with it"]
    text = poison_centre_summary(bare(), KNOWLEDGE)
    assert text.index("Is the person awake") < text.index("What does the pack say") < text.index("How much was taken")
    assert len(poison_centre_summary(whole(), KNOWLEDGE).splitlines()) <= 60
    questions = texts_for("question", KNOWLEDGE)
    assert set(ANSWERED) == set(questions) and len({text.says for text in questions.values()}) == len(questions)


def test_a_question_that_one_of_two_products_leaves_open_is_asked() -> None:
    open_ = asked(whole())
    assert {"amount", "strength", "packs", "time", "route", "lot", "barcode", "kept"} <= open_
    assert not {"age", "pregnancy", "substance", "others-exposed", "history"} & open_


VITAL_SIGNS = {"respiratory-rate", "saturation", "blood-pressure", "heart-rate", "temperature", "glucose"}


@pytest.mark.parametrize(
    ("what", "answers"),
    [
        ("heart-rate", "heart-rate"), ("pulse", "heart-rate"), ("pulse ox", "saturation"), ("oxygen_saturation", "saturation"),
        ("SpO2", "saturation"), ("BP", "blood-pressure"), ("systolic-blood-pressure", "blood-pressure"),
        ("respiratory-rate", "respiratory-rate"), ("temp", "temperature"), ("blood glucose", "glucose"), ("glucose", "glucose"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("where", ["observations", "tests"])
def test_one_vital_sign_answers_itself_alone(where: str, what: str, answers: str) -> None:
    event = bare(event={where: [{"what": what, "value": 80}]})
    assert VITAL_SIGNS & asked(event) == VITAL_SIGNS - {answers}
    assert asked(bare(event={where: [{"what": what, "value": "unknown"}]})) >= VITAL_SIGNS


def test_a_panel_answers_what_it_has_a_figure_for() -> None:
    panel = {"heart rate": 120, "glucose": "unknown", "BP": "90/60"}
    open_ = asked(bare(event={"observations": [{"what": "vital signs", "result": panel}]}))
    assert VITAL_SIGNS & open_ == VITAL_SIGNS - {"heart-rate", "blood-pressure"}


@pytest.mark.parametrize(
    ("taken", "answers"),
    [
        ("bupropion", None), ("kratom tea", None), ("energy drink", None), ("possibly alcohol", None), ("alcohol?", None),
        ("oxycodone 5 mg", "opioids"), ("Xanax", "benzodiazepines"), ("two beers and wine", "alcohol"), ("no alcohol", "alcohol"),
        ("gabapentin", "sedatives"), ("sleeping tablets", "sedatives"),
    ],
)  # fmt: skip
def test_one_thing_taken_with_it_answers_its_own_kind_alone(taken: str, answers: str | None) -> None:
    kinds = {"opioids", "benzodiazepines", "alcohol", "sedatives"}
    assert kinds & asked(bare(other_products=[taken])) == kinds - {answers}


def test_asked_and_nothing_else_taken_asks_no_more_of_it() -> None:
    assert not {"opioids", "benzodiazepines", "alcohol", "sedatives", "medicines"} & asked(bare(other_products=[]))


@pytest.mark.parametrize(
    ("treatment", "open_"),
    [
        ("unknown", True),
        (["lorazepam"], True),
        (["Narcan nasal spray"], False),
        ([{"what": "naloxone"}], False),
        ([], False),
    ],
)
def test_naloxone_is_asked_for_by_name(treatment: object, open_: bool) -> None:
    assert ("naloxone" in asked(bare(event={"treatment": treatment}))) == open_


CAUSES = {
    f"seizure-{cause}" for cause in ("withdrawal", "tramadol", "bupropion", "hypoxia", "glucose", "head", "adulterants")
}


@pytest.mark.parametrize(
    "event",
    [
        {"symptoms": ["generalised seizure"]}, {"what": "Found convulsing."}, {"observations": [{"what": "seizure", "value": True}]},
        {"what": "No further seizures since."}, {"what": "Without warning a seizure."}, {"what": "Not responding after a seizure."},
        {"symptoms": ["tonic-clonic attack"]},
    ],
)  # fmt: skip
def test_a_seizure_asks_for_other_causes_and_an_ecg(event: dict[str, Any]) -> None:
    assert CAUSES | {"ecg"} <= asked(bare(event=event))


@pytest.mark.parametrize(
    "event",
    [{"symptoms": ["vomiting"]}, {"symptoms": ["no seizure"]}, {"what": "Denies any history of seizures."},
     {"observations": [{"what": "seizure", "value": False}]}, {"history": ["earlier seizures"]}],
)  # fmt: skip
def test_without_a_seizure_no_cause_of_one_is_asked(event: dict[str, Any]) -> None:
    assert not (CAUSES | {"ecg"}) & asked(bare(event=event))


def test_a_cause_that_was_told_is_not_asked_again_and_an_unsure_one_is() -> None:
    event = {"symptoms": ["seizure"], "tests": [{"what": "CT head", "result": "no bleeding"}, {"what": "glucose", "value": 5}],
             "history": ["alcohol withdrawal last week", "possible hypoxia"]}  # fmt: skip
    open_ = asked(bare(event=event, other_products=["bupropion"]))
    assert CAUSES & open_ == {"seizure-tramadol", "seizure-hypoxia", "seizure-adulterants"}
    unknown = bare(event={"symptoms": ["seizure"], "tests": [{"what": "head injury", "result": "unknown"}]})
    assert "seizure-head" in asked(unknown)


def test_syncope_and_tianeptine_ask_for_an_ecg_unless_there_is_one() -> None:
    assert "ecg" in asked(bare(event={"symptoms": ["fainted"]})) and "ecg" in asked(bare(products=["tianeptine"]))
    assert "ecg" not in asked(bare(event={"symptoms": ["syncope"], "observations": [{"what": "qtc", "value": 440}]}))


def test_a_saturation_of_before_does_not_say_that_somebody_breathes_now() -> None:
    event = bare(event={"observations": [{"what": "oxygen-saturation", "value": 96}]})
    assert open_questions(event, KNOWLEDGE)[0].says.startswith("Is the person awake")
    assert "breathing" not in asked(bare(event={"recovery": "recovered"}))


def test_the_summary_says_how_it_ended() -> None:
    text = flat(poison_centre_summary(whole(), KNOWLEDGE))
    for words in (
        "Ended: between 2026-11-20",
        "Outcome: Hospitalization, initial",
        "State since: recovering",
        "packs 4 opened",
    ):
        assert words in text
    assert "Ended" not in poison_centre_summary(bare(), KNOWLEDGE)


ACTIONS = ("In scope: Safety alert KRR-147, Example Botanicals, 2024-07-26", "Compare: recall F-1 *bold* #x")


def test_known_actions_stand_in_every_form_and_nothing_stands_where_nobody_looked() -> None:
    summary = flat(poison_centre_summary(whole(), KNOWLEDGE, actions=ACTIONS))
    text = flat(medwatch_text(whole(), KNOWLEDGE, actions=ACTIONS))
    draft = medwatch_draft(whole(), KNOWLEDGE, actions=ACTIONS)
    for action in ACTIONS:
        assert action in summary and action in text
    assert draft.sections[3].lines[-1].label == "D Known actions" and draft.sections[3].lines[-1].value == "\n".join(
        ACTIONS
    )
    assert "nown action" not in poison_centre_summary(whole(), KNOWLEDGE) + medwatch_text(whole(), KNOWLEDGE)


def test_a_vital_sign_whose_value_is_unknown_leaves_the_first_question_open() -> None:
    event = bare(event={"observations": [{"what": "respiratory-rate", "value": "unknown"}]})
    assert open_questions(event, KNOWLEDGE)[0].title == "state now"


def test_no_summary_works_out_a_dose_or_calls_anything_safe() -> None:
    text = poison_centre_summary(whole(), KNOWLEDGE).lower() + medwatch_text(whole(), KNOWLEDGE).lower()
    assert "lethal" not in text and not re.search(r"\bsafe\b", text)
    assert "300 mg" not in text


# The PDF


typst = pytest.importorskip("typst", reason="the part that sets pages is not installed")


@pytest.mark.parametrize("where", ["what", "name", "symptom", "key"])
def test_text_that_looks_like_markup_renders_as_text(where: str) -> None:
    keys: dict[str, dict[str, Any]] = {
        "what": {"event": {"what": NASTY}},
        "name": {"products": [{"name": NASTY, "lot": NASTY}]},
        "symptom": {"event": {"symptoms": [NASTY, NASTY]}},
        "key": {"event": {"tests": [{"what": NASTY, "result": {NASTY: NASTY}}]}},
    }
    event = bare(**keys[where])
    assert medwatch_pdf(event, KNOWLEDGE).startswith(b"%PDF")
    assert '#panic("x") *bold*' in medwatch_text(event, KNOWLEDGE)


def test_the_pdf_is_the_same_for_the_same_event() -> None:
    assert medwatch_pdf(whole(), KNOWLEDGE) == medwatch_pdf(whole(), KNOWLEDGE)
    assert medwatch_pdf(whole(), KNOWLEDGE) != medwatch_pdf(whole(), KNOWLEDGE, paper="a4")
    assert medwatch_pdf(whole(), KNOWLEDGE) != medwatch_pdf(whole(), KNOWLEDGE, actions=ACTIONS)


def test_a_long_word_and_a_long_story_stay_on_the_page() -> None:
    pages = medwatch_pages(bare(event={"what": "x" * 3_000 + " " + "story " * 2_000}), KNOWLEDGE)
    assert len(pages) > 3 and all(page.startswith(b"\x89PNG") for page in pages)


def test_what_the_fonts_lack_is_named_and_never_an_empty_box() -> None:
    assert printable("😀 日 ☒ ≥ é ع") == "[GRINNING FACE] [CJK UNIFIED IDEOGRAPH-65E5] ☒ ≥ é ع"


def test_the_words_of_the_event_are_in_the_pdf(tmp_path: Path) -> None:
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("pdftotext is not installed (Debian: poppler-utils)")
    file = tmp_path / "draft.pdf"
    file.write_bytes(medwatch_pdf(whole(), KNOWLEDGE))
    made = subprocess.run([program, "-layout", str(file), "-"], capture_output=True, check=True, text=True).stdout
    for words in ("Story sierra.", "Brand Bravo shot", "0042-X", "DRAFT", "page 1 of", "SYNTHETIC", "not known"):
        assert words in made


def test_the_example_reads_and_renders() -> None:
    from leeward.casefile.yaml_text import from_yaml

    path = Path(__file__).parents[3] / "examples" / "events" / "kratom-seizure.yaml"
    parsed = from_yaml(path.read_text())
    assert isinstance(parsed, dict)
    event = read_event(parsed)
    assert event.synthetic and ich_minimum(event) == ()
    assert CAUSES - {"seizure-bupropion"} | {"opioids", "alcohol", "glucose", "naloxone", "barcode"} <= asked(event)
    assert medwatch_pdf(event, KNOWLEDGE).startswith(b"%PDF")
