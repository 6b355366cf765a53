"""The columns of a certificate: what headings and names of fields mean, and the sheet that fills while it is read."""

from __future__ import annotations

import datetime
import re
from typing import Any

import msgspec

from leeward.products.contents.content import Content, analyte_named
from leeward.products.contents.printed import Unit, unit_printed
from leeward.products.wording import fold, plain

_HEADS: dict[str, str] = {
    "analyte": "analyte analytes compound test parameter substance component testname analysis element alkaloid alkaloids "
    "organism contaminant metal heavymetal heavymetals microbe testparameter analytename compoundname microorganism",
    "result": "result results value amount concentration measured conc content found reported level potency quantity "
    "testresult testresults measuredvalue resultvalue average mean",
    "unit": "unit units uom resultunit resultunits",
    "lod": "lod mdl limitofdetection detectionlimit",
    "loq": "loq limitofquantitation limitofquantification quantitationlimit quantificationlimit lloq",
    "rl": "rl mrl reportinglimit reportlimit",
    "limit": "limit limits spec specs specification specifications acceptancecriteria actionlevel actionlimit max maximum "
    "requirement requirements regulatorylimit allowable allowablelimit criteria speclimit labelclaim",
    "status": "status passfail conclusion verdict evaluation passorfail compliance",
    "method": "method testmethod analyticalmethod analysismethod methodused technique methodology instrument instrumentation methodreference",
    "lot": "lot batch lotnumber lotno batchnumber batchno batchid lotid lotbatch lotcode batchcode lotbatchnumber lotbatchno lotnum batchlot",
    "date": "date datereported reportdate datetested testdate testingdate dateoftesting dateofanalysis analysisdate dateanalyzed dateissued "
    "issuedate reportissued datecompleted completed reported analyzed tested dateofissue",
    "laboratory": "laboratory lab testinglaboratory testinglab labname laboratoryname testedby analyzedby",
    "product": "product productname sample samplename description item sampledescription productdescription sampletitle material",
    "sample_mass": "samplemass sampleweight samplesize sampleamount samplemassg sampleweightg",
    "uncertainty": "uncertainty mu measurementuncertainty expandeduncertainty",
    "other": "mfgdate manufacturedate manufacturingdate dateofmanufacture expirationdate expdate expirydate expiry bestby bestbefore retestdate "
    "datereceived received receiveddate datecollected collected datesampled client customer orderid order sampleid reportno reportnumber "
    "certificateno matrix address phone email page website approvedby reviewedby",
    "note": "note notes comment comments remark remarks qualifier qualifiers",
}  # fmt: skip
_KIND_OF_HEAD = {head: kind for kind, heads in _HEADS.items() for head in heads.split()}
_EMPTY = {"", "-", "--", "—", "–", "n/a", "na", "nt", "not tested", "not applicable", "tbd", "."}


class Unread(msgspec.Struct, frozen=True):
    """A line that could not be read: where it stands, what it says (cut short) and why.

    `analyte` is the substance of a line that names one, with a result that could not be read; empty for any other line.
    """

    place: str
    text: str
    because: str
    analyte: str = ""


class Column(msgspec.Struct, frozen=True):
    """What a heading means: its kind, and the unit that stands in it. `analyte` where it is named after a substance."""

    kind: str
    unit: Unit | None = None
    analyte: str = ""


class Sheet(msgspec.Struct, kw_only=True):
    """A certificate while it is being read."""

    contents: list[Content] = []
    unread: list[Unread] = []
    notes: list[str] = []
    basis: dict[str, Any] = {}
    product: str = ""
    lot: str = ""
    laboratory: str = ""
    date: datetime.date | None = None
    sample_mass_g: float | None = None
    method: str = ""
    """What was said of the method, for the results below that name none."""
    thousands: bool = False
    """Whether a comma before three digits parts thousands here, for the other numbers of the certificate show it."""
    points: bool = False
    """Whether a result with a decimal point was read."""

    def cannot_read(self, place: str, text: str, because: str, analyte: str | None = None) -> None:
        """Keep the line, with why it was not read; `analyte` where a result of it stands there."""
        self.unread.append(Unread(place, plain(text)[:200], because, analyte or ""))


def head_key(text: str) -> str:
    """A heading or field name as it is compared."""
    return "".join(letter for letter in fold(text) if letter.isascii() and letter.isalnum())


def kind_of_head(text: str) -> str | None:
    """What a heading or a field name means; None where it is none that is known."""
    return _KIND_OF_HEAD.get(head_key(text.replace("_", " ")))


def column(heading: str) -> Column | None:
    """What a heading means, with the unit inside it.

    >>> column("Result (mg/g)"), column("LOQ"), column("Mood") is None
    (Column(kind='result', unit=Unit(measure='mg_per_g', factor=1.0), analyte=''), Column(kind='loq', unit=None, analyte=''), True)
    """
    text = heading.strip()
    unit = unit_printed(text)
    if unit is not None:
        return Column("result", unit)
    for cut in _cuts(text):
        head, rest = text[:cut].strip(" (["), text[cut:].strip(" )],:([")
        unit, kind = unit_printed(rest), kind_of_head(head)
        if unit is not None and kind is not None:
            return Column(kind, unit)
        named = analyte_named(head) if unit is not None else None
        if named is not None:
            return Column("result", unit, named)
    kind = kind_of_head(text)
    return None if kind is None else Column(kind)


def _cuts(text: str) -> list[int]:
    return [found.start() for found in re.finditer(r"[\s(\[,]+", text)]


def is_empty(cell: str) -> bool:
    """Whether a cell holds no result, in the ways in which tables leave one out."""
    return cell.strip().casefold() in _EMPTY
