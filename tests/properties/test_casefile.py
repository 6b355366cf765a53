"""Whatever is given, a case file is read or refused in sentences; and the order of writing changes nothing."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leeward.casefile import case_from, read_case
from leeward.casefile.case import CASE
from leeward.casefile.conditions import CODE, CONDITION
from leeward.casefile.exposures import AMOUNT, EXPOSURE
from leeward.casefile.level import INTERVAL, MEASURED
from leeward.casefile.medicines import DOSE, MEDICINE
from leeward.casefile.observations import OBSERVATION
from leeward.casefile.patient import PATIENT
from leeward.casefile.scores import SCORE
from leeward.errors import BadInput
from leeward.knowledge import load_knowledge
from leeward.model.case import Case

KNOWLEDGE = load_knowledge()
HEAD = {"leeward": "case/1", "now": "2026-11-22T09:00:00-05:00"}
FORMS = (CASE, EXPOSURE, AMOUNT, INTERVAL, MEASURED, DOSE, MEDICINE, OBSERVATION, PATIENT, SCORE, CONDITION, CODE)

KEYS = st.sampled_from(sorted({key for form in FORMS for key in form.known})) | st.text(max_size=8)
WORDS = st.sampled_from(
    [
        "heroin", "kratom", "7-OH", "cows", "SOWS", "heart-rate", "qtc", "urine-drug-screen", "vomiting", "clonus",
        "/min", "ms", "mg", "g", "day", "yes", "no", "unknown", "declined", "8 mg", "2 tab", "25 mcg/h", "120/80", "bp",
        "methadone", "hepatitis C", "icd-10-cm", "F11.20", "2026-11-22", "2026-11-22T08:00:00-05:00",
        "2026-11-22T08:00:00", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "oral", "absent",
        "pulse", "99999999999999999999",
    ]
)  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | WORDS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.integers(), inner, max_size=5),
    max_leaves=30,
)


def read_or_refused(document: object) -> Case | None:
    try:
        return case_from(document, KNOWLEDGE)
    except BadInput as refused:
        problems, text = refused.problems, str(refused)
    assert problems
    assert all(problem.says and problem.mend and problem.code for problem in problems)
    assert text.encode()
    return None


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=8))
def test_any_document_is_read_or_refused_in_sentences(document: dict[str, Any]):
    case = read_or_refused({**document, **HEAD})
    if case is not None:
        assert all(kept.as_told.isprintable() and kept.path.isprintable() for kept in case.kept)
        repr(case).encode()


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_anything_decoded_is_read_or_refused(document: object):
    read_or_refused(document)


TEXTS = st.text(max_size=200) | st.text(alphabet="{}[]:,-&*!|>'\"%@`#? \n\tab01.~<", max_size=60)


@settings(max_examples=400, deadline=None)
@given(TEXTS | st.binary(max_size=200) | TEXTS.map(lambda text: f"leeward: case/1\nnow: 2026-11-22T09:00:00Z\n{text}"))
def test_any_text_is_read_or_refused_in_sentences(text: str | bytes):
    try:
        read_case(text, KNOWLEDGE)
    except BadInput as refused:
        str(refused).encode()


PLACE = st.sampled_from([None, "unknown", "2026-11-22T08:00:00-05:00", "2026-11-22T13:00:00Z", "2026-11-21"])
ENTRIES: dict[str, st.SearchStrategy[Any]] = {
    "exposures": st.fixed_dictionaries(
        {"substance": st.sampled_from(["heroin", "kratom", "ketum", "blue pill", "unknown", "Blue Pill"])},
        optional={"last_use": PLACE, "route": st.sampled_from(["oral", "smoked"]), "colour": st.just("red")},
    ),
    "medicines": st.fixed_dictionaries(
        {"name": st.sampled_from(["sertraline", "Zoloft", "frob", "clonidine and frob"])},
        optional={"last_taken": PLACE, "dose": st.sampled_from(["1 mg", "2 mg"]), "note": st.just("n")},
    ),
    "conditions": st.fixed_dictionaries({"name": st.sampled_from(["epilepsy", "Seizures", "purple knee"])}),
    "doses": st.fixed_dictionaries({"medicine": st.sampled_from(["methadone", "frob"])}, optional={"at": PLACE}),
    "allergies": st.sampled_from(["penicillin", "codeine", "Codeine"]),
    "observations": st.fixed_dictionaries(
        {"what": st.sampled_from(["hr", "heart-rate"]), "value": st.sampled_from([80, 90]), "unit": st.just("/min")},
        optional={"at": PLACE},
    ),
    "scores": st.fixed_dictionaries(
        {
            "instrument": st.just("cows"),
            "items": st.sampled_from([{"pulse": 1, "tremor": 1}, {"tremor": 1, "pulse": 1}]),
        },
        optional={"at": PLACE},
    ),
    "goals": st.sampled_from(["taper", "start-treatment", "see my dog"]),
}
CASES = st.fixed_dictionaries({}, optional={kind: st.lists(entry, max_size=5) for kind, entry in ENTRIES.items()})


@settings(max_examples=200, deadline=None)
@given(CASES, st.randoms(use_true_random=False))
def test_the_order_of_writing_changes_nothing(parts: dict[str, Any], order: random.Random):
    turned = json.loads(json.dumps(parts), object_pairs_hook=lambda pairs: dict(order.sample(pairs, len(pairs))))
    for entries in turned.values():
        order.shuffle(entries)
    written, rewritten = case_from({**HEAD, **parts}, KNOWLEDGE), case_from({**turned, **HEAD}, KNOWLEDGE)
    assert written == rewritten
    assert repr(written) == repr(rewritten) or "13:00" in repr(parts)


@pytest.mark.parametrize("form", FORMS)
def test_no_spelling_of_a_key_is_taken_for_a_misspelling(form: Any):
    assert all(form.named(key.replace("_", "-").upper()) == name for key, name in form.known.items())
