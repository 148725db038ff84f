"""Messages of Record."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

from parley.session.v1 import recorder_service_pb2

from services.session.convert.mirror import decode, fill
from services.session.domain.errors import Invalid
from services.session.domain.recording import (
    Acknowledgement,
    CurrentQuestion,
    EndMedia,
    FinishAnswer,
    NumberedEntry,
    RecordedAnswerEnd,
    RecordedAnswerStart,
    RecordedMediaHealth,
    RecordedPlayback,
    RecordedTurnEnd,
    RecordedUtterance,
    RecordHello,
    RecordMessage,
    Speak,
    StopSpeaking,
    Welcome,
)
from services.session.domain.windows import BehaviourWindow

_ENTRIES: Final[Mapping[str, type[Any]]] = {
    "utterance": RecordedUtterance,
    "behaviour_window": BehaviourWindow,
    "turn_end": RecordedTurnEnd,
    "answer_start": RecordedAnswerStart,
    "answer_end": RecordedAnswerEnd,
    "playback": RecordedPlayback,
    "media_health": RecordedMediaHealth,
}
_MESSAGES: Final[Mapping[type[Any], str]] = {
    Welcome: "welcome",
    Acknowledgement: "acknowledgement",
    CurrentQuestion: "current_question",
    Speak: "speak",
    StopSpeaking: "stop_speaking",
    FinishAnswer: "finish_answer",
    EndMedia: "end_media",
}


def hello(request: recorder_service_pb2.RecordRequest) -> RecordHello:
    """The first message of a stream. Raises Invalid if it is another."""
    if request.WhichOneof("entry") != "hello":
        raise Invalid("hello", "the first message of a Record stream is the hello")
    return decode(request.hello, RecordHello)


async def entries(requests: AsyncIterator[recorder_service_pb2.RecordRequest]) -> AsyncIterator[NumberedEntry]:
    """The messages after the first. Raises Invalid for a second hello, or an entry without a number."""
    async for request in requests:
        yield numbered_entry(request)


def numbered_entry(request: recorder_service_pb2.RecordRequest) -> NumberedEntry:
    """One entry. Raises Invalid."""
    name = request.WhichOneof("entry") or ""
    if name not in _ENTRIES:
        raise Invalid("entry", "only the first message of a Record stream is a hello")
    if request.number == 0:
        raise Invalid("number", "entries count from 1")
    return NumberedEntry(request.number, decode(getattr(request, name), _ENTRIES[name]))


def message(value: RecordMessage) -> recorder_service_pb2.RecordResponse:
    """A message to media."""
    response = recorder_service_pb2.RecordResponse()
    part = getattr(response, _MESSAGES[type(value)])
    part.SetInParent()
    fill(value, part)
    return response
