"""The words of a PDF, by poppler; a test that needs them is skipped, saying so, where it is not installed."""

from __future__ import annotations

import shutil
import subprocess

import pytest

NASTY = '#panic("x") *bold* _it_ $x^2$ <label> @ref `raw` // not a comment /* nor this */ "quoted" \\ #{1+1} [in] = heading 😀'


def words_of(pdf: bytes) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return read.stdout.decode()
