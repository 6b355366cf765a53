"""JSON from elsewhere: what two readers could understand differently is refused, whichever way the text is written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.errors import BadInput
from leeward.fhir.json_text import DEEPEST, decoded

# Letters that look like the ends of names, so that a text within a text is taken for what it is.
WORDS = st.text(st.sampled_from('ab": ,{}[]\\\té\u2028'), max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
)


@given(
    st.dictionaries(WORDS, VALUES, max_size=5),
    st.sampled_from([(",", ":"), (", ", ": "), (" ,", " :"), (",\n", "\t\n:")]),
    st.booleans(),
)
def test_what_was_written_is_read(value: dict[str, Any], between: tuple[str, str], escaped: bool):
    text = json.dumps(value, separators=between, ensure_ascii=escaped)
    assert json.dumps(decoded(text.encode())) == json.dumps(value)


TWICE = [
    '{"a":1,"a":1}',
    '{"a":1,"a" :1}',
    '{"a" :1,"a"\n:1}',
    '{"b":[{"a":1,"c":":","a":2}]}',
    '{"a":1,"\\u0061":2}',
    '{"a":1,"a":2,"c":"\\n"}',
    '{":":1,":":2}',
    '{"a":": ","a":":"}',
    '{"":1,"":1}',
]


@pytest.mark.parametrize("text", TWICE)
def test_a_name_that_stands_twice_in_one_object_is_refused(text: str):
    with pytest.raises(BadInput, match="stands twice in one object"):
        decoded(text.encode())


@given(WORDS.filter(lambda word: "\\" not in word), VALUES, VALUES, st.sampled_from([":", " :", "\n: "]))
def test_a_name_twice_is_refused_whatever_stands_beside_it(name: str, first: Any, second: Any, colon: str):
    parts = [f"{json.dumps(name)}{colon}{json.dumps(value, ensure_ascii=False)}" for value in (first, second)]
    with pytest.raises(BadInput, match="stands twice"):
        decoded(f'{{"whole":{{{",".join(parts)}}}}}'.encode())


@pytest.mark.parametrize("beside", ["plain", "with \\n an escape"])
def test_a_text_may_be_nested_so_deep_and_no_deeper(beside: str):
    def nested(levels: int) -> bytes:
        return f'{{"says":"{beside}","in":{"[" * (levels - 1)}{"]" * (levels - 1)}}}'.encode()

    assert decoded(nested(DEEPEST))["in"]
    with pytest.raises(BadInput, match="nested deeper"):
        decoded(nested(DEEPEST + 1))
    with pytest.raises(BadInput, match="nested deeper"):
        decoded(b'{"a":' * (DEEPEST + 1) + b"1" + b"}" * (DEEPEST + 1))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"a":NaN}', "no number of JSON"),
        ('{"a":1e999}', "no number of JSON"),
        ('{"a":' + "1" * 5000 + "}", "too long to be read"),
        ('{"a":01}', "not JSON"),
        ('{"a":"tab\there"}', "not JSON"),
        ('{"a":"\\ud800"}', "half of a character"),
        ('[{"a":1}]', "no JSON object"),
    ],
)
def test_what_no_json_has_is_refused(text: str, says: str):
    with pytest.raises(BadInput, match=says):
        decoded(text.encode())
