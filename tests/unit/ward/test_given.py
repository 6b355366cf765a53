"""What was given lately, and what it says of one more: the nearest dose, the plan's interval, its first dose, its bounds."""

from datetime import timedelta

import msgspec
import pytest

from leeward.knowledge import load_knowledge
from leeward.ward.filling import drafts_of
from leeward.ward.given import by_medicine, given_lately, once_more
from leeward.ward.plans import Line, WrittenPlan, plan_body
from leeward.ward.state import Ward
from tests.unit.ward.test_due import BUP, T0, Story, after
from tests.web.plan_forms import document

AGAIN = Line(what="b", medicine=BUP, dose="8 mg", when="again, an hour or longer after the last dose; as needed, an hour or longer apart",
             step="again, an hour or longer after the last dose")  # fmt: skip
FIRST = Line(what="b", medicine=BUP, dose="8 mg", when="first dose", step="first dose")
PLAIN = Line(what="b", medicine=BUP, dose="8 mg", when="as agreed")


class Bed(Story):
    """A person in withdrawal after heroin in an emergency department, with a plan signed at minute 0."""

    def __init__(self) -> None:
        super().__init__()
        self.entries.clear()
        for draft in drafts_of(document(), patient="p", name="Demo, Dee", by="n", role="nurse", at=T0, id="d"):
            entry = self.add(draft.kind, draft.body, -1)
            self.entries[-1] = msgspec.structs.replace(entry, at=draft.at)
        self.ward = Ward(None, load_knowledge())  # pyright: ignore[reportArgumentType]

    def plan(self, *lines: Line, option: str = "buprenorphine-standard", read: tuple[str, ...] = ()):
        self.lines = WrittenPlan(plan="a", option=option, lines=lines, read=read)
        self.signed = self.add("plan-signed", plan_body(self.lines), 0, role="prescriber")

    def at(self, minutes: float):
        return self.ward.bedside_of(tuple(self.entries), after(minutes))

    def again(self, minutes: float, line: Line | None, dose: str = "8 mg", medicine: str = BUP):
        of = (self.signed, self.lines, line) if line else None
        return {one.id: one for one in once_more(self.at(minutes), self.ward, medicine, dose, after(minutes), of)}


@pytest.fixture
def bed() -> Bed:
    return Bed()


def test_doses_of_24_hours_are_told_with_who_charted_them_and_their_sum(bed):
    bed.dose(-60 * 25)
    bed.dose(-60 * 3, "Suboxone")
    bed.add("dose", {"medicine": BUP, "dose": "4 mg"}, -60)
    bed.add("dose", {"medicine": "clonidine", "dose": "unknown"}, -30)
    groups = by_medicine(given_lately(bed.at(0), bed.ward))
    assert [(group.total, [dose.dose for dose in group.doses]) for group in groups] == [
        ("", ["of unknown amount"]),
        ("12 mg", ["4 mg", "8 mg"]),
    ]
    assert {dose.by for group in groups for dose in group.doses} == {"n"}


def test_a_dose_whose_amount_is_not_known_makes_the_sum_a_least(bed):
    bed.dose(-60)
    bed.add("dose", {"medicine": BUP, "dose": "unknown"}, -30)
    (group,) = by_medicine(given_lately(bed.at(0), bed.ward, BUP))
    assert group.total == "at least 8 mg"


def test_without_an_interval_every_dose_of_the_day_is_read_and_its_time_said(bed):
    bed.plan(PLAIN)
    assert bed.again(10, PLAIN) == {}
    bed.dose(8)
    assert "8 mg was given 2 min before this one" in bed.again(10, PLAIN)["again-given"].because[0]
    assert "again-given" in bed.again(8 + 24 * 60 - 1, None) and not bed.again(8 + 24 * 60, None)


@pytest.mark.parametrize(("minutes", "warned"), [(59, True), (60, False)])
def test_the_interval_of_the_line_is_kept(bed, minutes, warned):
    bed.plan(FIRST, AGAIN)
    bed.dose(5)
    found = bed.again(5 + minutes, AGAIN)
    assert ("again-soon" in found) == warned and "again-given" not in found


@pytest.mark.parametrize(
    ("when", "minutes"),
    [
        ("after 30 to 60 minutes, then about every 2 hours", 30),
        ("every 6 to 8 hours, as needed", 360),
        ("four times a day, 5 to 6 hours apart", 300),
        ("more, 30 to 60 minutes or longer after the last dose, then about every 2 hours", 30),
    ],
)
def test_intervals_are_read_from_the_words_of_a_line(bed, when, minutes):
    line = Line(what="b", medicine=BUP, dose="8 mg", when=when)
    bed.plan(line)
    bed.dose(5)
    assert "again-soon" in bed.again(5 + minutes - 1, line) and "again-soon" not in bed.again(5 + minutes, line)


def test_after_the_second_dose_the_later_interval_holds(bed):
    line = Line(what="b", medicine=BUP, dose="8 mg", when="after 30 to 60 minutes, then about every 2 hours")
    bed.plan(line)
    bed.dose(5)
    bed.dose(40)
    assert "again-soon" in bed.again(40 + 119, line) and "again-soon" not in bed.again(40 + 120, line)


def test_a_first_dose_that_was_given_since_the_signing_is_told_however_long_ago(bed):
    bed.plan(FIRST)
    assert "again-first" not in bed.again(1, FIRST)
    bed.dose(5, "Suboxone")
    assert "again-first" in bed.again(600, FIRST)


def test_above_the_line_the_step_and_the_day_each_say_so_with_their_numbers_and_source(bed):
    bed.plan(FIRST, AGAIN)
    assert not {"again-above-plan", "again-above-step", "again-day"} & set(bed.again(1, FIRST, "8 mg"))
    found = bed.again(1, FIRST, "12 mg")
    assert "12 mg is above the 8 mg that was signed" in found["again-above-plan"].because[0]
    assert "8" in found["again-above-step"].because[0] and found["again-above-step"].sources
    bed.dose(5)
    assert not {"again-day", "again-day-usual"} & set(bed.again(70, AGAIN, "8 mg"))
    bed.dose(65)
    usual = bed.again(130, AGAIN, "8 mg")
    assert "24 mg in 24 hours; the source gives usually 16 mg, at most 32 mg" in usual["again-day-usual"].because[0]
    assert usual["again-day-usual"].sources and "again-day" not in usual
    for hour in (2, 3):
        bed.dose(5 + 60 * hour)
    day = bed.again(300, AGAIN, "8 mg")["again-day"]
    assert "40 mg in 24 hours" in day.because[0] and "32 mg" in day.because[0] and day.sources


def test_naloxone_is_asked_nothing(bed):
    bed.dose(0, "naloxone")
    assert bed.again(3, None, "4 mg", "naloxone") == {}


def test_a_dose_charted_with_a_later_time_counts(bed):
    bed.dose(30)
    assert "after this one" in bed.again(20, None)["again-given"].because[0]
    assert T0 + timedelta(minutes=30) in [one.at for one in given_lately(bed.at(60), bed.ward)]


@pytest.mark.parametrize(("hours", "warned"), [(2, True), (23, True), (25, False)])
def test_a_dose_that_was_taken_elsewhere_as_told_is_read_before_one_more(bed, hours, warned):
    taken = (T0 - timedelta(hours=hours)).isoformat()
    bed.add("medicine", {"name": "methadone", "dose": "80 mg", "last_taken": taken}, -1)
    found = bed.again(0, None, "80 mg", "methadone")
    assert ("again-taken" in found) is warned
    if warned:
        assert "methadone 80 mg, as told: taken" in found["again-taken"].because[0]
    assert "again-taken" not in bed.again(0, None, "4 mg", "ondansetron")


def test_a_methadone_that_was_used_as_told_counts_too(bed):
    used = (T0 - timedelta(hours=3)).isoformat()
    bed.add("exposure", {"substance": "methadone", "last_use": used}, -1)
    assert "again-taken" in bed.again(0, None, "10 mg", "methadone")
