"""What speaks against a comfort medicine: the guards of adjuncts.toml, each put to the picture as a truth.

| kind | asks |
|---|---|
| qtc-at-least | QTc at or over the guard's number |
| egfr-below, age-at-least | eGFR below, age at or over the guard's number |
| pregnancy | pregnant, from the guard's week where it has one |
| condition, exposure | a condition, allergy, observation or exposure that the guard names |
| trait-pair | something else that is taken, given or ordered has the trait |
| interacts-medicine | one of the named medicines is taken, given or ordered |
| kratom-exposure | a kratom product was taken, together with another class where the guard says so |
| sedation | sedated, breathing depressed or slow, or saturation at or under the borderline |
| alpha-2-hold | pressure or pulse under the hold limits of the alpha-2 agonists |
| serotonin-toxicity | a serotonergic medicine, tramadol, tapentadol or kratom with the Hunter signs |
| serotonin-alert | the alert on serotonin toxicity, which counts illicit fentanyl and methadone too |
| setting-not | cared for elsewhere than in the named settings |
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from msgspec import structs

from leeward.guidance.alerts.serotonin import TRAITS, hunter_signs, serotonin_toxicity
from leeward.guidance.picture import Picture
from leeward.knowledge.entries import Entry, Number, Words
from leeward.model.reading import Limit
from leeward.model.truth import Truth, all_of, any_of

UNITS = {"year": "y", "week": "wk"}
"""Units as the table spells them -> as readings carry them."""


class Guard(Entry, frozen=True, kw_only=True):
    """One guard: what it asks, and what a yes does (avoid, caution, reduce)."""

    id: str
    kind: Literal[
        "qtc-at-least",
        "trait-pair",
        "condition",
        "egfr-below",
        "pregnancy",
        "age-at-least",
        "setting-not",
        "interacts-medicine",
        "kratom-exposure",
        "exposure",
        "sedation",
        "alpha-2-hold",
        "serotonin-toxicity",
        "serotonin-alert",
    ]
    effect: Literal["avoid", "caution", "reduce"]
    value: float | None = None
    unit: str = ""
    trait: str = ""
    names: Words = ()
    allergies: Words = ()
    observed: Words = ()
    medicines: Words = ()
    substances: Words = ()
    settings: Words = ()
    because: str = ""
    together_with: str = ""
    from_week: Number | None = None
    temperature_from: str = ""
    max_per_day: Number | None = None
    factor: Number | None = None


Ask = Callable[[Picture], Truth]


class Questions:
    """What the guards ask, each question once: many guards share one, such as whether the person is sedated."""

    def __init__(self) -> None:
        self.asks: list[Ask] = []
        self._places: dict[tuple[object, ...], int] = {}

    def place(self, guard: Guard, medicine: str) -> int:
        """Where the question of a guard of the comfort medicine `medicine` stands among `asks`."""
        # Somebody who has the medicine already is warned of a second one only where stacking it is to be avoided.
        beside = medicine if guard.effect != "avoid" else ""
        own = beside if guard.kind in ("trait-pair", "interacts-medicine") else ""
        shared = structs.asdict(guard)
        for told in ("id", "says", "sources", "rank", "note", "effect", "because", "max_per_day", "factor"):
            del shared[told]
        key = (*shared.values(), own)
        if key not in self._places:
            self._places[key] = len(self.asks)
            self.asks.append(_ASKS[guard.kind](guard, beside))
        return self._places[key]


def asked(guard: Guard, beside: str) -> Ask:
    """The question of one guard, asked beside the medicine `beside`."""
    return _ASKS[guard.kind](guard, beside)


def _limit(guard: Guard) -> Limit:
    if guard.value is None:
        raise ValueError(f"The guard {guard.id} compares a number and has none.")
    return Limit(guard.id, guard.value, UNITS.get(guard.unit, guard.unit))


def _qtc(guard: Guard, _: str) -> Ask:
    limit = _limit(guard)
    return lambda picture: picture.reading("qtc") >= limit


def _egfr(guard: Guard, _: str) -> Ask:
    limit = _limit(guard)
    return lambda picture: picture.reading("egfr") < limit


def _age(guard: Guard, _: str) -> Ask:
    limit = _limit(guard)
    return lambda picture: picture.age >= limit


def _pregnancy(guard: Guard, _: str) -> Ask:
    week = guard.from_week
    if week is None or week.value is None:
        return lambda picture: picture.pregnant
    limit = Limit(guard.id, week.value, UNITS.get(week.unit, week.unit))
    return lambda picture: all_of(picture.pregnant, picture.gestation >= limit)


def _condition(guard: Guard, _: str) -> Ask:
    def ask(picture: Picture) -> Truth:
        parts = [picture.has(*guard.names)]
        if guard.allergies:
            parts.append(picture.allergic_to(*guard.allergies))
        for what in guard.observed:
            kind = picture.knowledge.observations[what].kind
            parts.append(picture.said(what) if kind == "yes-no" else picture.word(what, "positive"))
        if guard.temperature_from:
            parts.append(picture.reading("temperature") >= picture.limit(guard.temperature_from))
        return any_of(parts)

    return ask


def _exposure(guard: Guard, _: str) -> Ask:
    def ask(picture: Picture) -> Truth:
        taken = picture.took(*guard.substances)
        return taken | picture.has(*guard.names) if guard.names else taken

    return ask


def _trait(guard: Guard, beside: str) -> Ask:
    return lambda picture: picture.taken.trait(guard.trait, beside)


def _medicine(guard: Guard, beside: str) -> Ask:
    return lambda picture: picture.taken.medicine(guard.medicines, beside)


def _kratom(guard: Guard, _: str) -> Ask:
    if not guard.together_with:
        return lambda picture: picture.took_kratom
    return lambda picture: all_of(picture.took_kratom, picture.taken.trait(guard.together_with))


def _sedation(_: Guard, __: str) -> Ask:
    return lambda picture: any_of(
        picture.sedated,
        picture.respiratory_depression,
        picture.reading("respiratory-rate") < picture.limit("sedating-respiratory-rate-hold"),
        picture.reading("oxygen-saturation") <= picture.limit("oxygen-saturation-borderline"),
    )


def _alpha_2_hold(_: Guard, __: str) -> Ask:
    return lambda picture: any_of(
        picture.reading("systolic-blood-pressure") < picture.limit("alpha2-hold-systolic"),
        picture.reading("diastolic-blood-pressure") < picture.limit("alpha2-hold-diastolic"),
        picture.reading("heart-rate") < picture.limit("alpha2-hold-heart-rate"),
    )


def _serotonin_toxicity(_: Guard, __: str) -> Ask:
    """Narrower than the alert: where only illicit fentanyl was taken, nobody has to look for clonus first."""

    def ask(picture: Picture) -> Truth:
        on_board = any_of(
            picture.takes(traits=TRAITS),
            picture.was_given(traits=TRAITS),
            picture.took("tramadol", "tapentadol"),
            picture.took_kratom,
        )
        return all_of(on_board, hunter_signs(picture))

    return ask


def _serotonin_alert(_: Guard, __: str) -> Ask:
    return serotonin_toxicity.rule


def _setting(guard: Guard, _: str) -> Ask:
    return lambda picture: ~picture.setting_is(*guard.settings)


_ASKS: dict[str, Callable[[Guard, str], Ask]] = {
    "qtc-at-least": _qtc,
    "egfr-below": _egfr,
    "age-at-least": _age,
    "pregnancy": _pregnancy,
    "condition": _condition,
    "exposure": _exposure,
    "trait-pair": _trait,
    "interacts-medicine": _medicine,
    "kratom-exposure": _kratom,
    "sedation": _sedation,
    "alpha-2-hold": _alpha_2_hold,
    "serotonin-toxicity": _serotonin_toxicity,
    "serotonin-alert": _serotonin_alert,
    "setting-not": _setting,
}
