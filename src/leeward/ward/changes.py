"""What an assessment says that another did not: the same after a score, a correction and a check-in."""

from __future__ import annotations

import msgspec

from leeward.guidance.assessment import Alert, Assessment

LEVELS = ("emergency", "urgent", "caution", "note")


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """What an assessment says with an entry that it did not say without it."""

    raised: tuple[Alert, ...]
    standing: tuple[Alert, ...]
    settled: tuple[Alert, ...]
    covered: tuple[Alert, ...]
    """Said before, and true still: a graver alert, raised since, says it too."""
    options: tuple[tuple[str, str, str, str, tuple[str, ...]], ...]
    """Id, title, status before, status now, and why."""


def changed_by(before: Assessment | None, after: Assessment | None) -> Changed:
    """What is said after an entry that was not said before it: alerts raised or settled, options with another status."""
    now = _alerts(after)
    then = _alerts(before)
    gone = tuple(alert for id, alert in then.items() if id not in now)
    fired = {alert.id for alert in _told(after)}
    statuses = {option.id: option.status for option in before.options} if before else {}
    options = after.options if after else ()
    return Changed(
        raised=tuple(alert for id, alert in now.items() if id not in then),
        standing=tuple(alert for id, alert in now.items() if id in then),
        settled=tuple(alert for alert in gone if alert.id not in fired),
        covered=tuple(alert for alert in gone if alert.id in fired),
        options=tuple(
            (option.id, option.title, statuses.get(option.id, ""), option.status, option.because or option.needs)
            for option in options
            if statuses.get(option.id) != option.status
        ),
    )


def _alerts(assessment: Assessment | None) -> dict[str, Alert]:
    """Alerts by id, worst first, without those that a graver one says too."""
    told = _told(assessment)
    fired = {alert.id for alert in told}
    shown_alone = [alert for alert in told if fired.isdisjoint(alert.covered_by)]
    return {alert.id: alert for alert in sorted(shown_alone, key=lambda alert: LEVELS.index(alert.level))}


def _told(assessment: Assessment | None) -> tuple[Alert, ...]:
    return (*assessment.alerts, *assessment.state.mismatches) if assessment else ()
