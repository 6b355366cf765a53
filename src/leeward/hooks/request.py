"""One call of a record system, read strictly: what was asked, about whom, with which drafts and which resources."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from leeward.errors import BadInput, Problem, shown
from leeward.fhir.json_text import decoded, is_object
from leeward.fhir.primitives import Id
from leeward.fhir.reading import Resources, joined, read_all
from leeward.fhir.structures import Element
from leeward.hooks.misread import parts_of

Hook = Literal["patient-view", "order-select", "order-sign", "encounter-discharge"]
HOOKS: tuple[Hook, ...] = ("patient-view", "order-select", "order-sign", "encounter-discharge")

WITH_DRAFTS: tuple[Hook, ...] = ("order-select", "order-sign")

MOST_BYTES = 10_000_000
"""A call larger than this is refused unread: prefetch of a chart is a hundredth of it. A convention of Leeward."""

UserReference = Annotated[str, msgspec.Meta(pattern=r"^(Practitioner|PractitionerRole|Patient|RelatedPerson)/[A-Za-z0-9\-.]{1,64}\Z")]  # fmt: skip
OrderReference = Annotated[str, msgspec.Meta(pattern=r"^[A-Z][A-Za-z]{2,40}/[A-Za-z0-9\-.]{1,64}\Z")]
Address = Annotated[str, msgspec.Meta(pattern=r"^https?://\S{1,2000}\Z")]


class FhirAuthorization(msgspec.Struct, frozen=True, kw_only=True):
    """The right to read from the FHIR server for this one answer."""

    access_token: str
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

    `drafts` are the orders that are being made, `resources` what the prefetch brought. A key of the prefetch is in
    `satisfied` where it was answered, also with nothing; else the record system could not, and nobody knows.
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
    problems += [*drafts.problems, *resources.problems]
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
    if orders is not None and orders.get("resourceType") != "Bundle":
        found.append(_problem("context.draftOrders", "This is no Bundle.", "Send the drafts as a Bundle."))
    if call.hook == "encounter-discharge" and context.encounter_id is None:
        found.append(_problem("context.encounterId", "The encounter is missing.", "Send its id."))
    for key, value in call.prefetch.items():
        if value is not None and not (is_object(value) and isinstance(value.get("resourceType"), str)):
            place = f"prefetch.{shown(key)}"
            found.append(_problem(place, "This is neither a resource nor null.", "Send a FHIR resource."))
    return found


def _is_uuid(text: str) -> bool:
    try:
        return len(text) == 36 and str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def _prefetched(prefetch: Mapping[str, Any]) -> tuple[Resources, set[str]]:
    """What the prefetch brought, and which of its keys were answered: not those with an OperationOutcome."""
    satisfied: set[str] = set()
    parts: list[Resources] = []
    for key, value in prefetch.items():
        if value is None:
            satisfied.add(key)
        elif is_object(value) and value.get("resourceType") != "OperationOutcome" and "resourceType" in value:
            satisfied.add(key)
            parts.append(read_all(value, f"prefetch.{shown(key)}"))
    return joined(parts), satisfied


def normalised(raw: Mapping[str, Any]) -> dict[str, Any]:
    """A call of the older dialect in the words of CDS Hooks 2.0: bare ids, and prefetch without the bundle's entry."""
    context = raw.get("context")
    if is_object(context):
        context = dict(context)
        for name in ("patientId", "encounterId"):
            told = context.get(name)
            if isinstance(told, str):
                context[name] = re.sub(r"^(Patient|Encounter)/", "", told)
        chosen, orders = context.get("selections"), context.get("draftOrders")
        if isinstance(chosen, list) and is_object(orders):
            context["selections"] = [_typed(one, orders) for one in chosen]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    prefetch = raw.get("prefetch")
    if is_object(prefetch):
        prefetch = {key: _unwrapped(value) for key, value in prefetch.items()}
    return {**raw, "context": context, **({"prefetch": prefetch} if prefetch is not None else {})}


def _unwrapped(value: object) -> object:
    return value.get("resource") if is_object(value) and "resourceType" not in value else value


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
