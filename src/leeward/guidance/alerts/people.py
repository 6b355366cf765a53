"""Who needs somebody beside them: minors, people in custody, people without a safe place.

| rule | fires | source |
|---|---|---|
| AL-90 | under 18 | federal regulation on minors; consensus of sources |
| AL-91 | in custody | consensus of sources; Darke 2017 (recalled) |
| AL-92 | no safe place to stay | consensus of sources |
"""

from __future__ import annotations

from leeward.guidance.alert import alert
from leeward.guidance.picture import Picture
from leeward.model.truth import Truth


@alert("AL-90", "minor", "Under 18", sources=("consensus-social-escalation",))
def minor(picture: Picture) -> Truth:
    """Consent, guardian and confidentiality differ by place."""
    return picture.age < picture.limit("age-adult")


@alert("AL-91", "custody", "In custody", sources=("consensus-social-escalation", "darke-2017-recalled"))
def custody(picture: Picture) -> Truth:
    """People in custody depend on others for fluids, medicines and help."""
    return picture.setting_is("custody")


@alert("AL-92", "no-safe-place", "No safe place to stay", sources=("consensus-social-escalation",))
def no_safe_place(picture: Picture) -> Truth:
    """Treatment plans need somewhere to keep medicines and to be watched."""
    return picture.said("no-safe-place") | picture.has("unstable-housing")


RULES = (minor, custody, no_safe_place)
