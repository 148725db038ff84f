"""Messages to frozen dataclasses with the same field names and back, by their types.

| protobuf                        | dataclass                                                             |
|---------------------------------|-----------------------------------------------------------------------|
| enum ``FACE_STATE_TOO_DARK``    | ``FaceState.TOO_DARK``; unspecified is a member, a default, or None   |
| Duration, Timestamp             | timedelta, aware datetime in UTC; unset is None or a default          |
| message, repeated               | dataclass (or None where unset), tuple                                |
| optional scalar                 | value or None                                                         |

A dataclass may lack fields of its message; a field that the message lacks is an error when the pair is first used.
"""

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache
from typing import Any, Final, TypeVar, cast

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message

T = TypeVar("T")
M = TypeVar("M", bound=Message)
E = TypeVar("E", bound=Enum)

_UNSPECIFIED: Final = "UNSPECIFIED"
_DURATION: Final = "google.protobuf.Duration"
_TIMESTAMP: Final = "google.protobuf.Timestamp"
_MISSING: Final = object()

Setter = Callable[[Any, Any], None]
Getter = Callable[[Any], Any]


def decode(message: Message, kind: type[T]) -> T:
    """``message`` as a ``kind``."""
    getters = _getters(cast(Any, kind), message.DESCRIPTOR)
    values = {name: getter(message) for name, getter in getters}
    return kind(**{name: value for name, value in values.items() if value is not _MISSING})


def encode(value: Any, kind: type[M]) -> M:
    """Dataclass ``value`` as a new message of ``kind``."""
    message = kind()
    fill(value, message)
    return message


def fill(value: Any, message: Message) -> None:
    """Write dataclass ``value`` into ``message``."""
    for name, setter in _setters(cast(Any, type(value)), message.DESCRIPTOR):
        part = getattr(value, name)
        if part is not None:
            setter(message, part)


def enum_name(descriptor: EnumDescriptor, value: Enum) -> str:
    """The contract's name for ``value``, which a message's constructor takes for the number."""
    return _prefix(descriptor) + value.name


def read_enum(descriptor: EnumDescriptor, kind: type[E], number: int, default: E) -> E:
    """The ``kind`` of the contract's ``number``; ``default`` where it is unspecified or newer than this process."""
    value = _enum_reader(descriptor, kind, None)(number)
    return value if isinstance(value, kind) else default


@cache
def _prefix(descriptor: EnumDescriptor) -> str:
    return str(descriptor.values_by_number[0].name).removesuffix(_UNSPECIFIED)


@cache
def _setters(kind: type[Any], descriptor: Descriptor) -> list[tuple[str, Setter]]:
    return [(field.name, _setter(_field(descriptor, field.name))) for field in dataclasses.fields(kind)]


def _field(descriptor: Descriptor, name: str) -> FieldDescriptor:
    found = descriptor.fields_by_name.get(name)
    if found is None:
        raise TypeError(f"{descriptor.full_name} has no field {name}")
    return found


def _setter(field: FieldDescriptor) -> Setter:
    name = field.name
    if field.message_type is None:
        convert = _scalar(field)
        if field.is_repeated:
            return lambda message, value: getattr(message, name).extend(convert(item) for item in value)
        return lambda message, value: setattr(message, name, convert(value))
    write: Callable[[Any, Any], None] = _WRITERS.get(field.message_type.full_name, fill)
    if field.is_repeated:

        def extend(message: Any, values: Any) -> None:
            parts = getattr(message, name)
            for value in values:
                write(value, parts.add())

        return extend

    def assign(message: Any, value: Any) -> None:
        part = getattr(message, name)
        part.SetInParent()  # an empty message is there all the same
        write(value, part)

    return assign


def _scalar(field: FieldDescriptor) -> Callable[[Any], Any]:
    descriptor = field.enum_type
    if descriptor is None:
        return lambda value: value
    return lambda value: descriptor.values_by_name[enum_name(descriptor, value)].number


_WRITERS: Final[Mapping[str, Callable[[Any, Any], None]]] = {
    _DURATION: lambda value, part: part.FromTimedelta(value),
    _TIMESTAMP: lambda value, part: part.FromDatetime(value),
}


@cache
def _getters(kind: type[Any], descriptor: Descriptor) -> list[tuple[str, Getter]]:
    hints = typing.get_type_hints(kind)
    return [
        (field.name, _getter(_field(descriptor, field.name), hints[field.name], _default(field)))
        for field in dataclasses.fields(kind)
    ]


def _default(field: "dataclasses.Field[Any]") -> Any:
    """What an unset field becomes: left to the dataclass where it has a default, else None."""
    has = field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
    return _MISSING if has else None


def _getter(field: FieldDescriptor, hint: Any, default: Any) -> Getter:
    name = field.name
    if field.is_repeated:
        item = _reader(field, typing.get_args(hint)[0], None)
        return lambda message: tuple(item(part) for part in getattr(message, name))
    read = _reader(field, hint, default)
    if field.message_type is None and not field.has_presence:
        return lambda message: read(getattr(message, name))
    zero = timedelta() if default is None and _bare(hint) is timedelta and hint is timedelta else default
    return lambda message: read(getattr(message, name)) if message.HasField(name) else zero


def _reader(field: FieldDescriptor, hint: Any, default: Any) -> Callable[[Any], Any]:
    kind = _bare(hint)
    if field.message_type is not None:
        reader = _READERS.get(field.message_type.full_name)
        return reader if reader is not None else lambda part: decode(part, kind)
    if field.enum_type is not None:
        return _enum_reader(field.enum_type, kind, default)
    return lambda value: value


def _enum_reader(descriptor: EnumDescriptor, kind: Any, default: Any) -> Callable[[int], Any]:
    prefix = _prefix(descriptor)
    members = {value.number: getattr(kind, value.name.removeprefix(prefix), default) for value in descriptor.values}
    return lambda number: members.get(number, members[0])  # a newer peer's value means as much as none


def _bare(hint: Any) -> Any:
    if isinstance(hint, types.UnionType):
        return next(part for part in hint.__args__ if part is not types.NoneType)
    return hint


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    _DURATION: lambda part: timedelta(seconds=part.seconds, microseconds=part.nanos / 1000),
    _TIMESTAMP: lambda part: datetime.fromtimestamp(part.seconds + part.nanos / 1e9, UTC),
}
