"""Code systems as types, so that a code of one system is never taken for a code of another.

Source: identifiers of code systems as registered by HL7 (terminology.hl7.org); GTIN check digit after the GS1 General
Specifications, section 7.9.
"""

from __future__ import annotations

import re
from typing import ClassVar

import msgspec

from leeward.errors import BadInput, shown


class Code(msgspec.Struct, frozen=True, order=True):
    """A code in one named system; equal only to the same code of the same system."""

    value: str
    system: ClassVar[str] = ""
    uri: ClassVar[str] = ""
    form: ClassVar[re.Pattern[str]] = re.compile(r".+")

    def __post_init__(self) -> None:
        if not self.form.fullmatch(self.value) or not self.check():
            raise BadInput.one(
                "LW-0105", "", f'"{shown(self.value)}" is not a {self.system} code.', f"Check it in {self.system}."
            )

    def check(self) -> bool:
        """Whether the check digit holds, in systems that have one."""
        return True


class RxNorm(Code, frozen=True, order=True):
    """A concept of RxNorm (RxCUI)."""

    system = "rxnorm"
    uri = "http://www.nlm.nih.gov/research/umls/rxnorm"
    form = re.compile(r"\d{1,8}")


class Loinc(Code, frozen=True, order=True):
    """An observation of LOINC; the last digit is a check digit (Luhn)."""

    system = "loinc"
    uri = "http://loinc.org"
    form = re.compile(r"\d{1,7}-\d")

    def check(self) -> bool:
        digits, check = self.value.split("-")
        doubled = "".join(str(int(digit) * (2 if place % 2 == 0 else 1)) for place, digit in enumerate(digits[::-1]))
        return (10 - sum(map(int, doubled)) % 10) % 10 == int(check)


class SnomedCt(Code, frozen=True, order=True):
    """A concept of SNOMED CT."""

    system = "snomed-ct"
    uri = "http://snomed.info/sct"
    form = re.compile(r"[1-9]\d{5,17}")


class Icd10Cm(Code, frozen=True, order=True):
    """A diagnosis of ICD-10-CM, with its dot."""

    system = "icd-10-cm"
    uri = "http://hl7.org/fhir/sid/icd-10-cm"
    form = re.compile(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?")


class Ndc(Code, frozen=True, order=True):
    """A drug package of the US National Drug Code, hyphenated (5-4-2, 4-4-2, 5-3-2, 5-4-1) or 11 digits."""

    system = "ndc"
    uri = "http://hl7.org/fhir/sid/ndc"
    form = re.compile(r"\d{5}-\d{4}-\d{1,2}|\d{5}-\d{3}-\d{2}|\d{4}-\d{4}-\d{2}|\d{11}")


class Gtin(Code, frozen=True, order=True):
    """A trade item: UPC-A, EAN-8, EAN-13 or GTIN-14, with its check digit."""

    system = "gtin"
    uri = "https://www.gs1.org/gtin"
    form = re.compile(r"\d{8}|\d{12,14}")

    def check(self) -> bool:
        digits = [int(digit) for digit in self.value[::-1]]
        return sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0


SYSTEMS: dict[str, type[Code]] = {kind.system: kind for kind in (RxNorm, Loinc, SnomedCt, Icd10Cm, Ndc, Gtin)}
