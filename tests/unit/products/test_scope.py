"""Scope text becomes predicates; what cannot be read never rules a lot out."""

from datetime import date

import pytest

from leeward.products.recalls.label import Label, read_label
from leeward.products.recalls.scope import covers, read_scope


def verdict(codes: str, label: str) -> str:
    return covers(read_scope(codes), read_label(label)).verdict


@pytest.mark.parametrize(
    ("codes", "label", "expected"),
    [
        ("ALL", "lot 5", "all"),
        ("All lots", "no lot told", "all"),
        ("All lots within expiry", "lot A1", "all"),
        ("", "lot A1", "all"),
        ("UPC Code 5410600332", "lot A1", "all"),
        ("All products manfactured since 6/1/2011", "lot A1", "all"),
        ("All lots with expiry after 2018-01-31", "no lot told", "unknown"),
        ("Lots are not stated in this list.", "lot A1", "unknown"),
        ("except OG Bali: Lots 20170918 to 20171101", "OG Bali lot 20171005", "out"),
        ("except OG Bali: Lots 20170918 to 20171101", "Super Green lot 20171005", "in"),
        ("Lot #124A", "lot 124a", "in"),
        ("Lot #124A", "LOT: 124-A", "in"),
        ("Lot #124A", "lot 131B", "out"),
        ("Lot #124A", "no lot told", "unknown"),
        ("Lot # 0102031800", "lot 0102041900", "out"),
        ("Lots # MRMD013018, MRMD013118, and MRMD030618.", "capsules MRMD013118", "in"),
        ("Lots # MRMD013018, MRMD013118, and MRMD030618.", "capsules MRMD999999", "unknown"),
        ("Lot 1332796 A", "lot 1332796A", "in"),
        ("LOTS 20171201 to 20180308", "lot 20180115", "in"),
        ("LOTS 20171201 to 20180308", "lot 20180309", "out"),
        ("LOTS 20171201 to 20180308", "packed on 27 February 2018", "in"),
        ("lots G1301 through G1315", "lot G1308", "in"),
        ("lots G1301 through G1315", "lot G1316", "out"),
        ("lots G1301 through G1315", "lot H1308", "out"),
        ("Lots beginning with 17", "lot 171409", "in"),
        ("all lot codes with expiration dates after 1/31/2018", "exp 03/2018", "in"),
        ("all lot codes with expiration dates after 1/31/2018", "exp 12/2017", "out"),
        ("Lot CP11122, Expired April 2024--not included on label--", "LOT# CP-11122", "in"),
        ("Use by 12/15/17 through 2/9/18", "use by 1/4/18", "in"),
        ("Use by 12/15/17 through 2/9/18", "use by 2/10/18", "out"),
        ("Use by dates 9/8/2012 or earlier", "use by 9/1/2012", "in"),
        ("Use by dates 9/8/2012 or earlier", "use by 9/9/2012", "out"),
        ("best by date 071316 to 051617", "best by 01/02/2017", "in"),
        ("Everything manufactured between 1/1/18 to 4/12/18", "made 2/2/2018", "in"),
        ("Everything manufactured between 1/1/18 to 4/12/18", "made 5/2/2018", "out"),
        ("Best By 11 JUL 24", "best by 07/11/2024", "in"),
        ("Lot O102", "lot 0102", "in"),
    ],
)
def test_lot_or_date_in_scope(codes: str, label: str, expected: str):
    assert verdict(codes, label) == expected


@pytest.mark.parametrize(
    "codes",
    ["Lots where the first 3 digits are the julian day, e.g. 123", "All lots except 5 and 7", "Lot 5 excluding 5A"],
)
def test_scope_that_cannot_be_read_rules_no_lot_out(codes: str):
    assert verdict(codes, "lot Z99") != "out"


def test_nothing_told_is_never_out_of_scope():
    for codes in ("Lot 5", "Exp 01/2020", "Lots 100 to 200", "made 1/1/2018 to 2/1/2018", "garbage §§ 12"):
        assert covers(read_scope(codes), Label()).verdict in ("all", "unknown")


def test_windows_are_read_as_days():
    window = read_scope("Best by date: 03/2019").windows[0]
    assert (window.kind, window.days.first, window.days.last) == ("expiry", date(2019, 3, 1), date(2019, 3, 31))


def test_impossible_dates_are_not_dates():
    assert read_scope("Exp 13/45/2019").windows == ()


def test_day_without_a_year_is_not_a_date():
    assert read_scope("Use By Date June 29").windows == ()


def test_a_long_list_of_lots_is_read_in_full():
    codes = ", ".join(f"Lot AB{number:06}" for number in range(3_000))
    assert verdict(codes, "lot AB002999") == "in"
    assert verdict(codes, "lot AB003000") == "out"
