"""The forms of a page as a browser would read them, and a filling that a person might make."""

from __future__ import annotations

import random
from html.parser import HTMLParser
from typing import Any, NamedTuple


class Field(NamedTuple):
    """A field: its kind, what it holds, and what may be chosen in it."""

    name: str
    kind: str
    value: str
    choices: tuple[str, ...] = ()
    ticked: bool = False


class Form(NamedTuple):
    """A form that is sent: where to, how, and its fields."""

    action: str
    kind: str
    fields: tuple[Field, ...]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[dict[str, Any], list[Field]]] = []
        self._select: tuple[str, str, list[str]] | None = None
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given, []))
            self._inside = True
        if not self._inside:
            return
        fields, name, value = self.forms[-1][1], given.get("name", ""), given.get("value", "")
        if tag == "select" and name:
            self._select = (name, "", [])
        elif tag == "option" and self._select:
            self._select[2].append(value)
        elif tag == "textarea" and name:
            fields.append(Field(name, "textarea", ""))
        elif tag in ("input", "button") and name:
            fields.append(Field(name, given.get("type", tag), value, ticked="checked" in given))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select:
            name, value, choices = self._select
            self.forms[-1][1].append(Field(name, "select", value, tuple(choices)))
            self._select = None
        elif tag == "form":
            self._inside = False


def forms_of(html: str, address: str) -> list[Form]:
    """The forms of a page that are sent by POST."""
    read = _Forms()
    read.feed(html)
    return [
        Form(given.get("action") or address, given.get("enctype", "application/x-www-form-urlencoded"), tuple(fields))
        for given, fields in read.forms
        if given.get("method", "get").lower() == "post"
    ]


WORDS = ("", "seen twice", "8", "16", "2 mg", "12.5", "97", "38.4", "Demo Person", "ER-2", "n.park", "2026-11-22", "2026-11-22T08:30", "08:30")  # fmt: skip


def filled(form: Form, chance: random.Random) -> list[tuple[str, str]]:
    """A filling with every hidden field as it was, choices chosen and the rest written from a few likely words."""
    pairs: list[tuple[str, str]] = []
    radios: dict[str, list[str]] = {}
    buttons: list[tuple[str, str]] = []
    for field in form.fields:
        match field.kind:
            case "hidden":
                pairs.append((field.name, field.value))
            case "radio":
                radios.setdefault(field.name, []).append(field.value)
            case "checkbox":
                if field.ticked or chance.random() < 0.4:
                    pairs.append((field.name, field.value or "on"))
            case "select":
                pairs.append((field.name, chance.choice(field.choices) if field.choices else ""))
            case "submit" | "button":
                buttons.append((field.name, field.value))
            case "file":
                pass
            case _:
                pairs.append(
                    (field.name, field.value if field.value and chance.random() < 0.6 else likely(field, chance))
                )
    pairs += [(name, chance.choice(values)) for name, values in radios.items() if chance.random() < 0.9]
    return pairs + ([chance.choice(buttons)] if buttons else [])


def likely(field: Field, chance: random.Random) -> str:
    """What a person might write into a field of this kind."""
    match field.kind:
        case "number":
            return str(chance.choice([0, 1, 2, 8, 16, 24, 60, 98, 120]))
        case "datetime-local":
            return f"2026-11-{chance.choice([20, 21, 22])}T{chance.randrange(24):02}:{chance.randrange(60):02}"
        case "date":
            return f"2026-11-{chance.choice([1, 20, 22, 24])}"
        case "time":
            return f"{chance.randrange(24):02}:{chance.randrange(60):02}"
        case _:
            return chance.choice(WORDS)
