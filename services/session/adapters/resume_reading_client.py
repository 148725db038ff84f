"""The reasoning service as ``resume_ports.ResumeReader``."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import grpc
from parley.reasoning.v1 import reasoning_service_pb2 as pb
from parley.reasoning.v1 import reasoning_service_pb2_grpc as stubs

from services.kit.channels import Channel
from services.kit.errors import InvalidArgument, from_rpc_error
from services.session.adapters.reasoning_client import plain_errors
from services.session.convert.mirror import decode
from services.session.domain import errors
from services.session.domain.resumes import Resume, SectionEmbeddings

_READ_S: Final = 28.0  # reasoning itself gives up after 25 s
_EMBED_S: Final = 10.0
_MOST_TEXTS: Final = 256  # the contract's limits of EmbedTextsRequest
_LONGEST_TEXT: Final = 20_000

_REFUSALS: Final[Mapping[str, type[errors.ResumeRefused]]] = {
    "RESUME_ENCRYPTED": errors.ResumeEncrypted,
    "RESUME_SCANNED": errors.ResumeScanned,
    "RESUME_EMPTY": errors.ResumeEmpty,
    "RESUME_UNREADABLE": errors.ResumeUnreadable,
    "RESUME_FORMAT_UNSUPPORTED": errors.ResumeFormatUnsupported,
    "RESUME_TOO_LARGE": errors.ResumeTooLarge,
}


class ResumeReadingClient:
    """``resume_ports.ResumeReader`` over a channel that somebody else closes."""

    def __init__(self, channel: Channel) -> None:
        self._stub: Any = stubs.ReasoningServiceStub(channel)

    async def read(self, data: bytes, filename: str) -> Resume:
        """The résumé in a file."""
        with plain_errors(), _refusals():
            response = await self._stub.ReadResume(pb.ReadResumeRequest(data=data, filename=filename), timeout=_READ_S)
        return decode(response.resume, Resume)

    async def embed(self, texts: Sequence[str]) -> SectionEmbeddings:
        """One vector per text, of the first 256 texts and 20,000 characters of each."""
        request = pb.EmbedTextsRequest(texts=[text[:_LONGEST_TEXT] for text in texts[:_MOST_TEXTS]])
        with plain_errors():
            response = await self._stub.EmbedTexts(request, timeout=_EMBED_S)
        engine = f"{response.engine.name} {response.engine.version}"
        return SectionEmbeddings(engine, tuple(tuple(each.values) for each in response.embeddings))


@contextmanager
def _refusals() -> Iterator[None]:
    """Inside, a refused file is the domain's error, with reasoning's own words on what to do."""
    try:
        yield
    except grpc.aio.AioRpcError as err:
        error = from_rpc_error(err)
        kind = _REFUSALS.get(error.reason)
        if isinstance(error, InvalidArgument) and kind is not None:
            raise kind(error.message) from err
        raise
