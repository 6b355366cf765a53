"""The services list: only what it holds, at the right distance, and every bad line told."""

from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.errors import BadInput
from leeward.knowledge import load_knowledge
from leeward.paper.services import Point, find_services, kilometres_between, place_of_zip
from leeward.paper.services_list import read_services, telephone
from leeward.paper.words_of_services import kinds, languages, service_words, title_of

KNOWLEDGE = load_knowledge()
EXAMPLES = Path(__file__).parents[3] / "examples" / "services"
NATIONAL = read_services((EXAMPLES / "national-directory.csv").read_bytes(), KNOWLEDGE)
SITE = read_services((EXAMPLES / "site-list.csv").read_bytes(), KNOWLEDGE)
ALL = (*NATIONAL.services, *SITE.services)

NEW_YORK, LOS_ANGELES = Point(40.7128, -74.0060), Point(34.0522, -118.2437)
LONDON, PARIS = Point(51.5074, -0.1278), Point(48.8566, 2.3522)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [(NEW_YORK, LOS_ANGELES, 3936), (LONDON, PARIS, 344), (Point(0, 0), Point(0, 180), 20015), (PARIS, PARIS, 0)],
)
def test_distances_of_known_pairs(one: Point, other: Point, expected: float):
    assert kilometres_between(one, other) == pytest.approx(expected, abs=1)
    assert kilometres_between(other, one) == kilometres_between(one, other)


points = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))


@given(points, points)
def test_no_two_places_are_further_apart_than_half_the_earth(one: Point, other: Point):
    assert 0 <= kilometres_between(one, other) <= 20016


def test_the_demo_lists_are_read_whole_and_say_that_they_are_made_up():
    for given_list in (NATIONAL, SITE):
        assert given_list.synthetic and all(service.synthetic for service in given_list.services)
        assert not given_list.problems and not given_list.columns_ignored
    assert len(ALL) == 10
    assert all("555-01" in service.phone for service in ALL)


def test_the_nearest_come_first_and_one_without_a_place_comes_last():
    search = find_services(ALL, KNOWLEDGE, near=Point(40.0, -75.0))
    distances = [near.kilometres for near in search.found]
    known = [distance for distance in distances if distance is not None]
    assert known == sorted(known) and distances[-1] is None
    assert len(search.found) == len(ALL)
    assert search.found[0].service.name.startswith("Sample Harbor")


def test_a_place_without_coordinates_is_never_left_out_for_its_distance():
    search = find_services(ALL, KNOWLEDGE, near=Point(40.0, -75.0), within_miles=1)
    assert "Once Upon a Time Peer Line" in [near.service.name for near in search.found]
    assert "Bridge Clinic of Nowhere Hospital" not in [near.service.name for near in search.found]


def test_every_need_and_the_language_must_be_met():
    search = find_services(ALL, KNOWLEDGE, needs=("methadone", "naloxone"), language="language-spanish")
    assert [near.service.city for near in search.found] == ["Far Sampleton", "Sampleton"]
    assert "2 services" in search.says


def test_nothing_listed_is_said_and_sends_to_the_national_lines():
    nothing = find_services(ALL, KNOWLEDGE, needs=("recovery-housing",))
    assert not nothing.found
    assert "does not mean that there is none" in nothing.says and "national lines" in nothing.says
    assert "No list of services" in find_services((), KNOWLEDGE).says
    assert "líneas nacionales" in find_services((), KNOWLEDGE, words="es").says


def test_a_zip_code_is_a_place_only_where_the_list_has_it():
    assert place_of_zip("00002-1234", ALL) is not None
    assert place_of_zip("99999", ALL) is None and place_of_zip("", ALL) is None
    search = find_services(ALL, KNOWLEDGE, near="99999")
    assert "not in the list" in search.note
    assert all(near.kilometres is None for near in search.found)


HEAD = "name,phone,lat,lon,zip,services\n"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (",555-555-0100,40,-75,00001,naloxone", "no name"),
        ("A,12345,40,-75,00001,naloxone", "not a telephone number"),
        ("A,call the desk,40,-75,00001,naloxone", "not a telephone number"),
        ("A,555-555-0100,forty,-75,00001,naloxone", "not two numbers"),
        ("A,555-555-0100,140,-75,00001,naloxone", "not on the earth"),
        ("A,555-555-0100,40,,00001,naloxone", "not two numbers"),
        ("A,555-555-0100,nan,-75,00001,naloxone", "not on the earth"),
        ("A,555-555-0100,40,-75,ABC,naloxone", "not a ZIP code"),
        ("A,,40,-75,00001,naloxone", "nobody could reach it"),
        ("A,555-555-0100,40,-75,00001,naloxone,extra", "7 cells"),
    ],
)
def test_a_bad_line_is_left_out_and_told_with_its_number(line: str, says: str):
    read = read_services(
        f"{HEAD}Good,555-555-0101,40,-75,00001,naloxone\n{line}\nLast,555-555-0102,40,-75,00001,\n", KNOWLEDGE
    )
    assert [service.name for service in read.services] == ["Good", "Last"]
    (problem,) = read.problems
    assert problem.line == 3 and problem.left_out and says in problem.says


def test_a_word_that_is_not_understood_is_told_and_the_line_kept():
    read = read_services(f"{HEAD}A,555-555-0100,,,,naloxone; goat yoga\n", KNOWLEDGE)
    assert read.services[0].kinds == ("naloxone",)
    assert not read.problems[0].left_out and "goat yoga" in read.problems[0].says


def test_what_a_list_denies_is_not_offered():
    read = read_services(
        f"{HEAD}A,555-555-0100,,,,no methadone; naltrexone; does not use medication for opioids\n", KNOWLEDGE
    )
    assert read.services[0].kinds == ("naltrexone",)
    assert read.services[0].remarks == ("remark-no-opioid-medicines",)


def test_the_code_of_oral_naltrexone_is_not_naloxone():
    read = read_services("name1,phone,NXN,NOE\nA,555-555-0100,1,\nB,555-555-0101,,1\n", KNOWLEDGE)
    assert [service.kinds for service in read.services] == [("naltrexone",), ("naloxone",)]


def test_codes_in_one_column_are_read_too():
    read = read_services("name1,phone,service_code_info\nA,555-555-0100,SA OTP MU * BU SP\n", KNOWLEDGE)
    assert read.services[0].kinds == ("buprenorphine", "methadone")
    assert read.services[0].languages == ("language-spanish",)


def test_the_list_of_opioid_treatment_programs_is_read():
    head = "Program Name,Street,City,State,Zip,Phone,Certification\n"
    read = read_services(f"{head}A,1 St,X,NY,1234,(555) 555-0100,Certified\n", KNOWLEDGE)
    assert read.services[0].kinds == ("methadone",) and read.services[0].zip == "01234"


def test_any_text_gives_services_and_problems_or_a_clear_refusal():
    for given_text in ("", "\n\n", "# only a comment\n"):
        with pytest.raises(BadInput, match="empty"):
            read_services(given_text, KNOWLEDGE)
    with pytest.raises(BadInput, match="no column with the name"):
        read_services("a,b\n1,2\n", KNOWLEDGE)
    assert read_services('name,phone\nA,"555-555-0100\nB,555\n', KNOWLEDGE).problems


@given(st.text(max_size=200))
def test_no_text_makes_the_reader_fall_over(text: str):
    try:
        read = read_services(f"name,phone,lat,lon,services\n{text}\n", KNOWLEDGE)
    except BadInput:
        return
    assert all(service.name for service in read.services)


@pytest.mark.parametrize("text", ["555-555-0100", "1 (555) 555.0100 x 12", "911", "+44 20 7946 0000", "1-800-662-HELP"])
def test_a_number_that_can_be_dialled(text: str):
    assert telephone(text)


@pytest.mark.parametrize("text", ["", "555-01", "none", "555-555-010000", "<script>", "see website"])
def test_a_number_that_cannot_be_dialled(text: str):
    assert not telephone(text)


def test_every_kind_has_its_own_name_in_both_languages():
    for id in (*kinds(KNOWLEDGE), *languages(KNOWLEDGE)):
        assert title_of(id, KNOWLEDGE) and title_of(id, KNOWLEDGE, "es")
    titles = [word.spanish for word in service_words(KNOWLEDGE).values()]
    assert len(set(titles)) == len(titles)


def test_a_list_ten_times_the_national_directory_is_read_within_seconds():
    """A fifth of it is read here. Every line has words of its own, so that nothing is remembered from the line before."""
    head = "name,phone,zip,services,service codes,languages"
    rows = [
        f"Place {n},555-{n % 900 + 100}-{n % 9000 + 1000},00001,peer support {n}; detox {n},OTP BU,Spanish {n}"
        for n in range(26_000)
    ]
    began = process_time()
    read = read_services("\n".join([head, *rows]), KNOWLEDGE)
    took = process_time() - began
    assert len(read.services) == 26_000 and read.services[-1].languages
    assert took < 3.5, f"{took:.1f} s"
