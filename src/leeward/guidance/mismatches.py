"""What does not fit opioid withdrawal: findings with another cause to be sought, and drug screens that cannot answer.

A mismatch names what else to think of. It never says that something is excluded.

| rule | what does not fit | source |
|---|---|---|
| MM-01 | heart rate above 120 with systolic above 160 | MMWR on medetomidine withdrawal |
| MM-02 | strong withdrawal within 6 h of illicit fentanyl or heroin, with a racing heart or high pressure | UMEM 2026 |
| MM-03 | a seizure | recalled; 209 medetomidine inpatients |
| MM-04 | delirium or hallucinations | recalled; Connecticut on medetomidine |
| MM-05 | no response to an adequate dose, and no precipitated withdrawal | consensus of sources |
| MM-06 | clonus, brisk reflexes or rigidity | Hunter criteria |
| MM-07 | COWS and CIWA-Ar both raised | consensus of sources; ASAM |
| MM-08 | sedation together with withdrawal | consensus of sources |
| MM-09 | a slow pulse in moderate withdrawal | Penn on medetomidine overdose |
| MM-10 | a pulse that a medicine keeps down | confounders of COWS |
| MM-11 | stimulants, which raise pulse, pupils and sweat | Highland |
| MM-12 | an anticholinergic with wide pupils | confounders of COWS |
| MM-13 | fever together with withdrawal | recalled red flags |
| MM-14 | a COWS of complaints alone | objective signs |
| MM-15 | withdrawal with no opioid told | consensus of sources |
| MM-16 | the person's own buprenorphine before moderate withdrawal | precipitated withdrawal |
"""

from __future__ import annotations

from leeward.guidance.alert import AlertRule, alert
from leeward.guidance.alerts.brain import ciwa, delirium, seizure
from leeward.guidance.alerts.infection import feverish
from leeward.guidance.alerts.pressure import storm_vitals
from leeward.guidance.alerts.response import another_diagnosis
from leeward.guidance.alerts.signs import cows_sign
from leeward.guidance.gates import BUPRENORPHINE
from leeward.guidance.picture import Picture
from leeward.guidance.screens import SCREENS
from leeward.model.case import Exposure
from leeward.model.instants import hours_since
from leeward.model.missing import Missing
from leeward.model.truth import Truth, all_of, any_of


@alert(
    "MM-01",
    "mismatch-storm-vitals",
    "Pulse and pressure are too high for opioid withdrawal alone",
    sources=("mmwr-med",),
)
def too_high(picture: Picture) -> Truth:
    """Medetomidine, alcohol, sedatives, stimulants and serotonin are thought of."""
    return storm_vitals(picture)


@alert(
    "MM-02",
    "mismatch-early-onset",
    "Withdrawal is too strong too soon after the last use",
    sources=("umem26", "mmwr-med"),
)
def too_soon(picture: Picture) -> Truth:
    """Medetomidine withdrawal starts hours before the opioid's; an early high COWS is no readiness."""
    early = picture.exposed(
        lambda exposure, _: (
            (picture.hours_since_use(exposure) <= picture.limit("alpha-2-early"))
            if exposure.substance in ("fentanyl-illicit", "heroin")
            else False
        ),
        "taken",
    )
    rate, systolic = picture.reading("heart-rate"), picture.reading("systolic-blood-pressure")
    driven = any_of(rate > picture.limit("storm-heart-rate"), systolic > picture.limit("storm-systolic"))
    return all_of(early, picture.cows >= picture.limit("cows-moderate"), driven)


@alert("MM-03", "mismatch-seizure", "A seizure is not opioid withdrawal", sources=("red-flags-recalled", "pmc40747932"))
def seizure_does_not_fit(picture: Picture) -> Truth:
    """In an adult another cause is always sought."""
    return seizure.rule(picture)


@alert("MM-04", "mismatch-delirium", "Delirium is not opioid withdrawal", sources=("red-flags-recalled", "ct-med"))
def delirium_does_not_fit(picture: Picture) -> Truth:
    """Opioid withdrawal leaves the mind clear."""
    return delirium.rule(picture)


@alert(
    "MM-05", "mismatch-no-response", "Opioid withdrawal would have answered", sources=("consensus-failure-to-respond",)
)
def no_response(picture: Picture) -> Truth:
    """Withdrawal that an adequate dose does not touch may be something else."""
    return another_diagnosis(picture)


@alert(
    "MM-06",
    "mismatch-neuromuscular",
    "Clonus, brisk reflexes or rigidity do not belong to withdrawal",
    sources=("hunter",),
)
def neuromuscular(picture: Picture) -> Truth:
    """Signs of serotonin toxicity, whatever was told."""
    return any_of(
        picture.word("clonus", "inducible", "spontaneous", "ocular"),
        picture.said("hyperreflexia"),
        picture.said("hypertonia"),
    )


@alert(
    "MM-07", "mismatch-alcohol", "COWS and CIWA-Ar are both raised", sources=("consensus-alcohol-overlap", "asam-awm")
)
def with_alcohol(picture: Picture) -> Truth:
    """Both scales count nausea, sweating, anxiety, agitation and tremor; nothing is subtracted."""
    return all_of(_in_withdrawal(picture), ciwa(picture))


@alert("MM-08", "mismatch-sedated", "Sedation does not belong to withdrawal", sources=("consensus-mismatch",))
def sedated_in_withdrawal(picture: Picture) -> Truth:
    """A second sedative, an alpha-2 agonist or another illness."""
    return all_of(_in_withdrawal(picture), picture.sedated)


@alert(
    "MM-09",
    "mismatch-slow-pulse",
    "The pulse is too slow for this withdrawal",
    sources=("penncamp", "consensus-mismatch"),
)
def slow_pulse(picture: Picture) -> Truth:
    """Xylazine or medetomidine on board, or a medicine that slows the heart."""
    slow = picture.reading("heart-rate") <= picture.limit("slow-pulse")
    return all_of(slow, picture.cows >= picture.limit("cows-moderate"))


@alert("MM-10", "mismatch-blunted-pulse", "A medicine keeps the pulse down", sources=("consensus-mismatch",))
def blunted_pulse(picture: Picture) -> Truth:
    """Beta-blockers and alpha-2 agonists hide the pulse that COWS counts."""
    traits = ("beta-blocker", "alpha-2-agonist")
    return picture.takes(traits=traits) | picture.was_given(traits=traits)


@alert("MM-11", "mismatch-stimulant", "A stimulant raises COWS without withdrawal", sources=("highland-assess",))
def stimulant(picture: Picture) -> Truth:
    """Told, prescribed or screened."""
    return any_of(
        picture.took_class("stimulant"),
        picture.takes(traits=("stimulant",)),
        picture.screened("amphetamines", "positive"),
        picture.screened("cocaine", "positive"),
    )


@alert(
    "MM-12", "mismatch-anticholinergic", "Wide pupils may come from an anticholinergic", sources=("consensus-mismatch",)
)
def anticholinergic(picture: Picture) -> Truth:
    """Datura, or a medicine of that kind together with wide pupils."""
    trait = ("anticholinergic",)
    medicine = picture.takes(traits=trait) | picture.was_given(traits=trait)
    return any_of(picture.took("datura"), all_of(medicine, cows_sign(picture, "pupils")))


@alert("MM-13", "mismatch-fever", "Fever may be no withdrawal", sources=("red-flags-recalled",))
def fever(picture: Picture) -> Truth:
    """COWS counts what an infection brings too."""
    return all_of(_in_withdrawal(picture), feverish(picture))


@alert(
    "MM-14",
    "mismatch-complaints-alone",
    "The score rests on complaints alone",
    sources=("consensus-objective-signs", "highland-assess"),
)
def complaints_alone(picture: Picture) -> Truth:
    """A COWS in the range of withdrawal without one sign that somebody else can see."""
    unseen = ~(picture.objective_signs >= picture.limit("objective-signs-standard"))
    return all_of(_in_withdrawal(picture), unseen)


@alert("MM-15", "mismatch-no-opioid-told", "Withdrawal, but no opioid was told", sources=("consensus-mismatch",))
def no_opioid_told(picture: Picture) -> Truth:
    """Something was not told, not known or not withdrawal."""
    taken = any_of(picture.took_opioid, picture.takes(traits=("opioid-full-agonist", "opioid-partial-agonist")))
    return all_of(picture.cows >= picture.limit("cows-moderate"), ~taken)


@alert(
    "MM-16",
    "mismatch-own-buprenorphine",
    "The person took buprenorphine before this",
    sources=("consensus-pw-engine", "docslib-ow"),
)
def own_buprenorphine(picture: Picture) -> Truth:
    """Precipitated withdrawal may be under way and cannot be told, since nobody scored before that dose."""
    limit = picture.limit("precipitated-passes")

    def recent(exposure: Exposure) -> Truth | bool:
        mine = exposure.substance in ("buprenorphine", "buprenorphine-extended-release")
        return (picture.hours_since_use(exposure) <= limit) if mine else False

    listed = () if isinstance(picture.case.medicines, Missing) else picture.case.medicines
    told = [
        hours_since(
            entry.last_taken, picture.case.now, f"medicines.{entry.key}.last_taken", f"hours since {entry.as_told}"
        )
        <= limit
        for entry in listed
        if entry.medicine in BUPRENORPHINE
    ]
    taken = any_of(picture.exposed(lambda exposure, _: recent(exposure), "taken"), *told, picture.takes())
    return all_of(taken, picture.cows >= picture.limit("cows-moderate"))


def _in_withdrawal(picture: Picture) -> Truth:
    return picture.cows >= picture.limit("cows-withdrawal")


MISMATCHES: tuple[AlertRule, ...] = (
    too_high,
    too_soon,
    seizure_does_not_fit,
    delirium_does_not_fit,
    no_response,
    neuromuscular,
    with_alcohol,
    sedated_in_withdrawal,
    slow_pulse,
    blunted_pulse,
    stimulant,
    anticholinergic,
    fever,
    complaints_alone,
    no_opioid_told,
    own_buprenorphine,
    *SCREENS,
)
