"""The primitive types of FHIR R4, as far as their form can be told from the text alone.

Patterns follow hl7.org/fhir/R4/datatypes.html. An instant is taken where it is a whole date too: real records hold those.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

_YEAR = r"([0-9]([0-9]([0-9][1-9]|[1-9]0)|[1-9]00)|[1-9]000)"
_DAY = r"(0[1-9]|[12][0-9]|3[01])"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?"
_ZONE = r"(Z|[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_DATE_TIME = rf"^{_YEAR}(-(0[1-9]|1[0-2])(-{_DAY}(T{_CLOCK}{_ZONE})?)?)?\Z"

Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9\-.]{1,64}\Z")]
Code = Annotated[str, Meta(pattern=r"^[^\s]+(\s[^\s]+)*\Z")]
Uri = Annotated[str, Meta(pattern=r"^\S*\Z")]
Date = Annotated[str, Meta(pattern=rf"^{_YEAR}(-(0[1-9]|1[0-2])(-{_DAY})?)?\Z")]
DateTime = Annotated[str, Meta(pattern=_DATE_TIME)]
Instant = Annotated[str, Meta(pattern=_DATE_TIME)]
Time = Annotated[str, Meta(pattern=rf"^{_CLOCK}\Z")]
Whole = Annotated[int, Meta(ge=-(2**31), lt=2**31)]
Positive = Annotated[int, Meta(ge=1, lt=2**31)]
Unsigned = Annotated[int, Meta(ge=0, lt=2**31)]
