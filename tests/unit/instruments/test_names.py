"""Names and spellings: common ones are understood, ambiguous ones refused, near misses named."""

import pytest

from leeward.instruments import InstrumentError, load_instruments, resolve, score
from leeward.instruments.names import resolve_items, spelling

INSTRUMENTS = load_instruments()


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("COWS", "cows"), ("cows", "cows"), ("Clinical Opiate Withdrawal Scale", "cows"),
        ("clinical opioid withdrawal scale", "cows"), ("sows_gossop_10", "sows-gossop-10"),
        ("SOWS-16", "sows-handelsman-16"), ("SOWS 10", "sows-gossop-10"), ("sows-g", "sows-gossop-10"),
        ("short opiate withdrawal scale", "sows-gossop-10"),
        ("Subjective Opiate Withdrawal Scale", "sows-handelsman-16"), ("OOWS", "oows"), ("CIWA", "ciwa-ar"),
        ("CIWA-Ar", "ciwa-ar"), ("DSM5 OUD", "dsm-5-tr-opioid-use-disorder"),
        ("opioid_use_disorder", "dsm-5-tr-opioid-use-disorder"), ("DSM-5 withdrawal", "dsm-5-tr-opioid-withdrawal"),
        ("PHQ9", "phq-9"), ("PHQ-2", "phq-2"), ("C-SSRS", "c-ssrs"), ("cssrs", "c-ssrs"), ("RASS", "sedation-rass"),
        ("POSS", "sedation-poss"),
    ],
)  # fmt: skip
def test_common_spellings_name_their_instrument(name: str, id: str):
    assert resolve(name) == id


@pytest.mark.parametrize("id", INSTRUMENTS)
def test_every_id_title_and_short_name_means_its_own_instrument(id: str):
    instrument = INSTRUMENTS[id]
    assert {resolve(name) for name in (id, id.replace("-", "_"), id.upper(), instrument.title, instrument.short)} == {
        id
    }


@pytest.mark.parametrize("name", ["SOWS", "sows", "opiate withdrawal scale"])
def test_bare_sows_is_refused_naming_both(name: str):
    with pytest.raises(InstrumentError) as refused:
        resolve(name)
    assert "sows-handelsman-16 (16 items) or sows-gossop-10 (10 items)" in str(refused.value)
    assert refused.value.problems[0].code == "LW-0205"


def test_the_number_of_items_or_the_items_decide_what_sows_means():
    assert resolve("SOWS", item_count=10) == "sows-gossop-10"
    for id in ("sows-handelsman-16", "sows-gossop-10"):
        assert resolve("SOWS", items=[item.id for item in load_instruments()[id].items]) == id


@pytest.mark.parametrize("items", [["yawning"], [], ["nonsense"], ["want_to_yawn", "hot_flushes"], ["heart_pounding"]])
def test_some_items_alone_do_not_decide_what_sows_means(items: list[str]):
    with pytest.raises(InstrumentError, match="two instruments"):
        resolve("SOWS", items=items)


def test_a_number_of_items_at_odds_with_the_name_is_refused():
    with pytest.raises(InstrumentError, match="LW-0210 instrument: sows-16 does not have 10 items"):
        resolve("sows-16", item_count=10)


def test_an_unknown_instrument_is_refused_naming_near_ones_and_the_place():
    with pytest.raises(InstrumentError, match=r"LW-0204 scores\[0\].instrument: COWZ is no .* Did you mean cows"):
        resolve("COWZ", path="scores[0].instrument")


@pytest.mark.parametrize(
    ("given", "id"),
    [
        ("runny_nose", "nose_eyes"), ("Rhinorrhoea", "nose_eyes"), ("bone_aches", "aches"), ("joint-aches", "aches"),
        ("gi_upset", "gi"), ("GI", "gi"), ("goosebumps", "gooseflesh"), ("gooseflesh_skin", "gooseflesh"),
        ("anxiety_irritability", "anxiety"), ("resting pulse", "pulse"), ("Pupil size", "pupils"),
    ],
)  # fmt: skip
def test_common_spellings_of_cows_items(given: str, id: str):
    assert resolve_items(INSTRUMENTS["cows"], [given]) == ({given: id}, [])


@pytest.mark.parametrize(("given", "id"), [("diarrhea", "diarrhoea"), ("rhinorrhea", "rhinorrhoea")])
def test_american_spellings_are_understood(given: str, id: str):
    assert resolve_items(INSTRUMENTS["dsm-5-tr-opioid-withdrawal"], [given]) == ({given: id}, [])


@pytest.mark.parametrize("id", INSTRUMENTS)
def test_every_item_is_found_by_its_id_and_title(id: str):
    for item in INSTRUMENTS[id].items:
        for name in (item.id, item.id.replace("_", "-"), item.title):
            assert resolve_items(INSTRUMENTS[id], [name]) == ({name: item.id}, [])


@pytest.mark.parametrize("id", INSTRUMENTS)
def test_no_spelling_belongs_to_two_items(id: str):
    seen: dict[str, str] = {}
    for item in INSTRUMENTS[id].items:
        for name in {spelling(each) for each in (item.id, item.title, *item.names)}:
            assert seen.setdefault(name, item.id) == item.id


def test_the_same_item_under_two_spellings_is_refused():
    with pytest.raises(InstrumentError) as refused:
        score(INSTRUMENTS["cows"], {"nose_eyes": 1, "runny nose": 2}, path="scores[0]")
    (problem,) = refused.value.problems
    assert (problem.code, problem.path) == ("LW-0203", "scores[0].items.runny nose")
    assert problem.says == "runny nose and nose_eyes are the same item of COWS."


def test_an_unknown_item_is_refused_naming_the_nearest():
    with pytest.raises(InstrumentError, match=r"LW-0202 items.gooseflsh: .* Did you mean gooseflesh\?"):
        score(INSTRUMENTS["cows"], {"gooseflsh": 3})
    with pytest.raises(InstrumentError, match="Its items are pulse, sweating"):
        score(INSTRUMENTS["cows"], {"xyzzy": 3})


def test_a_bare_q6_names_both_questions():
    with pytest.raises(InstrumentError, match="q6_lifetime"):
        score(INSTRUMENTS["c-ssrs"], {"q6": "yes"})
