"""What in the person speaks against an order of naltrexone or methadone, whatever its dose.

| medicine | speaks | source |
|---|---|---|
| naltrexone | pregnancy | ASAM 2015; New York State |
| naltrexone | liver failure, Child-Pugh C, acute hepatitis, liver injury by its numbers; cirrhosis of which no score is known | oral label; consensus of sources |
| methadone | a long QT that runs in the person, a QTc that is long for the sex, a potassium below 3.0 mmol/L | Chou 2014 |

A QTc above 500 ms has its own check (ORD-05). Naltrexone by mouth belongs to no option, so no option's rules would speak.
"""

from __future__ import annotations

from leeward.guidance.alerts.heart import qtc_long, qtc_very_long
from leeward.guidance.alerts.liver import injured
from leeward.guidance.order_options import belongs_to_an_option
from leeward.guidance.picture import Picture
from leeward.model.case import Dose
from leeward.model.truth import Truth, all_of, any_of, known

HOW_ILL = "how ill the liver is (Child-Pugh score)"


def against_naltrexone(picture: Picture, order: Dose) -> Truth:
    """Whether pregnancy or the liver speaks against naltrexone; the injection's option asks the first two itself."""
    liver = any_of(
        picture.has("acute-hepatitis"),
        picture.reading("child-pugh") >= picture.limit("child-pugh-c"),
        injured(picture),
    )
    if belongs_to_an_option(picture, order):
        return liver
    return any_of(picture.pregnant, picture.has("liver-failure"), liver)


def perhaps_against_naltrexone(picture: Picture, _: Dose) -> Truth:
    """Whether the liver is scarred, and nobody says how far."""
    score = picture.reading("child-pugh")
    return all_of(picture.has("cirrhosis"), known(score.is_unknown, "no Child-Pugh score is known", *score.inputs))


def against_methadone(picture: Picture, _: Dose) -> Truth:
    """Whether the heart's rhythm or the potassium speaks against methadone, before the QTc forbids it."""
    return any_of(
        picture.has("long-qt-congenital"),
        all_of(qtc_long.rule(picture), ~qtc_very_long.rule(picture)),
        picture.reading("potassium") < picture.limit("potassium-low"),
    )
