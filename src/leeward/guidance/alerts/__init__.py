"""Red flags: what to act on at once. One file a theme; the words stand in knowledge/data/alerts.toml.

An alert that has grades fires from its grade up, so a grade that cannot be told never hides a lower one that is sure.
"""

from leeward.guidance.alert import AlertRule
from leeward.guidance.alerts.brain import RULES as BRAIN
from leeward.guidance.alerts.breathing import RULES as BREATHING
from leeward.guidance.alerts.gut import RULES as GUT
from leeward.guidance.alerts.heart import RULES as HEART
from leeward.guidance.alerts.infection import RULES as INFECTION
from leeward.guidance.alerts.liver import RULES as LIVER
from leeward.guidance.alerts.one_time import RULES as ONE_TIME
from leeward.guidance.alerts.people import RULES as PEOPLE
from leeward.guidance.alerts.pregnancy import RULES as PREGNANCY
from leeward.guidance.alerts.pressure import RULES as PRESSURE
from leeward.guidance.alerts.response import RULES as RESPONSE
from leeward.guidance.alerts.self_report import RULES as SELF_REPORT
from leeward.guidance.alerts.serotonin import RULES as SEROTONIN
from leeward.guidance.alerts.suicide import RULES as SUICIDE

ALERTS: tuple[AlertRule, ...] = (
    *BREATHING,
    *HEART,
    *PRESSURE,
    *BRAIN,
    *SUICIDE,
    *SEROTONIN,
    *LIVER,
    *GUT,
    *INFECTION,
    *PREGNANCY,
    *RESPONSE,
    *ONE_TIME,
    *SELF_REPORT,
    *PEOPLE,
)
