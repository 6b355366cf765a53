"""Cards: what a hook is answered with. Members that are empty are never sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

import msgspec

from leeward.errors import BadInput, Problem
from leeward.fhir.json_text import is_object
from leeward.fhir.primitives import Code, Uri
from leeward.fhir.reading import read_resource
from leeward.hooks.issued import card_id, suggestion_ids
from leeward.hooks.misread import misread
from leeward.hooks.request import Address

Indicator = Literal["info", "warning", "critical"]
RANKS: dict[Indicator, int] = {"critical": 0, "warning": 1, "info": 2}

MOST_LETTERS = 140
"""A summary is shorter than this (CDS Hooks 2.0, Card Attributes)."""

Text = Annotated[str, msgspec.Meta(min_length=1)]


class _Member(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    pass


class CodedReason(_Member, frozen=True, kw_only=True):
    """A code with its system; `display` is what a clinician reads."""

    code: Code
    system: Uri
    display: str | None = None


class OverrideReason(_Member, frozen=True, kw_only=True):
    """A reason that a clinician may choose for passing a card over."""

    code: Code
    system: Uri
    display: Text


class Source(_Member, frozen=True, kw_only=True):
    """Where a card comes from, by name."""

    label: Text
    url: Address | None = None
    icon: Address | None = None
    topic: CodedReason | None = None


class Action(_Member, frozen=True, kw_only=True):
    """One thing that a suggestion does when it is taken."""

    type: Literal["create", "update", "delete"]
    description: Text
    resource: dict[str, Any] | None = None
    resource_id: Text | None = None


class Suggestion(_Member, frozen=True, kw_only=True):
    """Something that may be taken with one press."""

    label: Text
    uuid: Text | None = None
    is_recommended: bool | None = None
    actions: tuple[Action, ...] = ()


class Link(_Member, frozen=True, kw_only=True):
    """A page to read, or one of Leeward to open in the chart (`smart`)."""

    label: Text
    url: Address
    type: Literal["absolute", "smart"]
    app_context: Text | None = None


class Card(_Member, frozen=True, kw_only=True):
    """One card. `summary` is shorter than 140 letters; `detail` is GitHub-flavoured Markdown."""

    summary: Text
    indicator: Indicator
    source: Source
    uuid: Text | None = None
    detail: Text | None = None
    suggestions: tuple[Suggestion, ...] = ()
    selection_behavior: Literal["at-most-one", "any"] | None = None
    override_reasons: tuple[OverrideReason, ...] = ()
    links: tuple[Link, ...] = ()


class Cards(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer."""

    cards: tuple[Card, ...]


OVERRIDES = "https://leeward.example/fhir/CodeSystem/override-reason"
OVERRIDE_REASONS = (
    OverrideReason(code="not-applicable", system=OVERRIDES, display="Does not apply to this person"),
    OverrideReason(code="known", system=OVERRIDES, display="Already known and being acted on"),
    OverrideReason(code="benefit-outweighs", system=OVERRIDES, display="The benefit outweighs the risk here"),
    OverrideReason(code="preference", system=OVERRIDES, display="The person decided otherwise"),
)
"""Four reasons, as each card offers them."""


def ranked(cards: Iterable[tuple[str, Card]]) -> tuple[Card, ...]:
    """Cards by urgency, one a topic: the most urgent of each stays, the first of two alike."""
    kept: dict[str, Card] = {}
    for topic, card in cards:
        if topic not in kept or RANKS[card.indicator] < RANKS[kept[topic].indicator]:
            kept[topic] = card
    return tuple(sorted(kept.values(), key=lambda card: RANKS[card.indicator]))


_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def named(card: Card, service: str, instance: str, topic: str, *, seal: str = "", launch: str = "") -> Card:
    """The card as it is sent: with its id, and with one for each suggestion, so that feedback can tell what was taken.

    The ids are the same where the same service answers the same call again under the same seal. `launch` is where
    Leeward opens in the chart; empty where it does not. What a record wrote between angle brackets
    is shown as it stands: a reader of Markdown would take it for HTML. The summary is no Markdown, and has another sign.
    """
    id = card_id(seal, f"{service}:{instance}:{topic}", len(card.suggestions))
    suggestions = tuple(
        msgspec.structs.replace(one, uuid=own)
        for one, own in zip(card.suggestions, suggestion_ids(id, len(card.suggestions)), strict=True)
    )
    links = card.links
    if launch:
        context = msgspec.json.encode({"service": service, "card": str(id)}).decode()
        links = (*links, Link(label="Open in Leeward", url=launch, type="smart", app_context=context))
    return msgspec.structs.replace(
        card,
        uuid=str(id),
        suggestions=suggestions,
        summary=_TAG.sub("‹", card.summary),
        detail=_TAG.sub("&lt;", card.detail) if card.detail else None,
        links=links,
    )


def read_cards(raw: object) -> Cards:
    """An answer as somebody sent it. Raises BadInput with everything that is wrong in it."""
    try:
        found = msgspec.convert(_with_link_types(raw), Cards)
    except msgspec.ValidationError as error:
        raise misread(error, "LW-0905") from None
    problems = [problem for index, card in enumerate(found.cards) for problem in mistakes_of(card, f"cards[{index}]")]
    if problems:
        raise BadInput(problems)
    return found


def _with_link_types(raw: object) -> object:
    """A link without a type is one to a page: older services leave it out, and readers take it so."""
    if not is_object(raw) or not isinstance(raw.get("cards"), list):
        return raw
    cards: list[Any] = raw["cards"]
    return {**raw, "cards": [_typed_links(card) for card in cards]}


def _typed_links(card: Any) -> Any:
    if not is_object(card) or not isinstance(card.get("links"), list):
        return card
    links: list[Any] = card["links"]
    return {**card, "links": [{"type": "absolute", **link} if is_object(link) else link for link in links]}


def mistakes_of(card: Card, path: str) -> Sequence[Problem]:
    """What the specification asks of a card beyond the form of its members."""
    found: list[Problem] = []
    if bool(card.suggestions) != (card.selection_behavior is not None):
        found.append(_mistake(f"{path}.selectionBehavior", "It goes with suggestions, and suggestions with it."))
    for index, link in enumerate(card.links):
        if link.app_context is not None and link.type != "smart":
            found.append(_mistake(f"{path}.links[{index}].appContext", "Only a link to an app carries one."))
    for index, suggestion in enumerate(card.suggestions):
        for number, action in enumerate(suggestion.actions):
            found += _mistakes_of_action(action, f"{path}.suggestions[{index}].actions[{number}]")
    return found


def _mistakes_of_action(action: Action, path: str) -> list[Problem]:
    if action.type == "delete":
        says = "What is to be deleted is named by resourceId, and nothing else."
        return [] if action.resource_id and action.resource is None else [_mistake(path, says)]
    if action.resource is None:
        return [_mistake(path, "What is to be written is missing.")]
    found = read_resource(action.resource, f"{path}.resource")
    return [found] if isinstance(found, Problem) and found.code != "LW-0904" else []


def _mistake(path: str, says: str) -> Problem:
    return Problem(path=path, code="LW-0905", says=says, mend="See CDS Hooks 2.0.")


def cut(text: str) -> str:
    """A summary in the letters that CDS Hooks allows."""
    return text if len(text) < MOST_LETTERS else f"{text[: MOST_LETTERS - 2].rstrip()}…"
