"""The options of treatment, one file each: the rules, the proposal and what to watch."""

from leeward.guidance.option import Option
from leeward.guidance.options.buprenorphine_standard import OPTION as BUPRENORPHINE_STANDARD

OPTIONS: tuple[Option, ...] = (BUPRENORPHINE_STANDARD,)
