"""How long each opioid asks to be waited for before a standard buprenorphine start.

| after | wait | source |
|---|---|---|
| short-acting opioids | 12 h by default (4 h label floor, 6-12 h, 12-18 h elsewhere) | clinical row by row in substances.toml |
| illicit fentanyl, where watched | from 6 h, signs decide | CA Bridge Quick Start 2025: usually 24-36 h, range 6-72 h |
| illicit fentanyl, elsewhere | 24 h | consensus of sources |
| methadone | 72 h; from 24 h with COWS 13 if the dose was 30 mg or less and staff watch | ASAM 2015, ACEP, CA Bridge |
| 7-OH, extracts, analogues | 12 h, by the site's policy | consensus of sources; recalled |
| any opioid at home or in an office, fentanyl found | 24 h | consensus of sources |
| methadone found, not told, at home or in an office | cannot tell | consensus of sources |
| fentanyl patch | no published wait was read: the site's policy decides | recalled |
| no published wait (nitazenes) | cannot tell | NSW nitazene guidance |

Residential places and custody watch a start after illicit fentanyl only where the site's policy says so.
Staff do not watch a start for which the person goes home, wherever the care is given.

What was used, prescribed and given is asked alike: an opioid on the medicine list or given in this episode is waited for too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from leeward.errors import MisuseError
from leeward.guidance.gates import BUPRENORPHINE
from leeward.guidance.kratom import STRONGER_THAN_LEAF
from leeward.guidance.listed import is_opioid
from leeward.guidance.picture import AT_HOME, MONITORED, Picture, asked_once
from leeward.knowledge.entries import Substance
from leeward.model.case import Exposure, Medicine
from leeward.model.instants import HOUR, Span, hours_since
from leeward.model.missing import Missing
from leeward.model.quantity import factor, mass_in
from leeward.model.reading import Limit, Reading
from leeward.model.truth import NO, Truth, all_of, any_of, known, unknown

CLINICAL = ("emergency", "inpatient", "opioid-treatment-program")
LONG_ACTING = ("long", "very-long")

ONCE_A_DAY = ("daily", "once daily", "once a day", "a day", "per day", "/day", "every day", "every morning", "qd")


class LastUse(msgspec.Struct, frozen=True):
    """The last use of an opioid: what it was, when, how much a day, and the input that says when."""

    name: str
    id: str | None
    substance: Substance | None
    when: Span | Missing
    input: str
    daily: Reading

    def hours(self, now: datetime) -> Reading:
        """Hours since the last use."""
        return hours_since(self.when, now, self.input, f"hours since {self.name}")


def last_uses(picture: Picture) -> Iterator[LastUse]:
    """Every opioid or other substance told, every opioid on the medicine list, every opioid given in this episode."""
    for exposure in picture.exposures:
        in_doubt = exposure.recognised or not picture.told_an_opioid
        if in_doubt or not isinstance(exposure.substance, Missing):
            yield _exposed(picture, exposure)
    if not isinstance(picture.case.medicines, Missing):
        for entry in picture.case.medicines:
            if _is_opioid(picture, entry.medicine):
                path = f"medicines.{entry.key}"
                yield _listed(picture, entry.medicine, entry.last_taken, f"{path}.last_taken", _daily(entry, path))
    if not isinstance(picture.case.doses, Missing):
        for dose in picture.case.doses:
            if _is_opioid(picture, dose.medicine):
                path = f"doses.{dose.key}"
                daily = Reading.unknown(f"{path}.dose", f"{dose.as_told} a day", "mg/d")
                yield _listed(picture, dose.medicine, dose.at, f"{path}.at", daily)


def _exposed(picture: Picture, exposure: Exposure) -> LastUse:
    id = None if isinstance(exposure.substance, Missing) else exposure.substance
    return LastUse(
        name=picture.name_of(exposure),
        id=id,
        substance=picture.substance(exposure),
        when=exposure.last_use,
        input=f"exposures.{exposure.key}.last_use",
        daily=picture.daily_amount(exposure, "mg/d"),
    )


def _listed(picture: Picture, medicine: str | None, when: Span | Missing, input: str, daily: Reading) -> LastUse:
    substance = picture.knowledge.substances.get(medicine or "")
    return LastUse(medicine or "", medicine, substance, when, input, daily)


def _is_opioid(picture: Picture, medicine: str | None) -> bool:
    if medicine is None or medicine in BUPRENORPHINE:
        return False
    return is_opioid(picture.knowledge.medicines[medicine])


def _daily(entry: Medicine, path: str) -> Reading:
    """The daily amount of a medicine written as so many milligrams once a day; anything else is not read as one."""
    says = f"{entry.as_told} a day"
    found = None if isinstance(entry.dose, Missing) else mass_in(entry.dose)
    if found is None or found[1].lower().strip(" .") not in ONCE_A_DAY:
        return Reading.unknown(f"{path}.dose", says, "mg/d")
    value = found[0].to("mg").value
    return Reading(value, value, "mg/d", says, (f"{path}.dose",))


def wants_home_start(picture: Picture) -> Truth:
    """Whether the person goes home to start. A goal is a choice, not a finding: unvoiced is not unknown."""
    wanted = picture.wants("home-start")
    return known(wanted, "the goal is a start at home" if wanted else "no start at home is wanted", "goals")


@asked_once
def starts_at_home(picture: Picture) -> Truth:
    """Whether the first dose is taken at home: cared for there, or going home for it."""
    return wants_home_start(picture) | picture.setting_is(*AT_HOME)


@asked_once
def staff_watch(picture: Picture) -> Truth:
    """Whether staff watch the start."""
    return picture.monitored & ~wants_home_start(picture)


@asked_once
def watched_for_fentanyl(picture: Picture) -> Truth:
    """Whether staff watch closely enough for a start after illicit fentanyl to be decided by signs."""
    watching = _watching_settings(picture)
    return picture.setting_is(*watching) & ~wants_home_start(picture)


def _watching_settings(picture: Picture) -> tuple[str, ...]:
    return MONITORED if picture.policy.allows("residential-and-custody-watched") else CLINICAL


@asked_once
def screen_is_asked_for(picture: Picture) -> Truth:
    """Whether the start is one at home or in an office, where a drug screen that was not told of would close it."""
    if not picture.policy.allows("screen-before-home-start"):
        return known(False, "the site asks for no drug screen before a start at home")
    return starts_at_home(picture) | picture.setting_is("office")


@asked_once
def methadone_found(picture: Picture) -> Truth:
    """Unknown where a screen found methadone that nobody told of: when it was taken cannot be told. Never yes."""
    found = picture.screened("methadone", "positive") & ~ever_methadone(picture)
    return found & unknown("exposures", sentence="a screen found methadone: when it was last taken is not known")


def asks_for_no_wait(substance: Substance) -> bool:
    """Whether no wait is asked after a substance: no opioid, an antagonist, or buprenorphine itself."""
    return substance.opioid == "no" or substance.class_ == "antagonist" or "buprenorphine" in substance.name


def waited(picture: Picture, use: LastUse) -> Truth:
    """Whether the wait after one last use is over."""
    if use.substance is None:
        if use.id is not None:
            return _no_published_wait(use.name)
        name = use.input.removesuffix(".last_use") + ".substance"
        return unknown(name, sentence=f"{use.name}: what it is is not known")
    if asks_for_no_wait(use.substance):
        return known(True, f"{use.name} asks for no wait", use.input.rpartition(".")[0])
    if use.id == "methadone":
        return _waited_for_methadone(picture, use)
    wait = wait_after(picture, use)
    if wait is None:
        return _no_published_wait(use.name)
    hours = use.hours(picture.case.now)
    if use.id == "fentanyl-illicit":
        by_signs = watched_for_fentanyl(picture) & (hours >= picture.limit("fentanyl-wait-monitored"))
        return by_signs | (hours >= wait)
    return (hours >= wait) & _waited_for_fentanyl_found(picture, hours)


def _waited_for_fentanyl_found(picture: Picture, hours: Reading) -> Truth:
    """At home and in an office a screen that found fentanyl makes every opioid told one that may have held it."""
    apart = ~(screen_is_asked_for(picture) & picture.screened("fentanyl", "positive"))
    return apart | (hours >= _fentanyl_wait(picture))


def _fentanyl_wait(picture: Picture) -> Limit:
    wait = picture.knowledge.substances["fentanyl-illicit"].buprenorphine_wait
    if wait is None or wait.value is None:
        raise MisuseError("fentanyl-illicit has no buprenorphine_wait in substances.toml.")
    return Limit("fentanyl-illicit", wait.value, wait.unit)


def _no_published_wait(name: str) -> Truth:
    return unknown(f"a published wait after {name}", sentence=f"no wait after {name} is published: ask a specialist")


def wait_after(picture: Picture, use: LastUse) -> Limit | None:
    """The longest wait after one last use, None where no source gives one that the site accepts."""
    if use.id == "methadone":
        return picture.limit("methadone-recent")
    if use.id == "fentanyl-transdermal" and not picture.policy.allows("fentanyl-patch-wait-known"):
        return None
    if use.substance is not None and use.substance.class_ in STRONGER_THAN_LEAF and use.substance.buprenorphine_wait:
        return picture.limit("seven-oh-wait")
    wait = use.substance.buprenorphine_wait if use.substance else None
    if wait is None or use.id is None:
        return None
    value = wait.value if wait.value is not None else wait.high
    return None if value is None else Limit(use.id, value, wait.unit)


def earliest_wait(picture: Picture, use: LastUse) -> Limit | None:
    """The wait that applies once everything about the setting is known, for telling when it ends."""
    if (
        use.id == "fentanyl-illicit"
        and picture.case.setting in _watching_settings(picture)
        and not picture.wants("home-start")
    ):
        return picture.limit("fentanyl-wait-monitored")
    if screen_is_asked_for(picture).is_yes and picture.screened("fentanyl", "positive").is_yes:
        waits = [wait for wait in (wait_after(picture, use), _fentanyl_wait(picture)) if wait is not None]
        return max(waits, key=lambda wait: wait.value * factor(wait.unit, "h"))
    return wait_after(picture, use)


def _waited_for_methadone(picture: Picture, use: LastUse) -> Truth:
    hours = use.hours(picture.case.now)
    supervised = all_of(
        use.daily <= picture.limit("methadone-low-dose-per-day"),
        hours >= picture.limit("methadone-wait-supervised"),
        picture.cows >= picture.limit("cows-after-methadone"),
        staff_watch(picture),
    )
    return (hours >= picture.limit("methadone-recent")) | supervised


@asked_once
def all_told(picture: Picture) -> Truth:
    """Yes where all that was taken, listed and given is told; unknown, naming the list, where it is not."""
    case = picture.case
    lists = {"exposures": case.exposures, "medicines": case.medicines, "doses": case.doses}
    return all_of(
        unknown(name, sentence=f"{name}: not known") if isinstance(entries, Missing) else known(True, "", name)
        for name, entries in lists.items()
    )


@asked_once
def waits_are_over(picture: Picture) -> Truth:
    """Whether the wait after every opioid told is over. Nobody knowing what was taken leaves it open."""
    return all_of(
        *(waited(picture, use) for use in last_uses(picture)),
        all_told(picture),
        ~(screen_is_asked_for(picture) & methadone_found(picture)),
    )


def waits_end(picture: Picture) -> datetime | None:
    """When the last wait that still runs will surely be over; None where that cannot be told."""
    ends: list[datetime] = []
    for use in last_uses(picture):
        truth = waited(picture, use)
        if truth.is_yes:
            continue
        wait = earliest_wait(picture, use)
        if truth.answer is not NO or wait is None or isinstance(use.when, Missing):
            return None
        ends.append(use.when.latest + wait.value * factor(wait.unit, "h") * HOUR)
    return max(ends) if ends else None


def methadone_within(picture: Picture, limit: str) -> Truth:
    """Whether methadone was taken, prescribed or given within a time."""
    recent = [use.hours(picture.case.now) < picture.limit(limit) for use in last_uses(picture) if use.id == "methadone"]
    return any_of(*recent, ~all_told(picture), picture.took())


@asked_once
def long_acting_opioid(picture: Picture) -> Truth:
    """Whether a long-acting opioid was taken, is on the medicine list or was given: its withdrawal builds slowly."""
    found = [
        known(True, f"{use.name} is long-acting", use.input)
        for use in last_uses(picture)
        if use.substance is not None and use.substance.opioid == "yes" and use.substance.acting in LONG_ACTING
    ]
    return any_of(*found, ~all_told(picture), picture.took())


@asked_once
def ever_methadone(picture: Picture) -> Truth:
    """Whether methadone is told, listed or given at all."""
    return any_of(picture.took("methadone"), picture.takes("methadone"), picture.was_given("methadone"))
