"""The answer about a product as text: the short of it, then what it rests on, and what is not known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from leeward.products.answer import ActionLine, ProductAnswer
from leeward.products.contents.safety import SafetyLine
from leeward.products.contents.variability import variability_words
from leeward.products.law.lines import LawLine
from leeward.products.recalls.action import GRADES
from leeward.report.paper import Paper
from leeward.report.words import ANSWERS, CLASSES, OF_CLASS, SUBSTANCES

KINDS = {"match": "urgent", "product_only": "caution", "family": "caution", "none": "dim"}
SHOWN = {
    "can-see": "can see",
    "cannot-see": "cannot see",
    "cannot-tell-apart": "cannot tell apart",
    "not-established": "not established",
}
MOST = 6
"""Actions shown where not everything is asked for."""


def render(answer: ProductAnswer, *, colour: bool, everything: bool = False, signature: str = "") -> str:
    """The answer on paper of 80 columns; `everything` shows each action, law, test and source in full."""
    paper = Paper(colour)
    place = f", {answer.jurisdiction}" if answer.jurisdiction else ""
    paper.put(f"LEEWARD  product on {answer.on}{place}", 0)
    paper.put(f'"{answer.as_told}"', 0, 2)
    paper.put(signature, 0)
    _first_help(paper, answer)
    _in_short(paper, answer)
    _identity(paper, answer)
    _contents(paper, answer, everything)
    _actions(paper, answer, everything)
    _tests(paper, answer, everything)
    _law(paper, answer, everything)
    paper.heading("NOT KNOWN")
    for line in answer.unknown:
        paper.item(line)
    if everything:
        paper.heading("SOURCES (leeward knowledge show ID)")
        paper.put(", ".join(answer.sources))
    paper.lines.append("")
    paper.put(answer.searched, 0)
    paper.put("For clinicians; a human decides. No record found does not mean safe. This is not legal advice.", 0)
    return "\n".join(paper.lines) + "\n"


def _first_help(paper: Paper, answer: ProductAnswer) -> None:
    if answer.first_help:
        paper.heading("IF SOMEBODY TOOK IT")
        for line in answer.first_help:
            paper.item(line.says)


def _in_short(paper: Paper, answer: ProductAnswer) -> None:
    paper.heading("IN SHORT")
    for name, kind, text in in_short(answer):
        paper.entry(f"{name:<12}", kind, text)


def in_short(answer: ProductAnswer) -> Iterator[tuple[str, str, str]]:
    """The short of an answer, line by line: what the line is about (empty: as before), how it is marked, and what it says."""
    yield "What it is", "heading", _what_it_is(answer)
    found = [f"{line.title} {line.record}" for line in answer.actions if line.grade == answer.grade]
    named = f": {'; '.join(found[:2])}{' and more' if len(found) > 2 else ''}" if found else ""
    yield "Actions", KINDS[answer.grade], f"{GRADES[answer.grade]}{named}"
    if answer.near:
        yield "", "caution", f"{len(answer.near)} near record(s) ruled out: compare lot, strain and form"
    if answer.class_ in OF_CLASS:
        for line in first_laws(answer):
            said = f"{ANSWERS[line.answer]}{f' ({line.in_short})' if line.in_short else ''}"
            yield "Law", "caution", f"{line.name}, {SUBSTANCES[line.substance]}: {said}"
    elif answer.law:
        yield "Law", "caution", "differs for leaf, extract, 7-OH and analogues: tell them apart first (below)"
    for line in answer.law_not_held:
        yield "Law", "caution", f"not held here. {line}"
    grave: dict[str, list[SafetyLine]] = {}
    for line in answer.safety:
        if line.answer in ("over", "present", "scheduled"):
            grave.setdefault(line.analyte, []).append(line)
    for lines in grave.values():
        more = f" ({len(lines) - 1} more limits exceeded)" if len(lines) > 1 else ""
        yield "Content", "urgent", f"{lines[0].says.split('. ')[0]}{more}"
    over = [verdict for line in answer.assay for verdict in line.verdicts if verdict.answer in ("over", "claimed-over")]
    for verdict in over:
        yield "Content", "urgent", verdict.because


def _what_it_is(answer: ProductAnswer) -> str:
    """What it is in a few words; of what cannot be told, what is known of it and no confidence."""
    if answer.class_ == "cannot-tell":
        return f"{answer.says[:1].upper()}{answer.says[1:]}"
    if answer.class_ == "other-substance":
        named = " and ".join(id.replace("-", " ") for id in answer.substances)
        return f"{named[:1].upper()}{named[1:]}, by its words; nothing names kratom ({answer.confidence} confidence)"
    return f"{CLASSES[answer.class_]} ({answer.confidence} confidence)"


def first_laws(answer: ProductAnswer) -> Iterator[LawLine]:
    """The law on what the product is; on every substance where that is not known."""
    wanted = OF_CLASS.get(answer.class_, set(SUBSTANCES))
    return (line for line in answer.law if line.substance in wanted)


def _identity(paper: Paper, answer: ProductAnswer) -> None:
    paper.heading("WHAT IT PROBABLY IS")
    paper.put(f"{answer.says[:1].upper()}{answer.says[1:]}.".replace("..", "."))
    told = (("brand", answer.brand), ("form", answer.form), ("count", answer.count), ("size", answer.size))
    named = [f"{name} {value}" for name, value in (*told, ("lot", answer.lot), ("barcode", answer.upc)) if value]
    if named:
        paper.put(f"Read off the label: {'; '.join(named)}.")
    for line in answer.because:
        paper.item(line)
    for line in answer.warnings:
        paper.entry("! ", "caution", line)


def _contents(paper: Paper, answer: ProductAnswer, everything: bool) -> None:
    paper.heading("WHAT IS IN IT")
    if answer.strength:
        paper.put(f"The label claims {answer.strength}. A claim is not a measurement.")
    for line in answer.assay:
        paper.item(f"{line.says}.")
        for verdict in line.verdicts:
            paper.put(f"{verdict.answer}: {verdict.because}", 4)
        for caution in line.cautions:
            paper.put(caution, 4)
    for line in answer.safety:
        if everything or line.answer in ("over", "present", "scheduled"):
            paper.item(f"{line.answer}: {line.says}")
    for found in answer.variability:
        for sentence in variability_words(found):
            paper.put(sentence)
    for one in answer.certificates:
        for unread in one.unread[: None if everything else MOST]:
            paper.put(f"Not understood in {one.name}, {unread.place}: {unread.text}")
    if not answer.strength and not answer.assay:
        paper.put("Not known: the label states no strength, and no laboratory certificate was given.")


def _actions(paper: Paper, answer: ProductAnswer, everything: bool) -> None:
    paper.heading("RECALLS AND OTHER ACTIONS")
    paper.put(f"{GRADES[answer.grade]}.")
    most = None if everything else MOST
    for line in answer.actions[:most]:
        _action(paper, line)
    if not everything and len(answer.actions) > MOST:
        paper.put(f"and {len(answer.actions) - MOST} more (--all)")
    if answer.near:
        paper.put("Ruled out; look again at the pack:")
        for line in answer.near[: None if everything else 3]:
            paper.item(f"{line.title} {line.record}, {line.firm}, {line.date}: {line.because}", 4)
    if answer.general and everything:
        paper.put("About this kind of product as a whole:")
        for line in answer.general:
            said = ": ".join(filter(None, (line.product, line.reason)))
            paper.item(f"{line.title}, {line.firm}, {line.date}. {said}", 4)
    elif answer.general:
        paper.put(f"Advisories and alerts on this kind of product as a whole: {len(answer.general)} (--all).")


def _action(paper: Paper, line: ActionLine) -> None:
    classed = f", {line.class_}" if line.class_ else ""
    status = f", {line.status.lower()}" if line.status else ""
    paper.item(f"{line.title} {line.record}{classed}, {line.firm}, {line.date or 'date not known'}{status}")
    paper.put(f"{GRADES[line.grade]}: {line.because}.", 4)
    if line.to_compare:
        paper.put(f"Compare {line.to_compare}.", 4)
    paper.put(f"Product: {_short(line.product, 220)}", 4)
    if line.codes:
        paper.put(f"Covers: {_short(line.codes, 160)}", 4)
    if line.reason:
        paper.put(f"Reason: {_short(line.reason, 220)}", 4)
    if line.note:
        paper.put(f"Note: {_short(line.note, 240)}", 4)


def _law(paper: Paper, answer: ProductAnswer, everything: bool) -> None:
    if not answer.law:
        return
    paper.heading(f"THE LAW ON {answer.on}")
    shown = answer.law if everything else tuple(first_laws(answer))
    for line in shown:
        paper.item(f"{line.name}, {SUBSTANCES[line.substance]}: {ANSWERS[line.answer]}. {line.says}")
        paper.put(f"As of {line.as_of or 'a day that is not known'}, confidence {line.confidence}.", 4)
        for limit in line.limits if everything else ():
            paper.put(f"Limit ({limit.status.replace('_', ' ')}): {limit.in_words}.", 4)
    for check in _once(check for line in shown for check in line.to_check):
        paper.put(f"Check {check}.")
    if len(shown) < len(answer.law):
        left = sorted({SUBSTANCES[line.substance] for line in answer.law if line not in shown})
        paper.put(f"The law on {' and '.join(left)} is another (--all).")
    paper.put("Cities and counties may ban what a state allows; they are not looked up.")


def _tests(paper: Paper, answer: ProductAnswer, everything: bool) -> None:
    paper.heading("WHAT A DRUG TEST CAN SHOW")
    if everything:
        for line in answer.tests:
            apart = f" ({', '.join(line.apart_from)})" if line.apart_from else ""
            paper.item(f"{line.name}: {SHOWN[line.answer]}{apart}. {line.says}")
        return
    for sentence in answer.tests_in_short:
        paper.item(sentence)
    paper.put("--all says what each test shows.")


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _short(text: str, most: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 4].rsplit(' ', 1)[0]} ..."
