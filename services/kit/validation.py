"""Constraints stand beside the fields in ``proto/`` (protovalidate); this is where they are enforced."""

from collections.abc import Callable
from typing import Any

from google.protobuf.descriptor import Descriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass
from protovalidate import Validator

from services.kit.errors import InvalidArgument
from services.kit.prevalidation import surely_valid

Decoder = Callable[[bytes], Message]


def decoder(descriptor: Descriptor, validator: Validator) -> Decoder:
    """A function from bytes to a checked message of this type.

    It raises InvalidArgument: MALFORMED_MESSAGE for bytes that are no such message, INVALID_FIELDS with a violation per
    field for constraints that do not hold. Types without constraints are not checked.
    Raises protovalidate's CompilationError here, and not at the first request, if a constraint is itself wrong.
    """
    parse = GetMessageClass(descriptor).FromString
    if not has_constraints(descriptor):
        return lambda data: _parsed(parse, data)
    validator.collect_violations(GetMessageClass(descriptor)())
    is_surely_valid = surely_valid(descriptor)

    def decode(data: bytes) -> Message:
        message = _parsed(parse, data)
        if not is_surely_valid(message):
            _check(message, validator)
        return message

    return decode


def _check(message: Message, validator: Validator) -> None:
    violations = validator.collect_violations(message)
    if violations:
        fields = [(_path(violation.proto.field), violation.proto.message or "") for violation in violations]
        names = ", ".join(field for field, _ in fields)
        raise InvalidArgument(f"invalid fields: {names}", reason="INVALID_FIELDS", violations=fields)


def has_constraints(descriptor: Descriptor, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a message of this type, or one inside it, has protovalidate options."""
    if descriptor.full_name in seen:
        return False
    seen |= {descriptor.full_name}
    own = (descriptor, *descriptor.oneofs, *descriptor.fields)
    if any(_is_constrained(element) for element in own):
        return True
    nested = (field.message_type for field in descriptor.fields if field.message_type is not None)
    return any(has_constraints(message, seen) for message in nested)


def _is_constrained(element: Any) -> bool:
    return any(option.full_name.startswith("buf.validate.") for option, _ in element.GetOptions().ListFields())


def _parsed(parse: Callable[[bytes], Message], data: bytes) -> Message:
    try:
        return parse(data)
    except DecodeError:
        raise InvalidArgument("the bytes sent are not a message of this type", reason="MALFORMED_MESSAGE") from None


def _path(field: Any) -> str:
    """A field path as people write it: ``answer.words[2].text``; empty for a rule about the whole message."""
    parts: list[str] = []
    for element in field.elements if field is not None else ():
        parts.append(f".{element.field_name}" if parts else str(element.field_name))
        subscript = element.subscript
        if subscript is not None:
            parts.append(f"[{subscript.value}]")
    return "".join(parts)
