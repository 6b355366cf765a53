"""The words about Leeward hold.

Commands run, transcripts and generated pages are those of today, links lead somewhere, and every rule, setting, hazard,
example and option of the command is in its page.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import click
import pytest

from leeward.cli import leeward
from leeward.guidance import assess as _every_rule_is_registered  # noqa: F401
from leeward.guidance.rule import REGISTRY
from leeward.knowledge import load_knowledge
from scripts import write_reference, write_transcripts
from tests.properties.generated import document
from tests.unit.signals import quarters

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
PAGES = write_transcripts.documents()
WRITTEN_BY_HAND = [page for page in PAGES if not page.read_text().startswith(write_reference.MADE)]
TRANSCRIPTS = {transcript: page for page in PAGES for transcript in write_transcripts.transcripts(page.read_text())}
REFUSED = {transcript.command for transcript in TRANSCRIPTS if transcript.status}

INLINE = re.compile(r"`(leeward [^`]+)`")
PLACEHOLDER = re.compile(r"\.\.\.|\[|\b[A-Z]+\b(?!\.)")
LINK = re.compile(r"\]\(([^()\s]+)\)")

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def blocks(text: str) -> Iterator[list[str]]:
    """The indented blocks of a page, without their indentation."""
    block: list[str] = []
    for line in [*text.splitlines(), "end"]:
        if line.startswith("    ") or (block and not line.strip()):
            block.append(line[4:])
        elif block:
            yield block
            block = []


def commands() -> dict[str, str]:
    """Every command that a page shows, and the page; those with a word to be replaced, such as FILE, left out."""
    found: dict[str, str] = {}
    for page in WRITTEN_BY_HAND:
        text = page.read_text()
        shown = [line.strip() for block in blocks(text) for line in block if line.strip().startswith("leeward ")]
        shown = [line for line in shown if not re.search(r"\.\.\.|\[", line)]
        inline = [" ".join(told.split()) for told in INLINE.findall(text)]
        shown += [told for told in inline if len(told.split()) > 2 and not PLACEHOLDER.search(told)]
        found |= {
            line.partition(" #")[0].strip(): page.name
            for line in shown
            if not line.startswith(("leeward: ", "leeward = "))
        }
    return found


SERVING = {command for command in commands() if command.startswith("leeward serve")}
"""Commands that run until they are stopped: these are run, and stopped, below."""

COMMANDS = {command: page for command, page in commands().items() if command not in SERVING}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the pages name, each made of what a page says it holds."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "examples").symlink_to(ROOT / "examples")
    (folder / "case.yaml").write_text((ROOT / "examples" / "kratom-92-g-per-day.yaml").read_text())
    (folder / "cases.jsonl").write_text("".join(json.dumps(document(Random(seed))) + "\n" for seed in range(3)))
    page = (ROOT / "docs" / "how-to" / "set-your-sites-policy.md").read_text()
    policy = next(block for block in blocks(page) if " = " in block[0])
    for name in ("policy.toml", "new.toml"):
        (folder / name).write_text("\n".join(line.strip() for line in policy))
    reports = folder / "CAERS_ASCII_2004_2017Q2.csv.gz"
    reports.write_bytes(gzip.compress((SEVERAL_REPORTS).encode()))
    for quarter in ("24Q1", "24Q2"):
        told = quarters.files([quarters.demo(5)], [quarters.drug(51, "KRATOM")], [quarters.reac(51, "Nausea")], quarter)
        quarters.write_zip(folder / f"faers_ascii_20{quarter.lower()}.zip", told)
    (folder / "ADR25Q1DeletedCases.txt").write_text("5\n")
    with zipfile.ZipFile(folder / "drug-event-0001-of-0031.json.zip", "w") as archive:
        archive.writestr("drug-event-0001-of-0031.json", json.dumps({"results": [OF_DRUG]}))
    assert run(f"leeward signals load {reports.name}", folder).returncode == 0
    return folder


SEVERAL_REPORTS = "Report ID,Created Date,Product Role,Product,Industry Code,Symptoms\n" + "".join(
    f"{report},{1 + report // 10}/15/2016,Suspect,{product},54,{event}\n"
    for report, (product, event) in enumerate(
        [("KRATOM", "NAUSEA"), ("KRATOM", "CONVULSION"), ("TEA", "NAUSEA"), ("TEA", "RASH"), ("OIL", "RASH")] * 4
    )
)
"""Invented reports, in the columns of FDA's file."""

OF_DRUG = {
    "safetyreportid": "6", "safetyreportversion": "1", "receiptdate": "20240110",
    "patient": {"drug": [{"medicinalproduct": "KRATOM"}], "reaction": [{"reactionmeddrapt": "Nausea"}]},
}  # fmt: skip
"""One of openFDA's."""


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"LEEWARD_HOME": str(folder / "home"), "PATH": path}
    return subprocess.run(command, shell=True, cwd=folder, env=environment, capture_output=True, text=True)


def test_commands_are_found_in_the_pages():
    assert len(COMMANDS) > 15
    assert "README.md" in COMMANDS.values()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_in_a_page_runs(command: str, desk: Path):
    done = run(command, desk)
    assert done.returncode == (1 if command in REFUSED else 0), f"{COMMANDS[command]}: {command}\n{done.stderr}"


@pytest.mark.parametrize("command", sorted(SERVING))
def test_a_command_that_serves_is_understood(command: str, desk: Path):
    """Its options exist; what it does is tested where a server is started."""
    given = [word for word in command.split()[1:] if word.startswith("--")]
    known = run("leeward serve --help", desk).stdout
    assert all(re.search(rf"{option}\b", known) for option in given)


@pytest.mark.skipif(shutil.which("timeout") is None, reason="there is no command `timeout` here")
def test_the_first_command_of_the_readme_opens_a_ward(desk: Path):
    assert "Leeward is open at http://127.0.0.1:" in run("timeout -s INT 8 leeward serve --demo --port 0", desk).stdout


def test_the_case_in_the_how_to_is_a_case(desk: Path):
    page = (ROOT / "docs/how-to/write-a-case-file.md").read_text()
    (shown,) = [block for block in blocks(page) if block[0].startswith("leeward: case/1")]
    (desk / "shown.yaml").write_text("\n".join(shown))
    done = run("leeward assess shown.yaml", desk)
    assert done.returncode == 0, done.stderr


def test_a_make_target_that_a_page_names_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    told = "\n".join(page.read_text() for page in WRITTEN_BY_HAND)
    named = set(re.findall(r"(?:`|^ {4})make ([a-z-]+)", told, re.MULTILINE))
    assert {"run", "test"} <= named <= targets


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda transcript: transcript.command)
def test_a_transcript_is_what_the_command_prints(transcript: write_transcripts.Transcript):
    shown = "\n".join(write_transcripts.shown(transcript))
    assert f"```text\n{shown}\n```" in TRANSCRIPTS[transcript].read_text(), "Run `make docs`."


def test_generated_pages_are_those_of_today():
    out_of_date = sorted(str(path.relative_to(ROOT)) for path in write_reference.stale())
    assert out_of_date == [], "Run `make docs`."


@each_page
def test_links_lead_somewhere(page: Path):
    for link in LINK.findall(page.read_text()):
        if "://" in link or link.startswith("mailto:"):
            continue
        file, _, place = link.partition("#")
        target = page.parent / file if file else page
        assert target.exists(), f"{page.name}: {link}"
        if place:
            assert place in anchors(target), f"{page.name}: {link}"


def anchors(page: Path) -> set[str]:
    """The places in a page that may be linked to, as GitHub names them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_of_the_documentation_is_linked_from_its_list():
    listed = (ROOT / "docs" / "README.md").read_text()
    pages = [page for page in (ROOT / "docs").rglob("*.md") if page.parent.name != "rules" and page.name != "README.md"]
    missing = [name for page in pages if f"({(name := str(page.relative_to(ROOT / 'docs')))})" not in listed]
    assert missing == []


def test_every_rule_is_in_the_manual():
    manual = "\n".join(page.read_text() for page in (REFERENCE / "rules").glob("*.md"))
    assert [id for id in REGISTRY if f"\n## {id}: " not in manual] == []


def test_every_setting_of_policy_is_in_the_manual():
    manual = (REFERENCE / "policy.md").read_text()
    assert [id for id in load_knowledge().settings if f"| `{id}` |" not in manual] == []


def test_every_command_and_its_options_are_in_the_manual():
    sections = sections_by_command()
    context = click.Context(leeward)
    for name in leeward.list_commands(context):
        command = leeward.get_command(context, name)
        assert command is not None
        assert name in sections, name
        assert lacking(command, sections[name]) == []


def sections_by_command() -> dict[str, str]:
    """The part of the command's page about each command."""
    page = (REFERENCE / "command.md").read_text()
    parts = re.finditer(r"^## `leeward (\w+).*?(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    return {part[1]: part[0] for part in parts}


def lacking(command: click.Command, section: str) -> list[str]:
    """Options and subcommands of a command that its section does not name."""
    found: list[str] = []
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            found += [name] if f"`{name}" not in section else lacking(inner, section)
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            found += [option for option in parameter.opts if option not in section]
            if isinstance(parameter.type, click.Choice):
                found += [choice for choice in parameter.type.choices if not re.search(rf"\b{choice}\b", section)]
    return found


def hazards() -> list[tuple[str, str]]:
    """The id of each hazard and its tests."""
    rows = re.findall(r"^\| (HZ-\d\d) \|.*\| ([^|]+) \|$", (ROOT / "HAZARDS.md").read_text(), re.MULTILINE)
    assert len(rows) > 30
    return rows


@pytest.mark.parametrize(("hazard", "tests"), hazards())
def test_a_hazard_names_tests_that_exist(hazard: str, tests: str):
    named = re.findall(r"`([^`]+)`", tests)
    assert named
    assert [file for file in named if not (ROOT / file).is_file()] == []


def test_a_hazard_has_its_own_id_and_code_names_no_other():
    ids = [id for id, _ in hazards()]
    assert len(set(ids)) == len(ids)
    named = {id for file in (ROOT / "src").rglob("*.py") for id in re.findall(r"HZ-\d\d", file.read_text())}
    assert named <= set(ids)


def test_every_example_is_listed_and_every_listed_one_exists():
    listed = re.findall(r"^\| \[([\w-]+)\]\(\1\.yaml\)", (ROOT / "examples" / "README.md").read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(file.stem for file in (ROOT / "examples").glob("*.yaml"))


def test_the_glossary_is_in_order():
    for section in (ROOT / "GLOSSARY.md").read_text().split("\n## ")[1:]:
        terms = re.findall(r"^\*\*(.+?)\*\*", section, re.MULTILINE)
        assert terms == sorted(terms, key=str.casefold), section.splitlines()[0]


def test_the_readme_fits_two_screens():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 100
