"""A value of an object that is computed when it is first asked for, and kept.

As `functools.cached_property`, without the lock that it holds in Python 3.11 for all objects of a class at once: answers for
two people would wait for each other. Two threads that ask for the same value of the same object at the same time may both compute it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class once(Generic[T]):
    """Marks a method without arguments whose value is kept.

    >>> class Circle:
    ...     @once
    ...     def area(self) -> float:
    ...         print("computed")
    ...         return 3.0
    >>> circle = Circle()
    >>> circle.area, circle.area
    computed
    (3.0, 3.0)
    """

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self._compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> once[T]: ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: object | None, owner: type) -> once[T] | T:
        if instance is None:
            return self
        # Kept under the same name in the object itself, which is found before this from then on.
        value = instance.__dict__[self._name] = self._compute(instance)
        return value
