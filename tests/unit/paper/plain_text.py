"""A hand-off and a patient sheet as plain text: every word of them, to look for."""

from __future__ import annotations

from leeward.paper.handoff import Handoff
from leeward.paper.patient_sheet import PatientSheet


def handoff_text(sheet: Handoff) -> str:
    """The hand-off as plain text."""
    head = [f"HAND-OFF  {sheet.person}", f"{sheet.place}  {sheet.written}  by {sheet.written_by}".strip(), sheet.banner]
    body = [
        line
        for part in sheet.parts
        for line in (
            "",
            f"{part.letter}  {part.title.upper()}",
            *(
                f"  {one.mark + '  ' if one.mark else ''}{one.time + '  ' if one.time else ''}{one.says}"
                for one in part.lines
            ),
        )
    ]
    blanks = ["", "S  SYNTHESIS BY THE RECEIVER", *(f"  {blank}: ____________________" for blank in sheet.blanks)]
    foot = [
        "",
        f"Record digest {sheet.digest or 'none'}",
        f"Knowledge {sheet.knowledge}",
        sheet.notice,
        *filter(None, (sheet.scope,)),
    ]
    return "\n".join([*filter(None, head), *body, *blanks, *foot]) + "\n"


def patient_sheet_text(sheet: PatientSheet) -> str:
    """The sheet as plain text."""
    lines = [sheet.title.upper(), *filter(None, (sheet.banner, sheet.person)), f"{sheet.made} {sheet.made_on}", ""]
    lines += [
        sheet.calls_title.upper(),
        *(f"  {call.number}  {call.what_for}" for call in sheet.calls),
        f"  {sheet.calls_note}",
    ]
    for section in sheet.sections:
        lines += ["", section.title.upper()]
        if section.id == "take":
            lines += [
                f"  {sheet.plan_says}",
                *(f"  * {' '.join(filter(None, (one.what, one.dose)))}: {one.when}" for one in sheet.medicines),
            ]
        lines += [f"  {f'{place}.' if section.steps else '-'} {line}" for place, line in enumerate(section.lines, 1)]
        lines += [f"  {section.note}"] if section.note else []
    lines += [
        "",
        sheet.follow_up_title.upper(),
        *(f"  {label}: {value or '____________'}" for label, value in sheet.follow_up),
    ]
    if sheet.link:
        lines += [
            "",
            sheet.check_in_title.upper(),
            f"  {sheet.check_in_how} {sheet.link}",
            f"  {sheet.check_in_warning}",
        ]
    lines += ["", sheet.services_title.upper()]
    lines += [
        f"  {'; '.join(filter(None, (one.name, one.phone, one.address, one.offers, one.distance)))}"
        for one in sheet.services
    ]
    lines += [f"  {sheet.services_note}", "", sheet.footer]
    return "\n".join(lines) + "\n"
