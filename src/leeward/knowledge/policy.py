"""The site's policy: every choice that reasonable guidelines set differently, within the range that sources support."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from leeward.errors import BadInput, MisuseError, Problem, shown
from leeward.knowledge.entries import Setting
from leeward.knowledge.knowledge import Knowledge
from leeward.model.reading import Limit


class Policy(msgspec.Struct, frozen=True, dict=True):
    """Values of all settings. `changed` names those that differ from Leeward's default."""

    values: Mapping[str, bool | float | str]
    limits: Mapping[str, Limit]
    changed: tuple[str, ...] = ()

    def limit(self, id: str) -> Limit:
        """A numeric setting, ready to compare with."""
        try:
            return self.limits[id]
        except KeyError:
            raise MisuseError(f"There is no numeric setting called {id} in policy.toml.") from None

    def allows(self, id: str) -> bool:
        """Whether a yes/no setting is on."""
        value = self.values[id]
        if not isinstance(value, bool):
            raise MisuseError(f"The setting {id} is not a yes/no setting.")
        return value

    def choice(self, id: str) -> str:
        """The word chosen for a setting that offers words."""
        value = self.values[id]
        if not isinstance(value, str):
            raise MisuseError(f"The setting {id} does not offer words.")
        return value


@cache
def default_policy(knowledge: Knowledge) -> Policy:
    """Leeward's defaults: no site has chosen anything."""
    return _policy(knowledge, {})


def read_policy(text: str, knowledge: Knowledge) -> Policy:
    """A policy file (TOML: `cows-gate-monitored = 11`), checked against the allowed ranges.

    Raises BadInput with every setting that is unknown, of the wrong kind or outside its range.
    """
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput.one(
            "LW-0301", "policy", f"The policy file is not valid TOML: {error}.", "Write one `setting = value` a line."
        ) from None
    return policy_of(given, knowledge)


def policy_of(given: Mapping[str, Any], knowledge: Knowledge) -> Policy:
    """A policy from settings by name, checked as `read_policy` does."""
    problems = [problem for id, value in given.items() if (problem := _problem(id, value, knowledge.settings.get(id)))]
    if problems:
        raise BadInput(problems)
    return _policy(knowledge, given)


def _policy(knowledge: Knowledge, given: Mapping[str, Any]) -> Policy:
    values = {id: given.get(id, setting.default) for id, setting in knowledge.settings.items()}
    limits = {
        id: Limit(id, float(values[id]), setting.unit) for id, setting in knowledge.settings.items() if setting.unit
    }
    changed = tuple(sorted(id for id, value in given.items() if value != knowledge.settings[id].default))
    return Policy(values, limits, changed)


def _problem(id: str, value: object, setting: Setting | None) -> Problem | None:
    path = f"policy.{shown(id)}"
    if setting is None:
        return Problem(path, "LW-0302", "Leeward has no such setting.", "`leeward knowledge list policy` lists them.")
    if isinstance(setting.default, bool):
        if not isinstance(value, bool):
            return Problem(path, "LW-0303", f"{shown(value)} is neither true nor false.", "Write true or false.")
    elif isinstance(setting.default, str):
        if value not in setting.choices:
            return Problem(path, "LW-0303", f"{shown(value)} is not offered.", f"Write {' or '.join(setting.choices)}.")
    elif isinstance(value, bool) or not isinstance(value, (int, float)):
        return Problem(path, "LW-0303", f"{shown(value)} is not a number.", f"Write a number of {setting.unit}.")
    elif not _within(value, setting):
        allowed = f"from {setting.low:g} to {setting.high:g} {setting.unit}"
        return Problem(path, "LW-0304", f"{value:g} is outside what sources support.", f"Choose {allowed}.")
    return None


def _within(value: float, setting: Setting) -> bool:
    return setting.low is not None and setting.high is not None and setting.low <= value <= setting.high
