"""Sedatives by their names and brands: each is known as one, and adds to breathing that an opioid slows."""

from __future__ import annotations

import pytest

from leeward.guidance.interactions import interactions
from tests.unit.guidance.pictures import KNOWLEDGE, picture

HYPNOTICS = [
    "phenobarbital", "secobarbital", "Seconal", "pentobarbital", "Nembutal", "amobarbital", "primidone", "Mysoline",
    "butalbital", "meprobamate", "carisoprodol", "Soma", "sodium oxybate", "Xyrem", "Xywav", "chloral hydrate",
    "ethchlorvynol", "glutethimide", "methaqualone", "zolpidem", "eszopiclone", "zaleplon", "zopiclone", "lorazepam",
    "estazolam", "flurazepam", "quazepam", "clorazepate", "Tranxene", "clobazam", "nitrazepam", "flunitrazepam",
]  # fmt: skip


@pytest.mark.parametrize("name", HYPNOTICS)
@pytest.mark.parametrize(
    ("others", "exposures", "id"),
    [
        (["buprenorphine-naloxone"], [], "buprenorphine-sedatives"),
        (["methadone"], [], "opioid-sedatives"),
        ([], [{"substance": "kratom leaf", "hours": 14}], "kratom-benzodiazepine"),
    ],
)
def test_every_sedative_of_the_class_interacts(name: str, others: list[str], exposures: list[object], id: str):
    found = interactions(picture(medicines=[{"name": other} for other in (name, *others)], exposures=exposures))
    assert any(one.id == id and one.severity == "major" for one in found)


@pytest.mark.parametrize(
    "name",
    [
        "tizanidine", "dexmedetomidine", "Igalmi", "gabapentin", "Horizant", "pregabalin", "baclofen", "suvorexant",
        "lemborexant", "daridorexant", "doxylamine", "metaxalone", "chlorzoxazone", "orphenadrine", "propofol",
        "clomethiazole", "perampanel", "quetiapine", "hydroxyzine", "promethazine",
    ],
)  # fmt: skip
def test_other_sedatives_are_known_as_sedating(name: str):
    case = picture(medicines=[{"name": name}]).case
    assert not isinstance(case.medicines, str)
    (medicine,) = case.medicines  # pyright: ignore[reportGeneralTypeIssues]
    assert medicine.medicine is not None
    assert "sedative" in KNOWLEDGE.medicines[medicine.medicine].traits


@pytest.mark.parametrize(
    "told", ["GHB", "GBL", "zolpidem", "ambien", "soma", "methaqualone", "secobarbital", "z-drugs"]
)
def test_sedatives_that_were_taken_are_known_and_raise_the_level_of_care(told: str):
    taken = picture(exposures=[{"substance": "heroin", "hours": 14}, {"substance": told, "hours": 10}])
    assert taken.took_class("sedative").is_yes
    assert any(one.id == "opioid-sedatives" for one in interactions(taken))
