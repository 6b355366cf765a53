"""Scenarios: what to simulate, as TOML. Those that ship, and anybody's own."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from leeward.errors import BadInput, shown
from leeward.pharmacology.evidence_scenario import InteractionScenario, WithdrawalScenario
from leeward.pharmacology.kinetic_scenario import KineticScenario

SHIPPED = resources.files("leeward.pharmacology") / "scenarios"
MOST_BYTES = 100_000
MOST_PATIENTS = 1_000_000
MOST_ARMS = 30

Milligrams = Annotated[float, msgspec.Meta(gt=0, le=100)]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=7200)]


class GivenDose(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One dose of naloxone: seconds after the first, and mg."""

    after_s: Seconds
    mg: Milligrams


Doses = Annotated[tuple[GivenDose, ...], msgspec.Meta(max_length=20)]


class Arm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one group is given: nothing, doses that are absorbed, or injections into a vein over ten seconds."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    route: Literal["naloxone-nasal-4mg", "naloxone-muscle-2mg", "naloxone-muscle-2mg-auto-injector"] = (
        "naloxone-nasal-4mg"
    )
    sprays: Doses = ()
    injections: Doses = ()


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An overdose of one opioid into a vein, and the arms that are compared in the same people."""

    leeward: Literal["scenario/1"]
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    model: Literal["overdose"]
    opioid: Literal["fentanyl", "carfentanil"]
    opioid_mg: Annotated[float, msgspec.Meta(gt=0, le=20)]
    person: Literal["naive", "chronic"]
    naloxone_delay_s: Seconds = 60
    patients: Annotated[int, msgspec.Meta(ge=10, le=MOST_PATIENTS)] = 2000
    seed: Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)] = 1
    arms: Annotated[tuple[Arm, ...], msgspec.Meta(min_length=1, max_length=MOST_ARMS)]
    name: str = ""


AnyScenario = Scenario | KineticScenario | InteractionScenario | WithdrawalScenario

KINDS: dict[str, type[AnyScenario]] = {
    "overdose": Scenario,
    "kinetics": KineticScenario,
    "interaction": InteractionScenario,
    "withdrawal-course": WithdrawalScenario,
}
"""Each `model` and what its scenarios may say."""


def shipped() -> tuple[str, ...]:
    """The names of the scenarios that ship."""
    return tuple(sorted(file.name.removesuffix(".toml") for file in SHIPPED.iterdir() if file.name.endswith(".toml")))


def scenario(asked: str) -> AnyScenario:
    """The scenario, of any kind, of a name that ships, or of a file. Raises BadInput with the place and the mend."""
    name = Path(asked).stem
    if asked in shipped():
        content = (SHIPPED / f"{asked}.toml").read_bytes()
    else:
        try:
            with Path(asked).open("rb") as opened:
                content = opened.read(MOST_BYTES + 1)
        except OSError:
            mend = f"Name a file, or one of: {', '.join(shipped())}."
            raise BadInput.one(
                "LW-1110", shown(asked), "There is no scenario of this name, and no such file.", mend
            ) from None
    return _read(content, name)


def _read(content: bytes, name: str) -> AnyScenario:
    if len(content) > MOST_BYTES:
        raise BadInput.one(
            "LW-1111", "", f"The scenario is larger than {MOST_BYTES // 1000} kB.", "Send a smaller one."
        )
    try:
        told = tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadInput.one("LW-1112", "", "The scenario is not UTF-8 text.", "Save it as UTF-8.") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadInput.one(
            "LW-1113", "", f"The scenario is not valid TOML: {shown(str(error), 100)}.", "Mend that line."
        ) from None
    told["name"] = name
    model = told.get("model")
    if not isinstance(model, str) or model not in KINDS:
        says = "No model is named." if model is None else f'"{shown(str(model))}" is not a model.'
        raise BadInput.one("LW-1119", "model", says, f"Use one of {', '.join(KINDS)}.")
    try:
        found = msgspec.convert(told, KINDS[model])
    except msgspec.ValidationError as error:
        says, _, place = str(error).partition(" - at ")
        mend = "The shipped scenarios show what each word may be."
        raise BadInput.one("LW-1114", place.strip("`$."), f"{shown(says, 160)}.", mend) from None
    if isinstance(found, InteractionScenario | WithdrawalScenario):
        return found
    if len({arm.name for arm in found.arms}) < len(found.arms):
        raise BadInput.one("LW-1116", "arms", "Two arms have one name.", "Give each its own.")
    if isinstance(found, KineticScenario):
        return found
    for index, arm in enumerate(found.arms):
        if arm.sprays and arm.injections:
            says = "An arm gives doses that are absorbed or injections into a vein, not both."
            raise BadInput.one("LW-1115", f"arms[{index}]", says, "Make it two arms.")
    return found
