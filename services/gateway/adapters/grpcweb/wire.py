"""The gRPC-web wire: frames, text mode, metadata, trailers, timeouts. Pure functions over bytes.

Follows PROTOCOL-WEB.md and PROTOCOL-HTTP2.md of grpc/grpc. What sonora.protocol does right is used; what it gets wrong
(MESH.md) is done here: unpadded and joined binary metadata, several messages in one body, truncated bodies, trailers.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from sonora import protocol

from services.gateway.domain.errors import CompressedRequest, MalformedRequest
from services.gateway.domain.status import Metadata, RpcStatus

BINARY_TYPE = "application/grpc-web+proto"
TEXT_TYPE = "application/grpc-web-text+proto"

_FRAME_HEADER = struct.Struct(">BI")
_COMPRESSED_FLAG = 0x01
_BINARY_TYPES = frozenset({"application/grpc-web", BINARY_TYPE})
_TEXT_TYPES = frozenset({"application/grpc-web-text", TEXT_TYPE})
# Text mode joins separately padded pieces: "AAA=BBB=" is two of them.
_BASE64_PIECE = re.compile(rb"[A-Za-z0-9+/]+={0,2}")
_PRINTABLE = re.compile(r"[\x20-\x7e]*")
_METADATA_KEY = re.compile(r"[0-9a-z_.-]+")
_TIMEOUT = re.compile(rb"[0-9]{1,8}[HMSmun]")
# grpc-message is percent-encoded except for printable ASCII; '%' itself is always encoded.
_MESSAGE_SAFE = "".join(chr(c) for c in range(0x20, 0x7F) if c != ord("%"))


def media_type(content_type: str) -> str:
    """The media type without its parameters, lower-case: what is_grpc_web and is_text compare."""
    return content_type.partition(";")[0].strip().lower()


def is_grpc_web(content_type: str) -> bool:
    """Whether a content type is one that this wire speaks (protobuf only: +json and others are not)."""
    return media_type(content_type) in _BINARY_TYPES | _TEXT_TYPES


def is_text(content_type: str) -> bool:
    """Whether bodies of this content type are base64."""
    return media_type(content_type) in _TEXT_TYPES


def answers_in_text(content_type: str, accept: str) -> bool:
    """Whether the answer is base64: what `accept` asks for, or else the request's own form."""
    accepted = [media_type(entry) for entry in accept.split(",")]
    if any(entry in _TEXT_TYPES for entry in accepted):
        return True
    if any(entry in _BINARY_TYPES for entry in accepted):
        return False
    return is_text(content_type)


def encode_frame(payload: bytes, *, trailers: bool = False, text: bool = False) -> bytes:
    """One length-prefixed frame; in text mode its base64 (each frame padded for itself: streams stay readable)."""
    wrap = protocol.b64_wrap_message if text else protocol.wrap_message
    return bytes(wrap(trailers, False, payload))


def split_messages(body: bytes) -> list[bytes]:
    """The messages of a complete binary body, in order.

    Raises MalformedRequest for a truncated frame or a trailer frame (only servers send those), CompressedRequest.
    """
    return list(_iterate_messages(body))


def _iterate_messages(body: bytes) -> Iterator[bytes]:
    offset = 0
    while offset < len(body):
        if len(body) - offset < _FRAME_HEADER.size:
            raise MalformedRequest("the request body ends inside a frame header: it was cut off")
        flags, length = _FRAME_HEADER.unpack_from(body, offset)
        start, offset = offset + _FRAME_HEADER.size, offset + _FRAME_HEADER.size + length
        if flags == _COMPRESSED_FLAG:
            raise CompressedRequest
        if flags:
            raise MalformedRequest(f"a request frame has flags 0x{flags:02x}: only messages can be sent")
        if offset > len(body):
            raise MalformedRequest(f"the request body ends inside a message of {length} bytes: it was cut off")
        yield body[start:offset]


def decode_text_body(body: bytes) -> bytes:
    """The binary body of a text-mode request. Raises MalformedRequest where it is not base64."""
    pieces = _BASE64_PIECE.findall(body)
    if sum(map(len, pieces)) != len(body):
        raise MalformedRequest("the request body is not base64")
    try:
        return b"".join(map(decode_base64, pieces))
    except binascii.Error:
        raise MalformedRequest("the request body is not base64") from None


def decode_base64(value: bytes) -> bytes:
    """Padded or unpadded standard base64. Raises binascii.Error (a ValueError) for anything else."""
    stripped = value.rstrip(b"=")
    return base64.b64decode(stripped + b"=" * (-len(stripped) % 4), validate=True)


def request_metadata(headers: Iterable[tuple[bytes, bytes]]) -> Metadata:
    """HTTP request headers as gRPC metadata; `-bin` values are decoded, joined ones become several entries.

    Headers that gRPC could not carry (bytes outside printable ASCII) are left out: browsers add such headers by
    themselves. Raises MalformedRequest for a `-bin` value that is not base64.
    """
    entries: list[tuple[str, str | bytes]] = []
    for raw_key, raw_value in headers:
        key, value = raw_key.decode("latin-1").lower(), raw_value.decode("latin-1")
        if not _METADATA_KEY.fullmatch(key) or not _PRINTABLE.fullmatch(value):
            continue
        if key.endswith("-bin"):
            entries.extend((key, piece) for piece in _binary_values(key, value))
        else:
            entries.append((key, value))
    return tuple(entries)


def _binary_values(key: str, value: str) -> list[bytes]:
    try:
        return [decode_base64(piece.strip().encode("ascii")) for piece in value.split(",")]
    except binascii.Error:
        raise MalformedRequest(f"the value of header {key} is not base64") from None


def parse_timeout(value: bytes) -> float:
    """Seconds of a grpc-timeout header. Raises MalformedRequest."""
    if not _TIMEOUT.fullmatch(value):
        raise MalformedRequest("grpc-timeout is not one to eight digits and a unit of H, M, S, m, u or n")
    return float(protocol.parse_timeout(value))


def encode_metadata(metadata: Metadata) -> list[tuple[str, str]]:
    """Metadata as header lines: bytes become unpadded base64. Raises ValueError for what a header cannot carry."""
    return [_header_line(key, value) for key, value in metadata]


def _header_line(key: str, value: str | bytes) -> tuple[str, str]:
    if isinstance(value, bytes):
        if not key.endswith("-bin"):
            raise ValueError(f"metadata entry {key!r} has bytes: only keys ending in -bin carry them")
        value = base64.b64encode(value).rstrip(b"=").decode("ascii")
    # A line break here would let a value forge further trailers.
    if not _METADATA_KEY.fullmatch(key) or not _PRINTABLE.fullmatch(value):
        raise ValueError(f"metadata entry {key!r} cannot be sent: keys are lower-case, values printable ASCII")
    return key, value


def encode_trailers(status: RpcStatus) -> bytes:
    """The payload of the trailer frame that ends every answer."""
    lines = [("grpc-status", str(status.code))]
    if status.message:
        lines.append(("grpc-message", quote(status.message, safe=_MESSAGE_SAFE)))
    lines.extend(encode_metadata(status.trailing))
    return bytes(protocol.pack_trailers(lines))
