"""Kinetic models as data, people, regimens and the two scales of receptors."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from leeward.errors import BadInput, KnowledgeError, MisuseError
from leeward.knowledge import load_knowledge
from leeward.pharmacology.cohort import made_up, outside, typical
from leeward.pharmacology.kinetics import checked, model_of, models
from leeward.pharmacology.receptors import FdaBound, PetOccupancy, fda_bound, pet_occupancy, zones
from leeward.pharmacology.regimen import Given, levels, repeated, unstudied

KNOWLEDGE = load_knowledge()
HOURS = np.linspace(0.0, 72.0, 145)
MODELS = [model.id for model in models(KNOWLEDGE)]


def first_dose(id: str, route: str) -> Given:
    entry = model_of(KNOWLEDGE, id).entry
    low = (entry.routes[route].studied or (1.0, 1.0))[0]
    return Given(at=1.0, route=route, amount=low, form=next(iter(entry.forms)))


ROUTES = [(id, route) for id in MODELS for route in model_of(KNOWLEDGE, id).entry.routes]


def test_every_drug_that_is_asked_for_has_a_model():
    drugs = {model.entry.drug for model in models(KNOWLEDGE)}
    assert drugs == {
        "buprenorphine", "methadone", "morphine", "heroin", "oxycodone", "fentanyl", "naloxone", "nalmefene",
        "clonidine", "lofexidine", "mitragynine",
    }  # fmt: skip
    assert len(models(KNOWLEDGE, "buprenorphine")) == 3


@pytest.mark.parametrize("id", MODELS)
def test_a_model_carries_grade_people_and_sources(id: str):
    model = model_of(KNOWLEDGE, id)
    assert model.entry.population and model.entry.sources and model.entry.grade
    assert set(model.entry.sources) <= set(KNOWLEDGE.sources)
    told = model.entry.parameters.items()
    unread = {one.called or name for name, one in told if one.standing in {"assumed", "recalled"}}
    said = " ".join(model.caveats)
    assert all(name in said for name in unread)


@pytest.mark.parametrize(("id", "route"), ROUTES)
def test_every_route_gives_levels_in_everybody(id: str, route: str):
    found = levels(made_up(model_of(KNOWLEDGE, id), 50, 1), (first_dose(id, route),), HOURS)
    for level in found.of.values():
        assert np.isfinite(level).all() and (level >= 0.0).all() and (level.max(axis=1) > 0.0).all()
        assert (level[:, HOURS <= 1.0] == 0.0).all()


def test_the_first_of_many_people_are_those_of_a_few_and_threads_change_nothing():
    import numba

    model = model_of(KNOWLEDGE, "buprenorphine-bjornsson")
    given = repeated("sublingual-tablet", 16, every=24, times=3)
    few, many = (levels(made_up(model, people, 3), given, HOURS).of["buprenorphine"] for people in (20, 3000))
    assert np.array_equal(few, many[:20])
    before = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        assert np.array_equal(many, levels(made_up(model, 3000, 3), given, HOURS).of["buprenorphine"])
    finally:
        numba.set_num_threads(before)
    other = levels(made_up(model, 20, 4), given, HOURS).of["buprenorphine"]
    assert not np.array_equal(few, other)


def test_people_differ_as_published():
    people = made_up(model_of(KNOWLEDGE, "buprenorphine-bjornsson"), 20_000, 1)
    assert np.log(people.value("CL")).std() == pytest.approx(0.209, rel=0.03)
    assert np.median(people.value("CL")) == pytest.approx(52.1, rel=0.02)
    share = people.value("fast_tablet")
    assert np.log(share / (1 - share)).std() == pytest.approx(0.762, rel=0.03)
    assert made_up(model_of(KNOWLEDGE, "naloxone-fda"), 20_000, 1).value("F").max() == 0.9


def test_a_missed_dose_is_a_dose_that_was_not_given():
    people = typical(model_of(KNOWLEDGE, "methadone"))
    whole, without = repeated("mouth", 60, every=24, times=3), repeated("mouth", 60, every=24, times=3, missed=[2])
    assert [dose.at for dose in without] == [0.0, 48.0]
    alone = (whole[1],)
    found = [levels(people, given, HOURS).of["methadone"] for given in (whole, without, alone)]
    assert found[0] - found[2] == pytest.approx(found[1], abs=1e-9)


def test_a_switch_carries_over_what_is_still_there():
    people = typical(model_of(KNOWLEDGE, "buprenorphine-jones"))
    tablets = repeated("sublingual-tablet", 16, every=24, times=7)
    depot = (Given(at=168.0, route="monthly-injection", amount=300),)
    hours = np.linspace(0.0, 400.0, 801)
    both, one, other = (levels(people, given, hours).of["buprenorphine"] for given in (tablets + depot, tablets, depot))
    assert both == pytest.approx(one + other, abs=1e-9)
    assert one[0, 336] > 0.5 and both[0, 400] > one[0, 400] > 0.0


WRONG = {
    "route": (Given(at=0, route="ear", amount=8), "has no route"),
    "negative time": (Given(at=-1, route="sublingual-tablet", amount=8), "is not a time"),
    "time that is none": (Given(at=float("nan"), route="sublingual-tablet", amount=8), "is not a time"),
    "impossible dose": (Given(at=0, route="sublingual-tablet", amount=8000), "is not a dose"),
    "no dose": (Given(at=0, route="sublingual-tablet", amount=0), "is not a dose"),
    "negative dose": (Given(at=0, route="sublingual-tablet", amount=-8), "is not a dose"),
    "dose below any share": (Given(at=0, route="sublingual-tablet", amount=1e-4), "no share"),
    "form": (Given(at=0, route="sublingual-tablet", amount=8, form="citrate"), "cannot count"),
    "tablet that flows in": (Given(at=0, route="sublingual-tablet", amount=8, over=3), "cannot flow in"),
}


@pytest.mark.parametrize("wrong", sorted(WRONG))
def test_a_dose_that_cannot_be_is_refused(wrong: str):
    dose, says = WRONG[wrong]
    with pytest.raises(BadInput, match=says) as refused:
        levels(typical(model_of(KNOWLEDGE, "buprenorphine-bjornsson")), (dose,), HOURS)
    assert "doses[0]" in str(refused.value)


def test_salt_or_base_must_be_said_where_it_matters():
    people = typical(model_of(KNOWLEDGE, "lofexidine"))
    with pytest.raises(BadInput, match="not said what the mg"):
        levels(people, (Given(at=0, route="mouth", amount=0.4),), HOURS)
    salt, base = (
        levels(people, (Given(at=0, route="mouth", amount=0.2, form=form),), HOURS).of["lofexidine"].max()
        for form in ("hydrochloride", "base")
    )
    assert salt / base == pytest.approx(0.18 / 0.2, abs=0.03)


def test_a_model_of_bands_has_no_typical_person():
    with pytest.raises(BadInput, match="no typical person"):
        typical(model_of(KNOWLEDGE, "fentanyl-deep-store"))


def test_what_lies_outside_the_studies_is_told():
    people = typical(model_of(KNOWLEDGE, "buprenorphine-bjornsson"), {"weight": 180.0})
    assert "weight is outside" in outside(people)[0]
    assert "64 mg" in unstudied(people, (Given(at=0, route="sublingual-tablet", amount=64),))[0]
    assert not unstudied(people, (Given(at=0, route="sublingual-tablet", amount=8),))
    for known, says in (({"height": 170.0}, "knows no height"), ({"weight": -5.0}, "not a positive number")):
        with pytest.raises(BadInput, match=says):
            typical(model_of(KNOWLEDGE, "buprenorphine-bjornsson"), known)
    with pytest.raises(BadInput, match="is not a kinetic model"):
        model_of(KNOWLEDGE, "aspirin")


def test_units_that_do_not_come_out_are_refused():
    entry = model_of(KNOWLEDGE, "methadone").entry
    volume = msgspec.structs.replace(entry.parameters["V"], unit="L/h")
    with pytest.raises(KnowledgeError, match="units do not come out"):
        checked("wrong", msgspec.structs.replace(entry, parameters={**entry.parameters, "V": volume}))


def test_the_two_models_of_buprenorphine_agree_on_tablets_and_stay_apart():
    hours = np.linspace(0.0, 40 * 24.0, 9601)
    both = [
        levels(typical(model_of(KNOWLEDGE, id)), repeated("sublingual-tablet", 8, every=24, times=40), hours)
        for id in ("buprenorphine-bjornsson", "buprenorphine-jones")
    ]
    means = [found.of["buprenorphine"][0, -240:].mean() for found in both]
    assert means[0] == pytest.approx(means[1], rel=0.05) and means[0] != means[1]


def test_the_two_scales_of_receptors_cannot_be_mixed():
    level = np.array([0.5, 1.0, 3.0])
    pet, fda = pet_occupancy(KNOWLEDGE, "buprenorphine", level), fda_bound(KNOWLEDGE, "buprenorphine", level)
    for mixed in (
        lambda: pet - fda, lambda: fda - pet, lambda: pet >= fda, lambda: pet < fda, lambda: pet == fda,
        lambda: fda - 0.5, lambda: pet > 0.5,
    ):  # fmt: skip
        with pytest.raises(MisuseError, match="different scales and cannot be compared"):
            mixed()
    assert (pet - PetOccupancy(np.zeros(3)) == pet.value).all() and (fda > FdaBound(np.zeros(3))).all()
    assert fda.value[1] == pytest.approx(0.94, abs=0.01) and pet.value[1] == pytest.approx(0.55, abs=0.01)
    with pytest.raises(BadInput, match="is not on the PET scale"):
        pet_occupancy(KNOWLEDGE, "fentanyl", level)


def test_the_zones_of_buprenorphine_carry_their_evidence():
    told = zones(KNOWLEDGE)
    assert set(told) == {"suppression", "blockade"}
    assert all(zone.sources and zone.population and "most people" in zone.says for zone in told.values())


def test_every_model_and_route_is_in_the_reference():
    page = (Path(__file__).parents[3] / "docs" / "reference" / "simulation.md").read_text(encoding="utf-8")
    for id, route in ROUTES:
        row = next(line for line in page.splitlines() if line.startswith(f"| `{id}` "))
        entry = model_of(KNOWLEDGE, id).entry
        assert f"`{route}`" in row and entry.population in row and f"| {entry.grade} |" in row
        assert len(entry.forms) == 1 or all(f"`{form}`" in row for form in entry.forms)
