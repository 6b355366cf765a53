"""No answer reads as "all is well" while something was sent that was not checked, not understood or about somebody else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.cds_hooks_answers import broken
from tests.web.cds_hooks_calls import (
    PERSON,
    RecordSystem,
    bundle,
    condition,
    order,
    reading,
    records,
    resource,
    taken,
    text_of,
)

__all__ = ["records"]

SIGN, SELECT = "leeward-orders-sign", "leeward-orders-select"
OTHER = {"reference": "Patient/other"}


def refusal(answer: Any) -> str:
    """The sentences of a refusal with their places."""
    assert "cards" not in answer.json()
    return " ".join(f"{one['details']['text']} {' '.join(one.get('expression', []))}" for one in answer.json()["issue"])


# Drafts


@pytest.mark.parametrize("subject", [{}, None, {"identifier": {"value": "p1"}}, OTHER, {"reference": "Group/p1"}])
@pytest.mark.parametrize("service", [SIGN, "cdc-opioids-order-sign", "opioidcds-09"])
def test_a_draft_that_is_not_for_the_person_of_the_call_is_refused(records: RecordSystem, service, subject):
    draft = order("methadone", mg=200, subject=subject)
    if subject is None:
        del draft["subject"]
    answer = records.ask(service, drafts=(draft, order("methadone", mg=20)))
    assert answer.status_code == 400 and draft["id"] in refusal(answer)


@pytest.mark.parametrize("status", ["draft", "active", "on-hold", "unknown", None])
def test_a_draft_is_checked_whatever_status_the_record_system_gives_it(records: RecordSystem, status):
    draft = order("methadone", mg=200, status=status)
    if status is None:
        del draft["status"]
    assert "methadone 200 mg" in text_of(records.cards(SIGN, drafts=(draft,)))


NOT_CHECKED = [
    ({"status": "stopped"}, "stopped"),
    ({"status": "entered-in-error"}, "entered-in-error"),
    ({"status": "cancelled"}, "cancelled"),
    ({"doNotPerform": True}, "not to be given"),
    ({"modifierExtension": [{"url": "https://ehr.example/negated", "valueBoolean": True}]}, "change its meaning"),
    ({"implicitRules": "https://ehr.example/rules"}, "change its meaning"),
]


@pytest.mark.parametrize(("members", "why"), NOT_CHECKED)
@pytest.mark.parametrize("service", [SIGN, "cdc-opioids-order-sign"])
def test_a_draft_that_cannot_be_checked_is_named_with_the_reason(records: RecordSystem, service, members, why):
    draft = order("oxycodone", "1049502", **members)
    (card,) = [one for one in records.cards(service, drafts=(draft,)) if one["summary"].startswith("Not checked")]
    assert "oxycodone" in card["summary"] and why in card["detail"] and draft["id"] in card["detail"]
    assert card["indicator"] == "warning"


@pytest.mark.parametrize(
    "draft",
    [
        resource("ServiceRequest", status="draft", intent="order", code={"text": "methadone 200 mg now"}),
        resource(
            "MedicationDispense", status="in-progress", medicationCodeableConcept={"text": "methadone 200 mg now"}
        ),
    ],
    ids=lambda draft: draft["resourceType"],
)
def test_an_order_of_another_kind_is_named_as_not_checked(records: RecordSystem, draft):
    (card,) = records.cards(SIGN, drafts=(draft,))
    assert card["summary"].startswith("Not checked") and draft["resourceType"] in card["detail"]


@pytest.mark.parametrize(
    "draft",
    [
        resource("ServiceRequest", status="draft", intent="order", code={"text": "Chest X-ray"}),
        resource("DeviceRequest", intent="order"),
        resource("NutritionOrder", status="draft", intent="order"),
    ],
    ids=lambda draft: draft["resourceType"],
)
def test_an_order_that_is_of_no_medicine_is_no_matter_of_these_checks(records: RecordSystem, draft):
    assert records.cards(SIGN, drafts=(draft,)) == []
    both = text_of(records.cards(SIGN, drafts=(draft, order("methadone", mg=200))))
    assert "methadone 200 mg" in both and draft["resourceType"] not in both


@pytest.mark.parametrize(
    "draft",
    [
        order("blorptin", mg=5),
        order("", "99999999", mg=5),
        order("", "", mg=5),
        order("methadone", dosageInstruction=[{"text": "as before"}]),
    ],
)
def test_a_draft_that_is_not_understood_is_named_all_the_same(records: RecordSystem, draft):
    text = text_of(records.cards(SIGN, drafts=(draft,)))
    assert "annot tell" in text or "does not know this medicine" in text or "Not checked" in text


def test_a_draft_without_a_medicine_is_named_by_its_place(records: RecordSystem):
    lacking = [order("", ""), order("x", medicationReference={"reference": "Medication/not-sent"})]
    del lacking[1]["medicationCodeableConcept"]
    (card,) = records.cards(SIGN, drafts=tuple(lacking))
    assert card["summary"].startswith("Not checked") and all(one["id"] in card["detail"] for one in lacking)


def test_more_drafts_than_a_case_holds_are_each_checked_or_named(records: RecordSystem):
    drafts = tuple(order("methadone", mg=number) for number in range(1, 231))
    text = text_of(records.cards(SIGN, drafts=drafts))
    assert [draft["id"] for number, draft in enumerate(drafts, start=1) if f"methadone {number} mg" not in text and f"/{draft['id']})" not in text] == []  # fmt: skip


def test_a_draft_without_an_id_is_checked(records: RecordSystem):
    draft = order("methadone", mg=200)
    del draft["id"]
    assert "methadone 200 mg" in text_of(records.cards(SIGN, drafts=(draft,)))
    draft["modifierExtension"] = [{"url": "https://ehr.example/x"}]
    assert "without id" in text_of(records.cards(SIGN, drafts=(draft,)))


@pytest.mark.parametrize("chosen", [[], ["MedicationRequest/none"], ["ServiceRequest/d1"], ["MedicationRequest/d1", "MedicationRequest/d2"]])  # fmt: skip
def test_selections_that_are_no_drafts_are_refused(records: RecordSystem, chosen):
    draft = order("methadone", mg=200, id="d1")
    answer = records.ask(SELECT, drafts=(draft,), context={"selections": chosen})
    assert answer.status_code == 400 and "context.selections" in refusal(answer)
    right = records.cards(SELECT, drafts=(draft, order("clonidine", mg=0.1)), context={"selections": ["MedicationRequest/d1"]})  # fmt: skip
    assert "methadone 200 mg" in text_of(right) and not any("clonidine 0.1" in one["summary"] for one in right)


@pytest.mark.parametrize("entry", [[], None, [{"fullUrl": "urn:x"}], [{"resource": None}], {"resource": {}}])
def test_a_call_about_orders_without_an_order_is_refused(records: RecordSystem, entry):
    drafts = {"resourceType": "Bundle", "type": "collection", "entry": entry}
    if entry is None:
        del drafts["entry"]
    answer = records.ask(SIGN, context={"draftOrders": drafts})
    assert answer.status_code == 400 and "context.draftOrders" in refusal(answer)


def test_an_interaction_with_the_draft_has_its_card(records: RecordSystem):
    cards = records.cards(SIGN, order("diazepam", status="active"), drafts=(order("methadone", mg=30),))
    (card,) = [one for one in cards if "diazepam" in one["summary"]]
    assert card["indicator"] == "warning" and "methadone" in card["summary"]


def test_a_draft_for_a_child_is_refused_in_the_summary(records: RecordSystem):
    child = PERSON | {"birthDate": "2014-01-01"}
    cards = records.cards(SIGN, child, drafts=(order("methadone", mg=20),))
    assert any("does not cover" in card["summary"] and card["indicator"] == "warning" for card in cards)


def test_a_summary_does_not_say_checked_where_nothing_could_be_told(records: RecordSystem):
    cards = records.cards(SIGN, drafts=(order("methadone", mg=200),))
    assert cards and not any(card["summary"].startswith("Order checked") for card in cards)
    assert any(card["summary"].startswith("Cannot tell") for card in cards)


def test_an_urgent_card_offers_to_remove_the_draft(records: RecordSystem):
    draft = order("methadone", mg=20)
    cards = records.cards(SIGN, reading("9279-1", 6, "/min"), drafts=(draft,))
    (card,) = [one for one in cards if one["indicator"] == "critical"]
    ((action,),) = [one["actions"] for one in card["suggestions"]]
    assert action["type"] == "delete" and action["resourceId"] == f"MedicationRequest/{draft['id']}"
    assert broken({"cards": cards}) == []


# Somebody else's


@pytest.mark.parametrize("subject", [OTHER, {}, {"identifier": {"value": "p1"}}])
@pytest.mark.parametrize("service", ["cdc-opioids-patient-view", "opioidcds-11-patient-view", "leeward-withdrawal", "leeward-kratom"])  # fmt: skip
def test_a_resource_of_somebody_else_is_not_used_and_not_shown(records: RecordSystem, service, subject):
    community = {"category": [{"coding": [{"code": "community"}]}], "status": "active", "authoredOn": "2026-11-01"}
    theirs = [order("secret oxycodone", "1049502", **community, subject=subject), order("secret alprazolam", "308047", **community, subject=subject)]  # fmt: skip
    cards = records.cards(service, *theirs, condition("secret heroin dependence", "F11.20", subject=subject))
    (card,) = cards
    assert "not about this person" in card["summary"]
    assert "secret" not in text_of(cards) and theirs[0]["id"] not in text_of(cards) and "other" not in card["detail"]


def test_a_person_who_is_somebody_else_is_refused(records: RecordSystem):
    for service in ("leeward-withdrawal", "cdc-opioids-patient-view"):
        assert records.ask(service, PERSON | {"id": "other"}).status_code == 400


# What came in part


ERROR = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "security"}]}
HINT = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "suppressed"}]}


@pytest.mark.parametrize(
    "part",
    [
        bundle(ERROR),
        bundle({"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "incomplete"}]}),
        bundle({"resourceType": "OperationOutcome"}),
        bundle(total=12),
        bundle(taken("x"), total=57, link=[{"relation": "next", "url": "https://ehr.example/2"}]),
        bundle(link=[{"relation": "next", "url": "https://ehr.example/2"}]),
        bundle(total=1, entry=[{"resource": taken("x"), "search": {"mode": "include"}}]),
        bundle(entry=[{"fullUrl": "urn:x"}]),
        bundle(bundle(total=3)),
        ERROR,
        PERSON,
    ],
)
@pytest.mark.parametrize("service", ["leeward-withdrawal", "leeward-kratom", "leeward-discharge", "cdc-opioids-patient-view"])  # fmt: skip
def test_a_part_of_an_answer_is_none(records: RecordSystem, service, part):
    answer = records.ask(service, requests=part)
    assert answer.status_code == 412 and "requests" in refusal(answer)


@pytest.mark.parametrize("whole", [None, bundle(), bundle(total=0), bundle(HINT), bundle(HINT, total=0)])
def test_an_answer_that_is_whole_is_taken_also_where_it_is_empty(records: RecordSystem, whole):
    assert records.ask("leeward-withdrawal", requests=whole).json() == {"cards": []}


@pytest.mark.parametrize("keys", [{"item1": PERSON}, {"item1": PERSON, "item2": None}, {"Item-1": PERSON}, {}])
def test_names_that_say_nothing_are_no_answer(records: RecordSystem, keys):
    for service in ("leeward-withdrawal", "cdc-opioids-patient-view", "opioidcds-11-patient-view"):
        line = records.lines[service]
        body = {"hook": line["hook"], "hookInstance": "4d2b4402-022e-4f69-813e-ab16934286a6", "prefetch": keys}
        body["context"] = {"userId": "Practitioner/a", "patientId": "p1"}
        assert records.client.post(f"/cds-services/{service}", json=body).status_code == 412


@pytest.mark.parametrize("service", ["leeward-withdrawal", "leeward-kratom", "leeward-discharge", "cdc-opioids-patient-view"])  # fmt: skip
def test_nothing_at_all_is_no_answer(records: RecordSystem, service):
    answer = records.ask(service, **dict.fromkeys(records.lines[service]["prefetch"]))
    assert answer.status_code == 412 and "patient" in refusal(answer)


# Named and not understood


def questionnaire(address: str, *items: tuple[str, str]) -> dict[str, Any]:
    asked = [{"linkId": id, **({"text": text} if text else {}), "answer": [{"valueInteger": 3}]} for id, text in items]
    return resource("QuestionnaireResponse", status="completed", questionnaire=address, authored="2026-11-22T08:50:00-05:00", item=asked)  # fmt: skip


def found(text: str, **value: Any) -> dict[str, Any]:
    return resource("Observation", status="final", code={"text": text}, effectiveDateTime="2026-11-22T08:50:00-05:00", **value)  # fmt: skip


TIMELESS = reading("9279-1", 6, "/min")
del TIMELESS["effectiveDateTime"]

BEARS = [
    condition("Acute opioid intoxication, uncertain"),
    condition("History of opioid overdose x2"),
    condition("Withdrawal syndrome, cause not stated"),
    condition("", "F11.988"),
    condition("", "T40.4X2D"),
    condition("Opioid use disorder, severe", "F11.20", clinicalStatus={"text": "ongoing"}),
    condition("Heroin dependence", clinicalStatus={"coding": [{"code": "active"}]}, modifierExtension=[{"url": "x:y"}]),
    taken("Kratom (Mitragyna speciosa) leaf powder", status="unknown"),
    taken("methadone clinic dose", status="unknown"),
    order("buprenorphine", status="on-hold"),
    questionnaire("https://hospital.example/Questionnaire/cows", ("total", "")),
    questionnaire("https://hospital.example/Questionnaire/77", ("1", "Resting pulse rate"), ("2", "Yawning"), ("3", "Gooseflesh skin")),
    questionnaire("https://hospital.example/Questionnaire/77", ("1", "")),
    reading("59408-5", 0.82, "%"),
    reading("9279-1", 6, "mg"),
    TIMELESS,
    found("Fentanyl, urine, confirmation", valueCodeableConcept={"text": "Positive"}),
    found("Opiate screen", valueString="POS"),
    found("Norfentanyl / opioid panel", valueString="detected 12 ng/mL"),
]  # fmt: skip


@pytest.mark.parametrize("one", BEARS, ids=lambda one: f"{one['resourceType']}-{one['id']}")
@pytest.mark.parametrize("service", ["leeward-withdrawal", "leeward-discharge"])
def test_what_bears_on_withdrawal_is_never_answered_with_nothing(records: RecordSystem, service, one):
    assert records.cards(service, one)


KRATOM = [
    taken("Kratom (Mitragyna speciosa) leaf powder"),
    taken("kratom", status="unknown"),
    taken("kratom", status="stopped"),
    taken("OPMS Gold"),
    taken("Feel Free tonic"),
    order("kratom 5 g", status="active"),
    order("kratom", status="completed"),
    condition("Kratom use disorder"),
    condition("harmful use of 7-OH"),
    found("Mitragynine, urine", valueCodeableConcept={"text": "Positive"}),
    questionnaire("https://hospital.example/Questionnaire/intake", ("1", "Do you take kratom or other plants?")),
]


@pytest.mark.parametrize("one", KRATOM, ids=lambda one: f"{one['resourceType']}-{one['id']}")
def test_what_bears_on_kratom_is_never_answered_with_nothing(records: RecordSystem, one):
    assert records.cards("leeward-kratom", one)
    assert records.cards("leeward-withdrawal", one)


SILENT = [
    condition("", "F11.20", verificationStatus={"coding": [{"code": "refuted"}]}),
    condition("Opioid overdose", verificationStatus={"coding": [{"code": "entered-in-error"}]}),
    condition("Alcohol withdrawal"),
    condition("Hypertension", "I10"),
    taken("kratom", status="not-taken"),
    taken("oxycodone 5 mg"),
    order("oxycodone", status="completed"),
    order("Percocet 10-325", status="active"),
    found("Mitragynine, urine", valueCodeableConcept={"text": "Negative"}),
    found("Fentanyl, urine, confirmation", valueString="Not detected"),
    found("Respiratory virus panel", valueString="detected"),
    reading("9279-1", 16, "/min"),
    reading("59408-5", 0.82, "%", effectiveDateTime="2026-11-01T08:00:00-05:00"),
    questionnaire("https://hospital.example/Questionnaire/phq-9", ("1", "Little interest"), ("2", "Feeling down"), ("3", "Sleep")),
    {"resourceType": "AllergyIntolerance", "id": "a1", "patient": {"reference": "Patient/p1"}, "code": {"text": "kratom"}},
]  # fmt: skip


@pytest.mark.parametrize("one", SILENT, ids=lambda one: f"{one['resourceType']}-{one['id']}")
@pytest.mark.parametrize("service", ["leeward-withdrawal", "leeward-discharge", "leeward-kratom"])
def test_what_was_understood_not_to_bear_on_it_is_answered_with_nothing(records: RecordSystem, service, one):
    """An alarm on every chart is soon read by nobody."""
    assert records.cards(service, one) == []


def test_a_later_reading_takes_the_place_of_one_that_cannot_be_read(records: RecordSystem):
    early = reading("59408-5", 0.82, "%", effectiveDateTime="2026-11-22T08:00:00-05:00")
    assert records.cards("leeward-withdrawal", early)
    assert records.cards("leeward-withdrawal", early, reading("59408-5", 98, "%")) == []


def test_what_was_not_understood_is_told_with_its_place(records: RecordSystem):
    one = condition("Acute opioid intoxication, uncertain")
    (card,) = records.cards("leeward-withdrawal", one)
    assert "Acute opioid intoxication" in card["summary"] and f"Condition/{one['id']}" in card["detail"]
    picture = records.cards("leeward-withdrawal", one, condition("", "F11.20"))
    assert any("not understood" in card["detail"] and one["id"] in card["detail"] for card in picture)


def test_before_discharge_naloxone_may_be_proposed_unless_it_is_there(records: RecordSystem):
    overdose = condition("Heroin overdose last night, uncoded")
    cards = records.cards("leeward-discharge", overdose)
    (card,) = [one for one in cards if "suggestions" in one]
    resource = card["suggestions"][0]["actions"][0]["resource"]
    assert resource["resourceType"] == "MedicationRequest" and resource["intent"] == "proposal" and "id" not in resource
    assert "aloxone" in resource["medicationCodeableConcept"]["text"] and broken({"cards": cards}) == []
    there = records.cards("leeward-discharge", overdose, order("naloxone", status="active"))
    assert there and not any("suggestions" in one for one in there)


# What is over


@pytest.mark.parametrize("kind", ["MedicationRequest", "MedicationStatement"])
@pytest.mark.parametrize("status", ["completed", "stopped"])
@pytest.mark.parametrize("text", ["methadone 80 mg", "Sublocade 300 mg", "Vivitrol 380 mg IM"])
def test_a_treatment_that_is_over_is_no_reason_for_an_empty_answer(records: RecordSystem, kind, status, text):
    when = {"intent": "order", "authoredOn": "2026-11-12"} if kind == "MedicationRequest" else {"effectiveDateTime": "2026-11-12"}  # fmt: skip
    over = resource(kind, status=status, medicationCodeableConcept={"text": text}, **when)
    assert records.cards("leeward-withdrawal", over)


def test_an_agonist_over_an_injection_of_naltrexone_that_was_completed_is_warned_of(records: RecordSystem):
    given = resource("MedicationStatement", status="completed", medicationCodeableConcept={"text": "Vivitrol 380 mg"}, effectiveDateTime="2026-11-12")  # fmt: skip
    for medicine in ("methadone", "buprenorphine sublingual"):
        cards = records.cards(SIGN, given, drafts=(order(medicine, mg=8),))
        assert any("naltrexone or nalmefene is on board" in one["summary"] and one["indicator"] == "warning" for one in cards)  # fmt: skip


# An order that is too much whatever the day


@pytest.mark.parametrize("mg", [41, 150, 300])
def test_methadone_above_the_first_days_cap_is_warned_of_where_nobody_knows_the_day(records: RecordSystem, mg: int):
    cards = records.cards(SIGN, drafts=(order("methadone", mg=mg),))
    assert any("above the first day's cap" in one["summary"] and one["indicator"] == "warning" for one in cards)


def test_somebody_on_methadone_for_years_is_not_warned_of_a_first_day(records: RecordSystem):
    given = resource("MedicationAdministration", status="completed", medicationCodeableConcept={"text": "methadone"}, effectiveDateTime="2026-11-21T09:00:00-05:00", dosage={"dose": {"value": 120, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}})  # fmt: skip
    cards = records.cards(SIGN, taken("methadone"), given, drafts=(order("methadone", mg=120),))
    assert not any("first day" in one["summary"] for one in cards)


@pytest.mark.parametrize("medicine", ["methadone", "buprenorphine sublingual", "naltrexone", "lofexidine", "clonidine"])
def test_an_allergy_to_what_is_ordered_is_warned_of(records: RecordSystem, medicine: str):
    allergy = resource("AllergyIntolerance", code={"text": medicine.split()[0]}, criticality="high")
    allergy["patient"] = allergy.pop("subject", {"reference": "Patient/p1"})
    cards = records.cards(SIGN, allergy, drafts=(order(medicine, mg=1),))
    assert any("llerg" in text_of([one]) and one["indicator"] == "warning" for one in cards)


# What is in the record and was not read, beside an order

NOT_READ = [
    resource("Observation", status="final", code={"text": "QTc (Fridericia)"}, effectiveDateTime="2026-11-22T08:30:00-05:00", valueQuantity={"value": 560, "unit": "ms"}),
    resource("Observation", status="final", code={"text": "Level of consciousness"}, effectiveDateTime="2026-11-22T08:30:00-05:00", valueString="unresponsive"),
    resource("Observation", status="final", code={"text": "ACVPU"}, effectiveDateTime="2026-11-22T08:30:00-05:00", valueString="P"),
    condition("Opioid ovardose"),
]  # fmt: skip


@pytest.mark.parametrize("place", range(len(NOT_READ)))
def test_what_bears_on_an_order_and_was_not_read_is_told_beside_it(records: RecordSystem, place: int):
    cards = records.cards(SIGN, NOT_READ[place], drafts=(order("methadone", mg=20),))
    found = [one for one in cards if "what bears on this order" in one["summary"]]
    assert len(found) == 1 and found[0]["indicator"] == "warning"


def test_medicines_that_leeward_does_not_know_are_named_beside_an_order(records: RecordSystem):
    cards = records.cards(SIGN, taken("ritonavirr 100 mg"), drafts=(order("methadone", mg=20),))
    assert "No interaction with these was looked for: Leeward does not know them**\n* ritonavirr 100 mg" in text_of(cards)  # fmt: skip


# A record that is longer than a case

LONG = {
    "medicines": [taken(f"paracetamol {place}") for place in range(600)],
    "doses": [
        resource("MedicationAdministration", status="completed", medicationCodeableConcept={"text": "sodium chloride flush"}, effectiveDateTime=f"2026-11-22T08:{place % 60:02}:00Z")
        for place in range(600)
    ],
}  # fmt: skip


@pytest.mark.parametrize("kind", LONG)
def test_an_opioid_is_found_among_hundreds_of_other_entries(records: RecordSystem, kind: str):
    old = {
        "medicines": taken("methadone 80 mg"),
        "doses": resource("MedicationAdministration", status="completed", medicationCodeableConcept={"text": "methadone"}, effectiveDateTime="2026-11-18T09:00:00Z"),
    }[kind]  # fmt: skip
    cards = records.cards(SIGN, *LONG[kind], old, drafts=(order("naltrexone", mg=50),))
    assert "contraindicated: methadone with naltrexone" in text_of(cards)
    assert "longer than what is read of one" in text_of(cards)


# What is taken, and cannot be told


def allergic(text: str = "", **members: Any) -> dict[str, Any]:
    code = {"text": text} if text else {"coding": [{"system": "urn:local", "code": "991"}]}
    active = {"coding": [{"code": "active"}]}
    told = resource("AllergyIntolerance", code=code, clinicalStatus=active, **members)
    return {name: value for name, value in told.items() if name != "subject"} | {"patient": {"reference": "Patient/p1"}}


def unresolved() -> dict[str, Any]:
    told = order("x", status="active", medicationReference={"reference": "Medication/m1"})
    return {name: value for name, value in told.items() if name != "medicationCodeableConcept"}


@pytest.mark.parametrize("service", ["leeward-withdrawal", "leeward-discharge"])
@pytest.mark.parametrize(
    ("held", "named"),
    [
        (order("opium tincture", status="active"), "opium tincture"),
        (order("MTD 80", status="active"), "MTD 80"),
        (taken("BUP/NLX 8/2"), "BUP/NLX 8/2"),
        (unresolved(), "a medicine without a name"),
        (order("", "99999999", status="active"), "a medicine without a name"),
    ],
    ids=str,
)
def test_a_medicine_that_may_be_an_opioid_is_told(records: RecordSystem, service, held, named):
    assert any(
        named in card["summary"] and "Not understood" in card["summary"] for card in records.cards(service, held)
    )


@pytest.mark.parametrize("held", [order("lisinopril 10 mg", status="active"), order("MTD 80", status="stopped")])
def test_another_medicine_makes_no_card(records: RecordSystem, held):
    assert records.cards("leeward-withdrawal", held) == []


@pytest.mark.parametrize("text", ["kratom?", "possible kratom", "kratom stopped"])
def test_kratom_in_doubt_is_told(records: RecordSystem, text):
    assert text in text_of(records.cards("leeward-kratom", taken(text)))


def test_an_allergy_that_was_not_understood_is_told_beside_an_order(records: RecordSystem):
    draft = order("methadone", mg=20)
    says = "Allergies on record that Leeward does not know"
    assert says not in text_of(records.cards(SIGN, drafts=(draft,)))
    found = text_of(records.cards(SIGN, allergic("MTD"), allergic(), drafts=(draft,)))
    assert says in found and "MTD" in found and "one without a name" in found
