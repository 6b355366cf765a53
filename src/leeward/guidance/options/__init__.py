"""The options of treatment, one file each: the rules, the proposal and what to watch. This order is the order of reading."""

from leeward.guidance.option import Option
from leeward.guidance.options.buprenorphine_extended_release import OPTION as BUPRENORPHINE_EXTENDED_RELEASE
from leeward.guidance.options.buprenorphine_high_dose import OPTION as BUPRENORPHINE_HIGH_DOSE
from leeward.guidance.options.buprenorphine_low_dose import OPTION as BUPRENORPHINE_LOW_DOSE
from leeward.guidance.options.buprenorphine_standard import OPTION as BUPRENORPHINE_STANDARD
from leeward.guidance.options.clonidine import OPTION as CLONIDINE
from leeward.guidance.options.continue_current_treatment import OPTION as CONTINUE_CURRENT_TREATMENT
from leeward.guidance.options.lofexidine import OPTION as LOFEXIDINE
from leeward.guidance.options.methadone import OPTION as METHADONE
from leeward.guidance.options.naltrexone import OPTION as NALTREXONE_EXTENDED_RELEASE
from leeward.guidance.options.precipitated_withdrawal_rescue import OPTION as PRECIPITATED_WITHDRAWAL_RESCUE
from leeward.guidance.options.supervised_taper import OPTION as SUPERVISED_TAPER
from leeward.guidance.options.symptomatic_care import OPTION as SYMPTOMATIC_CARE

OPTIONS: tuple[Option, ...] = (
    PRECIPITATED_WITHDRAWAL_RESCUE,
    CONTINUE_CURRENT_TREATMENT,
    BUPRENORPHINE_STANDARD,
    BUPRENORPHINE_HIGH_DOSE,
    BUPRENORPHINE_LOW_DOSE,
    BUPRENORPHINE_EXTENDED_RELEASE,
    METHADONE,
    LOFEXIDINE,
    CLONIDINE,
    SYMPTOMATIC_CARE,
    NALTREXONE_EXTENDED_RELEASE,
    SUPERVISED_TAPER,
)
