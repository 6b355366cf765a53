"""The whole signed call of the how-to on record systems works as it stands there."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "connect-a-record-system.md"
BLOCK = re.compile(r"(?:^ {4}.*\n|^\n)+", re.MULTILINE)


def block(says: str) -> str:
    """The indented block of the page that holds these words."""
    found = [one[0] for one in BLOCK.finditer(PAGE.read_text(encoding="utf-8")) if says in one[0]]
    (only,) = found
    return "".join(line.removeprefix("    ") for line in only.splitlines(keepends=True)).strip() + "\n"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of the page."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "keys.py").write_text(block("generate_key"), encoding="utf-8")
    (folder / "trust.toml").write_text(block('keys_file = "ehr-keys.json"'), encoding="utf-8")
    subprocess.run([sys.executable, "keys.py"], cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def served(desk: Path) -> Iterator[str]:
    """The server and port of a demo ward that asks for proof."""
    command = block("leeward serve --demo --trust").strip().replace("--port 8642", "--port 0").split()[1:]
    environment = os.environ | {"LEEWARD_HOME": str(desk / "home"), "PYTHONUNBUFFERED": "1"}
    with (desk / "log").open("w", encoding="utf-8") as log:
        whole = [sys.executable, "-m", "leeward", *command]
        server = subprocess.Popen(whole, cwd=desk, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            yield reached(server)
        finally:
            server.terminate()
            server.wait(20)


def reached(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None
    until = time.monotonic() + 90
    while time.monotonic() < until:
        if select.select([server.stdout], [], [], 1)[0]:
            found = re.search(r"open at http://(127\.0\.0\.1:\d+)", server.stdout.readline())
            if found:
                return found[1]
    raise AssertionError("The ward did not open.")


def called(desk: Path, served: str, script: str) -> str:
    (desk / "call.py").write_text(script.replace("127.0.0.1:8642", served), encoding="utf-8")
    return subprocess.run([sys.executable, "call.py"], cwd=desk, check=True, capture_output=True, text=True).stdout


def test_the_call_is_answered_with_cards(desk: Path, served: str):
    status, *cards = called(desk, served, block("answer.status_code")).splitlines()
    assert status == "200" and cards and "kratom" in " ".join(cards).lower()


def test_a_refused_call_is_explained_in_the_log(desk: Path, served: str):
    wrong = block("answer.status_code").replace('"aud": service', '"aud": service.replace("http:", "https:")')
    assert called(desk, served, wrong).strip() == "401"
    said = (desk / "log").read_text(encoding="utf-8")
    assert "its audience (aud) is not" in said and "(another scheme)" in said and "eyJ" not in said
