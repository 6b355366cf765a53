"""How often in a day the words behind a dose let it be taken; nothing that is not read counts as once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from leeward.model.frequency import frequency_in
from leeward.model.quantity import Quantity

ONCE = (
    "|daily|QD|once a day|once per day|every day|/day|per day|a day|in the morning|at bedtime|nightly|nightly at bedtime|qhs|SL"
    "|by mouth once daily|every other day|weekly|once weekly|monthly|every 4 weeks|every 36 hours|stat|x1|single dose|for 5 days"
    "|for withdrawal|daily in 2 divided doses|in divided doses|split in 2 doses|once daily in the morning|three times a week"
)
SEVERAL = {
    "twice daily": 2,
    "BID": 2,
    "b.i.d.": 2,
    "SL BID x 7 days": 2,
    "twice daily for opioid withdrawal": 2,
    "every 12 hours": 2,
    "12 hourly": 2,
    "morning and evening": 2,
    "now and at bedtime": 2,
    "every morning and every evening": 2,
    "x 2": 2,
    "three times daily": 3,
    "TID": 3,
    "t.i.d.": 3,
    "2-3 times a day": 3,
    "x3 daily": 3,
    "every eight hours": 3,
    "every 8 hours, hold if SBP < 90": 3,
    "every morning, noon and night": 3,
    "QID": 4,
    "q6h": 4,
    "4 times in 24 hours": 4,
    "every 5 hours": 5,
    "every 4 hours": 6,
    "q4-6h prn": 6,
    "every 4 to 6 hours as needed": 6,
    "up to every 4 hours": 6,
    "every 6 hours as needed, up to 3 times a day": 3,
    "max 4 doses a day": 4,
    "hourly": 24,
    "every 30 minutes": 48,
}
NOT_READ = (
    "as needed|PRN|as directed|titrate to effect|then 16 mg|increase by 5 mg daily|may repeat in 1 hour|divided BID|q4"
    "|every 2 hours until comfortable|dos veces al dia|(2 tablets)|daily x3|max 32 mg|loading dose|with meals|7 am and 7 pm"
)


@pytest.mark.parametrize("words", ONCE.split("|"))
def test_once(words: str):
    assert frequency_in(words).times == 1


@pytest.mark.parametrize("words", SEVERAL)
def test_several_times(words: str):
    assert frequency_in(words).times == SEVERAL[words]


@pytest.mark.parametrize("words", NOT_READ.split("|"))
def test_what_is_not_read_is_not_known(words: str):
    assert frequency_in(words).times is None


@pytest.mark.parametrize(
    "words",
    ["prn, max 24 mg/day", "not to exceed 24 mg per day", "q4h, at most 24 mg a day", "up to 24 mg in 24 hours"],
)
def test_the_most_that_the_words_name(words: str):
    assert frequency_in(words).at_most == Quantity(24, "mg")


@given(some.integers(1, 12))
def test_an_interval_and_as_many_times_say_the_same_where_they_meet(times: int):
    if 24 % times == 0:
        assert frequency_in(f"every {24 // times} hours").times == frequency_in(f"{times} times a day").times == times


@given(some.text(max_size=60))
def test_any_words_are_read_or_are_not_known(words: str):
    times = frequency_in(words).times
    assert times is None or times >= 0


@given(some.from_regex(r"[bcfg-km-z]{5,9}", fullmatch=True))
def test_a_word_that_says_nothing_known_is_never_once(word: str):
    found = frequency_in(word).times
    assert found is None or word in ("monthly",)
