"""The text of an assessment: the figure of a measured pair with its limits; a model's number only with everything."""

from __future__ import annotations

from leeward.guidance.assess import assess
from leeward.report.text import render
from tests.unit.guidance.pictures import KNOWLEDGE, picture

ROW = {"exposures": [{"substance": "kratom-leaf", "hours": 9}], "medicines": ["midazolam", "alprazolam"]}


def told(everything: bool) -> str:
    found = assess(picture(**ROW).case, KNOWLEDGE)
    return " ".join(render(found, everything=everything).split())


def test_the_figure_with_interval_dose_and_people_is_told_and_where_there_is_none_it_is_said():
    text = told(everything=False)
    assert (
        "Level of midazolam: AUC 1.39 times (90 % confidence interval 1.23 to 1.57); 2 g of leaf as tea, once" in text
    )
    assert "Level of alprazolam: Cannot tell" in text
    assert "Not shown: Larger, repeated or habitual doses" in text
    assert "a model, not people" not in text


def test_a_models_number_is_told_with_everything_and_with_its_grade():
    assert "5.64 times (95 in 100 draws of the constants 2.31 to 22.53); a model, not people" in told(everything=True)
    assert "grade C" in told(everything=True)
