"""Frames, text mode, metadata, trailers and timeouts, as bytes."""

from __future__ import annotations

import base64
import struct

import pytest

from services.gateway.adapters.grpcweb import wire
from services.gateway.domain.errors import CompressedRequest, MalformedRequest
from services.gateway.domain.status import RpcStatus


def frame(payload: bytes, flags: int = 0) -> bytes:
    return struct.pack(">BI", flags, len(payload)) + payload


def test_a_frame_is_flags_length_payload() -> None:
    assert wire.encode_frame(b"ab") == b"\x00\x00\x00\x00\x02ab"
    assert wire.encode_frame(b"a", trailers=True) == b"\x80\x00\x00\x00\x01a"
    assert base64.b64decode(wire.encode_frame(b"ab", text=True)) == b"\x00\x00\x00\x00\x02ab"


@pytest.mark.parametrize("messages", [[], [b""], [b"a"], [b"a", b"", b"\x00" * 300]])
def test_a_body_splits_into_the_messages_it_was_made_of(messages: list[bytes]) -> None:
    assert wire.split_messages(b"".join(map(frame, messages))) == messages


@pytest.mark.parametrize("missing", range(1, 8))
def test_a_body_cut_anywhere_is_malformed(missing: int) -> None:
    with pytest.raises(MalformedRequest, match="cut off"):
        wire.split_messages(frame(b"first") + frame(b"abc")[:-missing])


def test_flags_that_requests_cannot_have() -> None:
    with pytest.raises(CompressedRequest):
        wire.split_messages(frame(b"x", flags=0x01))
    with pytest.raises(MalformedRequest, match="0x80"):
        wire.split_messages(frame(b"grpc-status: 0", flags=0x80))


@pytest.mark.parametrize(
    "body",
    [b"AAECAw==", b"AAECAw", b"AA==AQID", b"AAE=AgM="],
    ids=["padded", "unpadded", "two pieces", "two padded pieces"],
)
def test_text_bodies_in_every_padding(body: bytes) -> None:
    assert wire.decode_text_body(body) == bytes(range(4))


@pytest.mark.parametrize("body", [b"A", b"AA==A", b"AA AA", b"=", b"\x00\x00"])
def test_text_bodies_that_are_not_base64(body: bytes) -> None:
    with pytest.raises(MalformedRequest, match="base64"):
        wire.decode_text_body(body)


def test_metadata_is_decoded_and_what_grpc_cannot_carry_is_left_out() -> None:
    headers = [
        (b"Authorization", b"Bearer x"),
        (b"x-a-bin", b"AAE,/w=="),
        (b"x-note", "메모".encode()),
        (b":path", b"/"),
    ]
    assert wire.request_metadata(headers) == (
        ("authorization", "Bearer x"),
        ("x-a-bin", b"\x00\x01"),
        ("x-a-bin", b"\xff"),
    )


def test_malformed_binary_metadata_is_named() -> None:
    with pytest.raises(MalformedRequest, match="x-a-bin"):
        wire.request_metadata([(b"x-a-bin", b"?")])


@pytest.mark.parametrize(
    ("value", "seconds"), [(b"2H", 7200), (b"1M", 60), (b"3S", 3), (b"250m", 0.25), (b"5u", 5e-6), (b"0n", 0)]
)
def test_timeouts(value: bytes, seconds: float) -> None:
    assert wire.parse_timeout(value) == pytest.approx(seconds)


@pytest.mark.parametrize("value", [b"", b"S", b"1", b"-1S", b"1.5S", b"1s", b"123456789S", b" 1S"])
def test_malformed_timeouts(value: bytes) -> None:
    with pytest.raises(MalformedRequest, match="grpc-timeout"):
        wire.parse_timeout(value)


def test_trailers_encode_any_message_and_binary_metadata() -> None:
    status = RpcStatus(5, "100% 없음\r\n", (("x-a", "b"), ("x-b-bin", b"\x00\x01\x02\x03")))
    assert wire.encode_trailers(status) == (
        b"grpc-status: 5\r\ngrpc-message: 100%25 %EC%97%86%EC%9D%8C%0D%0A\r\nx-a: b\r\nx-b-bin: AAECAw\r\n"
    )
    assert wire.encode_trailers(RpcStatus()) == b"grpc-status: 0\r\n"


@pytest.mark.parametrize(
    "entry", [("x-a", "b\r\ngrpc-status: 0"), ("X-A", "b"), ("x a", "b"), ("x-a", "없음"), ("x-a", b"bytes")]
)
def test_metadata_that_could_forge_or_break_trailers_is_refused(entry: tuple[str, str | bytes]) -> None:
    with pytest.raises(ValueError, match="metadata entry"):
        wire.encode_metadata((entry,))


@pytest.mark.parametrize(
    ("content_type", "spoken", "text"),
    [
        ("application/grpc-web", True, False),
        ("application/grpc-web+proto", True, False),
        ("Application/gRPC-Web-Text; charset=utf-8", True, True),
        ("application/grpc-web-text+proto", True, True),
        ("application/grpc-web+json", False, False),
        ("application/grpc", False, False),
        ("", False, False),
    ],
)
def test_content_types(content_type: str, spoken: bool, text: bool) -> None:
    assert (wire.is_grpc_web(content_type), wire.is_text(content_type)) == (spoken, text)


@pytest.mark.parametrize(
    ("content_type", "accept", "text"),
    [
        ("application/grpc-web+proto", "", False),
        ("application/grpc-web+proto", "*/*", False),
        ("application/grpc-web-text", "*/*", True),
        ("application/grpc-web-text", "application/grpc-web+proto", False),
        ("application/grpc-web+proto", "text/html, application/grpc-web-text", True),
    ],
)
def test_the_answer_has_the_form_that_the_client_accepts(content_type: str, accept: str, text: bool) -> None:
    assert wire.answers_in_text(content_type, accept) is text
