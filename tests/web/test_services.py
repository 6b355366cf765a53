"""The directory: nothing invented, distances said how, a list loaded after it was looked at, and put on a person's sheet."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from leeward.record.storage import Record
from leeward.ward import services
from leeward.ward.state import Ward
from leeward.web.house import House
from tests.web.conftest import signing_in

HEAD = "name,address,city,state,zip,lat,lon,phone,services,languages\n"
LIST = (
    HEAD
    + "Harbor Clinic,1 A Street,Sampleton,ZZ,00001,40.0,-75.0,555-555-0101,buprenorphine; naloxone,Spanish\n"
    + "Far Clinic,9 B Street,Elsewhere,ZZ,00002,41.0,-75.0,555-555-0102,buprenorphine,\n"
    + "Phone Line,,,,,,,555-555-0103,peer support,\n"
    + "Broken Clinic,2 C Street,Sampleton,ZZ,00001,40.0,-75.0,12,naloxone,\n"
)
LOAD, AT = "/services/load", "/patients/demo-1/services"


@pytest.fixture
def real(house) -> House:
    """The same house, but no demo: it has no list of its own."""
    return msgspec.structs.replace(house, demo=False)


@pytest.fixture
def in_real(real):
    return signing_in(real)


def look(someone, content: str | bytes, name="list.csv"):
    one = someone("admin")
    given = content if isinstance(content, bytes) else content.encode()
    form = {"form": one.get(LOAD).hidden("form"), "step": "look"}
    from tests.web.conftest import Page

    return one, Page(one.client.post(LOAD, data=form, files={"file": (name, given)}))


def load(someone, content=LIST):
    one, page = look(someone, content)
    assert page.status == 200, page.text
    hidden = {name: page.hidden(name) for name in ("form", "id", "digest", "name")}
    return one.client.post(LOAD, data=hidden | {"step": "use"})


def settings(house):
    return [one for one in house.record.entries(kinds=["setting"]) if one.body.get("setting") == "services-list"]


def notes(house):
    return [one for one in house.record.entries(patient="demo-1", kinds=["note"]) if "services" in one.body]


def test_without_a_list_nothing_is_listed_and_it_is_said_what_to_do(in_real):
    page = in_real("n.park").get("/services")
    assert page.status == 200 and "No list of services is here" in page.text and "examples/services" in page.text
    assert "555" not in page.text and "Load a list" not in page.text
    assert "/services/load" in in_real("admin").get("/services").html
    assert "No list of services is here" in in_real("n.park").get(AT).text


def test_a_demo_ward_has_a_made_up_list_that_says_so(someone):
    page = someone("n.park").get("/services")
    assert "Made-up places are in it" in page.text and "fictional" in page.text


def test_a_list_is_looked_at_before_it_is_used(in_real, real):
    one, page = look(in_real, LIST)
    assert "3 services, 1 line left out" in page.text and "It is not used yet" in page.text
    assert '"12" is not a telephone number' in page.text and '<th scope="row">5</th>' in page.html
    assert settings(real) == [] and "No list of services is here" in one.get("/services").text


def test_a_list_in_use_says_what_it_is_when_it_was_loaded_and_by_whom(in_real, real):
    came = load(in_real)
    assert "The list is in use" in came.text and "not a telephone number" in came.text
    (entry,) = settings(real)
    assert entry.by == "admin" and entry.body["services"] == 3 and entry.body["left_out"] == 1
    page = in_real("n.park").get("/services")
    assert "3 services in list.csv" in page.text and "by Alex Admin" in page.text and "call before" in page.text
    assert "Broken Clinic" not in page.text


def test_another_worker_reads_the_same_list(in_real, real):
    load(in_real)
    services._read.clear()
    with Record(str(real.record.engine.url)) as record:
        other = Ward(record, real.knowledge)
        other.catch_up()
        found = services.services_of(other)
        assert isinstance(found, services.Loaded) and len(found.list.services) == 3


def test_of_a_list_of_no_use_it_is_said_how_many_lines_are_faulty_and_how_to_mend_the_first(in_real, real):
    line = "Place {n},{phone},,,,,,,,\n"
    rows = "".join(line.format(n=n, phone="12") for n in range(5))
    _, page = look(in_real, "name,phone,a,b,c,d,e,f,g,h\n" + rows)
    assert page.status == 422
    assert "None of its 5 lines can be used." in page.text and "And 2 more." in page.text
    assert 'Line 2: "12" is not a telephone number.' in page.text and "Line 4:" in page.text
    assert page.text.count("Give ten digits, as 555-555-0123, or leave it empty. Then load the list again.") >= 1


def test_a_list_whose_file_is_gone_is_said_to_be_lost(in_real, real):
    load(in_real)
    services._read.clear()
    with real.record.engine.begin() as connection:
        connection.exec_driver_sql("delete from kept_files")
    assert "its file is not kept here any more" in in_real("n.park").get("/services").text
    assert "not here any more" in in_real("admin").get(LOAD).text


@pytest.mark.parametrize("content", [b"", b"\0\xff\0", b'"no row\n', "no,headings,here\n1,2,3\n", HEAD, HEAD + ",,,,,,,,,\nX,,,,,,,12,,\n", "# nothing\n"])  # fmt: skip
def test_what_is_no_list_is_refused_and_the_one_in_use_stays(in_real, real, content):
    load(in_real)
    _, page = look(in_real, content)
    assert page.status == 422 and 'href="#file"' in page.html
    assert len(settings(real)) == 1 and "Harbor Clinic" in in_real("n.park").get("/services").text


def test_a_digest_that_nobody_looked_at_is_not_used(in_real, real):
    one = in_real("admin")
    page = one.get(LOAD)
    for digest in ("", "0" * 64, "x"):
        sent = {"form": page.hidden("form"), "id": page.hidden("id"), "step": "use", "digest": digest}
        assert one.client.post(LOAD, data=sent).status_code == 422
    assert settings(real) == []


def test_only_an_administrator_loads_a_list(in_real, real):
    for person in ("n.park", "a.reyes", "m.haddad"):
        one = in_real(person)
        assert one.get(LOAD).status == 403
    assert settings(real) == []


@pytest.fixture
def loaded(in_real):
    load(in_real)
    return in_real


@pytest.mark.parametrize(
    ("asked", "there", "not_there"),
    [
        ("need-buprenorphine=yes", ["Harbor Clinic", "Far Clinic"], ["Phone Line"]),
        ("need-buprenorphine=yes&need-naloxone=yes", ["Harbor Clinic"], ["Far Clinic", "Phone Line"]),
        ("language=language-spanish", ["Harbor Clinic"], ["Far Clinic", "Phone Line"]),
        ("near=00001&within=10", ["Harbor Clinic", "Phone Line"], ["Far Clinic"]),
        ("near=Sampleton&within=10", ["Harbor Clinic"], ["Far Clinic"]),
        ("near=sampleton, zz&within=10", ["Harbor Clinic"], ["Far Clinic"]),
        ("near=41.0,-75.0&within=10", ["Far Clinic"], ["Harbor Clinic"]),
        ("need-nonsense=yes&language=klingon", ["Harbor Clinic", "Far Clinic", "Phone Line"], []),
        ("need-methadone=yes", ["That does not mean that there is none"], ["Harbor Clinic"]),
    ],
)
def test_a_search_finds_what_meets_every_need(loaded, asked, there, not_there):
    text = loaded("n.park").get(f"/services?{asked}").text
    assert all(name in text for name in there) and not any(name in text for name in not_there)


def test_distances_are_told_with_how_they_were_measured(loaded):
    text = loaded("n.park").get("/services?near=Sampleton").text
    assert "Straight-line distances from the middle of the listed places in Sampleton, ZZ" in text
    assert "0.0 miles" in text and "69 miles" in text and "distance not known" in text
    assert text.index("Harbor Clinic") < text.index("Far Clinic") < text.index("Phone Line")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("near=99999", "No listed place has the ZIP code 99999"),
        ("near=Nowhere", "No listed place with a position is in a town of this name"),
        ("near=95,-75", "no latitude and longitude"),
        ("near=00001&within=many", "not a number of miles"),
        ("within=10", "Say near what"),
    ],
)
def test_a_place_that_is_not_understood_is_said_and_nothing_is_left_out_for_it(loaded, asked, says):
    page = loaded("n.park").get(f"/services?{asked}")
    assert page.status == 200 and says in page.text and 'aria-invalid="true"' in page.html
    assert "Harbor Clinic" in page.text and "Far Clinic" in page.text


def put(one, **fields):
    """Search near a ZIP code, then put on the sheet what is ticked."""
    page = one.send(AT, step="search", near="00001")
    hidden = {name: page.hidden(name) for name in ("form", "id", "seen", "noted", "list", "near")}
    return one.client.post(AT, data=hidden | {"step": "put"} | fields)


def test_what_is_ticked_goes_on_the_sheet_by_a_note_and_stays_when_the_list_is_replaced(loaded, real):
    nurse = loaded("n.park")
    came = put(nurse, service=["2", "4"], then="sheet")
    assert came.url.path == "/patients/demo-1/sheet" and "Harbor Clinic" in came.text and "Phone Line" in came.text
    (note,) = notes(real)
    assert note.by == "n.park" and "Harbor Clinic, 555-555-0101" in note.body["text"]
    load(loaded, HEAD + "New Clinic,1 D Street,,,,,,555-555-0104,naloxone,\n")
    for path in ("/patients/demo-1/sheet", "/patients/demo-1/sheet?language=es"):
        assert "Harbor Clinic" in nurse.get(path).text and "New Clinic" not in nurse.get(path).text
    assert "0.0 millas" in nurse.get("/patients/demo-1/sheet?language=es").text


def test_services_come_off_and_are_added_to_what_is_there(loaded, real):
    nurse = loaded("n.park")
    put(nurse, service=["2"])
    put(nurse, keep=["0"], service=["3"])
    names = [one["service"]["name"] for one in notes(real)[-1].body["services"]]
    assert names == ["Harbor Clinic", "Far Clinic"]
    put(nurse, keep=["1"])
    assert [one["service"]["name"] for one in notes(real)[-1].body["services"]] == ["Far Clinic"]
    put(nurse)
    assert notes(real)[-1].body["services"] == [] and "Far Clinic" not in nurse.get("/patients/demo-1/sheet").text


def test_what_was_put_there_meanwhile_is_not_lost(loaded, real):
    one, other = loaded("n.park"), loaded("t.okoye")
    page = one.send(AT, step="search", near="00001")
    put(other, service=["3"])
    hidden = {name: page.hidden(name) for name in ("form", "id", "seen", "noted", "list", "near")}
    came = one.client.post(AT, data=hidden | {"step": "put", "service": ["2"]})
    assert came.status_code == 422 and "changed meanwhile" in came.text and len(notes(real)) == 1


def test_a_form_sent_twice_is_one_note(loaded, real):
    nurse = loaded("n.park")
    page = nurse.send(AT, step="search", near="00001")
    hidden = {name: page.hidden(name) for name in ("form", "id", "seen", "noted", "list", "near")}
    sent = hidden | {"step": "put", "service": ["2"]}
    assert [nurse.client.post(AT, data=sent).status_code for _ in range(2)] == [200, 200]
    assert len(notes(real)) == 1


def test_a_line_of_another_list_nothing_at_all_or_too_much_is_refused(loaded, real):
    nurse = loaded("n.park")
    assert put(nurse, service=["2"], list="0" * 64).status_code == 422
    assert put(nurse).status_code == 422
    assert put(nurse, service=["99", "x", "-1"]).status_code == 422
    many = HEAD + "".join(f"Clinic {n},{n} Street,,,,,,555-555-01{n:02d},naloxone,\n" for n in range(10))
    load(loaded, many)
    came = put(nurse, service=[str(n) for n in range(2, 9)])
    assert came.status_code == 422 and "room for 6 services" in came.text and notes(real) == []


def test_where_somebody_lives_stands_in_no_address(loaded):
    came = loaded("n.park").send(AT, step="search", near="00001")
    assert "00001" not in came.url and 'action="/patients/demo-1/services"' in came.html


@pytest.fixture(autouse=True)
def nothing_read() -> Iterator[None]:
    services._read.clear()
    yield
    services._read.clear()
