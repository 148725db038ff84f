"""parley.media.v1: requests, live events out, live commands in."""

from collections.abc import Callable, Mapping
from typing import Any

from parley.common.v1 import delivery_pb2
from parley.media.v1 import live_pb2, media_service_pb2

from services.media.convert.common import duration, enum, language_from_proto, seconds, window_to_proto
from services.media.domain import commands, events
from services.media.domain.commands import LiveCommand
from services.media.domain.events import LiveEvent
from services.media.domain.values import Glimpse, Window
from services.media.ports.browser import IceServer, Offer


def offer(request: media_service_pb2.NegotiateRequest, account_id: str) -> Offer:
    """A request to negotiate, by this account."""
    language = language_from_proto(request.language)
    return Offer(account_id, request.request_id, request.interview_id, request.sdp, request.peer_id, language)


def mline_index(request: media_service_pb2.AddIceCandidateRequest) -> int | None:
    """The media line index; None if not given."""
    return request.sdp_mline_index if request.HasField("sdp_mline_index") else None


def ice_server(server: IceServer) -> media_service_pb2.IceServer:
    """A STUN or TURN server."""
    return media_service_pb2.IceServer(urls=list(server.urls), username=server.username, credential=server.credential)


def live_event(event: LiveEvent, sequence: int) -> live_pb2.LiveEvent:
    """An event with its number within the peer connection."""
    field, build = _EVENTS[type(event)]
    return live_pb2.LiveEvent(sequence=sequence, **{field: build(event)})


def live_command(message: live_pb2.LiveCommand) -> LiveCommand | None:
    """A command; None for those of later versions."""
    match message.WhichOneof("command"):
        case "ping":
            return commands.Ping(message.ping.token)
        case "calibrate":
            given = message.calibrate.HasField("duration")
            return commands.Calibrate(seconds(message.calibrate.duration) if given else None)
        case "repeat_question":
            return commands.RepeatQuestion()
        case "hold_on":
            return commands.HoldOn()
        case "stop_voice":
            return commands.StopVoice()
    return None


def _caption(event: events.Caption) -> live_pb2.Caption:
    caption = live_pb2.Caption(
        utterance_id=event.utterance_id,
        start_offset=duration(event.start_s),
        end_offset=duration(event.end_s),
        text=event.text,
        stable_chars=event.stable_chars,
        final=event.final,
        answer_id=event.answer_id,
    )
    if event.delivery:
        caption.delivery.CopyFrom(delivery_pb2.DeliveryMetrics.FromString(event.delivery))
    return caption


def _activity(event: events.SpeechActivity) -> live_pb2.SpeechActivity:
    return live_pb2.SpeechActivity(speaking=event.speaking, offset=duration(event.offset_s))


def _voice(event: events.Voice) -> live_pb2.VoiceEvent:
    return live_pb2.VoiceEvent(
        speech_id=event.speech_id,
        state=enum(event.state.value),
        text=event.text,
        offset=duration(event.offset_s),
        question_id=event.question_id,
    )


def _glimpse(event: Glimpse) -> live_pb2.FaceGlimpse:
    return live_pb2.FaceGlimpse(
        face_state=enum(event.face.value),
        looked_at_screen=event.looked_at_screen,
        center_x=event.center_x,
        center_y=event.center_y,
        interocular_pixels=event.interocular_px,
        offset=duration(event.offset_s),
    )


def _question(event: events.QuestionShown) -> live_pb2.QuestionShown:
    question = event.question
    return live_pb2.QuestionShown(
        question_id=question.question_id,
        text=question.text,
        kind=enum(question.kind),
        index=question.index,
        total=question.total,
    )


def _notice(event: events.Notice) -> live_pb2.Notice:
    return live_pb2.Notice(kind=enum(event.kind.value), offset=duration(event.offset_s))


def _level(event: events.InputLevel) -> live_pb2.InputLevel:
    return live_pb2.InputLevel(dbfs=event.dbfs, offset=duration(event.offset_s))


def _pong(event: events.Pong) -> live_pb2.Pong:
    return live_pb2.Pong(token=event.token, offset=duration(event.offset_s))


def _calibration(event: events.CalibrationDone) -> live_pb2.CalibrationDone:
    return live_pb2.CalibrationDone(succeeded=event.succeeded, no_steady_face=event.no_steady_face)


_EVENTS: Mapping[type[Any], tuple[str, Callable[[Any], Any]]] = {
    events.Caption: ("caption", _caption),
    events.SpeechActivity: ("speech_activity", _activity),
    events.Voice: ("voice", _voice),
    Glimpse: ("face", _glimpse),
    Window: ("behaviour_window", window_to_proto),
    events.QuestionShown: ("question", _question),
    events.Notice: ("notice", _notice),
    events.InputLevel: ("input_level", _level),
    events.Pong: ("pong", _pong),
    events.CalibrationDone: ("calibration", _calibration),
}
