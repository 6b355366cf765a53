"""Synthetic case documents drawn at random, and ways of not knowing parts of them. Nobody in them is real."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, timedelta
from random import Random
from typing import Any

from leeward.instruments import load_instruments
from leeward.knowledge import load_knowledge

NOW = datetime.fromisoformat("2026-11-22T09:00:00-05:00")
KNOWLEDGE = load_knowledge()
COWS = load_instruments()["cows"]

SETTINGS = [
    "emergency",
    "inpatient",
    "opioid-treatment-program",
    "office",
    "telehealth",
    "residential",
    "custody",
    "home",
]

OPIOIDS = [id for id, substance in KNOWLEDGE.substances.items() if substance.opioid == "yes"]
OTHERS = [id for id, substance in KNOWLEDGE.substances.items() if substance.opioid != "yes"]
MEDICINES = sorted(KNOWLEDGE.medicines)
CONDITIONS = sorted(KNOWLEDGE.conditions)
GOALS = [
    "start-treatment",
    "continue-treatment",
    "withdrawal-management",
    "home-start",
    "low-dose-start",
    "taper",
    "symptom-relief",
]

NUMBERS: dict[str, tuple[float, ...]] = {
    "heart-rate": (36, 44, 52, 58, 75, 88, 104, 118, 126, 148, 155),
    "systolic-blood-pressure": (76, 86, 92, 98, 118, 142, 165, 205),
    "diastolic-blood-pressure": (48, 56, 62, 78, 96),
    "respiratory-rate": (6, 9, 11, 12, 14, 16, 18, 24),
    "oxygen-saturation": (84, 91, 92, 93, 96, 99),
    "temperature": (36.6, 37.8, 38.3, 38.9, 39.6),
    "qtc": (398, 440, 455, 475, 500, 512, 540),
    "potassium": (2.7, 3.2, 4.1),
    "sodium": (127, 138, 152),
    "egfr": (12, 29.9, 30, 62, 89.9, 90, 110),
    "child-pugh": (5, 6, 7, 9, 10, 12),
    "inr": (1, 1.2, 1.6),
}
YES_NO = [
    "seizure",
    "vomiting",
    "diarrhoea",
    "agitation",
    "hallucination",
    "chest-pain",
    "syncope",
    "diaphoresis",
    "craving",
]


NORMAL: dict[str, float] = {
    "heart-rate": 88,
    "systolic-blood-pressure": 124,
    "diastolic-blood-pressure": 78,
    "respiratory-rate": 16,
    "oxygen-saturation": 98,
    "temperature": 36.8,
    "qtc": 420,
    "potassium": 4.1,
    "sodium": 138,
    "egfr": 100,
    "child-pugh": 5,
    "inr": 1,
}

ODD = 0.12
"""How often a reading of an otherwise ordinary case is out of the ordinary."""


def document(random: Random) -> dict[str, Any]:
    """A whole case: everything that rules ask for is known. Half are ordinary but for a few things, so that options are
    offered and one finding is enough to change them; the other half are anything at all."""
    ordinary = random.random() < 0.5
    sex = random.choice(["female", "female", "male", "intersex"])
    pregnant = sex != "male" and random.random() < (0.05 if ordinary else 0.2)
    case = {
        "leeward": "case/1",
        "now": NOW.isoformat(),
        "setting": random.choice(["emergency", "inpatient", *SETTINGS] if ordinary else SETTINGS),
        "jurisdiction": "US-PA",
        "patient": {
            "age": random.choice([25, 34, 47] if ordinary else [12, 15, 16, 17, 18, 25, 34, 47, 64, 65, 81]),
            "sex": sex,
            "pregnant": pregnant,
            **({"gestation_weeks": random.choice([8, 19, 20, 24, 36])} if pregnant else {}),
            "weight_kg": random.choice([48, 70, 89.9, 90, 120]),
            "opioid_naive": random.random() < 0.3,
        },
        "goals": random.sample(GOALS, random.randrange(3)),
        "declines": random.choice([[], [], [], ["methadone"], ["lofexidine"], ["buprenorphine", "methadone"]]),
        "exposures": _exposures(random, ordinary),
        "medicines": [] if ordinary and random.random() < 0.7 else _medicines(random),
        "conditions": _conditions(random, ordinary),
        "allergies": random.sample(MEDICINES, random.choice([0, 0, 0, 0, 1])),
        "observations": _observations(random, ordinary),
        "scores": _scores(random, ordinary),
        "doses": _doses(random, ordinary),
    }
    if random.random() < 0.1:
        case["orders"] = [
            {"medicine": name, "dose": dose, "at": NOW.isoformat()} for name, dose in [random.choice(DOSES)]
        ]
    return case


def _ago(hours: float) -> str:
    return (NOW - timedelta(hours=hours)).isoformat()


def _hours(random: Random) -> float:
    return random.choice([1, 3, 5, 7, 9, 11, 13, 17, 23, 25, 35, 47, 50, 71, 75, 100, 150, 170, 250, 340, 700])


COMMON = ["heroin", "fentanyl-illicit", "oxycodone", "kratom-leaf", "7-hydroxymitragynine", "methadone", "tianeptine"]


def _exposures(random: Random, ordinary: bool) -> list[dict[str, Any]]:
    count = 1 if ordinary else random.choice([1, 1, 1, 2, 2, 3])
    pool = COMMON if ordinary else OPIOIDS * 4 + OTHERS
    found = [_exposure(random, {"substance": substance}, ordinary) for substance in random.sample(pool, count)]
    if random.random() < 0.05:
        found.append(_exposure(random, {"product": "7-OHMZ chewable tablets 15 mg"}, ordinary))
    if random.random() < 0.05:
        found.append(_exposure(random, {"substance": "blue moon tea"}, ordinary))
    return found


def _exposure(random: Random, named: dict[str, str], ordinary: bool) -> dict[str, Any]:
    return {
        **named,
        "last_use": _ago(random.choice([14, 26, 31, 50, 80, 250, 400]) if ordinary else _hours(random)),
        "amount": {
            "value": random.choice([0.5, 2, 5, 6, 20, 35, 92]),
            "unit": random.choice(["g", "mg"]),
            "per": "day",
        },
        "doses_per_day": random.choice([1, 2, 3, 6]),
        "duration": {"value": random.choice([3, 20, 60, 400]), "unit": "day"},
        "route": "oral",
        "prescribed": random.random() < 0.3,
        "supply": {"adulterants": random.choice([[], [], ["xylazine"], ["medetomidine"]])},
    }


def _conditions(random: Random, ordinary: bool) -> list[Any]:
    found: list[Any] = random.sample(CONDITIONS, 0 if ordinary else random.choice([0, 0, 1, 1, 2, 3]))
    if ordinary:
        found += random.sample(CONDITIONS, int(random.random() < ODD))
        found += random.choice([[], ["opioid-use-disorder"]])
    return list(dict.fromkeys(found))


def _medicines(random: Random) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "dose": random.choice(["8 mg daily", "40 mg daily", "100 mg daily"]),
            "last_taken": _ago(_hours(random)),
        }
        for name in random.sample(MEDICINES, random.choice([0, 0, 0, 1, 1, 2, 4]))
    ]


def _observations(random: Random, ordinary: bool) -> list[dict[str, Any]]:
    found = [_sedation(random, ordinary)]
    for what, values in NUMBERS.items():
        unit = KNOWLEDGE.observations[what].unit
        usual = ordinary and random.random() > ODD
        entry = {"what": what, "value": NORMAL[what] if usual else random.choice(values), "at": _ago(0.2)}
        if unit not in ("points", "1"):
            entry["unit"] = unit
        found.append(entry)
    odd = 0.02 if ordinary else 0.1
    found += [{"what": what, "value": random.random() < odd, "at": _ago(0.2)} for what in YES_NO]
    clonus = "none" if ordinary and random.random() > ODD else random.choice(["none", "inducible", "ocular"])
    found.append({"what": "clonus", "value": clonus, "at": _ago(0.2)})
    positive = "positive" if random.random() < (0.02 if ordinary else 0.3) else "negative"
    found.append({"what": "delirium-cam", "value": positive, "at": _ago(0.2)})
    found.append(
        {"what": "naloxone-challenge", "value": random.choice(["negative", "negative", "positive"]), "at": _ago(0.5)}
    )
    results = ["negative", "negative", "negative", "positive", "pending"]
    analytes = ["opiates", "fentanyl", "methadone", "buprenorphine", "oxycodone"]
    result = {name: "negative" if random.random() < 0.4 else random.choice(results) for name in analytes}
    found.append({"what": "urine-drug-screen", "panel": "immunoassay", "result": result, "at": _ago(1)})
    return found


def _sedation(random: Random, ordinary: bool) -> dict[str, Any]:
    if random.random() < 0.2:
        return {"what": "sedation-poss", "value": random.choice([1, 1, 2, 3, 4]), "at": _ago(0.2)}
    value = 0 if ordinary and random.random() > ODD else random.choice([0, 1, 2, -1, -2, -4])
    return {"what": "sedation-rass", "value": value, "at": _ago(0.2)}


def _scores(random: Random, ordinary: bool) -> list[dict[str, Any]]:
    severity = random.choice([0.05, 0.5, 0.6, 0.7]) if ordinary else random.random()

    def points(item: Any) -> int:
        legal = sorted(choice.points for choice in item.choices)
        return legal[min(int(random.random() * 2 * severity * len(legal)), len(legal) - 1)]

    found: list[dict[str, Any]] = [
        {"instrument": "cows", "at": _ago(0.2), "items": {item.id: points(item) for item in COWS.items}}
    ]
    if random.random() < 0.4:
        found.append(
            {
                "instrument": "cows",
                "at": _ago(random.choice([1.0, 1.5, 3])),
                "items": {item.id: points(item) for item in COWS.items},
            }
        )
    if random.random() < 0.6:
        yes = random.randrange(12)
        stems = [item.id for item in load_instruments()["dsm-5-tr-opioid-use-disorder"].items]
        answers = {stem: ("yes" if place < yes else "no") for place, stem in enumerate(stems)}
        if "taken_as_prescribed" in answers:
            answers["taken_as_prescribed"] = "no"
        found.append({"instrument": "dsm-5-tr-opioid-use-disorder", "at": _ago(30), "items": answers})
    return found


DOSES = [
    ("buprenorphine-sublingual", "8 mg"),
    ("buprenorphine-sublingual", "16 mg"),
    ("methadone", "30 mg"),
    ("naloxone", "4 mg"),
    ("clonidine", "0.1 mg"),
    ("nalmefene", "1 mg"),
]


def _doses(random: Random, ordinary: bool) -> list[dict[str, Any]]:
    chosen = random.sample(DOSES, int(random.random() < ODD) if ordinary else random.choice([0, 0, 0, 1, 2]))
    return [
        {"medicine": name, "dose": dose, "at": _ago(random.choice([0.5, 0.9, 1.2, 2.5, 26]))} for name, dose in chosen
    ]


# Ways of not knowing. Each takes a document and returns the inputs that were forgotten.

Forget = Callable[[dict[str, Any], Random], list[str]]


def forget_patient_field(case: dict[str, Any], random: Random) -> list[str]:
    """A field of the patient that nobody asked for."""
    key = random.choice(sorted(case["patient"]))
    if random.random() < 0.5:
        del case["patient"][key]
    else:
        case["patient"][key] = "unknown"
    return [f"patient.{key}"]


def forget_list(case: dict[str, Any], random: Random) -> list[str]:
    """A whole list that nobody asked for."""
    key = random.choice(["exposures", "medicines", "conditions", "allergies", "doses", "setting"])
    if random.random() < 0.5:
        case.pop(key, None)
    else:
        case[key] = "unknown"
    return [key]


def forget_observation(case: dict[str, Any], random: Random) -> list[str]:
    """One observation."""
    entry = random.choice(case["observations"])
    if random.random() < 0.5:
        case["observations"].remove(entry)
    elif "value" in entry:
        entry["value"] = "unknown"
    else:
        case["observations"].remove(entry)
    return [f"observations.{entry['what']}"]


def forget_time(case: dict[str, Any], random: Random) -> list[str]:
    """When something was observed or scored."""
    entry = random.choice(case["observations"] + case["scores"])
    entry.pop("at", None)
    return [f"observations.{entry['what']}" if "what" in entry else f"scores.{entry['instrument']}"]


def forget_score_items(case: dict[str, Any], random: Random) -> list[str]:
    """Some items of a score."""
    if not case["scores"]:
        return []
    entry = random.choice(case["scores"])
    for item in random.sample(sorted(entry["items"]), random.randint(1, 4)):
        entry["items"][item] = None
    return [f"scores.{entry['instrument']}"]


def forget_scores(case: dict[str, Any], random: Random) -> list[str]:
    """All scores of an instrument."""
    if not case["scores"]:
        return []
    instrument = random.choice(case["scores"])["instrument"]
    case["scores"] = [entry for entry in case["scores"] if entry["instrument"] != instrument]
    return [f"scores.{instrument}"]


def forget_exposure_field(case: dict[str, Any], random: Random) -> list[str]:
    """A detail of an exposure, or exactly when it was."""
    if not isinstance(case.get("exposures"), list):
        return []
    entry = random.choice(case["exposures"])
    key = random.choice(["last_use", "last_use", "amount", "doses_per_day", "duration", "prescribed", "supply"])
    if (
        key == "last_use"
        and isinstance(entry.get("last_use"), str)
        and random.random() < 0.5
        and entry["last_use"] != "unknown"
    ):
        exact = datetime.fromisoformat(entry["last_use"])
        latest = min(exact + timedelta(hours=random.choice([1, 6, 30])), NOW)
        entry["last_use"] = {
            "earliest": (exact - timedelta(hours=random.choice([1, 8, 40]))).isoformat(),
            "latest": latest.isoformat(),
        }
    elif random.random() < 0.5:
        entry.pop(key, None)
    else:
        entry[key] = "unknown"
    return [f"exposures.*.{key}"]


def forget_medicine_time(case: dict[str, Any], random: Random) -> list[str]:
    """When a medicine was last taken, or a dose given."""
    name = random.choice(["medicines", "doses"])
    entries = case.get(name)
    if not isinstance(entries, list) or not entries:
        return []
    random.choice(entries).pop("last_taken" if name == "medicines" else "at", None)
    return [f"{name}.*"]


FORGETTING: tuple[Forget, ...] = (
    forget_patient_field,
    forget_list,
    forget_observation,
    forget_observation,
    forget_time,
    forget_score_items,
    forget_scores,
    forget_exposure_field,
    forget_exposure_field,
    forget_medicine_time,
)


def partly_forgotten(whole: dict[str, Any], random: Random) -> tuple[dict[str, Any], list[str]]:
    """A copy of the case in which one to five things are not known, and their names."""
    case, forgotten = deepcopy(whole), []
    for _ in range(random.choice([1, 1, 1, 2, 3, 5])):
        forgotten += random.choice(FORGETTING)(case, random)
    return case, forgotten
