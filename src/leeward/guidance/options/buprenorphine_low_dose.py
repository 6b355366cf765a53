"""Buprenorphine, low-dose start beside a full agonist.

| rule | what it asks | source |
|---|---|---|
| AGO-01..03, BUP-01, 02, 06 | awake, breathing, no antagonist, no allergy, something to treat, not on it already | buprenorphine_standard.py |
| BLD-01 | no bridge that law forbids: hospital, opioid treatment programme, or the person's own prescribed full agonist | ASAM 2023 on high-potency opioids (HPSO-02); 21 CFR 1306.07 |
| BLD-02 | never a plan to leave an emergency department with | CA Bridge January 2026 |
| BLD-03 | a full agonist to run beside; kratom and tianeptine are never that | design: kratom is not dosed |
| BLD-04 | recommended after methadone or a long-acting opioid, fentanyl, earlier precipitated withdrawal, in severe acute pain, a hospital stay, or where abstinence is not tolerated | clinical reference 2.5 |
| BLD-05 | relief is needed now: another start is quicker | clinical reference 2.5 |

Neither a COWS gate nor a time since last use is asked: the full agonist goes on.
"""

from __future__ import annotations

from leeward.guidance.assessment import Proposal
from leeward.guidance.gates import AGONIST_GATES, BUPRENORPHINE
from leeward.guidance.option import Option
from leeward.guidance.options.buprenorphine_cautions import START_CAUTIONS
from leeward.guidance.options.buprenorphine_standard import allergic, already_on_it, nothing_to_treat
from leeward.guidance.picture import Picture
from leeward.guidance.proposal import scheduled
from leeward.guidance.rule import AVOID, CAUTION, PREFER, rule
from leeward.knowledge.entries import Substance
from leeward.model.case import Exposure
from leeward.model.missing import Missing
from leeward.model.truth import Truth, any_of, known, unknown

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
    "A low-dose start fits: methadone or a long-acting opioid, fentanyl, earlier precipitated withdrawal, severe acute pain, "
    "a hospital stay, or abstinence not tolerated",
    PREFER,
    no="Nothing asks for a low-dose start rather than a standard one",
    sources=("jabfm-t2", "cab-ldb26", "gc-4054694"),
)
def indicated(picture: Picture) -> Truth:
    """Each of these alone is reason enough."""
    return any_of(
        picture.setting_is("inpatient"),
        picture.has("precipitated-withdrawal-history", "cannot-tolerate-abstinence", "severe-acute-pain"),
        picture.took("fentanyl-illicit", "nitazene", "methadone"),
        picture.exposed(_long_acting, "long-acting opioid taken"),
        picture.takes("methadone"),
    )


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


def _long_acting(_: Exposure, substance: Substance) -> bool:
    return substance.class_ == "opioid" and substance.agonist == "full" and substance.acting in LONG_ACTING


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
        allergic,
        nothing_to_treat,
        already_on_it,
        no_lawful_bridge,
        emergency_department,
        nothing_to_bridge,
        indicated,
        relief_needed_now,
        *START_CAUTIONS,
    ),
    propose=propose,
    monitoring=("buprenorphine-low-dose-start",),
    certainty=certainty,
    medicines=BUPRENORPHINE,
)
