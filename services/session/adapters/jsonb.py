"""Typed JSONB columns: a frozen dataclass in, the same dataclass out, never JSON inside a string.

Keys are field names; enumerations are their values; durations are seconds; a field that holds None is left out.
"""

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import Enum
from functools import cache
from typing import Any, Generic, TypeVar

from sqlalchemy import Dialect, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

T = TypeVar("T")
E = TypeVar("E", bound=Enum)


class TypedJson(TypeDecorator[T], Generic[T]):
    """A JSONB column of ``kind``: a frozen dataclass, or a tuple of one (``tuple[Word, ...]``)."""

    impl = JSONB(none_as_null=True)
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: T | None, dialect: Dialect) -> Any:
        """To JSON."""
        return to_json(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> T | None:
        """From JSON."""
        return None if value is None else typing.cast(T, _reader(self.kind)(value))


class Named(TypeDecorator[E], Generic[E]):
    """A TEXT column that holds an enumeration's values."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[E]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: E | None, dialect: Dialect) -> str | None:
        """To text."""
        return None if value is None else str(self.kind(value).value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:
        """From text."""
        return None if value is None else self.kind(value)


def to_json(value: Any) -> Any:
    """A value of the domain as JSON."""
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value):
        pairs = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
        return {name: to_json(part) for name, part in pairs if part is not None}
    if isinstance(value, tuple | list):
        return [to_json(part) for part in value]
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value


def from_json(kind: type[T], data: Any) -> T:
    """``to_json`` undone."""
    return typing.cast(T, _reader(typing.cast(Any, kind))(data))


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    if isinstance(kind, types.UnionType):
        return _reader(next(part for part in kind.__args__ if part is not types.NoneType))
    if typing.get_origin(kind) is tuple:
        part = _reader(typing.get_args(kind)[0])
        return lambda data: tuple(part(item) for item in data)
    if kind is timedelta:
        return lambda data: timedelta(seconds=data)
    if dataclasses.is_dataclass(kind):
        return _dataclass_reader(kind)
    return typing.cast(Callable[[Any], Any], kind)  # an enumeration or a scalar reads itself


def _dataclass_reader(kind: Any) -> Callable[[Mapping[str, Any]], Any]:
    readers = {name: _reader(hint) for name, hint in typing.get_type_hints(kind).items()}

    def read(data: Mapping[str, Any]) -> Any:
        return kind(**{name: readers[name](value) for name, value in data.items() if name in readers})

    return read
