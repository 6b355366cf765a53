"""A list of services from CSV: the national directory's export, its opioid treatment program list, or a site's own.

A line that cannot be trusted is left out and told with its number and the reason: a wrong telephone number sends a
person in need to a stranger. Nothing is filled in.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

import msgspec

from leeward.errors import BadInput, shown
from leeward.knowledge import Knowledge
from leeward.paper.services import Point, Service
from leeward.paper.words_of_services import codes_of, meaning_of
from leeward.products.recalls.readers.columns import column_name, delimiter_of

LARGEST = 64_000_000
"""Bytes of a list; the whole national directory is about a tenth of it."""


class LineProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with a line of the list, counted from 1, how to mend it, and whether it was left out."""

    line: int
    says: str
    mend: str = ""
    left_out: bool = True


class ServicesList(msgspec.Struct, frozen=True, kw_only=True):
    """The services of a list, every problem with its line, and the columns that were not understood."""

    services: tuple[Service, ...]
    problems: tuple[LineProblem, ...]
    columns_ignored: tuple[str, ...] = ()

    @property
    def synthetic(self) -> bool:
        """Whether any line is made up."""
        return any(service.synthetic for service in self.services)


HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("name1", "program_name", "facility_name", "organization", "organisation", "agency", "service_name"),
    "part": ("name2", "program", "department", "site"),
    "street": ("street1", "address", "address1", "address_1", "street_address"),
    "street2": ("address2", "address_2", "suite"),
    "city": ("town",),
    "state": ("st", "state_code"),
    "zip": ("zip_code", "zipcode", "postal_code", "postcode"),
    "latitude": ("lat", "y"),
    "longitude": ("lon", "lng", "long", "x"),
    "phone": ("telephone", "tel", "phone_number", "contact"),
    "intake": ("intake1", "intake_phone", "intake_line", "intake2"),
    "website": ("web", "url", "site_url"),
    "hours": ("opening_hours", "open"),
    "kinds": ("kind", "services", "service", "type", "types", "offers", "needs_met"),
    "codes": ("service_code_info", "service_codes", "code", "services_codes"),
    "languages": ("language", "languages_spoken"),
    "certification": (),
    "note": ("notes", "comment", "comments", "remarks"),
    "synthetic": ("made_up", "demo"),
}
"""Field -> other headings for it. Of several headings for one field the first that is there counts."""

_KNOWN_BESIDES = frozenset(
    {"zip4", "county", "intake_prompt", "hotline", "hotline1", "hotline2", "type_facility", "frid", "sa", "mh", "sumh"}
)
_YES = frozenset({"1", "x", "y", "yes", "true", "si", "sí"})


def read_services(given: str | bytes, knowledge: Knowledge) -> ServicesList:
    """The list as services. Raises BadInput where it is no list at all; a bad line is a problem, not an error."""
    lines = _text(given).splitlines()
    first = next((place for place, line in enumerate(lines) if line.strip() and not line.startswith("#")), None)
    if first is None:
        raise BadInput.one(
            "LW-0851", "", "The list is empty.", "Give a CSV file with a line of headings and one service a line."
        )
    reader = csv.reader(lines[first:], delimiter=delimiter_of(lines[first]), strict=True)
    try:
        header = [column_name(heading) for heading in next(reader, list[str]())]
    except csv.Error:
        says = "The headings are no row: a quotation mark may be missing."
        raise BadInput.one("LW-0852", f"line {first + 1}", says, "Give a CSV file.") from None
    columns = _columns(header)
    if "name" not in columns:
        says = "The list has no column with the name of a service."
        raise BadInput.one("LW-0852", f"line {first + 1}", says, "Call one column name, name1 or Program Name.")
    by_code = codes_of(knowledge)
    codes = {place: heading.upper() for place, heading in enumerate(header) if heading.upper() in by_code}
    services: list[Service] = []
    problems: list[LineProblem] = []
    for number, row in _rows(reader, first, len(header)):
        if isinstance(row, str):
            mend = "Give each line as many cells as there are headings, with each quotation mark closed."
            problems.append(LineProblem(line=number, says=row, mend=mend))
            continue
        cells = {field: row[place].strip() for field, place in columns.items()}
        marked = [code for place, code in codes.items() if row[place].strip().casefold() in _YES]
        service = _service(number, cells, marked, knowledge, problems)
        if service is not None:
            services.append(service)
    understood = {*columns.values(), *codes}
    ignored = tuple(
        heading
        for place, heading in enumerate(header)
        if heading and place not in understood and heading not in _KNOWN_BESIDES
    )
    return ServicesList(services=tuple(services), problems=tuple(problems), columns_ignored=ignored)


def _text(given: str | bytes) -> str:
    if len(given) > LARGEST:
        raise BadInput.one("LW-0853", "", "The list is too large.", f"Give a file under {LARGEST // 1_000_000} MB.")
    if isinstance(given, str):
        return given.removeprefix("\ufeff")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return given.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput.one("LW-0854", "", "The list is not text.", "Save it as CSV in UTF-8 and load it again.")


def _columns(header: list[str]) -> dict[str, int]:
    by_name = {name: place for place, name in reversed(list(enumerate(header)))}
    found: dict[str, int] = {}
    for field, others in HEADINGS.items():
        place = next((by_name[name] for name in (field, *others) if name in by_name), None)
        if place is not None and place not in found.values():
            found[field] = place
    return found


def _rows(reader: Iterator[list[str]], first: int, width: int) -> Iterator[tuple[int, list[str] | str]]:
    """Rows with the line on which each begins; text in the place of a row says what is wrong with it."""
    while True:
        number: int = first + reader.line_num + 1  # type: ignore[attr-defined]
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield number, "The line is no row: a quotation mark may be missing."
            continue
        if not any(cell.strip() for cell in row) or row[0].startswith("#"):
            continue
        if len(row) != width and any(cell.strip() for cell in row[width:]):
            yield number, f"The line has {len(row)} cells, the headings {width}."
        else:
            yield number, [*row, *[""] * (width - len(row))]


def _service(
    number: int, cells: dict[str, str], marked: list[str], knowledge: Knowledge, problems: list[LineProblem]
) -> Service | None:
    """The service of a line, or None with the reason among the problems."""

    def left_out(says: str, mend: str) -> None:
        problems.append(LineProblem(line=number, says=says, mend=mend))

    if not cells["name"]:
        return left_out("The service has no name.", "Give each service its name.")
    place = _place(cells.get("latitude", ""), cells.get("longitude", ""))
    if isinstance(place, str):
        return left_out(place, "Give both in degrees, as 40.1 and -75.2, or leave both empty.")
    for field in ("phone", "intake"):
        if cells.get(field) and not telephone(cells[field]):
            says = f'"{shown(cells[field])}" is not a telephone number.'
            return left_out(says, "Give ten digits, as 555-555-0123, or leave it empty.")
    if not any(cells.get(field) for field in ("phone", "intake", "website", "street")):
        says = "The service has no telephone number, website or address: nobody could reach it."
        return left_out(says, "Give one of them.")
    zip = cells.get("zip", "")
    if zip and not _ZIP.fullmatch(zip):
        return left_out(f'"{shown(zip)}" is not a ZIP code.', "Give five digits, as 00001, or leave it empty.")
    codes = [*marked, *re.findall(r"[A-Z][A-Z0-9-]*", cells.get("codes", "").upper())]
    if cells.get("certification"):
        codes.append("OTP")
    texts = [("kind", cells.get("kinds", "")), ("language", cells.get("languages", ""))]
    meaning = meaning_of(codes, texts, knowledge)
    if meaning.unknown:
        says = f"Not understood and left aside: {', '.join(shown(word) for word in meaning.unknown)}."
        problems.append(LineProblem(line=number, says=says, left_out=False))
    return Service(
        line=number,
        name=cells["name"],
        part=cells.get("part", ""),
        street=", ".join(filter(None, (cells.get("street", ""), cells.get("street2", "")))),
        city=cells.get("city", ""),
        state=cells.get("state", ""),
        zip=zip.zfill(5) if zip.isdigit() and len(zip) < 5 else zip,
        place=place,
        phone=cells.get("phone", ""),
        intake=cells.get("intake", ""),
        website=cells.get("website", ""),
        hours=cells.get("hours", ""),
        kinds=meaning.kinds,
        languages=meaning.languages,
        remarks=meaning.remarks,
        note=cells.get("note", ""),
        synthetic=cells.get("synthetic", "").casefold() in _YES,
    )


_ZIP = re.compile(r"\d{3,5}(-\d{4})?")
"""Three or four digits where a spreadsheet dropped the zeros in front."""


@lru_cache(maxsize=8192)
def telephone(text: str) -> bool:
    """Whether the text can be dialled: ten digits, a short national number, or an international one.

    >>> telephone("(555) 555-0123 ext. 4"), telephone("988"), telephone("1-800-662-HELP"), telephone("555-01")
    (True, True, True, False)
    """
    main = re.split(r"(?:ext|x)\.?\s*\d+\s*$", text.strip(), flags=re.IGNORECASE)[0].strip()
    if not re.fullmatch(r"\+?[\dA-Za-z().\-\s/]+", main) or re.search(r"[A-Za-z]{8,}", main):
        return False
    keys = len(re.findall(r"[\dA-Za-z]", main))
    digits = len(re.findall(r"\d", main))
    if digits < 3:
        return False
    if main.startswith("+"):
        return 8 <= keys <= 15
    return keys in (3, 10) or (keys == 11 and main.startswith("1"))


def _place(latitude: str, longitude: str) -> Point | str | None:
    """The point, None where none is given, or a sentence that says why it cannot be one."""
    if not latitude and not longitude:
        return None
    try:
        point = Point(float(latitude), float(longitude))
    except ValueError:
        return "The latitude and longitude are not two numbers."
    if not (-90 <= point.latitude <= 90 and -180 <= point.longitude <= 180):
        return "The latitude or longitude is not on the earth; the two may be in each other's place."
    return None if point == Point(0.0, 0.0) else point
