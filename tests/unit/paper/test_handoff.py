"""The hand-off: one page whatever is charted, nothing missing left unsaid, and a text that is never markup."""

from __future__ import annotations

from datetime import timedelta

import pytest

from leeward.guidance.assessment import Assessment
from leeward.model.case import Case
from leeward.paper.handoff import Handoff, handoff, handoff_pages, handoff_pdf, handoff_text
from leeward.paper.plan import Decision, Due, PlanLine, SignedPlan
from leeward.paper.typesetting import page_count
from tests.unit.paper.cases import EXAMPLES, KNOWLEDGE, NOW, busy, example, made
from tests.unit.paper.pdf_words import NASTY, words_of

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
    assert len(handoff_pages(crowded)) == 1


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
    assert "Lofexidine refused: Dr A. Example, prescriber, because low pressure." in lines(
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
