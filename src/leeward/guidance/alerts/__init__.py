"""Red flags: what to act on at once. One file a theme; the words stand in knowledge/data/alerts.toml."""

from leeward.guidance.alert import AlertRule
from leeward.guidance.alerts.breathing import RULES as BREATHING

ALERTS: tuple[AlertRule, ...] = (*BREATHING,)
