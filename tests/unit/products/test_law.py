"""What the law says, by place and day: every row sourced and dated, a stale answer refused, the unknown never lawful."""

import datetime

import msgspec
import pytest

from leeward.errors import BadInput, KnowledgeError, MisuseError
from leeward.knowledge import load_knowledge
from leeward.knowledge.knowledge import Knowledge
from leeward.products.law.entries import (
    Jurisdiction,
    LawFact,
    LegalWord,
    Rule,
    Span,
    law_facts,
    legal_word,
)
from leeward.products.law.law import SUBSTANCES, law_of, rule_limits
from leeward.products.law.lines import LawLine
from leeward.products.law.not_held import not_held

KNOWLEDGE = load_knowledge()
ROWS = KNOWLEDGE.table_of("jurisdictions", Jurisdiction)
STATES = tuple(id.upper() for id in ROWS if id != "us")
DAYS = [
    datetime.date(year, month, day)
    for year in (2010, 2016, 2024, 2025, 2026, 2027, 2031)
    for month, day in ((1, 1), (5, 6), (8, 28))
]


def lines(place: str | None, on: str, limit: float = 180, knowledge: Knowledge = KNOWLEDGE) -> dict[str, LawLine]:
    """The lines of the place itself, by substance; of the United States where it is US."""
    found = law_of(place, datetime.date.fromisoformat(on), knowledge=knowledge, stale_after_days=limit)
    return {line.substance: line for line in found[-len(SUBSTANCES) :]}


def answers(place: str | None, on: str, limit: float = 180) -> tuple[str, ...]:
    """The answers on leaf, 7-OH and analogues; those on extracts have tests of their own."""
    return tuple(line.answer for key, line in lines(place, on, limit).items() if key != "extract")


def test_fifty_one_jurisdictions_and_the_federal_position_are_held():
    assert len(STATES) == 51
    assert ROWS["us"].name.startswith("United States")


@pytest.mark.parametrize("code", STATES)
@pytest.mark.parametrize("on", ["2026-11-22", "2026-03-01"])
def test_every_line_has_source_as_of_confidence_and_a_sentence(code: str, on: str):
    for line in law_of(code, datetime.date.fromisoformat(on), knowledge=KNOWLEDGE, stale_after_days=180):
        assert line.sources and all(id in KNOWLEDGE.sources for id in line.sources)
        assert Span.of(line.as_of) and line.confidence in ("high", "medium", "low")
        assert line.in_short and not line.in_short.endswith(".") and "{" not in line.in_short
        assert line.says.endswith(".") and not line.says[0].islower() and "{" not in line.says
        assert line.answer not in ("undetermined", "refused-stale") or line.to_check
        assert line.jurisdiction == "US" or any("local ban may exist" in sentence for sentence in line.because)


def test_federal_lines_come_first():
    found = law_of("US-PA", datetime.date(2026, 11, 22), knowledge=KNOWLEDGE, stale_after_days=180)
    assert [(line.jurisdiction, line.substance) for line in found] == [
        (code, substance) for code in ("US", "US-PA") for substance in SUBSTANCES
    ]


@pytest.mark.parametrize("code", STATES)
def test_answered_at_the_staleness_limit_and_refused_a_day_later(code: str):
    row = ROWS[code.lower()]
    for limit in (30, 180, 365):
        last = Span.of(row.as_of).first + datetime.timedelta(days=limit)
        assert lines(code, last.isoformat(), limit)["leaf"].answer != "refused-stale"
        refused = lines(code, (last + datetime.timedelta(days=1)).isoformat(), limit)["leaf"]
        assert refused.answer == "refused-stale"
        assert not refused.limits and not refused.status and refused.age is None and refused.to_check
        assert row.as_of in refused.says and f"{limit} days" in refused.says


def test_a_month_is_as_old_as_its_first_day():
    assert ROWS["us-ak"].as_of == "2025-12"
    assert lines("AK", "2026-05-30")["leaf"].answer == "undetermined"
    assert lines("AK", "2026-05-31")["leaf"].answer == "refused-stale"


@pytest.mark.parametrize("code", [*STATES, "US", "US-PR", "CA-ON", None])
def test_never_lawful_where_any_status_is_unknown(code: str | None):
    for on in DAYS:
        for line in law_of(code, on, knowledge=KNOWLEDGE, stale_after_days=2000):
            assert line.answer != "lawful"
            if line.confidence == "low" and line.status != "federally_scheduled":
                assert line.answer in ("undetermined", "refused-stale")


@pytest.mark.parametrize(
    ("code", "on", "expected"),
    [
        ("US-AL", "2026-11-22", ("unlawful", "unlawful", "unlawful")),
        ("US-AL", "2016-05-09", ("undetermined", "undetermined", "undetermined")),
        ("US-KS", "2026-06-30", ("undetermined", "undetermined", "undetermined")),
        ("US-KS", "2026-07-01", ("unlawful", "unlawful", "undetermined")),
        ("US-CA", "2026-11-22", ("unlawful", "unlawful", "unlawful")),
        ("US-GA", "2026-07-22", ("restricted", "restricted", "unlawful")),
        ("US-GA", "2024-12-31", ("undetermined", "undetermined", "undetermined")),
        ("US-PA", "2026-11-22", ("undetermined", "undetermined", "unlawful")),
        ("US-TX", "2026-07-22", ("restricted", "restricted", "unlawful")),
        ("US-FL", "2026-07-22", ("restricted", "restricted", "restricted")),
        ("US-DC", "2025-08-20", ("undetermined", "undetermined", "undetermined")),
        ("US-UT", "2026-07-31", ("restricted", "unlawful", "unlawful")),
        ("US-OH", "2026-01-15", ("restricted", "unlawful", "unlawful")),
        ("US-OH", "2025-12-11", ("undetermined", "undetermined", "undetermined")),
        ("US-KY", "2025-10-31", ("restricted", "restricted", "unlawful")),
        ("US-KY", "2026-04-30", ("restricted", "unlawful", "unlawful")),
        ("US-NY", "2026-10-01", ("restricted", "undetermined", "unlawful")),
        ("US-MO", "2026-10-01", ("undetermined", "undetermined", "unlawful")),
        ("US-IL", "2026-10-01", ("restricted", "undetermined", "unlawful")),
        ("US-NH", "2026-06-01", ("undetermined", "undetermined", "undetermined")),
        ("US-RI", "2026-03-31", ("unlawful", "undetermined", "undetermined")),
        ("US-RI", "2026-04-01", ("restricted", "restricted", "unlawful")),
        ("US-TN", "2026-06-30", ("restricted", "undetermined", "undetermined")),
        ("US-TN", "2026-07-01", ("unlawful", "unlawful", "undetermined")),
        ("US-MA", "2026-08-27", ("undetermined", "undetermined", "unlawful")),
        ("US-MA", "2026-08-28", ("unlawful", "unlawful", "unlawful")),
        ("US-ND", "2026-09-04", ("unlawful", "unlawful", "unlawful")),
        ("US-ND", "2026-09-05", ("undetermined", "undetermined", "unlawful")),
    ],
)
def test_states_checked_by_hand(code: str, on: str, expected: tuple[str, ...]):
    assert answers(code, on) == expected


def test_an_emergency_order_ends_with_its_last_day_even_if_no_limit_refuses():
    assert answers("US-MA", "2027-08-28", 1000)[:2] == ("unlawful", "unlawful")
    ended = lines("US-MA", "2027-08-29", 1000)["leaf"]
    assert ended.answer == "undetermined" and any("Ended, as far as is known" in sentence for sentence in ended.because)


def test_an_agency_position_is_told_from_a_statute():
    assert "without a statute" in lines("CA", "2026-11-22")["leaf"].says


def test_a_day_that_is_not_known_leaves_the_answer_open():
    assert answers("US-CT", "2026-02-23")[0] == "undetermined"
    open_ = lines("US-CT", "2026-03-10")["leaf"]
    assert open_.answer == "undetermined" and any("Perhaps in force" in sentence for sentence in open_.because)
    assert answers("US-CT", "2026-04-02")[0] == "unlawful"


def test_an_age_changes_on_its_day():
    assert lines("US-MN", "2026-07-31")["leaf"].age == 18
    assert lines("US-MN", "2026-08-01")["leaf"].age == 21


def test_terms_of_sale_hold_for_every_product_that_may_be_sold_and_for_no_other():
    assert lines("US-FL", "2026-10-01")["7-oh"].age == 21
    for line in (lines("US-GA", "2026-07-22")["analogue"], lines("US-NY", "2026-10-01")["analogue"]):
        assert line.answer == "unlawful"
        assert line.age is None and not (line.label_rules or line.retail_rules or line.registration)
    assert "synthetic alkaloids or metabolites" in lines("US-GA", "2026-07-22")["analogue"].prohibited


def test_federal_7_oh_is_answered_to_12_november_2026_and_unknown_after():
    assert lines("US", "2026-10-20")["7-oh"].answer == "restricted"
    assert "not a federal controlled substance" in lines("US", "2026-10-20")["7-oh"].says
    assert lines("US", "2026-11-12")["7-oh"].answer == "restricted"
    for day in ("2026-11-13", "2026-11-14", "2026-11-22"):
        line = lines("US", day)["7-oh"]
        assert line.answer == "undetermined" and any("DEA-1570" in check for check in line.to_check)


def test_a_state_line_says_so_where_the_federal_position_is_unknown():
    line = lines("US-GA", "2026-11-22")["7-oh"]
    assert line.answer == "restricted" and "federal position is not known" in line.says
    assert "federal position" not in lines("US-GA", "2026-10-20")["7-oh"].says


def test_federal_schedule_of_analogues_runs_from_and_to_its_days():
    assert [
        lines("US", day, 1000)["analogue"].answer for day in ("2026-08-25", "2026-08-26", "2028-08-26", "2028-08-27")
    ] == [
        "undetermined",
        "unlawful",
        "unlawful",
        "undetermined",
    ]
    assert lines("US", "2028-08-27")["analogue"].answer == "refused-stale"


@pytest.mark.parametrize("code", [*STATES, "US-PR"])
def test_what_is_scheduled_federally_is_unlawful_in_every_state(code: str):
    line = lines(code, "2026-09-15")["analogue"]
    assert line.answer == "unlawful"
    assert "federal Schedule I" in line.says + " ".join(line.because)
    assert line.as_of and line.confidence != "none"


def test_a_state_row_too_old_does_not_hide_the_federal_schedule():
    line = lines("US-OR", "2026-11-22")
    assert line["leaf"].answer == "refused-stale" and line["analogue"].answer == "unlawful"
    assert any("2024-09-01" in sentence for sentence in line["analogue"].because)


def test_leaf_is_never_said_to_be_scheduled_federally():
    for day in ("2016-09-15", "2020-01-01", "2026-11-22"):
        assert lines("US", day)["leaf"].answer == "restricted"
    assert lines("US", "2010-01-01")["leaf"].answer == "undetermined"


@pytest.mark.parametrize(
    ("code", "on"),
    [("US-UT", "2026-07-31"), ("US-OH", "2026-01-15"), ("US-OH", "2026-10-01"), ("US-TN", "2026-06-30")],
)
def test_an_extract_is_unlawful_where_only_plain_leaf_may_be_sold(code: str, on: str):
    found = lines(code, on)
    assert (found["leaf"].answer, found["extract"].answer) == ("restricted", "unlawful")
    assert "only plain leaf" in found["extract"].says and "rule for kratom" not in found["extract"].says
    assert found["extract"].age is None and not found["extract"].label_rules
    assert found["extract"].in_short == "extracts barred, plain leaf only"


@pytest.mark.parametrize("code", [*STATES, "US"])
def test_elsewhere_an_extract_has_the_answer_of_leaf_and_says_whose_rule_it_is(code: str):
    for on in ("2024-06-01", "2026-05-01", "2026-07-15", "2026-11-22"):
        found = lines(code, on, 1000)
        leaf, extract = found["leaf"], found["extract"]
        if leaf.status != "legal_plain_leaf_only":
            assert (extract.answer, extract.status, extract.age) == (leaf.answer, leaf.status, leaf.age)
            assert extract.limits == leaf.limits and extract.conflicts == leaf.conflicts
            assert not extract.status or "this is the rule for kratom" in extract.says


def test_an_order_that_may_have_issued_splits_the_analogue_line_and_lowers_its_confidence():
    before, after = lines("US", "2026-11-12")["analogue"], lines("US", "2026-11-13")["analogue"]
    assert before.confidence == "high" and "could have moved" not in before.says
    assert before.in_short == "temporary federal Schedule I, any amount"
    assert (after.answer, after.status, after.effective_from) == (before.answer, before.status, before.effective_from)
    assert after.confidence == "medium"
    assert after.says.startswith("MGM-15 and MGM-16 are in federal Schedule I, in any amount")
    assert "pseudoindoxyl" in after.says and "could have moved it, and it alone, under a threshold" in after.says
    assert after.in_short.startswith("MGM-15 and MGM-16: temporary federal Schedule I, any amount; pseudoindoxyl")
    assert "could have moved it" in lines("US-GA", "2026-11-22")["analogue"].says + " ".join(
        lines("US-GA", "2026-11-22")["analogue"].because
    )


def test_an_agency_position_that_does_not_reach_possession_says_so():
    for substance in ("leaf", "extract", "7-oh"):
        assert "having it for oneself is not a crime under this authority" in lines("CA", "2026-09-01")[substance].says
    assert "having it" not in lines("CA", "2026-09-01")["analogue"].says
    assert "having it" not in lines("AL", "2026-09-01")["leaf"].says


@pytest.mark.parametrize(
    ("code", "on", "substance", "in_short"),
    [
        ("US-GA", "2026-10-20", "leaf", "buyers from 21, content limits, label rules and shop rules"),
        ("US", "2026-10-20", "leaf", "FDA holds it is not lawfully sold; not scheduled"),
        ("US-NC", "2026-10-20", "leaf", "age rule only, from 18"),
        ("US-AL", "2026-10-20", "7-oh", "banned by statute or schedule"),
        ("US-PA", "2026-10-20", "analogue", "temporary federal Schedule I, any amount"),
        ("US", "2026-11-22", "7-oh", "an order may have issued: not known"),
        ("US-OR", "2026-11-22", "leaf", "evidence of 2024-09 too old"),
        ("US-UT", "2026-07-31", "leaf", "plain leaf only; buyers from 21, label rules, shop rules and registration"),
        ("US-TX", "2026-10-20", "7-oh", "only up to a limit; buyers from 18, content limits and label rules"),
        ("US-DC", "2025-08-20", "leaf", "not settled, weak evidence: reports contradict each other"),
        ("US-CT", "2026-03-10", "leaf", "not known for this day"),
        ("CA-ON", "2026-10-20", "leaf", "no law of this place held"),
        (None, "2026-10-20", "leaf", "place not known"),
        (
            "US-TX",
            "2026-11-22",
            "7-oh",
            "by state law: only up to a limit; buyers from 18, content limits and label rules; federal position not known",
        ),
    ],
)
def test_a_summary_can_say_what_restricted_hides(code: str | None, on: str, substance: str, in_short: str):
    assert lines(code, on)[substance].in_short == in_short


def test_a_substance_whose_law_is_not_held_is_said_to_be_one():
    said = not_held(("kratom-leaf", "tianeptine", "phenibut", "kava", "tianeptine"), KNOWLEDGE)
    assert said == (
        "Leeward holds no law on tianeptine; several states schedule it, Alabama and Michigan among them: "
        "check the schedules of the state.",
        "Leeward holds no law on phenibut.",
        "Leeward holds no law on kava.",
    )
    assert not_held(("7-hydroxymitragynine", "mgm-15", "extract", *SUBSTANCES)) == ()


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("US-PA", "US-PA"),
        ("us-pa", "US-PA"),
        ("PA", "US-PA"),
        (" pa ", "US-PA"),
        ("US PA", "US-PA"),
        ("Pennsylvania", "US-PA"),
        ("the Commonwealth of Pennsylvania", "US-PA"),
        ("NEW  HAMPSHIRE", "US-NH"),
        ("US-DC", "US-DC"),
        ("Washington, D.C.", "US-DC"),
        ("Washington", "US-WA"),
        ("District of Columbia", "US-DC"),
        ("Puerto Rico", "US-PR"),
        ("US-GU", "US-GU"),
        ("CA-ON", "CA-ON"),
        ("gb", "GB"),
    ],
)
def test_a_place_is_read_however_it_is_written(written: str, code: str):
    assert {line.jurisdiction for line in lines(written, "2026-10-01").values()} == {code}


def test_two_letters_of_a_state_and_a_country_say_how_they_were_read():
    assert any("California" in sentence for sentence in lines("CA", "2026-10-01")["leaf"].because)


@pytest.mark.parametrize(
    "nonsense", ["", "Narnia", "US-XX", "ZZ", "XX-YY", "PAA", "US-", "1", "P\x00A", "x" * 10_000, "🙂"]
)
def test_a_word_that_names_no_place_is_one_sentence(nonsense: str):
    with pytest.raises(BadInput) as raised:
        lines(nonsense, "2026-10-01")
    assert len(raised.value.problems) == 1 and len(str(raised.value)) < 300


def test_no_us_law_is_shown_for_another_country():
    found = law_of("CA-ON", datetime.date(2026, 10, 1), knowledge=KNOWLEDGE, stale_after_days=180)
    assert {(line.jurisdiction, line.answer) for line in found} == {("CA-ON", "undetermined")}
    assert all("holds no law of this place" in line.says for line in found)


def test_an_unknown_place_gives_federal_law_and_says_that_it_is_not_known():
    found = law_of(None, datetime.date(2026, 10, 1), knowledge=KNOWLEDGE, stale_after_days=180)
    assert [line.jurisdiction for line in found] == ["US"] * 4 + ["unknown"] * 4
    assert all(line.answer == "undetermined" and "not known" in line.says for line in found[4:])


def test_a_day_before_the_evidence_is_answered_and_one_long_before_says_that_the_text_may_differ():
    assert lines("US-TX", "2026-01-01")["leaf"].answer == "restricted"
    long_before = lines("US-TX", "2024-01-01")["leaf"]
    assert long_before.answer == "restricted" and any("may differ" in sentence for sentence in long_before.because)
    assert not long_before.pending


def test_limits_carry_unit_status_and_source():
    limits = lines("US-GA", "2026-10-01")["7-oh"].limits
    assert [(limit.substance, limit.value, limit.unit, limit.status) for limit in limits] == [
        ("mitragynine", 150, "mg per serving", "in_force"),
        ("7-hydroxymitragynine", 0.5, "mg/g", "in_force"),
        ("7-hydroxymitragynine", 1.0, "mg per serving", "in_force"),
    ]
    assert all(limit.sources == ("law-ga-code-16-13-122",) for limit in limits)


def test_a_replaced_limit_is_superseded_from_the_day_it_is_replaced():
    before, after = lines("US-FL", "2026-06-21")["7-oh"], lines("US-FL", "2026-06-22")["7-oh"]
    assert [(limit.value, limit.status) for limit in before.limits] == [(400, "in_force")]
    assert (400, "superseded") in [(limit.value, limit.status) for limit in after.limits]
    oklahoma = {(limit.value, limit.status) for limit in lines("US-OK", "2026-10-01")["7-oh"].limits}
    assert {(1.0, "in_force"), (2.0, "superseded")} <= oklahoma


def test_only_limits_in_force_may_decide():
    on = datetime.date(2026, 10, 20)
    assert {(limit.jurisdiction, limit.value) for limit in rule_limits("GA", on, KNOWLEDGE, 180)} == {
        ("US-GA", 150),
        ("US-GA", 0.5),
        ("US-GA", 1.0),
    }
    for code in ("US-VA", "US-NH", "US-AZ", "US"):
        limits = rule_limits(code, datetime.date(2026, 10, 20), KNOWLEDGE, 180)
        assert all(limit.status == "in_force" for limit in limits)
    assert not rule_limits("US-VA", on, KNOWLEDGE, 180)
    assert not rule_limits("US", on, KNOWLEDGE, 180)
    assert not rule_limits("GA", datetime.date(2027, 8, 22), KNOWLEDGE, 180)
    assert not rule_limits("GA", datetime.date(2024, 12, 31), KNOWLEDGE, 180)
    assert not rule_limits(None, on, KNOWLEDGE, 180) and not rule_limits("CA-ON", on, KNOWLEDGE, 180)


def test_the_notice_of_july_is_superseded_by_the_notice_of_october():
    def shown(day: str) -> set[tuple[str, str]]:
        return {(limit.measure, limit.status) for limit in lines("US", day)["7-oh"].limits}

    assert shown("2026-07-05") == set()
    assert shown("2026-08-01") == {("percent_dry_weight", "proposed"), ("mg_per_article", "proposed")}
    assert {("mg_per_g", "proposed"), ("mg_per_article", "superseded")} <= shown("2026-10-09")


def test_where_sources_disagree_the_line_says_so():
    assert any("2025-01-01" in sentence for sentence in lines("GA", "2026-10-01")["leaf"].conflicts)
    assert lines("DC", "2025-08-20")["leaf"].conflicts


def test_dea_recalls_nothing():
    facts = law_facts("US", datetime.date(2026, 10, 1), KNOWLEDGE)
    assert any(fact.topic == "recall-authority" and "recalls nothing" in fact.says for fact in facts)
    assert not any(fact.date > "2016-09" for fact in law_facts("US", datetime.date(2016, 9, 1), KNOWLEDGE) if fact.date)


def test_only_the_substances_asked_for():
    found = law_of("GA", datetime.date(2026, 10, 1), knowledge=KNOWLEDGE, stale_after_days=180, substances=("7-oh",))
    assert [(line.jurisdiction, line.substance) for line in found] == [("US", "7-oh"), ("US-GA", "7-oh")]
    with pytest.raises(BadInput, match="tianeptine"):
        law_of("GA", datetime.date(2026, 10, 1), knowledge=KNOWLEDGE, stale_after_days=180, substances=("tianeptine",))


@pytest.mark.parametrize("limit", [0, -1, float("nan")])
def test_a_limit_that_limits_nothing_is_a_mistake(limit: float):
    with pytest.raises(MisuseError):
        lines("GA", "2026-10-01", limit)


def test_the_first_and_last_day_of_the_calendar_are_answered_without_a_fault():
    for day in (datetime.date.min, datetime.date.max):
        for code in (*STATES, "US"):
            found = law_of(code, day, knowledge=KNOWLEDGE, stale_after_days=180)
            assert {line.answer for line in found} <= {"undetermined", "refused-stale"}


def test_every_word_and_day_in_the_rows_can_be_read():
    used = set[str]()
    for row in ROWS.values():
        for rule in row.rules:
            statuses = [status for substance in SUBSTANCES if (status := rule.status_of(substance))]
            used.update(statuses)
            assert all(legal_word(status, KNOWLEDGE) for status in statuses)
            assert statuses or rule.limits
            assert not rule.from_ or not rule.to or Span.of(rule.from_).first <= Span.of(rule.to).last
            assert rule.extract == ("extracts_barred" if rule.leaf == "legal_plain_leaf_only" else "")
    assert used == set(KNOWLEDGE.table_of("law-words", LegalWord))
    with pytest.raises(KnowledgeError):
        Span.of("spring 2026")


class Invented(Knowledge):
    """Knowledge of one state with the rules given."""

    def __init__(self, *rules: Rule, confidence: str = "high") -> None:
        row = Jurisdiction(name="Nebraska", as_of="2026-10-01", confidence=confidence, rules=rules, sources=("a",))  # type: ignore[arg-type]
        self._rows = {"us": ROWS["us"], "us-ne": row}

    def table_of(self, file: str, kind: type) -> object:  # type: ignore[override]
        words = KNOWLEDGE.table_of("law-words", LegalWord)
        lawful = msgspec.structs.replace(words["regulated"], answer="lawful", says="{what} may be sold in {place}")
        facts: dict[str, LawFact] = {}
        return {"jurisdictions": self._rows, "law-words": {**words, "free": lawful}, "law-facts": facts}[file]


def test_lawful_is_said_only_where_everything_is_known():
    free = Rule(leaf="free", seven_oh="free", analogue="free", from_="2020-01-01")
    found = lines("NE", "2026-10-20", knowledge=Invented(free))
    assert [line.answer for line in found.values()] == ["lawful", "lawful", "lawful", "unlawful"]
    assert lines("NE", "2026-11-22", knowledge=Invented(free))["7-oh"].answer == "undetermined"
    assert lines("NE", "2026-10-20", knowledge=Invented(free, confidence="low"))["leaf"].answer == "undetermined"
    for other in (
        Rule(leaf="banned", from_="2026"),
        Rule(leaf="pending", from_="2020-01-01"),
        Rule(leaf="banned", from_="2020-01-01", to="2026"),
    ):
        assert lines("NE", "2026-09-20", knowledge=Invented(free, other))["leaf"].answer == "undetermined"
