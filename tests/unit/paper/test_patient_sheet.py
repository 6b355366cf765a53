"""The patient sheet: whole in both languages, plain, and no medicine that nobody signed."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from leeward.errors import BadInput
from leeward.guidance.assessment import Assessment
from leeward.paper.patient_sheet import (
    SECTIONS,
    PatientSheet,
    patient_sheet,
    patient_sheet_pdf,
)
from leeward.paper.plan import FollowUp, PlanLine, SignedPlan
from leeward.paper.services import find_services
from leeward.paper.services_list import read_services
from leeward.paper.typesetting import page_count
from leeward.paper.words_of_sheet import sheet_texts
from tests.unit.paper.cases import EXAMPLES, KNOWLEDGE, NOW, example, made
from tests.unit.paper.pdf_words import NASTY, words_of
from tests.unit.paper.plain_text import patient_sheet_text

TEXTS = sheet_texts(KNOWLEDGE)
KRATOM = example("kratom-70-g-with-codeine")[1]
FENTANYL = example("fentanyl-emergency-department")[1]
LINK = "https://ward.example.org/check-in/Zk3v9q8s7d6f5g4h"
SITE = Path(__file__).parents[3] / "examples" / "services" / "site-list.csv"


def plan(*medicines: str, at_home: bool = True) -> SignedPlan:
    lines = tuple(
        PlanLine(what=one, dose="8 mg", when="at night", medicine_id=one, at_home=at_home) for one in medicines
    )
    return SignedPlan(lines=lines, signed_by="Dr A. Example", role="prescriber", signed_at=NOW)


def sheet(assessment: Assessment = FENTANYL, language: str = "en", **keys: object) -> PatientSheet:
    if "plan" in keys:
        keys["plans"] = (keys.pop("plan"),)
    return patient_sheet(assessment, KNOWLEDGE, language, **keys)  # pyright: ignore[reportArgumentType]


def said(of: PatientSheet, section: str) -> str:
    return " ".join(line for one in of.sections if one.id == section for line in one.lines)


FIGURE = re.compile(r"\d+(?:[.,-]\d+)*")


@pytest.mark.parametrize("id", TEXTS)
def test_every_sentence_is_there_in_both_languages_with_the_same_numbers_and_blanks(id: str):
    text = TEXTS[id]
    assert text.says.strip() and text.spanish.strip()
    assert sorted(FIGURE.findall(text.says)) == sorted(FIGURE.findall(text.spanish))
    assert set(re.findall(r"\{\w+\}", text.says)) == set(re.findall(r"\{\w+\}", text.spanish))
    assert text.says != text.spanish or id.startswith(("name-", "word-knowledge"))


@pytest.mark.parametrize("id", [id for id, text in TEXTS.items() if FIGURE.search(text.says.replace("7-OH", ""))])
def test_a_number_rests_on_more_than_our_own_wording(id: str):
    assert set(TEXTS[id].sources) - {"consensus-patient-sheet", "consensus-patient-sheet-spanish"}


def sentences(language: str) -> list[str]:
    shown = [text for text in TEXTS.values() if text.section not in ("word", "name")]
    lines = [text.spanish if language == "es" else text.says for text in shown]
    return [part.strip() for line in lines for part in re.split(r"(?<=[.?!:;])\s", line) if part.strip()]


@pytest.mark.parametrize(("language", "most"), [("en", 15), ("es", 17)])
def test_sentences_are_short(language: str, most: int):
    long = [sentence for sentence in sentences(language) if len(sentence.split()) > most]
    assert not long


def syllables(word: str) -> int:
    groups = len(re.findall(r"[aeiouy]+", word.lower()))
    silent = word.lower().endswith("e") and not word.lower().endswith(("le", "ee")) and groups > 1
    return max(1, groups - silent)


def test_the_english_can_be_read_at_eleven():
    parts = sentences("en")
    words = [word for part in parts for word in re.findall(r"[A-Za-z']+", part)]
    grade = 0.39 * len(words) / len(parts) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
    assert grade < 5


def test_the_spanish_is_easy_by_fernandez_huerta():
    parts = sentences("es")
    words = [word for part in parts for word in re.findall(r"[^\W\d_]+", part)]
    beats = sum(max(1, len(re.findall(r"[aeiouáéíóúü]+", word.lower()))) for word in words)
    assert 206.84 - 60 * beats / len(words) - 1.02 * len(words) / len(parts) > 70


STIGMA = re.compile(
    r"\b(addicts?|abusers?|abuse|junkies?|clean|dirty|adictos?|drogadictos?|abuso|limpio|sucio)\b", re.IGNORECASE
)


def test_words_put_the_person_first():
    assert not [text for text in TEXTS.values() if STIGMA.search(f"{text.says} {text.spanish}")]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_makes_a_whole_sheet(path: Path, language: str):
    given = sheet(example(path.stem)[1], language)
    assert {section.id for section in given.sections} >= set(SECTIONS) - {"kratom"}
    assert "{" not in patient_sheet_text(given)
    assert [call.number for call in given.calls] == ["911", "988", "1-800-222-1222", "1-800-662-4357"]


def test_both_languages_hold_the_same_sections_and_as_many_lines():
    for assessment in (KRATOM, FENTANYL):
        one, other = (sheet(assessment, language, plan=plan("clonidine", "methadone")) for language in ("en", "es"))
        assert [(part.id, len(part.lines)) for part in one.sections] == [
            (part.id, len(part.lines)) for part in other.sections
        ]


def test_without_a_signed_plan_there_is_no_medicine_to_take():
    given = sheet()
    assert not given.medicines and "No medicine plan has been signed" in given.plan_says
    assert "under your tongue" not in said(given, "take")


def test_a_line_for_the_ward_alone_does_not_go_home():
    assert not sheet(plan=plan("methadone", at_home=False)).medicines


def test_the_lines_of_the_plan_stand_as_signed_with_the_advice_that_belongs_to_them():
    given = sheet(plan=plan("buprenorphine-naloxone-sublingual", "clonidine"))
    assert [(one.what, one.dose, one.when) for one in given.medicines][1] == ("clonidine", "8 mg", "at night")
    assert "signed by Dr A. Example, prescriber" in given.plan_says
    assert "under your tongue" in said(given, "take") and "Clonidine: stand up slowly" in said(given, "take")
    assert "Methadone" not in said(given, "take")


def test_an_injection_is_not_put_under_the_tongue():
    assert "under your tongue" not in said(sheet(plan=plan("buprenorphine-extended-release")), "take")


def test_kratom_is_spoken_of_only_where_it_was_taken_and_is_never_dosed():
    assert not said(sheet(FENTANYL), "kratom")
    kratom = said(sheet(KRATOM), "kratom")
    assert "cannot tell you a safe amount" in kratom and "Do not mix" in kratom
    assert not re.search(r"\d+\s*(mg|g|gram|capsule|tablet)", kratom)
    product = example("7-oh-unknown-last-use")[1]
    assert said(sheet(product), "kratom")


def test_expected_days_are_told_only_where_the_last_use_is_known():
    assert "street fentanyl" in said(sheet(FENTANYL), "expect")
    assert "feel worst" not in said(sheet(example("7-oh-unknown-last-use")[1]), "expect")
    assert "feel worst" not in said(sheet(made()[1]), "expect")


def test_the_expected_days_are_those_of_the_assessment():
    peak = FENTANYL.state.course[0].peak
    assert peak is not None and peak.earliest is not None and peak.latest is not None
    expected = said(sheet(FENTANYL), "expect")
    assert f"{peak.earliest.day} {peak.earliest:%b}" in expected and f"{peak.latest.day} {peak.latest:%b}" in expected


def test_blanks_are_left_for_a_visit_that_is_not_set():
    assert [value for _, value in sheet().follow_up] == ["", "", "", ""]
    given = sheet(follow_up=FollowUp(who="Nurse B", at=NOW + timedelta(days=2)))
    assert dict(given.follow_up)["When"] == "Tuesday 24 Nov, 9:00 am"


def test_services_are_those_given_and_none_is_said():
    services = read_services(SITE.read_bytes(), KNOWLEDGE).services
    given = sheet(services=find_services(services, KNOWLEDGE, near="00001").found)
    assert given.services[0].phone == "555-555-0112" and "miles" in given.services[0].distance
    assert given.services[-1].distance == "distance not known"
    assert "national lines" in sheet().services_note and not sheet().services


def test_the_code_holds_the_link():
    given = sheet(check_in_link=LINK)
    assert given.qr.startswith("<svg ") and "<script" not in given.qr and "style" not in given.qr
    assert sheet(check_in_link=LINK + "x").qr != given.qr
    assert not sheet().qr


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "ftp://a/b", "https://a b", 'https://a/"><script>', "https://a/" + "x" * 500]
)
def test_what_is_no_web_address_is_refused(link: str):
    with pytest.raises(BadInput, match="not a web address"):
        sheet(check_in_link=link)


def test_a_language_that_it_is_not_written_in_is_refused():
    with pytest.raises(BadInput, match="not written in"):
        sheet(language="fr")


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_says_what_the_sheet_says(language: str):
    given = sheet(KRATOM, language, plan=plan("clonidine"), check_in_link=LINK, digest="ab" * 32)
    page = " ".join(words_of(patient_sheet_pdf(given)).split())
    assert all(section.title in page for section in given.sections)
    assert all(call.number in page for call in given.calls)
    assert given.banner.upper() in page and "8 mg" in page
    assert 1 <= page_count(patient_sheet_pdf(given)) <= 3


def test_what_a_person_wrote_is_never_markup():
    line = PlanLine(what=NASTY, dose=NASTY, when=NASTY, at_home=True)
    signed = SignedPlan(lines=(line,), signed_by=NASTY, role=NASTY, signed_at=NOW)
    given = sheet(person=NASTY, plan=signed, follow_up=FollowUp(who=NASTY, where=NASTY, phone=NASTY))
    words = " ".join(words_of(patient_sheet_pdf(given)).split())
    assert '#panic("x")' in words and "*bold*" in words


def test_a_name_in_braces_is_a_name():
    signed = SignedPlan(lines=plan("clonidine").lines, signed_by="{role} {day} {x}", role="r", signed_at=NOW)
    assert "{role} {day} {x}, r" in sheet(plan=signed).plan_says


def test_staff_are_told_what_nobody_checked():
    assert any("translator" in note for note in sheet(language="es").for_staff)


def test_no_address_of_the_record_stands_on_the_paper_in_full():
    assert "ab" * 32 not in patient_sheet_text(sheet(digest="ab" * 32))


EMERGENCY = made(
    observations=[
        {"what": "respiratory-rate", "value": 6, "unit": "/min", "at": NOW.isoformat()},
        {"what": "oxygen-saturation", "value": 80, "unit": "%", "at": NOW.isoformat()},
    ]
)[1]
CHILD = made(patient={"age": 15})[1]
HOME = plan("buprenorphine-naloxone-sublingual", "naloxone-intranasal")
HELD = msgspec.structs.replace(HOME, lines=(msgspec.structs.replace(HOME.lines[0], held="RASS -3"), HOME.lines[1]))
OUTRUN = msgspec.structs.replace(HOME, changed="2 readings", title="Start at home")


@pytest.mark.parametrize("checked", [False, True])
@pytest.mark.parametrize(
    ("assessment", "signed", "why"),
    [
        (EMERGENCY, HOME, "An emergency stands"),
        (CHILD, HOME, "Turn to: A paediatric"),
        (FENTANYL, HELD, "is held now: RASS -3"),
    ],
)
def test_no_medicine_goes_home_while_something_speaks_against_it_whoever_has_looked(
    assessment: Assessment, signed: SignedPlan, why: str, checked: bool
):
    given = sheet(assessment, plan=signed, checked=checked)
    assert [one.what for one in given.medicines] == ["naloxone-intranasal"]
    assert why in " ".join(given.left_out) and not given.may_check
    assert given.plan_says == TEXTS["word-ask-first"].says
    paper = patient_sheet_text(given)
    assert "under your tongue" not in paper and "more than the plan says" not in paper and "should last" not in paper


def test_a_plan_that_the_chart_has_outrun_goes_home_only_where_somebody_has_checked():
    without = sheet(plan=OUTRUN)
    assert [one.what for one in without.medicines] == ["naloxone-intranasal"] and without.may_check
    assert "Start at home was signed by Dr A. Example before this was charted: 2 readings." in without.left_out[0]
    assert sheet(language="es", plan=OUTRUN).plan_says == TEXTS["word-ask-first"].spanish
    checked = sheet(plan=OUTRUN, checked=True)
    assert len(checked.medicines) == 2 and not checked.left_out and "signed by Dr A." in checked.plan_says


def test_naloxone_alone_is_never_kept_back_and_is_no_medicine_that_should_last():
    signed = msgspec.structs.replace(plan("naloxone-intranasal"), changed="2 readings")
    given = sheet(EMERGENCY, plan=signed)
    assert given.medicines and not given.left_out and "should last" not in patient_sheet_text(given)


def test_a_plan_without_medicines_to_take_home_is_not_called_no_plan():
    given = sheet(plan=plan("methadone", at_home=False))
    assert given.plan_says == TEXTS["word-no-home"].says and sheet().plan_says == TEXTS["word-no-plan"].says
    for one in (given, sheet()):
        assert "should last" not in patient_sheet_text(one) and "more than the plan says" not in patient_sheet_text(one)
    home = patient_sheet_text(sheet(plan=plan("methadone")))
    assert "should last" in home and "more than the plan says" in home


def test_the_spanish_agrees_and_names_the_role_in_spanish():
    given = sheet(language="es", plan=plan("clonidine"))
    assert given.made == "Hecho el" and "Dr A. Example, profesional que receta" in given.plan_says


def test_what_a_release_rests_on_stands_on_the_paper():
    given = msgspec.structs.replace(sheet(), scope="At the own request of whom it is about.")
    assert "At the own request of whom it is about." in " ".join(words_of(patient_sheet_pdf(given)).split())


def test_a_medicine_about_which_an_answer_is_missing_goes_home_only_where_somebody_has_checked():
    unsure = msgspec.structs.replace(HELD.lines[0], held="Cannot tell: how awake is the person?", unsure=True)
    signed = msgspec.structs.replace(HOME, lines=(unsure, HOME.lines[1]))
    without = sheet(plan=signed)
    assert [one.what for one in without.medicines] == ["naloxone-intranasal"] and without.may_check
    assert "Cannot tell: how awake" in without.left_out[0]
    assert len(sheet(plan=signed, checked=True).medicines) == 2


def test_everything_that_may_be_taken_has_a_name_in_both_languages():
    by_number = {"mgm-15", "mgm-16"}  # they are called so in every language
    assert {id for id in KNOWLEDGE.substances if f"name-{id}" not in TEXTS} == by_number
