"""One call of a record system, read strictly: what was asked, about whom, with which drafts and which resources."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

import msgspec

from leeward.errors import BadInput, Problem, shown
from leeward.fhir.json_text import decoded, is_object
from leeward.fhir.primitives import Id
from leeward.fhir.reading import Resources, joined, read_all
from leeward.fhir.structures import Element, Patient
from leeward.fhir.whole import ANSWERS, is_to_be_done, is_whole, only_holds
from leeward.hooks.misread import parts_of
from leeward.hooks.whose import is_anybodys, whose
from leeward.model.shapes import is_list

Hook = Literal["patient-view", "order-select", "order-sign", "encounter-discharge"]
HOOKS: tuple[Hook, ...] = ("patient-view", "order-select", "order-sign", "encounter-discharge")

WITH_DRAFTS: tuple[Hook, ...] = ("order-select", "order-sign")

MOST_BYTES = 10_000_000
"""A call larger than this is refused unread: prefetch of a chart is a hundredth of it. A convention of Leeward."""

UserReference = Annotated[str, msgspec.Meta(pattern=r"^(Practitioner|PractitionerRole|Patient|RelatedPerson)/[A-Za-z0-9\-.]{1,64}\Z")]  # fmt: skip
OrderReference = Annotated[str, msgspec.Meta(pattern=r"^[A-Z][A-Za-z]{2,40}/[A-Za-z0-9\-.]{1,64}\Z")]
AccessToken = Annotated[str, msgspec.Meta(pattern=r"^[\x21-\x7e]{1,16000}\Z")]
"""What the header of a request can hold. Source: RFC 6749, appendix A.12."""
Address = Annotated[str, msgspec.Meta(pattern=r"^https?://\S{1,2000}\Z")]


class FhirAuthorization(msgspec.Struct, frozen=True, kw_only=True):
    """The right to read from the FHIR server for this one answer."""

    access_token: AccessToken
    token_type: Literal["Bearer"]
    expires_in: int
    scope: str
    subject: str
    patient: str | None = None


class Context(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What the hook is about."""

    user_id: UserReference
    patient_id: Id
    encounter_id: Id | None = None
    selections: tuple[OrderReference, ...] | None = None
    draft_orders: dict[str, Any] | None = None


class Call(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The members of a call, as the specification names them; others are passed over."""

    hook: str
    hook_instance: str
    context: Context
    fhir_server: Address | None = None
    fhir_authorization: FhirAuthorization | None = None
    prefetch: dict[str, Any] = {}
    extension: dict[str, Any] = {}


class HookRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A call that can be answered.

    `drafts` are the orders that are being made, every one of them about the person of the call; `resources` is what the
    prefetch brought. A key of the prefetch is in `satisfied` where it was answered whole, also with nothing; else the
    record system could not, and nobody knows: nothing of it is in `resources`.
    """

    call: Call
    hook: Hook
    drafts: Resources
    resources: Resources
    satisfied: frozenset[str]

    @property
    def patient(self) -> str:
        """Id of the person in the record system."""
        return self.call.context.patient_id

    @property
    def selected(self) -> tuple[Element, ...]:
        """The drafts that the hook is about: those selected in order-select, all of them otherwise."""
        chosen = self.call.context.selections
        if self.hook != "order-select" or chosen is None:
            return self.drafts.held
        return tuple(one for one in self.drafts.held if f"{type(one).__name__}/{one.id}" in chosen)

    def lacking(self, templates: Mapping[str, str]) -> list[str]:
        """The keys of a prefetch that were not answered. One resource by its id is answered by that resource alone."""
        return [key for key, template in templates.items() if not self._answers(key, template)]

    def _answers(self, key: str, template: str) -> bool:
        if key not in self.satisfied:
            return False
        kind, _, query = template.partition("?")
        kind = kind.partition("/")[0]
        told = self.call.prefetch[key]
        if not query:
            return told is not None and told["resourceType"] == kind
        return told is None or told["resourceType"] == kind or (told["resourceType"] == "Bundle" and only_holds(told, kind))  # fmt: skip


def read_call(content: bytes, *, hook: Hook | None = None, typed_ids: bool = False) -> HookRequest:
    """A call as it came over the wire; `hook` is the one that the service answers.

    `typed_ids` takes a dialect of older record systems: `Patient/x` where an id belongs, and resources of the prefetch
    within `resource` of a bundle's entry. Raises BadInput with everything that is wrong.
    """
    raw = decoded(content, most=MOST_BYTES)
    if typed_ids:
        raw = normalised(raw)
    try:
        call = msgspec.convert(raw, Call)
    except msgspec.ValidationError as error:
        raise _unreadable(error) from None
    problems = list(_problems_of(call, raw, hook))
    drafts = read_all(call.context.draft_orders, "context.draftOrders") if call.context.draft_orders else Resources()
    resources, satisfied = _prefetched(call.prefetch)
    problems += [*drafts.problems, *resources.problems, *_strangers(call, drafts, resources)]
    if problems:
        raise BadInput(problems)
    return HookRequest(
        call=call, hook=_known(call.hook), drafts=drafts, resources=resources, satisfied=frozenset(satisfied)
    )


def _known(hook: str) -> Hook:
    return next(one for one in HOOKS if one == hook)


def _problems_of(call: Call, raw: Mapping[str, Any], hook: Hook | None) -> list[Problem]:
    found: list[Problem] = []
    context = call.context
    if call.hook not in HOOKS:
        found.append(_problem("hook", f"Leeward answers no hook {shown(call.hook)!r}.", f"Call one of {', '.join(HOOKS)}."))  # fmt: skip
    elif hook is not None and call.hook != hook:
        found.append(_problem("hook", f"This service answers {hook} and not {call.hook}.", "See /cds-services."))
    if not _is_uuid(call.hook_instance):
        found.append(_problem("hookInstance", "This is no UUID.", "Send a new UUID with every call."))
    if call.fhir_authorization is not None and call.fhir_server is None:
        found.append(_problem("fhirServer", "A token came without its server.", "Send fhirServer with it."))
    orders = context.draft_orders
    if call.hook in WITH_DRAFTS and orders is None:
        found.append(_problem("context.draftOrders", "The drafts are missing.", "Send them as a Bundle."))
    if orders is not None:
        found += _problems_of_drafts(orders, context.selections if call.hook == "order-select" else None)
    if call.hook == "encounter-discharge" and context.encounter_id is None:
        found.append(_problem("context.encounterId", "The encounter is missing.", "Send its id."))
    for key, value in call.prefetch.items():
        if value is not None and not (is_object(value) and isinstance(value.get("resourceType"), str)):
            place = f"prefetch.{shown(key)}"
            found.append(_problem(place, "This is neither a resource nor null.", "Send a FHIR resource."))
    return found


def _problems_of_drafts(orders: Mapping[str, Any], chosen: tuple[str, ...] | None) -> Iterator[Problem]:
    """What is wrong with the drafts as a bundle: each has to be there, and what was chosen has to be among them."""
    place = "context.draftOrders"
    entries = orders.get("entry")
    if orders.get("resourceType") != "Bundle":
        yield _problem(place, "This is no Bundle.", "Send the drafts as a Bundle.")
        return
    if orders.get("type") not in ANSWERS or any(map(is_to_be_done, entries if is_list(entries) else ())):
        says = "It asks for something to be done with its entries, so nobody knows which of them are drafts."
        yield _problem(place, says, "Send the drafts as a Bundle of type collection.")
    resources = [one.get("resource") for one in (entries if is_list(entries) else ()) if is_object(one)]
    told = [one for one in resources if is_object(one) and isinstance(one.get("resourceType"), str)]
    if not told or not is_list(entries) or len(told) < len(entries):
        yield _problem(f"{place}.entry", "A draft is missing.", "Send each draft as the resource of its entry.")
    names = {f"{one['resourceType']}/{one.get('id')}" for one in told}
    if chosen is not None and not chosen:
        yield _problem("context.selections", "No draft was selected.", "Name those that were.")
    for index, one in enumerate(chosen or ()):
        if one not in names:
            says = f"{shown(one)} is none of the drafts that were sent."
            yield _problem(f"context.selections[{index}]", says, "Name a draft of draftOrders by its type and id.")


def _strangers(call: Call, drafts: Resources, resources: Resources) -> Iterator[Problem]:
    """Drafts that are not for the person of the call, and a person who is somebody else."""
    person = call.context.patient_id
    for one in drafts.held:
        if not is_anybodys(one) and (for_whom := whose(one, call.fhir_server)) != person:
            place = f"context.draftOrders.{type(one).__name__}/{one.id or ''}"
            says = "It does not say for whom it is." if for_whom is None else "It is for somebody else."
            yield _problem(place, says, "Send drafts whose subject is the Patient of context.patientId.")
    for one in resources.held:
        if isinstance(one, Patient) and one.id != person:
            says = "This is not the person of context.patientId."
            yield _problem("prefetch.Patient", says, "Send the Patient whom the call is about.")


def _is_uuid(text: str) -> bool:
    try:
        return len(text) == 36 and str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def _prefetched(prefetch: Mapping[str, Any]) -> tuple[Resources, set[str]]:
    """What the prefetch brought, and which of its keys were answered: not those that came in part, or with an error."""
    satisfied: set[str] = set()
    parts: list[Resources] = []
    for key, value in prefetch.items():
        if value is None:
            satisfied.add(key)
        elif is_whole(value):
            satisfied.add(key)
            parts.append(read_all(value, f"prefetch.{shown(key)}"))
    return joined(parts), satisfied


def normalised(raw: Mapping[str, Any]) -> dict[str, Any]:
    """A call of the older dialect in the words of CDS Hooks 2.0: bare ids, and prefetch without the bundle's entry."""
    context, prefetch = raw.get("context"), raw.get("prefetch")
    if is_object(context):
        context = dict(context)
        for name in ("patientId", "encounterId"):
            told = context.get(name)
            if isinstance(told, str):
                context[name] = re.sub(r"^(Patient|Encounter)/", "", told)
        chosen, orders = context.get("selections"), context.get("draftOrders")
        if isinstance(chosen, list) and is_object(orders):
            context["selections"] = [_typed(one, orders) for one in chosen]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        person = context.get("patientId")
        if isinstance(person, str) and is_object(orders):
            context["draftOrders"] = _with_subjects(orders, person)
        if isinstance(person, str) and is_object(prefetch):
            prefetch = {key: _with_subjects(value, person) for key, value in prefetch.items()}
    if is_object(prefetch):
        prefetch = {key: _unwrapped(value) for key, value in prefetch.items()}
    return {**raw, "context": context, **({"prefetch": prefetch} if prefetch is not None else {})}


def _unwrapped(value: object) -> object:
    return value.get("resource") if is_object(value) and "resourceType" not in value else value


def _with_subjects(told: object, person: str) -> object:
    """Resources that name the person of the call by a bare id, as references. Drafts of that dialect add `-context` to it."""
    if is_list(told):
        listed = [_with_subjects(one, person) for one in told]
        return listed if any(new is not old for new, old in zip(listed, told, strict=True)) else told
    if not is_object(told):
        return told
    changed: dict[str, object] = {}
    subject = told.get("subject")
    if is_object(subject) and subject.get("reference") in (person, f"{person}-context"):
        changed["subject"] = {**subject, "reference": f"Patient/{person}"}
    for name in ("entry", "resource"):
        if name in told and (within := _with_subjects(told[name], person)) is not told[name]:
            changed[name] = within
    return {**told, **changed} if changed else told


def _typed(chosen: object, orders: Mapping[str, Any]) -> object:
    """An id among the drafts as the reference it should be."""
    if not isinstance(chosen, str) or "/" in chosen or not isinstance(orders.get("entry"), list):
        return chosen
    resources = [entry.get("resource") for entry in orders["entry"] if is_object(entry)]
    for one in resources:
        if is_object(one) and one.get("id") == chosen:
            return f"{one.get('resourceType')}/{chosen}"
    return chosen


def _unreadable(error: msgspec.ValidationError) -> BadInput:
    message, path = parts_of(error)
    missing = re.search(r"missing required field `(.*)`", message)
    if missing:
        path = f"{path}.{missing[1]}" if path else missing[1]
        return BadInput([_problem(path, "This is missing.", "See the hook in CDS Hooks 2.0.")])
    form = "matching regex" in message
    says = "This is not in the form that CDS Hooks asks for." if form else f"{shown(message.replace('`', ''), 80)}."
    return BadInput([_problem(path, says, "See the hook in CDS Hooks 2.0.")])


def _problem(path: str, says: str, mend: str) -> Problem:
    return Problem(path=path, code="LW-0903", says=says, mend=mend)
