"""What a test can show: only what a source carries, and never a comfort that the test cannot give."""

from __future__ import annotations

import pytest

from leeward.errors import KnowledgeError
from leeward.knowledge import load_knowledge
from leeward.products.detection import (
    Detection,
    Method,
    detection_text,
    general_line,
    in_short,
    method_shows,
    what_tests_show,
)

KNOWLEDGE = load_knowledge()
GENERAL = general_line(KNOWLEDGE).says
TABLE = KNOWLEDGE.table_of("detection", Detection)
METHODS = KNOWLEDGE.table_of("detection-methods", Method)


@pytest.mark.parametrize(
    ("method", "substance", "answer"),
    [
        ("urine-panel", "kratom-leaf", "cannot-see"),
        ("urine-panel", "7-hydroxymitragynine", "cannot-see"),
        ("opiate-immunoassay", "kratom-extract", "cannot-see"),
        ("opiate-immunoassay", "fentanyl-illicit", "cannot-see"),
        ("opiate-immunoassay", "nitazene", "cannot-see"),
        ("opiate-immunoassay", "tianeptine", "cannot-see"),
        ("opiate-immunoassay", "morphine", "can-see"),
        ("opiate-immunoassay", "heroin", "cannot-tell-apart"),
        ("methadone-immunoassay", "kratom-leaf", "cannot-tell-apart"),
        ("mitragynine-strip", "kratom-leaf", "can-see"),
        ("mitragynine-strip", "7-hydroxymitragynine", "not-established"),
        ("lc-ms-ms", "kratom-leaf", "can-see"),
        ("lc-ms-ms", "7-hydroxymitragynine", "can-see"),
        ("lc-ms-ms", "mgm-15", "not-established"),
        ("lc-hrms", "mitragynine-pseudoindoxyl", "can-see"),
        ("gc-ms", "7-hydroxymitragynine", "cannot-tell-apart"),
        ("gc-ms", "mitragynine-pseudoindoxyl", "cannot-tell-apart"),
        ("xylazine-strip", "medetomidine", "cannot-see"),
        ("nitazene-strip", "nitazene", "can-see"),
        ("gc-ms", "loperamide", "not-established"),
        ("urine-panel", "nothing-anybody-knows", "not-established"),
    ],
)
def test_the_answer_of_a_pair(method: str, substance: str, answer: str) -> None:
    assert method_shows(method, substance, KNOWLEDGE).answer == answer


def test_gc_ms_alone_never_names_pseudoindoxyl() -> None:
    line = method_shows("gc-ms", "mitragynine-pseudoindoxyl", KNOWLEDGE)
    assert line.apart_from == ("7-hydroxymitragynine",)
    assert "must not be used" in line.says
    assert line.status == "read-second-hand"


def test_a_mitragynine_result_does_not_tell_leaf_from_extract() -> None:
    for method in ("mitragynine-strip", "lc-ms-ms"):
        for substance in ("kratom-leaf", "kratom-extract"):
            assert "not tell leaf from extract" in method_shows(method, substance, KNOWLEDGE).says


def test_the_strip_states_its_cut_off_with_its_unit() -> None:
    assert "250 ng/mL" in method_shows("mitragynine-strip", "kratom-leaf", KNOWLEDGE).says


@pytest.mark.parametrize(
    "unknown",
    [[], ["unknown"], ["cannot-tell"], ["other-substance"], ["something-new"], ["kratom-leaf", "unknown"], ["blend"]],
)
def test_an_unknown_substance_leads_with_the_general_sentence(unknown: list[str]) -> None:
    lines = what_tests_show(unknown, KNOWLEDGE)
    assert lines[0].says == GENERAL
    for name in ("kratom", "fentanyl", "tianeptine", "nitazenes"):
        assert name in GENERAL


def test_every_method_answers_for_every_substance() -> None:
    lines = what_tests_show(["7-oh"], KNOWLEDGE)
    assert [line.method for line in lines] == sorted(METHODS, key=lambda id: METHODS[id].order)


def test_what_no_source_says_has_no_source_and_no_verdict() -> None:
    silent = [line for line in what_tests_show(["kratom-leaf", "phenibut"], KNOWLEDGE) if not line.sources]
    assert silent and all(line.answer == "not-established" for line in silent)
    assert all(line.status == "" and "No source" in line.says for line in silent)


def test_every_entry_has_sources_known_methods_and_something_to_be_told_from() -> None:
    for id, entry in TABLE.items():
        assert entry.says and entry.sources and set(entry.methods) <= set(METHODS), id
        assert bool(entry.apart_from) == (entry.answer == "cannot-tell-apart"), id


def test_every_target_is_a_substance_that_leeward_knows() -> None:
    targets = {target for entry in TABLE.values() for target in entry.targets}
    assert targets <= set(KNOWLEDGE.substances)


def test_nothing_is_called_safe_or_negative_for_good() -> None:
    for entry in TABLE.values():
        assert " safe" not in entry.says.lower()


def test_a_class_stands_for_each_substance_it_may_be() -> None:
    named = {line.substance for line in what_tests_show(["analogue"], KNOWLEDGE)}
    assert named == {"mitragynine-pseudoindoxyl", "mgm-15", "mgm-16"}


def test_a_method_that_is_not_there_is_said() -> None:
    with pytest.raises(KnowledgeError, match="no method called tea-leaves"):
        method_shows("tea-leaves", "kratom-leaf", KNOWLEDGE)


def test_the_text_says_each_finding_once_and_names_what_is_not_established() -> None:
    text = detection_text(what_tests_show(["kratom"], KNOWLEDGE))
    assert text.count("is not evidence against kratom") == 1
    assert "cannot see kratom-leaf or kratom-extract" in text
    assert "Not established for kratom-leaf or kratom-extract: " in text
    assert detection_text(what_tests_show([], KNOWLEDGE)).count("excludes nothing") == 1


@pytest.mark.parametrize(
    "substances",
    [["leaf"], ["extract"], ["7-oh"], ["analogue"], ["kratom"], ["tianeptine"], ["fentanyl"], ["cannot-tell"], ["blend"],
     ["benzodiazepine"], ["7-oh", "tianeptine"], ["something-new"], ["phenibut"]],
)  # fmt: skip
def test_in_short_says_what_to_order_and_that_a_negative_excludes_nothing(substances: list[str]) -> None:
    said = in_short(what_tests_show(substances, KNOWLEDGE))
    assert 2 <= len(said) <= 4 and all(len(sentence) <= 100 and sentence.endswith(".") for sentence in said)
    assert said[0].startswith(("Order ", "Tell the laboratory "))
    assert any("negative" in sentence and "not exclude" in sentence for sentence in said)


def test_in_short_keeps_the_trap_of_gc_ms_and_the_second_substance() -> None:
    for kind in (["7-oh"], ["analogue"], ["7-oh", "tianeptine"]):
        assert any("GC-MS alone" in sentence for sentence in in_short(what_tests_show(kind, KNOWLEDGE))), kind
    assert "Order tianeptine by name, by LC-MS/MS." in in_short(what_tests_show(["7-oh", "tianeptine"], KNOWLEDGE))


def test_in_short_says_nothing_of_nothing_and_only_what_has_a_source() -> None:
    assert in_short(()) == ()
    shorts = {entry.short for entry in TABLE.values() if entry.short and entry.sources}
    for substance in (*KNOWLEDGE.substances, "leaf", "cannot-tell"):
        assert set(in_short(what_tests_show([substance], KNOWLEDGE))) <= shorts
