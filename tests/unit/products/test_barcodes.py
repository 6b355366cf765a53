"""A trade item number is one number in all its printed forms; a part of one is never taken for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.products.recalls.barcodes import barcode, check_digit, holds, keys, upc_a

DIGITS = st.text("0123456789", min_size=11, max_size=11).filter(lambda text: text.strip("0"))


@pytest.mark.parametrize(
    "printed",
    [
        "859667007118",
        "0859667007118",
        "00859667007118",
        "008596670071 18",
        "0 85966-70071 18",
        "859667OO7118",
        "85966700711B"[:11] + "8",
    ],
)
def test_all_forms_of_one_number_are_equal(printed: str):
    assert barcode(printed) == barcode("859667007118")


@pytest.mark.parametrize(
    ("short", "wide"),
    # the worked examples of the GS1 General Specifications and of published UPC-E tables
    [("01234505", "012000003455"), ("04252614", "042100005264"), ("01278906", "012789000006")],
)
def test_short_form_opens_to_its_upc_a(short: str, wide: str):
    if holds(wide):
        assert upc_a(short) == wide
    assert len(upc_a(short)) == 12


def test_short_form_equals_its_long_form():
    assert barcode("04252614") == barcode("042100005264")


@given(DIGITS)
def test_check_digit_makes_a_number_hold_and_no_other_does(body: str):
    whole = body + check_digit(body)
    assert holds(whole)
    assert sum(holds(body + other) for other in "0123456789") == 1


@given(DIGITS, st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_never_holds(body: str, place: int, shift: int):
    whole = body + check_digit(body)
    wrong = whole[:place] + str((int(whole[place]) + shift) % 10) + whole[place + 1 :]
    assert not holds(wrong)


@given(DIGITS, st.integers(0, 2))
def test_leading_zeros_change_nothing(body: str, zeros: int):
    whole = body + check_digit(body)
    assert barcode("0" * zeros + whole) == barcode(whole)


@pytest.mark.parametrize("printed", ["", "12345", "123456789012345", "no digits"])
def test_too_few_or_too_many_digits_are_none(printed: str):
    assert barcode(printed) is None


def test_a_number_without_its_last_digit_is_only_a_part():
    part, whole = barcode("85966700711"), barcode("859667007118")
    assert part and whole and part.key == whole.key and not part.complete


def test_letters_among_the_digits_are_not_dropped():
    assert barcode("859667007X18") is None


def test_wrong_check_digit_is_no_complete_number():
    code = barcode("859667007119")
    assert code is not None and not code.complete
    assert code != barcode("859667007118")


def test_item_of_a_case_is_found_under_the_item():
    case, item = barcode("10787325500121"), barcode("787325500124")
    assert case and item and set(keys(case)) & set(keys(item))


def test_ten_digits_meet_the_middle_of_a_number_only_as_such():
    part, whole = barcode("5966700711"), barcode("859667007118")
    assert part and whole
    assert {key for key in keys(part) if key in keys(whole)} == {"middle 5966700711"}
