"""The interactions of the patient page: a measured pair with its figure and its limits, the others with why they have none."""

from __future__ import annotations


def charted_list(charted, medicine: str) -> None:
    charted("exposure", {"substance": "kratom-leaf", "last_use": "2026-11-22T08:00:00+00:00"})
    charted("medicine", {"medicine": medicine})


def test_a_measured_pair_shows_its_figure_and_what_is_a_model(someone, charted):
    charted_list(charted, "midazolam")
    page = " ".join(someone("n.park").get("/patients/demo-1").html.split())
    assert "Level of midazolam: AUC 1.39 times (90 % confidence interval 1.23 to 1.57)" in page
    assert "5.69 times (no interval published), a model, not people" in page
    assert "grade C" in page


def test_a_relative_shows_that_there_is_no_figure(someone, charted):
    charted_list(charted, "alprazolam")
    page = " ".join(someone("n.park").get("/patients/demo-1").html.split())
    assert "Level of alprazolam: Cannot tell" in page
    assert "not a sign that nothing happens" in page
