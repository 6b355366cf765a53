"""Write the pictures of the demo tour anew: a demo ward served on this machine, looked at through Chromium.

make pictures
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


class Picture(NamedTuple):
    """One picture: its name, who looks, at what, how large the window is, and what is typed or handed in first."""

    name: str
    person: str
    path: str
    width: int = 1280
    height: int = 860
    keys: str = ""
    dark: bool = False
    file: str = ""


TOUR = (
    Picture("board", "n.park", "/"),
    Picture("patient", "a.reyes", "/patients/demo-1", height=1250),
    Picture("score", "n.park", "/patients/demo-1/score/cows", keys="210"),
    Picture("precipitated-withdrawal", "a.reyes", "/patients/demo-5", height=700),
    Picture("plan", "a.reyes", "/patients/demo-1/plan/buprenorphine-standard", height=1100),
    Picture("hand-off", "n.park", "/patients/demo-1/hand-off", height=1250),
    Picture("patient-sheet", "n.park", "/patients/demo-1/sheet?language=es", height=1100),
    Picture("product", "j.lindqvist", "/product?q=7-OHMZ+chewable+tablets+15+mg&state=US-FL", height=1000),
    Picture("check", "j.lindqvist", "/check", height=1400, file="examples/consumer-article.md"),
    Picture("board-phone-dark", "n.park", "/", width=390, height=800, dark=True),
)


def main() -> None:
    if CHROMIUM is None:
        sys.exit("Chromium is not installed (Debian: apt-get install chromium).")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "leeward", "serve", "--demo", "--port", "0"]
        environment = os.environ | {"LEEWARD_HOME": folder, "PYTHONUNBUFFERED": "1"}
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True)
        try:
            take_all(_address(server))
        finally:
            os.killpg(server.pid, signal.SIGINT)
            server.wait(20)


def _address(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None
    for line in server.stdout:
        if found := re.search(r"open at (http://\S+)", line):
            return found[1]
    sys.exit("The server did not start.")


def take_all(address: str) -> None:
    """Every picture of the tour."""
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        for picture in TOUR:
            take(browser, address, picture)
        browser.close()


def take(browser: Browser, address: str, picture: Picture) -> None:
    """One picture, as a PNG."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": picture.width, "height": picture.height},
        color_scheme="dark" if picture.dark else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("/sign-in")
    page.locator(f'form:has(input[value="{picture.person}"]) button').click()
    came = page.goto(picture.path)
    if came is None or came.status != 200:
        sys.exit(f"{picture.path} answered {came.status if came else 'nothing'}.")
    for key in picture.keys:
        page.keyboard.press(key)
    if picture.file:
        page.locator("input[type=file]").set_input_files(ROOT / picture.file)
        page.locator("main form button[type=submit], main form button").first.click()
        page.wait_for_load_state()
    page.wait_for_timeout(500)
    page.screenshot(path=PICTURES / f"{picture.name}.png")
    print(f"docs/pictures/{picture.name}.png")
    context.close()


if __name__ == "__main__":
    main()
