"""The quick test may say yes only where protovalidate finds nothing: compared on random messages of every contract."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from buf.validate import validate_pb2
from google.protobuf import (
    descriptor_pb2,
    descriptor_pool,
    wrappers_pb2,  # noqa: F401  # a dependency of the file built below
)
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message_factory import GetMessageClass
from parley.media.v1 import media_service_pb2
from parley.reasoning.v1 import reasoning_service_pb2
from parley.session.v1 import (
    account_service_pb2,
    consent_service_pb2,
    interview_service_pb2,
    recorder_service_pb2,
    resume_service_pb2,
)
from parley.speech.v1 import speech_service_pb2, transcription_pb2
from parley.vision.v1 import vision_service_pb2
from protovalidate import Validator

from services.kit.prevalidation import surely_valid
from tests.support.kit_contract import Echo

CONTRACTS: tuple[Any, ...] = (
    account_service_pb2,
    consent_service_pb2,
    interview_service_pb2,
    media_service_pb2,
    reasoning_service_pb2,
    recorder_service_pb2,
    resume_service_pb2,
    speech_service_pb2,
    vision_service_pb2,
)
ROUNDS = 150
_NUMBERS = (0, 1, 2, 3, 50, 1000, 16000)
_LENGTHS = (0, 1, 2, 8, 9, 36, 64)


def _corner_cases() -> Any:
    """A message with constraints that no contract of ours has, or not in this combination."""
    file = descriptor_pb2.FileDescriptorProto(name="kittest/corners.proto", package="kittest.corners", syntax="proto3")
    file.dependency.extend(["buf/validate/validate.proto", "google/protobuf/wrappers.proto"])
    corners = file.message_type.add(name="Corners")
    types = descriptor_pb2.FieldDescriptorProto
    wanted: list[tuple[str, int, str]] = [
        ("text: {string: {min_len: 2 max_len: 8}}", types.TYPE_STRING, ""),
        ("pattern: {string: {pattern: '^a+$'}}", types.TYPE_STRING, ""),
        ("wrapped: {string: {min_len: 2}}", types.TYPE_MESSAGE, ".google.protobuf.StringValue"),
        ("number: {int32: {gte: -1 lte: 3}}", types.TYPE_INT32, ""),
        ("outside: {int32: {gte: 3 lte: 1}}", types.TYPE_INT32, ""),
        ("share: {double: {gte: 0 lte: 1}}", types.TYPE_DOUBLE, ""),
        ("needed: {required: true}", types.TYPE_INT32, ""),
        ("ignored: {ignore: IGNORE_IF_ZERO_VALUE string: {min_len: 2}}", types.TYPE_STRING, ""),
    ]
    for number, (text, kind, type_name) in enumerate(wanted, start=1):
        name, _, rules = text.partition(": ")
        field = corners.field.add(name=name, number=number, type=kind, label=types.LABEL_OPTIONAL)
        if type_name:
            field.type_name = type_name
        options: Any = field.options.Extensions
        options[validate_pb2.field].MergeFrom(_rules(rules))
    for field in corners.field:  # each alone, too: one constraint that nobody understands hides the others
        alone = file.message_type.add(name=field.name.capitalize())
        alone.field.add().CopyFrom(field)
    pool = descriptor_pool.Default()
    pool.Add(file)
    return pool.FindFileByName(file.name)


def _rules(text: str) -> Any:
    from google.protobuf import text_format

    return text_format.Parse(text[1:-1], validate_pb2.FieldRules())


CORNERS = _corner_cases()
_REQUESTS = [message for contract in CONTRACTS for message in contract.DESCRIPTOR.message_types_by_name.values()]
DESCRIPTORS = [*_REQUESTS, *CORNERS.message_types_by_name.values(), Echo.DESCRIPTOR]


def random_message(descriptor: Any, dice: random.Random, depth: int = 0) -> Any:
    """A message whose fields are there or not, with values around the usual limits."""
    message = GetMessageClass(descriptor)()
    for field in descriptor.fields:
        if dice.random() < 0.4 or depth > 3:
            continue
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            continue
        if field.is_repeated:
            getattr(message, field.name).extend(random_value(field, dice, depth) for _ in range(dice.randint(0, 2)))
        elif field.message_type is not None:
            getattr(message, field.name).CopyFrom(random_value(field, dice, depth))
        else:
            setattr(message, field.name, random_value(field, dice, depth))
    return message


def random_value(field: Any, dice: random.Random, depth: int) -> Any:
    """A value of the field's type."""
    if field.message_type is not None:
        return random_message(field.message_type, dice, depth + 1)
    if field.enum_type is not None:
        return dice.choice([*field.enum_type.values_by_number, 0, 99])
    length = dice.choice(_LENGTHS)
    values = {
        field.CPPTYPE_STRING: b"a" * length if field.type == field.TYPE_BYTES else dice.choice("ab한") * length,
        field.CPPTYPE_BOOL: dice.random() < 0.5,
        field.CPPTYPE_DOUBLE: dice.choice([0.0, 0.5, 1.0, 2.0, -1.0, float("nan")]),
        field.CPPTYPE_FLOAT: dice.choice([0.0, 0.5, 1.0, 2.0, -1.0, float("nan")]),
    }
    return values.get(field.cpp_type, dice.choice(_NUMBERS))


def _pairs() -> Iterator[tuple[Any, bool, bool]]:
    validator = Validator()
    for descriptor in DESCRIPTORS:
        quick, dice = surely_valid(descriptor), random.Random(descriptor.full_name)  # noqa: S311  # repeatable
        for _ in range(ROUNDS):
            message = random_message(descriptor, dice)
            yield message, quick(message), not validator.collect_violations(message)


def test_a_quick_yes_is_never_wrong() -> None:
    verdicts = {(True, True): 0, (False, True): 0, (False, False): 0}
    for message, quick, valid in _pairs():
        assert not (quick and not valid), f"{message.DESCRIPTOR.full_name} is invalid:\n{message}"
        verdicts[quick, valid] += 1
    assert all(count > 500 for count in verdicts.values()), verdicts  # each kind was really tried


@pytest.mark.parametrize("samples", [2, 640, 32000])
def test_it_says_yes_to_what_a_stream_is_made_of(samples: int) -> None:
    """Otherwise it would be right, and useless."""
    quick: Any = surely_valid(speech_service_pb2.TranscribeRequest.DESCRIPTOR)  # type: ignore[arg-type]
    chunk = transcription_pb2.AudioChunk(offset=Duration(), samples=bytes(samples))
    assert quick(speech_service_pb2.TranscribeRequest(audio=chunk))


@pytest.mark.parametrize("samples", [0, 1, 32001])
def test_it_leaves_what_is_out_of_bounds_to_protovalidate(samples: int) -> None:
    quick: Any = surely_valid(speech_service_pb2.TranscribeRequest.DESCRIPTOR)  # type: ignore[arg-type]
    chunk = transcription_pb2.AudioChunk(offset=Duration(), samples=bytes(samples))
    assert not quick(speech_service_pb2.TranscribeRequest(audio=chunk))
    assert not quick(speech_service_pb2.TranscribeRequest())
