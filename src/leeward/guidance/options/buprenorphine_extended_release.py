"""Buprenorphine, extended-release injection (Sublocade, Brixadi).

| rule | what it asks | source |
|---|---|---|
| AGO-01..06, BUP-01, 02 | awake, breathing, no antagonist, no allergy, something to treat | buprenorphine_standard.py |
| BXR-01 | transmucosal buprenorphine tolerated: current, or one dose an hour ago without precipitated withdrawal | labels 2025; direct start only by the site's protocol |
| BXR-02 | a place where a professional injects | REMS |
| BXR-03 | no moderate or severe liver impairment | eMPR monograph |
| BXR-04 | no long QT history | eMPR monograph |
| BXR-05 | not for mild kratom use without earlier opioids | consensus of sources KR-NAIVE |
| BXR-06 | an injection less than 26 days ago is shown | ASAM; eMPR; company filing |
"""

from __future__ import annotations

from leeward.guidance.alerts.response import precipitated_withdrawal
from leeward.guidance.assessment import Proposal
from leeward.guidance.gates import AGONIST_GATES, BUPRENORPHINE, INJECTED, last_taken, liver_at_least, on_buprenorphine
from leeward.guidance.kratom import comfort_medicines_first
from leeward.guidance.option import Option
from leeward.guidance.options.buprenorphine_cautions import START_CAUTIONS, alcohol_or_sedatives_in_doubt
from leeward.guidance.options.buprenorphine_standard import allergic, nothing_to_treat
from leeward.guidance.options.starts import BEFORE_BUPRENORPHINE, GOALS
from leeward.guidance.options.timing import all_told, ever_methadone, last_uses
from leeward.guidance.picture import AT_HOME, Picture
from leeward.guidance.proposal import scheduled
from leeward.guidance.rule import AVOID, CAUTION, GATE, rule
from leeward.model.instants import hours_since
from leeward.model.missing import Missing
from leeward.model.truth import Truth, all_of, any_of, known, unknown

TRANSMUCOSAL = ("buprenorphine-sublingual", "buprenorphine-naloxone-sublingual", "buprenorphine-buccal")


@rule(
    "BXR-01",
    "Transmucosal buprenorphine is tolerated",
    GATE,
    no="Give one transmucosal dose by the gates of a start and watch for an hour first",
    sources=("slc-news", "brixadi-spl", "nhs-buvidal"),
)
def tolerated_first(picture: Picture) -> Truth:
    """Current buprenorphine, or one dose an hour ago; without either only where the site adopted a direct start."""
    tolerated = transmucosal_tolerated(picture)
    return tolerated | (~tolerated & direct_start(picture))


@rule(
    "BXR-02", "The injection is given where a professional can give it, not at home", AVOID, sources=("dailymed-slc",)
)
def not_where_injected(picture: Picture) -> Truth:
    """Into a vein it forms a mass and can kill: it never goes to the person's own hands."""
    return picture.setting_is(*AT_HOME)


@rule(
    "BXR-03",
    "Moderate or severe liver impairment: the injection is not recommended, since its dose cannot be taken back",
    AVOID,
    sources=("empr-slc",),
)
def liver_impaired(picture: Picture) -> Truth:
    """Child-Pugh B or C, or liver failure."""
    return liver_at_least(picture, "child-pugh-b")


@rule("BXR-04", "Long QT syndrome or a family history of it: avoid the injection", AVOID, sources=("empr-slc",))
def long_qt_history(picture: Picture) -> Truth:
    """The monograph's wording."""
    return picture.has("long-qt-congenital")


@rule(
    "BXR-05",
    "Mild kratom use without earlier opioids: no injection that lasts a month",
    AVOID,
    sources=("consensus-kratom-bup",),
)
def mild_kratom(picture: Picture) -> Truth:
    """Comfort medicines come first."""
    return comfort_medicines_first(picture)


@rule(
    "BXR-06",
    "The last injection was less than 26 days ago: read the label for its product before the next monthly one",
    CAUTION,
    sources=("consensus-xr-interval",),
)
def injected_lately(picture: Picture) -> Truth:
    """Weekly products have their own interval."""
    interval = picture.limit("buprenorphine-injection-interval")
    return any_of(
        hours_since(last.when, picture.case.now, last.name, "hours since the last injection") < interval
        for last in last_taken(picture, (INJECTED,), (INJECTED,))
    )


def transmucosal_tolerated(picture: Picture) -> Truth:
    """Whether buprenorphine is current, or a dose given an hour ago or longer was tolerated."""
    watched = picture.limit("buprenorphine-test-dose-watch")
    if isinstance(picture.case.doses, Missing):
        given = unknown("doses", sentence="what was given already: not known")
    else:
        given = any_of(
            hours_since(dose.at, picture.case.now, f"doses.{dose.key}.at", f"hours since {dose.as_told}") >= watched
            for dose in picture.doses_of(*TRANSMUCOSAL)
        )
    return on_buprenorphine(picture) | (given & ~precipitated_withdrawal(picture))


def direct_start(picture: Picture) -> Truth:
    """Whether the site's adopted protocol allows a weekly injection without a test dose."""
    if not picture.policy.allows("direct-injection-protocol"):
        return known(False, "the site has not adopted a direct injection")
    interval = picture.limit("weekly-start-interval")
    opioids = [use for use in last_uses(picture) if use.substance is None or use.substance.opioid != "no"]
    return all_of(
        picture.cows >= picture.limit("direct-injection-cows"),
        *(use.hours(picture.case.now) > interval for use in opioids),
        all_told(picture),
        ~picture.took(),
        ~ever_methadone(picture),
        ~picture.has("delirium"),
        ~alcohol_or_sedatives_in_doubt(picture),
    )


def propose(picture: Picture) -> Proposal:
    """Both products' schedules after a tolerated dose; the direct weekly injection where only that is open."""
    if transmucosal_tolerated(picture).is_yes:
        return scheduled(picture, "buprenorphine-extended-release")
    return scheduled(picture, "buprenorphine-extended-release-direct")


def certainty(_: Picture) -> tuple[str, str, tuple[str, ...]]:
    """Trials against sublingual buprenorphine; the emergency trial of 2026 found little precipitated withdrawal."""
    return (
        "moderate",
        "Label trials, and an emergency trial with precipitated withdrawal in 0.6 % (injection) and 0.8 % (sublingual).",
        ("slc-news", "span-moud"),
    )


OPTION = Option(
    id="buprenorphine-extended-release",
    title="Buprenorphine, extended-release injection",
    rules=(
        *AGONIST_GATES,
        *BEFORE_BUPRENORPHINE,
        allergic,
        nothing_to_treat,
        not_where_injected,
        liver_impaired,
        long_qt_history,
        mild_kratom,
        tolerated_first,
        injected_lately,
        *GOALS,
        *START_CAUTIONS,
    ),
    propose=propose,
    monitoring=("buprenorphine-injection",),
    certainty=certainty,
    medicines=BUPRENORPHINE,
)
