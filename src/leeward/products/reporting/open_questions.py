"""What a poison centre still needs to know of an event: one question for each thing that is not told, best first.

The questions are `reporting.toml`. Each is answered by its own part of the event alone: a heart rate does not answer a
glucose, and one sedative that was named does not answer whether there was alcohol. A question is asked once too often
rather than dropped.

Hazard: one known item that silences the others hides the sedative, the low glucose or the long QT.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from leeward.knowledge import Knowledge
from leeward.model.missing import Missing
from leeward.products.reporting.event import Event, Finding, SuspectProduct, is_told
from leeward.products.reporting.event_minimum import ReportingText, texts_for

SEIZURE = r"seiz\w*|convuls\w*|status epilepticus|epileptic|grand mal|tonic|clonic|fitting|a fit|fits|jerking"
SYNCOPE = r"syncop\w*|faint\w*|passed out|pass(?:es|ing) out|black(?:ed|ing)? ?outs?|collaps\w*|palpitation\w*"
DENIED = (
    r"\b(?:no|not|without|denies|denied|never|nil|negative for)"
    r"(?: (?:earlier|prior|previous|any|known|history|of|had|have|a|an|witnessed|reported|signs?))* "
)
"""Before a word that is denied. "No further seizures" and "without warning a seizure" deny nothing."""

UNSURE = r"\?|\b(?:unknown|not known|not asked|unclear|unsure|maybe|perhaps|possibl\w*|ask about)\b"

VITAL_SIGNS = {
    "ask-respiratory-rate": r"respirat\w* rate|resp rate|breathing rate|rr",
    "ask-saturation": r"oxygen saturation|saturation|spo2|sao2|sats?|pulse ox\w*|oxygen(?! )",
    "ask-blood-pressure": r"blood pressure|bp|nibp|systolic\w*(?: blood pressure| bp)?|sbp",
    "ask-heart-rate": r"heart rate|pulse(?! ox)(?: rate)?|hr",
    "ask-temperature": r"(?:body )?temp(?:erature)?",
    "ask-glucose": r"(?:blood |capillary |fingerstick )?(?:glucose|sugar)|bgl?|cbg|dextrostix",
}
AWAKE = r"gcs|glasgow.*|sedation.*|rass|poss|avpu|conscious\w*|alert\w*|awake|mental status"
ECG = r"qtc?\b.*|qt c|corrected qt|ecg|ekg|12 lead.*|electrocardiogra\w*"
NALOXONE = r"naloxone|narcan|kloxxado|zimhi|nalmefene|opvee"

OPIOIDS = (
    "opioid",
    "opioids",
    "opiate",
    "opiates",
    "oxycontin",
    "percocet",
    "vicodin",
    "norco",
    "suboxone",
    "fentanyl",
)
BENZODIAZEPINES = ("benzodiazepine", "midazolam", "triazolam", "clobazam", "nitrazepam")
ALCOHOL = ("alcohol", "etoh")
SEDATIVES = ("sedative", "sedatives", "sleeping", "zolpidem", "ambien", "eszopiclone", "zopiclone", "diphenhydramine", "benadryl",
             "doxylamine", "hydroxyzine", "quetiapine", "carisoprodol", "soma", "baclofen", "cyclobenzaprine", "phenibut", "ghb",
             "trazodone", "mirtazapine", "kava")  # fmt: skip
"""Words for what slows breathing, beside the names that `substances.toml` holds."""


def open_questions(event: Event, knowledge: Knowledge) -> tuple[ReportingText, ...]:
    """The questions that the event leaves open, those that change care soonest first."""
    questions = texts_for("question", knowledge)
    return tuple(text for id, text in questions.items() if not ANSWERED[id](event, knowledge))


def _suspects(event: Event) -> tuple[SuspectProduct, ...]:
    return event.products if isinstance(event.products, tuple) else ()


def _of_every_product(field: str) -> Callable[[Event, Knowledge], bool]:
    return lambda event, _: bool(_suspects(event)) and all(is_told(getattr(one, field)) for one in _suspects(event))


def _findings(event: Event) -> Iterable[Finding]:
    for found in (event.event.observations, event.event.tests):
        if isinstance(found, tuple):
            yield from found


def _measured(event: Event, name: str) -> bool:
    """Whether a finding of this name has a result: its own, or one inside a panel."""
    for finding in _findings(event):
        what = "" if isinstance(finding.what, Missing) else _plain(finding.what)
        result = "" if isinstance(finding.result, Missing) else _plain(finding.result)
        if result and not result.startswith("not known") and re.fullmatch(rf"(?:{name})(?: .*)?", what):
            return True
        if re.search(rf"(?:^|[ ;,])(?:{name}) (?!not known)[^;,]*\d", f"{what}; {result}"):
            return True
    return False


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[_\-/:]", " ", text.casefold()).split())


def _sign(name: str) -> Callable[[Event, Knowledge], bool]:
    return lambda event, _: _measured(event, name)


def _happened(event: Event, words: str) -> bool:
    """Whether the story, the symptoms or an observation tell of it and do not deny it."""
    told = event.event
    texts = [told.what if isinstance(told.what, str) else ""]
    texts += told.symptoms if isinstance(told.symptoms, tuple) else ()
    if any(re.search(rf"\b(?:{words})\b", re.sub(rf"{DENIED}(?:{words})\b", "", _plain(text))) for text in texts):
        return True
    return any(
        isinstance(finding.what, str)
        and re.search(rf"\b(?:{words})\b", _plain(finding.what)) is not None
        and finding.result not in ("no", "none", "absent")
        for finding in (told.observations if isinstance(told.observations, tuple) else ())
    )


def _others(event: Event) -> str:
    """What else was taken, as one text; what was asked and is none answers every question about it."""
    others = event.other_products if isinstance(event.other_products, tuple) else ()
    names = [_plain(other.name) for other in others if isinstance(other.name, str)]
    return " ; ".join(name for name in names if not re.search(UNSURE, name))


def _taken(words: tuple[str, ...], *kinds: str) -> Callable[[Event, Knowledge], bool]:
    def answered(event: Event, knowledge: Knowledge) -> bool:
        if event.other_products == ():
            return True
        names = list(words)
        for id, one in knowledge.substances.items():
            if id in kinds or (one.class_ == "opioid" and "opioid" in kinds):
                names += [_plain(name) for name in (one.name, *one.aliases)]
        return re.search(rf"\b(?:{'|'.join(map(re.escape, names))})\b", _others(event)) is not None

    return answered


def _said(event: Event, words: str) -> bool:
    """Whether what else was taken, the history, a finding with a result or the treatment speaks of it, and is sure."""
    texts = [_others(event), *(event.event.history if isinstance(event.event.history, tuple) else ())]
    texts += [
        f"{one.what} {one.result}" for one in _findings(event) if isinstance(one.what, str) and is_told(one.result)
    ]
    treatment = event.event.treatment if isinstance(event.event.treatment, tuple) else ()
    texts += [one.what for one in treatment if isinstance(one.what, str)]
    plain = (_plain(text) for text in texts)
    return any(re.search(rf"\b(?:{words})\b", text) and not re.search(UNSURE, text) for text in plain)


def _after_a_seizure(words: str) -> Callable[[Event, Knowledge], bool]:
    return lambda event, _: not _happened(event, SEIZURE) or _said(event, words)


def _breathing(event: Event, _: Knowledge) -> bool:
    over = event.event.recovery in ("recovered", "died") or is_told(event.event.died)
    return over or (_measured(event, VITAL_SIGNS["ask-respiratory-rate"]) and _measured(event, AWAKE))


def _naloxone(event: Event, _: Knowledge) -> bool:
    given = event.event.treatment
    if isinstance(given, Missing):
        return False
    return not given or any(re.search(rf"\b(?:{NALOXONE})\b", _plain(str(one.what))) for one in given)


def _ecg(event: Event, _: Knowledge) -> bool:
    asked = _happened(event, SEIZURE) or _happened(event, SYNCOPE)
    asked = asked or any("tianeptine" in str(product.name).casefold() for product in _suspects(event))
    return not asked or _measured(event, ECG)


ANSWERED: dict[str, Callable[[Event, Knowledge], bool]] = {
    "ask-breathing": _breathing,
    "ask-naloxone": _naloxone,
    "ask-substance": lambda event, _: (
        bool(_suspects(event)) and all(is_told(one.name) or is_told(one.brand) for one in _suspects(event))
    ),
    "ask-amount": _of_every_product("amount"),
    "ask-strength": _of_every_product("strength"),
    "ask-packs": _of_every_product("packs"),
    "ask-time": _of_every_product("last_use"),
    "ask-opioids": _taken(OPIOIDS, "opioid"),
    "ask-benzodiazepines": _taken(BENZODIAZEPINES, "benzodiazepine"),
    "ask-alcohol": _taken(ALCOHOL, "alcohol"),
    "ask-sedatives": _taken(SEDATIVES, "gabapentinoid", "barbiturate", "phenibut"),
    "ask-medicines": lambda event, _: is_told(event.other_products),
    "ask-symptoms": lambda event, _: is_told(event.event.symptoms) or is_told(event.event.what),
    "ask-since": lambda event, _: is_told(event.event.began),
    **{id: _sign(name) for id, name in VITAL_SIGNS.items()},
    "ask-ecg": _ecg,
    "ask-seizure-withdrawal": _after_a_seizure(r"(?:alcohol|sedative|benzodiazepine|gaba\w*) withdrawal"),
    "ask-seizure-tramadol": _after_a_seizure(r"tramadol|ultram"),
    "ask-seizure-bupropion": _after_a_seizure(r"bupropion|wellbutrin|zyban"),
    "ask-seizure-hypoxia": _after_a_seizure(r"hypoxi\w*|hypoxa?emi\w*|cyanos\w*|apno?ea"),
    "ask-seizure-glucose": lambda event, knowledge: (
        _after_a_seizure(r"hypoglyc\w*")(event, knowledge) or _measured(event, VITAL_SIGNS["ask-glucose"])
    ),
    "ask-seizure-head": _after_a_seizure(
        r"head injury|head trauma|(?:ct|mri|scan) (?:of )?(?:the )?(?:head|brain)|head ct"
    ),
    "ask-seizure-adulterants": _after_a_seizure(r"adulterants?|contaminants?|xylazine|medetomidine|product analysis"),
    "ask-age": lambda event, _: is_told(event.patient.age) or is_told(event.patient.date_of_birth),
    "ask-weight": lambda event, _: is_told(event.patient.weight),
    "ask-pregnancy": lambda event, _: event.patient.sex == "male" or is_told(event.patient.pregnant),
    "ask-breastfeeding": lambda event, _: event.patient.sex == "male" or is_told(event.patient.breastfeeding),
    "ask-treatment": lambda event, _: is_told(event.event.treatment),
    "ask-others-exposed": lambda event, _: is_told(event.event.others_exposed),
    "ask-route": _of_every_product("route"),
    "ask-kept": _of_every_product("available"),
    "ask-lot": _of_every_product("lot"),
    "ask-barcode": lambda event, _: (
        bool(_suspects(event)) and all(is_told(one.upc) or is_told(one.ndc) for one in _suspects(event))
    ),
    "ask-maker": _of_every_product("maker"),
    "ask-expiry": _of_every_product("expiry"),
    "ask-bought": _of_every_product("bought"),
    "ask-history": lambda event, _: is_told(event.event.history),
    "ask-allergies": lambda event, _: is_told(event.event.allergies),
}
"""When each question is answered: for every suspect product, where it is about products."""
