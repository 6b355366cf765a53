"""The kratom pathway: what is asked before an opioid treatment is offered to somebody whose opioid is kratom.

Kratom is treated for, never suggested or dosed; grams are never turned into milligrams of buprenorphine.

| rule part | what it says | source |
|---|---|---|
| KR-NAIVE | leaf, up to 5 g and 2 doses a day, fewer than 2 criteria or COWS under 13, no earlier opioids: comfort medicines first | consensus of sources; frequency counts more than amount (Rogers 2024) |
| KR-OUD | everybody else with kratom: buprenorphine maintenance is offered first | consensus of sources |
"""

from __future__ import annotations

from leeward.guidance.picture import Picture, asked_once
from leeward.knowledge.entries import Substance
from leeward.model.case import Exposure
from leeward.model.truth import Truth, all_of, any_of

STRONGER_THAN_LEAF = ("extract", "7-oh", "analogue")
KRATOM = ("leaf", *STRONGER_THAN_LEAF)


@asked_once
def comfort_medicines_first(picture: Picture) -> Truth:
    """Whether kratom leaf alone, used little and without earlier opioids, asks for comfort medicines before buprenorphine."""
    criteria = picture.total("dsm-5-tr-opioid-use-disorder", "use disorder criteria")
    few_criteria = criteria < picture.limit("use-disorder-mild")
    mild_withdrawal = picture.cows < picture.limit("cows-moderate")
    return all_of(
        picture.took_class("leaf"),
        ~picture.took_class("opioid", "tianeptine", *STRONGER_THAN_LEAF),
        picture.opioid_naive,
        ~picture.has("opioid-use-disorder", "failed-attempts"),
        _light_use(picture),
        any_of(few_criteria, mild_withdrawal),
    )


@asked_once
def kratom_is_the_only_opioid(picture: Picture) -> Truth:
    """Whether kratom of any kind was taken and no other opioid, neither told nor on the medicine list."""
    others = any_of(
        picture.took_class("opioid", "tianeptine"),
        picture.takes(traits=("opioid-full-agonist",)),
    )
    return picture.took_class(*KRATOM) & ~others


def _light_use(picture: Picture) -> Truth:
    """Whether every leaf exposure is at or under the mild amount and frequency."""

    def light(exposure: Exposure, substance: Substance) -> Truth:
        grams = picture.daily_amount(exposure, "g/d") <= picture.limit("kratom-mild-grams")
        uses = picture.uses_per_day(exposure) <= picture.limit("kratom-mild-doses")
        return grams & uses

    return all_of(
        light(exposure, substance)
        for exposure in picture.exposures
        if (substance := picture.substance(exposure)) is not None and substance.class_ == "leaf"
    )
