"""The shapes that a decoded document may hold, told apart for the type checker's sake too."""

from __future__ import annotations

from typing import Any, TypeGuard


def is_mapping(given: object) -> TypeGuard[dict[Any, Any]]:
    """Whether a value is a mapping; its keys may still be anything."""
    return isinstance(given, dict)


def is_list(given: object) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    """Whether a value is a list."""
    return isinstance(given, (list, tuple))
