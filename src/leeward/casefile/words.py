"""The closed vocabularies of the case file, with the spellings that charts use for them."""

from __future__ import annotations

from leeward.casefile.spelling import Words

NONE = {"none", "no", "nil", "none-known", "nkda", "nka", "no-known-allergies", "no-known-drug-allergies"}
"""A list that says in a word what an empty list says: asked, none. As slugs."""

SETTINGS = Words(
    "a setting",
    {
        "emergency": ("ed", "er", "emergency department", "emergency room", "a&e"),
        "inpatient": ("ward", "hospital", "medical ward", "icu", "intensive care"),
        "opioid-treatment-program": ("otp", "opioid treatment programme", "methadone clinic"),
        "office": ("clinic", "primary care", "outpatient", "general practice"),
        "telehealth": ("telemedicine", "video", "phone"),
        "residential": ("residential treatment", "rehab", "rehabilitation", "withdrawal management unit"),
        "custody": ("jail", "prison", "police custody", "correctional"),
        "home": ("at home",),
    },
)

SEXES = Words("a sex that the case file knows", {"female": ("f", "woman"), "male": ("m", "man"), "intersex": ("x",)})

GOALS = Words(
    "a goal",
    {
        "start-treatment": ("treatment", "start"),
        "continue-treatment": ("continue", "continuation"),
        "switch-to-buprenorphine": ("transition to buprenorphine",),
        "switch-to-methadone": ("transition to methadone",),
        "withdrawal-management": ("detox", "detoxification"),
        "withdrawal-management-only": ("detox only", "detoxification only"),
        "home-start": ("home induction", "unobserved start"),
        "low-dose-start": ("low dose induction", "microinduction", "micro-induction", "bernese method", "microdosing"),
        "pain-relief": ("analgesia", "pain treatment"),
        "symptom-relief": ("comfort",),
        "taper": ("tapering",),
        "stop-benzodiazepine": ("benzodiazepine taper", "stop benzodiazepines"),
        "full-agonist-bridge": ("bridge",),
        "kratom-as-treatment": ("use kratom",),
        "ultra-rapid-detoxification": ("ultra rapid detox", "rapid detoxification under anaesthesia"),
    },
)

OPTIONS = (
    "buprenorphine-standard",
    "buprenorphine-high-dose",
    "buprenorphine-low-dose",
    "buprenorphine-extended-release",
    "methadone",
    "lofexidine",
    "clonidine",
    "symptomatic-care",
    "naltrexone-extended-release",
    "continue-current-treatment",
    "supervised-taper",
    "precipitated-withdrawal-rescue",
)
"""Ids of treatment options, as `declines` may name them."""

ROUTES = Words(
    "a route",
    {
        "oral": ("po", "by mouth", "swallowed", "orally", "per os", "drunk", "eaten"),
        "sublingual": ("sl", "under the tongue"),
        "buccal": (),
        "intranasal": ("nasal", "snorted", "insufflated", "nasal spray"),
        "smoked": ("inhaled", "vaped", "smoking", "foil"),
        "intravenous": ("iv", "intravenously"),
        "intramuscular": ("im", "intramuscularly"),
        "subcutaneous": ("sc", "sq", "subcut", "subcutaneously"),
        "transdermal": ("patch", "td"),
        "rectal": ("pr", "plugged"),
    },
)

PER = Words("a use or a day", {"use": ("dose", "time", "each use"), "day": ("daily", "d", "24 h")})

DURATION_UNITS = Words(
    "a unit of duration",
    {
        "d": ("day", "days"),
        "wk": ("week", "weeks", "w"),
        "mo": ("month", "months"),
        "y": ("year", "years", "yr", "yrs"),
        "h": ("hour", "hours", "hr", "hrs"),
    },
)

AMOUNT_UNITS = Words(
    "a unit of an amount",
    {
        "mg": ("milligram", "milligrams"),
        "g": ("gram", "grams", "gm", "gms"),
        "mcg": ("microgram", "micrograms", "ug", "µg"),
        "kg": (),
        "tablet": ("tablets", "tab", "tabs", "pill", "pills"),
        "capsule": ("capsules", "cap", "caps"),
        "bag": ("bags",),
        "patch": ("patches",),
        "teaspoon": ("teaspoons", "tsp"),
        "mcg/h": ("mcg/hr", "ug/h", "µg/h", "mcg per hour"),
    },
)

STATUSES = Words(
    "a status of a condition",
    {
        "present": ("active", "yes", "current", "confirmed", "true"),
        "absent": ("no", "none", "not present", "ruled out", "negative", "false", "excluded"),
        "unclear": ("suspected", "possible", "probable", "resolved", "past", "inactive", "provisional"),
    },
)

SCORED_BY = Words("who scored it", {"clinician": ("nurse", "doctor", "staff"), "self": ("patient", "self-report")})

QTC_METHODS = Words("a method of QTc correction", {"bazett": ("bazet", "qtcb"), "fridericia": ("friderica", "qtcf")})

SCREEN_RESULTS: dict[str, str] = {
    "positive": "positive", "pos": "positive", "detected": "positive", "present": "positive", "yes": "positive",
    "+": "positive", "presumptive positive": "positive", "negative": "negative", "neg": "negative",
    "not detected": "negative", "none detected": "negative", "absent": "negative", "no": "negative", "-": "negative",
}  # fmt: skip

ANALYTES = Words(
    "an analyte",
    {
        "opiates": ("opiate",),
        "fentanyl": (),
        "methadone": (),
        "buprenorphine": ("bup",),
        "oxycodone": ("oxycodones", "oxy"),
        "benzodiazepines": ("benzodiazepine", "benzos", "bzd"),
        "barbiturates": ("barbiturate",),
        "amphetamines": ("amphetamine",),
        "cocaine": (),
        "cannabinoids": ("thc", "cannabis"),
        "mitragynine": ("kratom",),
        "7-hydroxymitragynine": ("7-oh",),
        "tramadol": (),
        "xylazine": (),
        "medetomidine": (),
        "nitazenes": ("nitazene",),
        "tianeptine": (),
        "alcohol": ("ethanol",),
    },
)

CODE_SYSTEMS = Words(
    "a code system",
    {
        "icd-10-cm": ("icd10", "icd-10", "icd10cm", "icd-10cm", "http://hl7.org/fhir/sid/icd-10-cm"),
        "snomed-ct": ("snomed", "snomedct", "sct", "http://snomed.info/sct"),
        "rxnorm": ("rxcui", "http://www.nlm.nih.gov/research/umls/rxnorm"),
        "loinc": ("http://loinc.org",),
        "ndc": ("http://hl7.org/fhir/sid/ndc",),
        "gtin": ("upc", "ean", "https://www.gs1.org/gtin"),
    },
)

IDENTITY = {
    "name", "first_name", "last_name", "surname", "family_name", "given_name", "full_name", "initials", "id",
    "identifier", "identifiers", "mrn", "medical_record_number", "nhs_number", "ssn", "social_security_number",
    "date_of_birth", "birth_date", "birthdate", "dob", "address", "street", "postcode", "zip", "zip_code", "phone",
    "telephone", "email", "insurance_number", "photo",
}  # fmt: skip
"""Keys of a person's identity. They are not read: identity lives in the clinical record alone."""
