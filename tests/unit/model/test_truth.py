"""Truth values: Kleene's tables, monotone under learning, and remembering why."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as some

from leeward.errors import MisuseError
from leeward.model.truth import NO, UNKNOWN, YES, Truth, all_of, any_of, at_least, known, unknown

LEAVES = {NO: known(False, "no", "n"), UNKNOWN: unknown("u"), YES: known(True, "yes", "y")}


@pytest.mark.parametrize(("left", "right"), list(product(LEAVES, LEAVES)))
def test_kleenes_tables(left, right):
    a, b = LEAVES[left], LEAVES[right]
    assert (a & b).answer is min(left, right)
    assert (a | b).answer is max(left, right)
    assert (~a).answer == 2 - left


def test_a_truth_is_not_a_bool():
    with pytest.raises(MisuseError):
        bool(known(True, "yes", "y"))


def test_nothing_is_all_of_nothing_and_none_of_nothing():
    assert all_of([]).is_yes
    assert any_of([]).is_no


def trees() -> some.SearchStrategy[tuple]:
    leaf = some.tuples(some.just("leaf"), some.integers(0, 4))
    return some.recursive(
        leaf,
        lambda inner: some.one_of(
            some.tuples(some.just("not"), inner),
            some.tuples(some.sampled_from(["and", "or"]), some.lists(inner, min_size=1, max_size=4)),
            some.tuples(some.just("at least"), some.integers(1, 3), some.lists(inner, min_size=1, max_size=4)),
        ),
        max_leaves=12,
    )


def built(tree: tuple, values: list) -> Truth:
    match tree:
        case ("leaf", place):
            value = values[place]
            return (
                unknown(f"input {place}")
                if value is None
                else known(value, f"input {place} is {value}", f"input {place}")
            )
        case ("not", inner):
            return ~built(inner, values)
        case ("and", parts):
            return all_of(built(part, values) for part in parts)
        case ("or", parts):
            return any_of(built(part, values) for part in parts)
        case ("at least", count, parts):
            return at_least(count, [built(part, values) for part in parts])
    raise AssertionError(tree)


@given(trees(), some.lists(some.sampled_from([True, False, None]), min_size=5, max_size=5))
def test_an_answer_stands_whatever_the_unknown_turns_out_to_be(tree, values):
    before = built(tree, values)
    for filled in product(*([value] if value is not None else [True, False] for value in values)):
        after = built(tree, list(filled))
        assert not after.is_unknown
        if not before.is_unknown:
            assert after.answer is before.answer


@given(trees(), some.lists(some.sampled_from([True, False, None]), min_size=5, max_size=5))
def test_an_open_answer_names_inputs_that_are_unknown(tree, values):
    truth = built(tree, values)
    lacked = truth.lacked()
    assert bool(lacked) is truth.is_unknown
    assert all(values[int(name.split()[1])] is None for name in lacked)
    assert all(values[int(name.split()[1])] is not None for name in truth.used())
