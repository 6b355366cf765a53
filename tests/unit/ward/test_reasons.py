"""Reasons in a nurse's words: the wording changes, what it says does not."""

import pytest

from leeward.ward.reasons import reason

PRECIPITATED = (
    "doses: buprenorphine-naloxone-sublingual; hours since buprenorphine-naloxone-sublingual 1.17 h is at or below 24 h; "
    "COWS after the dose; hours from the dose to the COWS 0.83 h is at or below 2 h; rise of COWS after buprenorphine 14 "
    "is at least 6; resting pulse new or worse after the dose; COWS now above the score before the dose by 14 is at least 1"
)


def test_precipitated_withdrawal_reads_as_one_tells_it():
    assert reason(PRECIPITATED) == (
        "buprenorphine-naloxone given 1 h 10 min ago; COWS scored 50 min after the dose; COWS rose by 14 after "
        "buprenorphine (from a rise of 6 it counts); resting pulse new or worse after the dose; COWS is still 14 above "
        "the score before the dose"
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("hours since heroin 0.01 h is not at least 12 h", "1 min since heroin, less than 12 h"),
        ("hours since heroin 0.001 h is at or below 24 h", "less than 1 min since heroin, at most 24 h"),
        ("waited 0.25 h of 12 h", "waited 15 min of 12 h"),
        ("respiratory rate 8/min is below 10 /min", "respiratory rate 8/min, below 10/min"),
        ("QTc 512 ms is above 500 ms", "QTc 512 ms, above 500 ms"),
        ("COWS 2 is not at least 8", "COWS 2, less than 8"),
        ("RASS -4 is at or below -1", "RASS -4, at most -1"),
        ("heart rate 49/min is not at least 50 /min", "heart rate 49/min, less than 50/min"),
        ("QTc 450 ms is not above 500 ms", "QTc 450 ms, not above 500 ms"),
        ("missed days of methadone 2 d is not below 2 d", "missed days of methadone 2 days, not below 2 days"),
        ("hours since methadone 73.5 h is not at least 14 d", "73 h 30 min since methadone, less than 14 days"),
        ("hours since illicit fentanyl 30 to 31 h is at least 6 h", "30 h to 31 h since illicit fentanyl, at least 6 h"),
        ("hours since tianeptine not known: whether it is at least 24 h cannot be told", "time since tianeptine: not known"),
        ("temperature not known: whether it is above 38 Cel cannot be told", "temperature: not known"),
        ("COWS now above the score before the dose by 0 is not at least 1",
         "COWS is back at the score before the dose, or below it"),
        ("fall of COWS -14 is below 3", "COWS rose by 14 (fall below 3)"),
        ("fall of COWS 2 is below 3", "COWS fell by 2 (fall below 3)"),
        ("doses: not known", "doses given: not known"),
        ("a sentence that nobody foresaw", "a sentence that nobody foresaw"),
        ("COWS 6 to 11: whether it is at least 8 cannot be told", "COWS 6 to 11: whether it is at least 8 cannot be told"),
    ],
)  # fmt: skip
def test_a_comparison_in_words(given, said):
    assert reason(given) == said


def test_a_sentence_with_its_reasons_behind_it_keeps_its_frame():
    said = reason("Withdrawal is present (COWS 15 is at least 5; setting: home).")
    assert said == "Withdrawal is present (COWS 15, at least 5; setting: home)."
