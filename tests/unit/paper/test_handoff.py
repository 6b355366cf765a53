"""The hand-off: one page whatever is charted, nothing missing left unsaid, and a text that is never markup."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from leeward.guidance.assessment import Assessment
from leeward.model.case import Case
from leeward.paper.handoff import Handoff, handoff, handoff_pdf
from leeward.paper.plan import Decision, Due, GivenDose, PlanLine, SignedPlan
from leeward.paper.typesetting import page_count
from tests.unit.paper.cases import EXAMPLES, KNOWLEDGE, NOW, busy, example, made
from tests.unit.paper.pdf_words import NASTY, words_of
from tests.unit.paper.plain_text import handoff_text

WARD = example("precipitated-withdrawal-on-the-ward")
PLAN = SignedPlan(
    lines=(
        PlanLine(what="buprenorphine-naloxone", dose="16 mg", when="now", hold_if=("RASS -1 or lower",)),
        PlanLine(what="clonidine", dose="0.1 mg", when="every 6 hours as needed", hold_if=("systolic under 90",)),
    ),
    signed_by="Dr A. Example",
    role="prescriber",
    signed_at=NOW,
)


def sheet(given: tuple[Case, Assessment] = WARD, **keys: object) -> Handoff:
    arguments = {"person": "Bed 4", "written_by": "N. Example, nurse", "digest": "ab" * 32, **keys}
    if "plan" in arguments:
        arguments["plans"] = (arguments.pop("plan"),)
    return handoff(*given, KNOWLEDGE, **arguments)  # pyright: ignore[reportArgumentType]


def lines(of: Handoff, letter: str) -> str:
    return "\n".join(f"{line.mark} {line.says}" for part in of.parts if part.letter == letter for line in part.lines)


@pytest.mark.parametrize("given", [example(path.stem) for path in EXAMPLES] + [made(), busy(100, 14)])
@pytest.mark.parametrize("paper", ["us-letter", "a4"])
def test_it_is_one_page_for_everybody(given: tuple[Case, Assessment], paper: str):
    assert page_count(handoff_pdf(sheet(given, plan=PLAN), paper)) == 1  # pyright: ignore[reportArgumentType]


def test_it_is_one_page_however_much_is_given():
    long = "a very long line that somebody wrote because everything mattered to them " * 12
    plan = SignedPlan(
        lines=tuple(PlanLine(what=long, dose="1 mg", when=long, hold_if=(long,)) for _ in range(30)),
        signed_by=long,
        role=long,
        signed_at=NOW,
    )
    crowded = sheet(
        busy(100, 14),
        person=long,
        place=long,
        plan=plan,
        due=[Due(what=long, at=NOW + timedelta(minutes=place)) for place in range(40)],
        decisions=[Decision(at=NOW, what=long, by=long, because=long) for _ in range(40)],
    )
    assert page_count(handoff_pdf(crowded)) == 1


def test_the_gravest_alert_comes_first_and_no_alert_is_not_called_well():
    assert lines(sheet(), "I").startswith("URGENT Precipitated withdrawal is likely")
    assert "does not say that the person is well" in lines(sheet(made()), "I")


def test_the_last_score_stands_with_its_time_and_trend():
    last = next(line for part in sheet().parts for line in part.lines if line.says.startswith("COWS 38"))
    assert "Before: 13, moderate; up 25 in 1 h 20 min." in last.says
    assert last.time == "Sun 22 Nov 08:50, 10 min ago"


def test_no_trend_is_told_across_missing_answers():
    given = made(
        scores=[
            {"instrument": "cows", "at": "2026-11-22T07:00:00-05:00", "total": 9},
            {"instrument": "cows", "at": "2026-11-22T08:00:00-05:00", "items": {"pulse": 1}},
        ]
    )
    assert "No trend across missing answers" in lines(sheet(given), "I")


def test_what_nobody_charted_is_said_to_be_missing():
    bare = sheet(made())
    assert "MISSING COWS: none with a time" in lines(bare, "I")
    assert "MISSING Vital signs" in lines(bare, "I")
    assert "MISSING Doses given: not asked" in lines(bare, "P")
    assert "Allergies: not asked" in lines(bare, "P")
    assert "MISSING Next assessment: no time is set" in lines(bare, "A")
    assert "MISSING No plan is signed" in lines(bare, "A")
    assert "No decision is recorded" in lines(bare, "D")


def test_doses_of_the_last_day_are_added_up_where_there_are_several():
    def dose(mg: float | None, hours: int) -> dict[str, object]:
        at = (NOW - timedelta(hours=hours)).isoformat()
        return {"medicine": "methadone", "dose": f"{mg:g} mg" if mg else "unknown", "at": at}

    assert "In the last 24 h in all: methadone 30 mg, 2 doses." in lines(
        sheet(made(doses=[dose(20, 3), dose(10, 1)])), "P"
    )
    assert "methadone at least 20 mg, 2 doses" in lines(sheet(made(doses=[dose(20, 3), dose(None, 1)])), "P")
    assert "In the last 24 h" not in lines(sheet(made(doses=[dose(20, 30), dose(10, 1)])), "P")


def test_the_next_assessment_is_named_and_what_is_late_is_called_overdue():
    due = [
        Due(what="COWS and sedation", at=NOW + timedelta(minutes=30), assessment=True),
        Due(what="COWS again", at=NOW + timedelta(hours=2), assessment=True),
        Due(what="repeat ECG", at=NOW - timedelta(minutes=20)),
    ]
    done = lines(sheet(due=due), "A")
    assert "☐ Next assessment: COWS and sedation" in done
    assert "OVERDUE repeat ECG" in done
    assert done.index("repeat ECG") < done.index("COWS and sedation") < done.index("COWS again")


def test_hold_rules_and_what_ifs_stand_on_the_sheet():
    given = sheet(plan=PLAN)
    assert "HOLD if RASS -1 or lower" in lines(given, "A")
    assert "COWS up 6 or more within 2 h" in lines(given, "S")
    assert "Sleepy, slow to breathe" in lines(given, "S")


def test_precipitated_withdrawal_is_warned_of_only_where_buprenorphine_is_in_play():
    assert "soon after buprenorphine" not in lines(sheet(made()), "S")
    assert "soon after buprenorphine" in lines(sheet(made(), plan=PLAN), "S")


def test_who_decided_what_and_why():
    decided = [
        Decision(at=NOW, what="Lofexidine refused", by="Dr A. Example", role="prescriber", because="low pressure")
    ]
    assert "Lofexidine refused: Dr A. Example, prescriber, because: low pressure." in lines(
        sheet(decisions=decided), "D"
    )


def test_the_page_carries_digest_notice_synthetic_mark_and_blanks_for_the_receiver():
    words = words_of(handoff_pdf(sheet(plan=PLAN)))
    assert "ab" * 32 in words.replace("\u200b", "").replace("\n", "")
    assert "42 CFR part 2" in words
    assert "SYNTHETIC" in words
    assert "Received by" in words and "signed by nobody" in words


def test_text_and_page_say_the_same():
    given = sheet(plan=PLAN)
    page = " ".join(words_of(handoff_pdf(given)).replace("\u200b", "").split())
    for part in given.parts:
        assert part.title in page
        for line in part.lines[:3]:
            assert line.says[:40] in page
    assert all(line.says in handoff_text(given) for part in given.parts for line in part.lines)


def test_what_a_person_wrote_is_never_markup():
    given = sheet(person=NASTY, place=NASTY, decisions=[Decision(at=NOW, what=NASTY, by=NASTY, because=NASTY)])
    words = words_of(handoff_pdf(given))
    assert '#panic("x")' in words and "*bold*" in words and "$x^2$" in words


def test_equal_sheets_make_equal_pages():
    assert handoff_pdf(sheet(plan=PLAN)) == handoff_pdf(sheet(plan=PLAN))


def planned(**keys: object) -> SignedPlan:
    line = PlanLine(what="buprenorphine-naloxone", dose="8 mg", when="now", **keys)  # pyright: ignore[reportArgumentType]
    return SignedPlan(lines=(line,), signed_by="Dr A. Example", role="prescriber", signed_at=NOW)


GIVEN = GivenDose(at=NOW - timedelta(hours=1), amount="8 mg", by="N. Park")


def test_a_line_that_was_given_says_so_and_has_no_empty_box():
    said = lines(sheet(plan=planned(given=(GIVEN,))), "A")
    assert "GIVEN buprenorphine-naloxone 8 mg, now. Given Sun 22 Nov 08:00, 8 mg, by N. Park." in said
    assert "☐ buprenorphine" not in said
    assert "☐ buprenorphine-naloxone 8 mg, now." in lines(sheet(plan=planned()), "A")
    assert "2 doses given, the last Sun" in lines(sheet(plan=planned(given=(GIVEN, GIVEN))), "A")


def test_a_line_to_take_home_keeps_its_box_until_it_is_handed_out():
    assert "☐ buprenorphine-naloxone 8 mg, now. Given Sun" in lines(
        sheet(plan=planned(given=(GIVEN,), at_home=True)), "A"
    )


def test_what_is_held_stands_first_with_its_reason_however_much_is_due():
    due = [Due(what="First dose", at=NOW - timedelta(minutes=30), held="RASS -3")]
    due += [Due(what="a long line " * 30, at=NOW + timedelta(minutes=place)) for place in range(40)]
    given = sheet(busy(100, 14), plan=planned(held="RASS -3"), due=due)
    said = lines(given, "A")
    assert said.startswith("HELD NOW Do not give buprenorphine-naloxone 8 mg before somebody has looked: RASS -3.")
    assert "HELD NOW First dose: RASS -3" in said and "OVERDUE First dose" not in said
    assert "HELD NOW buprenorphine-naloxone 8 mg, now." in said and "☐ buprenorphine" not in said
    pdf = handoff_pdf(given)
    assert page_count(pdf) == 1 and "Do not give buprenorphine-naloxone" in " ".join(words_of(pdf).split())


def test_a_plan_that_the_chart_has_outrun_says_what_came_since():
    plan = msgspec.structs.replace(PLAN, changed="2 readings, 1 score")
    said = lines(sheet(plan=plan), "A")
    assert "CHANGED Plan signed by Dr A. Example" in said and "has changed since: 2 readings, 1 score." in said
    assert "CHANGED" not in lines(sheet(plan=PLAN), "A")


def test_whom_leeward_does_not_cover_is_said_with_where_to_turn_and_nothing_else_counts_as_that():
    child = made(patient={"age": 15}, exposures=[{"substance": "kratom-leaf", "amount": {"value": 9, "unit": "g"}}])
    said = lines(sheet(child), "I")
    assert "OUTSIDE Leeward does not cover this person: Under 16. Turn to: A paediatric" in said
    assert said.count("OUTSIDE") == 1 and len(child[1].refusals) > 1
    assert "OUTSIDE" not in lines(sheet(), "I")


def test_an_allergy_stands_once_with_its_reaction():
    given = made(allergies=[{"name": "penicillin"}, {"name": "latex"}])
    said = lines(sheet(given, reactions={"penicillin": "anaphylaxis"}), "P")
    assert "penicillin (anaphylaxis)" in said and said.count("penicillin") == 1 and "latex (" not in said


def test_questions_are_asked_of_people_and_not_of_a_file():
    given = made()
    assert any("Write []" in question.ask for question in given[1].questions)
    for count in range(len(given[1].questions)):
        asked = msgspec.structs.replace(given[1], questions=given[1].questions[count:])
        assert "Write []" not in lines(sheet((given[0], asked)), "?")


def test_what_was_struck_or_corrected_is_told_and_so_is_nothing():
    assert "CHANGED Struck or corrected in the last 24 h: Struck entry 3 (COWS 12)." in lines(
        sheet(corrected=["Struck entry 3 (COWS 12)"]), "I"
    )
    assert "in the last 24 h: nothing." in lines(sheet(corrected=()), "I")
    assert "Struck" not in lines(sheet(), "I")


@pytest.mark.parametrize("paper", ["us-letter", "a4"])
def test_what_a_release_rests_on_stands_under_the_notice_and_leaves_one_page(paper: str):
    scope = "Consent of 2026-11-22, signed by the patient (paper): chart, plan; to City Clinic. " * 12 + "Its end."
    given = msgspec.structs.replace(sheet(busy(100, 14), plan=PLAN), scope=scope)
    pdf = handoff_pdf(given, paper)  # pyright: ignore[reportArgumentType]
    words = " ".join(words_of(pdf).split())
    assert page_count(pdf) == 1
    assert words.index("42 CFR part 2") < words.index("Released on this: Consent of") < words.index("Its end.")
    assert "Received by" in words
    assert handoff_text(given).rstrip().endswith("Its end.")
