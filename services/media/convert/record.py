"""parley.session.v1.RecorderService."""

from collections.abc import Callable, Mapping
from typing import Any

from parley.common.v1 import delivery_pb2, engine_pb2, transcript_pb2
from parley.session.v1 import recorder_pb2, recorder_service_pb2

from services.media.convert.common import duration, enum, language_from_proto, seconds, window_to_proto
from services.media.domain import commands, entries
from services.media.domain.commands import SessionCommand, Welcome
from services.media.domain.entries import Entry
from services.media.domain.values import Language, Window
from services.media.ports.session import Hello

_MAX_ENGINES = 16


def hello(greeting: Hello) -> recorder_service_pb2.RecordRequest:
    """The first message."""
    message = recorder_pb2.RecordHello(
        interview_id=greeting.interview_id,
        account_id=greeting.account_id,
        peer_id=greeting.peer_id,
        engines=[engine_pb2.EngineInfo.FromString(engine.sealed) for engine in greeting.engines[:_MAX_ENGINES]],
    )
    return recorder_service_pb2.RecordRequest(hello=message)


def entry(number: int, recorded: Entry) -> recorder_service_pb2.RecordRequest:
    """A numbered entry."""
    field, build = _ENTRIES[type(recorded)]
    return recorder_service_pb2.RecordRequest(number=number, **{field: build(recorded)})


def welcome(message: recorder_pb2.RecordWelcome) -> Welcome:
    """Session's answer to the hello."""
    return Welcome(
        message.acknowledged_up_to,
        max(message.next_number, 1),
        seconds(message.clock_offset),
        language_from_proto(message.language),
        message.recording_consented,
        message.video_metrics_consented,
    )


def command(message: recorder_service_pb2.RecordResponse) -> SessionCommand | None:
    """What session wants; None for messages of later versions."""
    field = message.WhichOneof("message")
    build = _COMMANDS.get(field or "")
    return None if build is None else build(getattr(message, field or ""))


def _utterance(heard: entries.UtteranceHeard) -> recorder_pb2.RecordedUtterance:
    message = recorder_pb2.RecordedUtterance(
        utterance=transcript_pb2.Utterance.FromString(heard.utterance.sealed), answer_id=heard.answer_id
    )
    if heard.utterance.delivery:
        message.delivery.CopyFrom(delivery_pb2.DeliveryMetrics.FromString(heard.utterance.delivery))
    return message


def _turn_end(end: entries.TurnEnd) -> recorder_pb2.RecordedTurnEnd:
    return recorder_pb2.RecordedTurnEnd(answer_id=end.answer_id, end_offset=duration(end.end_s))


def _answer_start(start: entries.AnswerStart) -> recorder_pb2.RecordedAnswerStart:
    return recorder_pb2.RecordedAnswerStart(answer_id=start.answer_id, start_offset=duration(start.start_s))


def _answer_end(end: entries.AnswerEnd) -> recorder_pb2.RecordedAnswerEnd:
    return recorder_pb2.RecordedAnswerEnd(answer_id=end.answer_id, end_offset=duration(end.end_s))


def _playback(played: entries.Playback) -> recorder_pb2.RecordedPlayback:
    return recorder_pb2.RecordedPlayback(
        speech_id=played.speech_id,
        start_offset=duration(played.start_s),
        end_offset=duration(played.end_s),
        outcome=enum(played.outcome.value),
    )


def _health(health: entries.MediaHealth) -> recorder_pb2.RecordedMediaHealth:
    return recorder_pb2.RecordedMediaHealth(
        offset=duration(health.offset_s),
        connected=health.connected,
        audio_flowing=health.audio_flowing,
        video_flowing=health.video_flowing,
        speech_available=health.speech_available,
        vision_available=health.vision_available,
    )


def _question(message: recorder_pb2.CurrentQuestion) -> commands.CurrentQuestion:
    return commands.CurrentQuestion(
        message.question_id,
        message.answer_id,
        message.text,
        message.kind,
        message.index,
        message.total,
        message.automatic_turn_end,
    )


def _speak(message: recorder_pb2.Speak) -> commands.Speak:
    # Session always states it; a speech in the wrong language is better than none.
    language = language_from_proto(message.language) or Language.ENGLISH
    return commands.Speak(message.speech_id, message.text, language, message.question_id, message.unfinished)


_ENTRIES: Mapping[type[Any], tuple[str, Callable[[Any], Any]]] = {
    entries.UtteranceHeard: ("utterance", _utterance),
    Window: ("behaviour_window", window_to_proto),
    entries.TurnEnd: ("turn_end", _turn_end),
    entries.AnswerStart: ("answer_start", _answer_start),
    entries.AnswerEnd: ("answer_end", _answer_end),
    entries.Playback: ("playback", _playback),
    entries.MediaHealth: ("media_health", _health),
}
_COMMANDS: Mapping[str, Callable[[Any], SessionCommand]] = {
    "acknowledgement": lambda message: commands.Acknowledged(message.up_to),
    "current_question": _question,
    "speak": _speak,
    "stop_speaking": lambda message: commands.StopSpeaking(),
    "finish_answer": lambda message: commands.FinishAnswer(message.answer_id),
    "end_media": lambda message: commands.EndMedia(),
}
