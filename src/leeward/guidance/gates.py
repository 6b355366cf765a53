"""Gates that every agonist shares: awake, breathing, no antagonist on board, no allergy.

| rule | what it asks | source |
|---|---|---|
| AGO-01 | no agonist while sedated | CA Bridge on-shift; WHO 2009 annex 12; engine consensus for the cut-offs |
| AGO-02 | no agonist in respiratory depression | engine consensus on red flags |
| AGO-03 | no agonist start by the clock over naltrexone or nalmefene | ACMT/AACT on nalmefene; naltrexone label |
| SET-01 | the setting is known, since law and gates hang on it | design: unknown is not normal |
"""

from __future__ import annotations

from leeward.guidance.picture import Picture
from leeward.guidance.rule import AVOID, GATE, rule
from leeward.model.instants import hours_since
from leeward.model.missing import Missing
from leeward.model.truth import Truth, any_of, known, unknown


@rule("AGO-01", "No agonist while the person is sedated or not fully awake", AVOID, sources=("consensus-sedation-gate",))
def sedated(picture: Picture) -> Truth:
    """RASS -1 or lower, POSS 3 or higher, or a Glasgow Coma Scale under 15 holds every agonist."""
    return picture.sedated


@rule("AGO-02", "No agonist in respiratory depression", AVOID, sources=("consensus-red-flags",))
def respiratory_depression(picture: Picture) -> Truth:
    """Slow breathing or a low saturation is treated first."""
    return picture.respiratory_depression


@rule(
    "AGO-03",
    "An antagonist is on board: an agonist start by the clock does not work and may be unsafe",
    AVOID,
    sources=("acmt-nalm", "asam-2015p10"),
)
def antagonist_on_board(picture: Picture) -> Truth:
    """Naltrexone or nalmefene taken or given: supportive care and longer observation instead."""
    return picture.antagonist_on_board


@rule("SET-01", "The setting is known", GATE, sources=("cfr-1306",))
def setting_known(picture: Picture) -> Truth:
    """Who may give what, and who watches, hangs on the setting."""
    setting = picture.case.setting
    if isinstance(setting, Missing):
        return unknown("setting", sentence="setting: not known")
    return known(True, f"setting: {setting}", "setting")


BUPRENORPHINE = (
    "buprenorphine-sublingual",
    "buprenorphine-naloxone-sublingual",
    "buprenorphine-extended-release",
    "buprenorphine-transdermal",
    "buprenorphine-buccal",
)


def on_buprenorphine(picture: Picture) -> Truth:
    """Whether buprenorphine was taken recently enough that it is continued rather than started.

    Source: BC pharmacy policy 2024: up to five missed days in a row resume, six are assessed anew.
    """
    lapsed = picture.limit("buprenorphine-reassess")
    told = [
        picture.hours_since_use(exposure) < lapsed
        for exposure in picture.exposures
        if exposure.substance in ("buprenorphine", "buprenorphine-extended-release")
    ]
    medicines = () if isinstance(picture.case.medicines, Missing) else picture.case.medicines
    listed = [
        hours_since(entry.last_taken, picture.case.now, f"medicines.{entry.key}.last_taken", "hours since buprenorphine")
        < lapsed
        for entry in medicines
        if entry.medicine in BUPRENORPHINE
    ]
    return any_of(*told, *listed, _not_asked(picture))


def _not_asked(picture: Picture) -> Truth:
    """Unknown where nobody asked what was taken or which medicines the person has; otherwise no."""
    return picture.took() | picture.takes()


AGONIST_GATES = (sedated, respiratory_depression, antagonist_on_board, setting_known)
