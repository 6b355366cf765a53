"""Doses of signed plans that are held where no rule speaks against them: what cannot be told, and who is not covered."""

import pytest

from leeward.guidance.alert import AlertEntry
from leeward.knowledge import load_knowledge
from leeward.ward.held import ASKS_WHY
from leeward.ward.holds import holds_of
from leeward.ward.plans import Line
from tests.unit.ward.test_due import BUP
from tests.unit.ward.test_given import Bed

LINE = Line(what="b", medicine=BUP, dose="8 mg", when="first dose", step="first dose")


@pytest.fixture
def bed() -> Bed:
    return Bed()


def holds(bed, minutes=30.0):
    return {hold.kind: hold for hold in holds_of(bed.at(minutes), bed.ward)}


def test_an_ordinary_course_is_silent_before_the_first_dose_and_after(bed):
    bed.plan(LINE)
    assert holds(bed) == {}
    bed.dose(5)
    assert holds(bed) == {}


def test_an_antagonist_of_unknown_time_holds_what_was_signed_before_and_after_its_first_dose(bed):
    bed.plan(LINE)
    bed.add("medicine", {"name": "Vivitrol"}, 3)
    hold = holds(bed)["cannot-tell"]
    assert (
        hold.says.startswith("Cannot tell: it is not known whether")
        and "needs: When was extended-release naltrexone" in hold.says
    )
    bed.dose(5)
    assert "cannot-tell" in holds(bed)


def test_clonidine_waits_for_a_blood_pressure(bed):
    bed.plan(Line(what="clonidine", medicine="clonidine", dose="0.3 mg"), option="symptomatic-care")
    assert "What is the blood pressure?" in holds(bed)["cannot-tell"].says
    bed.add("observation", {"what": "systolic-blood-pressure", "value": 128, "unit": "mmHg"}, 3)
    bed.add("observation", {"what": "diastolic-blood-pressure", "value": 80, "unit": "mmHg"}, 3)
    assert "blood pressure" not in " ".join(hold.says for hold in holds(bed).values())


def test_what_speaks_against_a_dose_is_no_open_question(bed):
    bed.plan(LINE)
    bed.add("observation", {"what": "respiratory-rate", "value": 6, "unit": "/min"}, 3)
    assert set(holds(bed)) == {"speaks-against"}


def test_somebody_under_16_has_every_line_held_but_naloxone(bed):
    bed.plan(LINE, Line(what="a comfort measure"), Line(what="naloxone", medicine="naloxone", dose="4 mg"))
    bed.add("patient", {"age": 15}, 3)
    refused = [hold for hold in holds_of(bed.at(30), bed.ward) if hold.kind == "refused"]
    assert [hold.what for hold in refused] == ["b", "a comfort measure"] and "Under 16" in refused[0].says


def test_a_dose_in_words_does_not_hide_what_is_open(bed):
    bed.plan(Line(what="b", medicine=BUP, dose="4 to 8 mg by response"))
    bed.add("medicine", {"name": "Vivitrol"}, 3)
    assert "naltrexone" in holds(bed)["cannot-tell"].says


def test_every_dose_that_the_lines_of_a_medicine_order_is_asked_about(bed):
    bed.plan(Line(what="clonidine", medicine="clonidine", dose="0.1 mg"), option="symptomatic-care")
    once = {alert.id for hold in holds_of(bed.at(30), bed.ward) for alert in hold.alerts}
    more = Line(what="clonidine", medicine="clonidine", dose="30 mg", when="if it does not ease")
    bed.plan(Line(what="clonidine", medicine="clonidine", dose="0.1 mg"), more, option="symptomatic-care")
    found = {alert.id for hold in holds_of(bed.at(30), bed.ward) for alert in hold.alerts}
    assert found > once and holds(bed)["speaks-against"].what == "clonidine"


@pytest.mark.parametrize(("dose", "held"), [("200 mg", True), ("60 mg twice daily", True), ("60 mg", False)])
def test_more_methadone_than_was_told_holds_what_was_signed(bed, dose, held):
    taken = {
        "name": "methadone",
        "dose": "60 mg daily",
        "last_taken": bed.at(-24 * 60).now.isoformat(),
        "verified": "clinic",
    }
    bed.add("medicine", taken, 1)
    bed.plan(Line(what="methadone", medicine="methadone", dose=dose), option="continue-current-treatment")
    found = {alert.id for hold in holds_of(bed.at(30), bed.ward) for alert in hold.alerts}
    assert ("order-methadone-above-told" in found) == held


def test_the_alerts_that_ask_why_are_those_whose_words_do():
    table = load_knowledge().table_of("alerts", AlertEntry)
    asking = {
        id
        for id, words in table.items()
        if id.startswith("order-") and any("write why" in line or "written down" in line for line in words.do)
    }
    assert asking == set(ASKS_WHY)


def test_an_interaction_that_is_contraindicated_holds_the_line_until_the_signer_has_read_it(bed):
    """No check of orders names this pair: only the interaction does."""
    bed.plan(Line(what="methadone", medicine="methadone", dose="10 mg"), option="methadone")
    title = "Interaction, contraindicated: methadone with phenelzine"
    bed.add("medicine", {"name": "phenelzine"}, 3)
    hold = holds(bed)["speaks-against"]
    assert hold.level == "urgent" and title in [one.title for one in hold.alerts]
    bed.plan(*bed.lines.lines, option="methadone", read=(title,))
    after = holds(bed).get("speaks-against")
    assert after is None or title not in [one.title for one in after.alerts]
