"""Buprenorphine, low-dose start beside a full agonist.

| rule | what it asks | source |
|---|---|---|
| AGO-01..06, BUP-01, 02, 06 | awake, breathing, no allergy, something to treat, not on it already | buprenorphine_standard.py |
| BLD-01 | no bridge that law forbids: hospital, opioid treatment programme, or the person's own prescribed full agonist | ASAM 2023 on high-potency opioids (HPSO-02); 21 CFR 1306.07 |
| BLD-02 | never a plan to leave an emergency department with | CA Bridge January 2026 |
| BLD-03 | a full agonist to run beside; kratom and tianeptine are never that | kratom is not dosed |
| BLD-04 | recommended for a use disorder, or chosen, and a reason against a standard start | sources in the rule |
| BLD-05 | relief is needed now: another start is quicker | sources in the rule |
| BUP-31, BUP-32 | a start that has begun; an opioid that is only prescribed | begun.py, use_disorder.py |

Reasons: methadone or a long-acting full agonist, earlier precipitated withdrawal, severe acute pain, abstinence not
tolerated. A hospital stay makes the ramp possible; alone it does not make it the better start.

Neither a COWS gate nor a time since last use is asked: the full agonist goes on.
"""

from __future__ import annotations

from functools import cache

from leeward.guidance.assessment import Proposal
from leeward.guidance.gates import AGONIST_GATES, BUPRENORPHINE
from leeward.guidance.option import Option
from leeward.guidance.options.begun import start_begun
from leeward.guidance.options.buprenorphine_cautions import START_CAUTIONS
from leeward.guidance.options.buprenorphine_standard import allergic, already_on_it, nothing_to_treat
from leeward.guidance.options.starts import BEFORE_BUPRENORPHINE, GOALS
from leeward.guidance.options.use_disorder import chose_buprenorphine, only_prescribed
from leeward.guidance.picture import Picture
from leeward.guidance.proposal import scheduled
from leeward.guidance.rule import AVOID, CAUTION, PREFER, rule
from leeward.knowledge import Knowledge
from leeward.knowledge.entries import Substance
from leeward.model.case import Exposure
from leeward.model.missing import Missing
from leeward.model.truth import Truth, all_of, any_of, known, unknown

MAY_BRIDGE = ("inpatient", "opioid-treatment-program")
LONG_ACTING = ("long", "very-long")


@rule(
    "BLD-01",
    "Outside a hospital and an opioid treatment programme no full agonist may be prescribed to bridge a low-dose start",
    AVOID,
    sources=("gc-4054694", "cfr-1306"),
)
def no_lawful_bridge(picture: Picture) -> Truth:
    """Unless the full agonist is the person's own prescribed medicine, which stays as it is."""
    return ~(picture.setting_is(*MAY_BRIDGE) | own_prescribed_agonist(picture))


@rule(
    "BLD-02",
    "Never a plan to leave an emergency department with: admit, or start otherwise",
    AVOID,
    sources=("cab-ldb26",),
)
def emergency_department(picture: Picture) -> Truth:
    """The ramps were made for inpatients whose full agonist the ward gives."""
    return picture.setting_is("emergency")


@rule(
    "BLD-03",
    "There is no full agonist to run beside; kratom and tianeptine are never continued for that",
    AVOID,
    sources=("cab-ldb26", "jabfm-t2"),
)
def nothing_to_bridge(picture: Picture) -> Truth:
    """Without one a standard start, which waits for withdrawal, is the same work in less time."""
    return ~(picture.took_class("opioid") | picture.takes(traits=("opioid-full-agonist",)))


@rule(
    "BLD-04",
    "A low-dose start fits: a use disorder or the person's choice, with methadone or a long-acting opioid, earlier "
    "precipitated withdrawal, severe acute pain, or abstinence not tolerated",
    PREFER,
    no="Nothing asks for a low-dose start rather than a standard one",
    sources=("jabfm-t2", "cab-ldb26", "gc-4054694"),
)
def indicated(picture: Picture) -> Truth:
    """A use disorder, or the choice to change, and one reason that a standard start does not suit."""
    reason = any_of(
        picture.has("precipitated-withdrawal-history", "cannot-tolerate-abstinence", "severe-acute-pain"),
        picture.exposed(_long_acting, "long-acting opioid taken"),
        picture.takes(*_long_acting_medicines(picture.knowledge)),
    )
    return all_of(reason, picture.opioid_use_disorder | chose_buprenorphine(picture))


@rule(
    "BLD-05",
    "Relief is needed now: a low-dose start takes days, so raise the full agonist first or choose another start",
    CAUTION,
    sources=("cab-ldb26",),
)
def relief_needed_now(picture: Picture) -> Truth:
    """COWS of moderate withdrawal or worse."""
    return picture.cows >= picture.limit("cows-moderate")


def own_prescribed_agonist(picture: Picture) -> Truth:
    """Whether a full agonist is the person's own prescribed medicine, as told or on the medicine list."""
    prescribable = picture.knowledge.medicines

    def prescribed(exposure: Exposure, substance: Substance) -> Truth:
        name = f"exposures.{exposure.key}.prescribed"
        if substance.agonist != "full" or exposure.substance not in prescribable:
            return known(False, f"{substance.name} is not prescribed", f"exposures.{exposure.key}")
        if isinstance(exposure.prescribed, Missing):
            return unknown(name, sentence=f"whether {substance.name} was prescribed: not known")
        return known(exposure.prescribed, f"{substance.name}, {'' if exposure.prescribed else 'not '}prescribed", name)

    return picture.exposed(prescribed, "own medicine") | picture.takes(traits=("opioid-full-agonist",))


def _long_acting(exposure: Exposure, substance: Substance) -> Truth:
    long = substance.class_ == "opioid" and substance.agonist == "full" and substance.acting in LONG_ACTING
    says = f"{substance.name} is {'' if long else 'not '}a long-acting full agonist"
    return known(long, says, f"exposures.{exposure.key}")


@cache
def _long_acting_medicines(knowledge: Knowledge) -> tuple[str, ...]:
    return tuple(
        id
        for id, substance in knowledge.substances.items()
        if id in knowledge.medicines and substance.agonist == "full" and substance.acting in LONG_ACTING
    )


def propose(picture: Picture) -> Proposal:
    """The one schedule that the site follows, whole: by setting unless the site chose one."""
    chosen = picture.policy.choice("low-dose-schedule")
    if chosen == "by-setting":
        chosen = "hospital-8-day"
    # The hospital ramps are for inpatients alone; everywhere else the outpatient schedule is the only one.
    outpatient = chosen == "outpatient-7-day" or picture.setting_is("inpatient").is_no
    return scheduled(picture, "buprenorphine-low-dose-" + ("outpatient-7-day" if outpatient else chosen))


def certainty(_: Picture) -> tuple[str, str, tuple[str, ...]]:
    """Case series and one small trial; no schedule was compared with another."""
    return (
        "low",
        "Case series and one ward trial schedule; no low-dose schedule was compared with another. Some withdrawal in 31 %, severe in 2 %.",
        ("hrj24", "wong21", "jabfm-t2"),
    )


OPTION = Option(
    id="buprenorphine-low-dose",
    title="Buprenorphine, low-dose start beside a full agonist",
    rules=(
        *AGONIST_GATES,
        *BEFORE_BUPRENORPHINE,
        allergic,
        nothing_to_treat,
        already_on_it,
        no_lawful_bridge,
        emergency_department,
        nothing_to_bridge,
        indicated,
        relief_needed_now,
        start_begun,
        only_prescribed,
        *GOALS,
        *START_CAUTIONS,
    ),
    propose=propose,
    monitoring=("buprenorphine-low-dose-start",),
    certainty=certainty,
    medicines=BUPRENORPHINE,
)
