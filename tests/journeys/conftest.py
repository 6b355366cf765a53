"""A served demo ward and a browser. Skipped, with the reason, where there is no Chromium."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium).")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Without its sandbox only where nothing else is possible: as root, in a container.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield opened
        opened.close()


class Served:
    """A server of its own, stopped by its own process id."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        environment = os.environ | {"LEEWARD_HOME": str(folder / "home"), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "leeward", "serve", "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=(folder / "stderr").open("w"),
            text=True,
            env=environment,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        self.said: list[str] = []
        for line in self.process.stdout:
            self.said.append(line)
            if found := re.search(r"open at (http://\S+)", line):
                self.address = found[1]
                return
        raise AssertionError(f"The server did not start: {self.said}, {(folder / 'stderr').read_text()}")

    def stop(self) -> None:
        """Stop it as a terminal would."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
            self.process.wait(20)


@pytest.fixture(scope="session")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demo ward."""
    served = Served(tmp_path_factory.mktemp("served"), "--demo")
    yield served.address
    served.stop()


@pytest.fixture
def sit_down(browser: Any, ward: str) -> Iterator[Callable[..., Any]]:
    """Somebody sits down at a browser and signs in: `page = sit_down("n.park", width=1280)`; nobody for an empty id."""
    opened: list[Any] = []

    def sat(person: str = "", *, width: int = 1280, height: int = 900, **besides: Any) -> Any:
        context = browser.new_context(base_url=ward, viewport={"width": width, "height": height}, **besides)
        context.set_default_timeout(15_000)
        opened.append(context)
        page = context.new_page()
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on(
            "console", lambda line: page.faults.append(line.text) if "Content Security Policy" in line.text else None
        )
        if person:
            page.goto("/sign-in")
            page.locator(f'form:has(input[value="{person}"]) button').click()
        return page

    yield sat
    faults = [fault for context in opened for page in context.pages for fault in getattr(page, "faults", [])]
    for context in opened:
        context.close()
    assert not faults


WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def axe(page: Any) -> list[str]:
    """What axe finds wrong with a page, a line each."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": WCAG, "resultTypes": ["violations"]}).response["violations"]
    return [f"{one['id']}: {one['help']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


def sideways(page: Any) -> bool:
    """Whether the page must be scrolled sideways to be read."""
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1")
