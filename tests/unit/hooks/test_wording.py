"""Words of a record on a card, and ids that tell whether a card was given."""

from __future__ import annotations

import re
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.hooks.issued import card_id, seal_of, suggestion_ids, suggestions_of
from leeward.hooks.wording import bullets, inert, titled

SEAL = seal_of("record", "https://ehr.example", "leeward-withdrawal")


@given(st.text(alphabet="[]()!*_~`#>+-=|\\:/w.a1 \n<&@", max_size=60))
def test_no_sign_of_markdown_acts_whatever_the_words(text: str):
    line = inert(text)
    assert not re.search(r"[\[\]`*|\\\n]|://|~~|(?<![a-z0-9])_|_(?![a-z0-9])", line)
    assert not re.match(r">|#+( |$)|[-+=]( |$)|(--|==)", line)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("oxycodone 5 mg / acetaminophen 325 mg [Percocet]", "oxycodone 5 mg / acetaminophen 325 mg (Percocet)"),
        ("medicines.methadone.last_taken", "medicines.methadone.last_taken"),
        ("RR < 10 & SpO2 > 92", "RR < 10 & SpO2 > 92"),
        ("~5 mg", "~5 mg"),
        ("-4", "-4"),
        ("> 92 %", "› 92 %"),
        ("# Head", "♯ Head"),
        ("a@b.example", "a @b.example"),
        ("1-2 tablets, half-life 8-59 h", "1-2 tablets, half-life 8-59 h"),
    ],
)
def test_plain_words_read_as_they_were_written(written: str, read: str):
    assert inert(written) == read


def test_a_list_says_how_much_it_leaves_out():
    assert bullets(["a", "b", "c"], 2) == "* a\n* b\n* and 1 more"
    assert bullets(["a", "b"]) == "* a\n* b" and titled("T", []) == ""


@given(st.text(max_size=40), st.integers(0, 20))
def test_a_card_that_was_given_is_known_by_its_id_alone(about: str, count: int):
    id = card_id(SEAL, about, count)
    assert (id.version, id.variant) == (8, uuid.RFC_4122)
    assert suggestions_of(str(id), SEAL) == suggestion_ids(id, count)
    assert id == card_id(SEAL, about, count) and len(set(suggestion_ids(id, count))) == count
    for other in (("other", "https://ehr.example", "leeward-withdrawal"), ("record", "x", "leeward-withdrawal"), ("record", "https://ehr.example", "leeward-kratom")):  # fmt: skip
        assert suggestions_of(str(id), seal_of(*other)) is None


@given(st.integers(0, 127), st.text(max_size=10))
def test_an_id_with_one_bit_changed_was_never_given(bit: int, about: str):
    id = card_id(SEAL, about, 1)
    assert suggestions_of(str(uuid.UUID(int=id.int ^ (1 << bit))), SEAL) is None


@given(st.text(max_size=40) | st.uuids().map(str))
def test_whatever_else_is_no_id_of_a_card(told: str):
    assert suggestions_of(told, SEAL) is None
