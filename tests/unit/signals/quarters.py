"""Small quarters of FAERS by the documented layout, before and since 2012Q4."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

DEMO = (
    "primaryid$caseid$caseversion$i_f_code$event_dt$mfr_dt$init_fda_dt$fda_dt$rept_cod$auth_num$mfr_num$mfr_sndr$lit_ref$age"
    "$age_cod$age_grp$sex$e_sub$wt$wt_cod$rept_dt$to_mfr$occp_cod$reporter_country$occr_country"
)
DRUG = "primaryid$caseid$drug_seq$role_cod$drugname$prod_ai$val_vbm$route"
REAC = "primaryid$caseid$pt$drug_rec_act"
OUTC = "primaryid$caseid$outc_cod"
DEMO_OLD = (
    "ISR$CASE$I_F_COD$FOLL_SEQ$IMAGE$EVENT_DT$MFR_DT$FDA_DT$REPT_COD$MFR_NUM$MFR_SNDR$AGE$AGE_COD$GNDR_COD$E_SUB$WT$WT_COD"
    "$REPT_DT$OCCP_COD$DEATH_DT$TO_MFR$CONFID$REPORTER_COUNTRY"
)


def line(header: str, **fields: object) -> str:
    """A line by the names of its fields, lower case."""
    return "$".join(str(fields.get(name.lower(), "")) for name in header.split("$"))


def demo(
    case: int, version: int = 1, received: str = "20240110", age: str = "40", unit: str = "YR", sex: str = "F"
) -> str:
    """A report of today's layout."""
    return line(
        DEMO, primaryid=f"{case}{version}", caseid=case, caseversion=version, init_fda_dt="20230101", fda_dt=received, age=age,
        age_cod=unit, sex=sex,
    )  # fmt: skip


def drug(report: int | str, name: str, role: str = "PS", ingredient: str = "") -> str:
    """A medicine of a report."""
    return line(DRUG, primaryid=report, role_cod=role, drugname=name, prod_ai=ingredient)


def reac(report: int | str, term: str) -> str:
    """A term of a report."""
    return line(REAC, primaryid=report, pt=term)


def outc(report: int | str, code: str) -> str:
    """An outcome of a report."""
    return line(OUTC, primaryid=report, outc_cod=code)


def files(
    demos: Sequence[str],
    drugs: Sequence[str],
    terms: Sequence[str],
    quarter: str = "24Q1",
    outcomes: Sequence[str] = (),
) -> dict[str, str]:
    """The files of a quarter by name."""
    parts = {"DEMO": (DEMO, demos), "DRUG": (DRUG, drugs), "REAC": (REAC, terms)}
    if outcomes:
        parts["OUTC"] = (OUTC, outcomes)
    return {f"{kind}{quarter}.txt": "\r\n".join((head, *rows)) + "\r\n" for kind, (head, rows) in parts.items()}


def old_files(reports: Mapping[int, tuple[int, str]], quarter: str = "12Q3") -> dict[str, str]:
    """A quarter before 2012Q4: each ISR with its case and day, one medicine and one term; lines end in a `$` more."""
    rows = {
        "DEMO": (DEMO_OLD, [line(DEMO_OLD, isr=isr, case=case, fda_dt=day, age=40, age_cod="YR", gndr_cod="M") for isr, (case, day) in reports.items()]),
        "DRUG": ("ISR$DRUG_SEQ$ROLE_COD$DRUGNAME$VAL_VBM", [f"{isr}$1$PS$Kratom$1" for isr in reports]),
        "REAC": ("ISR$PT", [f"{isr}$CROHN^S DISEASE" for isr in reports]),
        "OUTC": ("ISR$OUTC_COD", [f"{isr}$HO" for isr in reports]),
    }  # fmt: skip
    return {f"{kind}{quarter}.TXT": "\r\n".join((head, *(f"{row}$" for row in told))) + "\r\n" for kind, (head, told) in rows.items()}  # fmt: skip


def write_zip(path: Path, content: Mapping[str, str], folder: str = "ASCII/") -> Path:
    """The quarter as FDA packs it."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("FAQs.pdf", b"%PDF")
        for name, text in content.items():
            archive.writestr((folder if "DELETE" not in name.upper() else "Deleted/") + name, text.encode("cp1252"))
    return path


def write_loose(folder: Path, content: Mapping[str, str]) -> Path:
    """The quarter as loose files."""
    folder.mkdir(exist_ok=True)
    for name, text in content.items():
        (folder / name).write_bytes(text.encode("cp1252"))
    return folder
