"""The services directory: treatment, counselling, peers, naloxone near a place; and loading the site's list of them."""

from __future__ import annotations

from urllib.parse import urlencode

from leeward.errors import BadInput
from leeward.paper.services_list import ServicesList
from leeward.record.kept_files import digest_of_file, keep_file, kept_file
from leeward.ward.services import SETTING, Loaded, list_of_file, services_of
from leeward.web.numbers_typed import whole_number
from leeward.web.page import Page
from leeward.web.services_search import MOST, asked_of, left_out, search_values, told_of
from leeward.web.visit import Answer, Elsewhere, Shown, Visit

LARGEST = 16_000_000
PROBLEMS_SHOWN = 200


def show_services(visit: Visit) -> Answer:
    """The search and what it finds."""
    ward = visit.house.ward
    found = services_of(ward, demo=visit.house.demo)
    asked = asked_of(visit.query, visit.house.knowledge)
    all_of_it = f"/services?{urlencode({**visit.query, 'all': 'yes'})}"
    values = search_values(found, asked, ward) | {"all_of_it": all_of_it, "most": MOST}
    return Shown(template="services.html", values=values)


def show_load(visit: Visit) -> Answer:
    """The list that holds, with the lines that could not be used, and a place to give another one."""
    return _load_page(visit, "")


def _load_page(visit: Visit, digest: str, name: str = "") -> Shown:
    """The page; with `digest`, what a file that was just given holds, before it is used."""
    ward = visit.house.ward
    holds = services_of(ward, demo=visit.house.demo)
    read = None
    if digest:
        content = kept_file(visit.house.record.engine, digest)
        read = list_of_file(digest, content, visit.house.knowledge) if content is not None else None
    looked_at = read or (holds.list if isinstance(holds, Loaded) else None)
    problems = looked_at.problems if looked_at else ()
    values = {
        "told": told_of(holds, ward),
        "lost": holds is not None and not isinstance(holds, Loaded),
        "given": read,
        "left_out": left_out(looked_at) if looked_at else 0,
        "digest": digest,
        "name": name,
        "line_problems": problems[:PROBLEMS_SHOWN],
        "more_problems": max(0, len(problems) - PROBLEMS_SHOWN),
        "ignored": looked_at.columns_ignored if looked_at else (),
        "examples": read.services[:5] if read else (),
        "done": whole_number(visit.query.get("done", "")) is not None,
        "largest": LARGEST // 1_000_000,
    }
    return Shown(template="services_load.html", values=values)


def take_load(visit: Visit) -> Answer:
    """A file is looked at; then, when somebody has seen what it holds, it is used."""
    return _use(visit) if visit.text("step") == "use" else _look_at(visit)


def _look_at(visit: Visit) -> Answer:
    upload = visit.files.get("file")
    if upload is None or not upload.content:
        raise visit.wrong("file", "No file came with the form.", "Choose a CSV file.")
    digest, name = digest_of_file(upload.content), _plain(upload.name)
    try:
        found = list_of_file(digest, upload.content, visit.house.knowledge)
    except BadInput as wrong:
        told = wrong.problems[0]
        raise visit.wrong("file", told.says, told.mend, told.code) from None
    if not found.services:
        raise visit.wrong("file", *_of_no_use(found))
    keep_file(visit.house.record.engine, upload.content)
    return _load_page(visit, digest, name)


FAULTS_TOLD = 3
"""Lines whose faults are told where no line can be used."""


def _of_no_use(found: ServicesList) -> tuple[str, str]:
    """How many lines are faulty and the first of them, and how to mend them."""
    faulty = [one for one in found.problems if one.left_out]
    if not faulty:
        return "The list has headings and no line beneath them.", "Give one service a line."
    count = len(faulty)
    lines = "Its only line cannot be used." if count == 1 else f"None of its {count} lines can be used."
    told = " ".join(f"Line {one.line}: {one.says}" for one in faulty[:FAULTS_TOLD])
    more = f" And {count - FAULTS_TOLD} more." if count > FAULTS_TOLD else ""
    mends = " ".join(dict.fromkeys(one.mend for one in faulty[:FAULTS_TOLD] if one.mend))
    return f"{lines} {told}{more}", f"{mends} Then load the list again."


def _use(visit: Visit) -> Answer:
    digest = visit.text("digest")
    content = kept_file(visit.house.record.engine, digest) if digest else None
    if content is None:
        raise visit.wrong("file", "The file that was looked at is not here any more.", "Choose it again.")
    try:
        found = list_of_file(digest, content, visit.house.knowledge)
    except BadInput as wrong:
        raise visit.wrong("file", wrong.problems[0].says, wrong.problems[0].mend) from None
    body = {
        "setting": SETTING,
        "digest": digest,
        "name": _plain(visit.text("name")),
        "services": len(found.services),
        "left_out": left_out(found),
    }
    written = visit.write(visit.draft("setting", body, patient=""))
    return Elsewhere(to=f"/services/load?done={written[-1].number}")


def _plain(name: str) -> str:
    """A file's name without its folders, as it may be shown."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable())[:120]


PAGES = (
    Page(path="/services", needs="reference-read", show=show_services),
    Page(path="/services/load", needs="services-write", show=show_load, take=take_load, largest=LARGEST),
)
