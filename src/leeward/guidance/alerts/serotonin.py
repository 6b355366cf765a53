"""Serotonin toxicity by the Hunter criteria. Kratom and tramadol count as serotonergic here.

| rule | fires | source |
|---|---|---|
| AL-50 | a serotonergic drug and a set of the Hunter signs | Hunter criteria; consensus of sources for kratom |

The sets: spontaneous clonus; inducible or ocular clonus with agitation or sweating; tremor with hyperreflexia; rigidity
and a temperature above 38 with ocular or inducible clonus.
"""

from __future__ import annotations

from leeward.guidance.alert import alert
from leeward.guidance.alerts.signs import cows_sign
from leeward.guidance.picture import Picture
from leeward.model.truth import Truth, all_of, any_of

TRAITS = ("serotonergic", "serotonergic-minor")
TAKEN = ("tramadol", "tapentadol", "methadone", "fentanyl-illicit", "fentanyl-transdermal")
"""Exposures that count as serotonergic beside kratom: the opioids whose medicines carry one of `TRAITS`."""


@alert(
    "AL-50",
    "serotonin-toxicity",
    "Serotonin toxicity by the Hunter criteria",
    sources=("hunter", "consensus-serotonin"),
)
def serotonin_toxicity(picture: Picture) -> Truth:
    """A serotonergic drug together with one of the five sets of signs."""
    return all_of(serotonergic(picture), hunter_signs(picture))


def serotonergic(picture: Picture) -> Truth:
    """Whether anything serotonergic was taken or given."""
    return any_of(
        picture.takes(traits=TRAITS), picture.was_given(traits=TRAITS), picture.took(*TAKEN), picture.took_kratom
    )


def hunter_signs(picture: Picture) -> Truth:
    """The five sets of signs."""
    ocular_or_inducible = picture.word("clonus", "ocular", "inducible")
    sweating = picture.said("diaphoresis") | cows_sign(picture, "sweating")
    tremor = picture.said("tremor") | cows_sign(picture, "tremor")
    return any_of(
        picture.word("clonus", "spontaneous"),
        all_of(ocular_or_inducible, picture.said("agitation") | sweating),
        all_of(tremor, picture.said("hyperreflexia")),
        all_of(
            picture.said("hypertonia"),
            picture.reading("temperature") > picture.limit("hunter-temperature"),
            ocular_or_inducible,
        ),
    )


RULES = (serotonin_toxicity,)
