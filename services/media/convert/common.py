"""Parts of parley.common.v1 that more than one contract uses."""

from typing import Any

from google.protobuf.duration_pb2 import Duration
from parley.common.v1 import behaviour_pb2, delivery_pb2, engine_pb2, language_pb2, transcript_pb2

from services.media.domain.values import Engine, FaceState, Language, Metrics, NoText, Sealed, Utterance, Window

_LANGUAGES = {Language.KOREAN: language_pb2.LANGUAGE_KOREAN, Language.ENGLISH: language_pb2.LANGUAGE_ENGLISH}
_LANGUAGE_OF = {number: language for language, number in _LANGUAGES.items()}
_NO_TEXT_OF = {
    transcript_pb2.NO_TEXT_REASON_NOT_SPEECH: NoText.NOT_SPEECH,
    transcript_pb2.NO_TEXT_REASON_SUPPRESSED: NoText.SUPPRESSED,
    transcript_pb2.NO_TEXT_REASON_LANGUAGE_UNSUPPORTED: NoText.LANGUAGE_UNSUPPORTED,
    transcript_pb2.NO_TEXT_REASON_ENGINE_FAILED: NoText.ENGINE_FAILED,
    transcript_pb2.NO_TEXT_REASON_NO_ENGINE: NoText.NO_ENGINE,
}
_FACE_STATES = {state.value: state for state in FaceState}


def enum(number: int) -> Any:
    """An enum's number for a message's constructor: the stubs type enums as classes, at run time they are ints."""
    return number


def duration(seconds: float) -> Duration:
    """Seconds as a Duration, to the nanosecond: a place in 16 kHz samples survives the way there and back."""
    message = Duration()
    message.FromNanoseconds(round(seconds * 1e9))
    return message


def seconds(message: Duration) -> float:
    """A Duration in seconds; 0 for one that is not set."""
    return message.ToNanoseconds() / 1e9


def language_to_proto(language: Language) -> "language_pb2.Language":
    """The contract's number."""
    return _LANGUAGES[language]


def language_from_proto(number: int) -> Language | None:
    """None for unspecified or unknown ones."""
    return _LANGUAGE_OF.get(number)  # type: ignore[call-overload, no-any-return]  # enum numbers are ints at run time


def face_state(number: int) -> FaceState:
    """UNKNOWN for numbers of later versions."""
    return _FACE_STATES.get(number, FaceState.UNKNOWN)


def utterance(message: transcript_pb2.Utterance, delivery: delivery_pb2.DeliveryMetrics | None) -> Utterance:
    """An utterance with its delivery, both sealed for passing on."""
    return Utterance(
        message.utterance_id,
        seconds(message.start_offset),
        seconds(message.end_offset),
        message.text,
        _NO_TEXT_OF.get(message.no_text_reason),
        Sealed(message.SerializeToString()),
        Sealed(delivery.SerializeToString() if delivery is not None else b""),
    )


def engine(message: engine_pb2.EngineInfo) -> Engine:
    """An engine, sealed for the hello."""
    sealed = Sealed(message.SerializeToString())
    return Engine(message.capability, message.name, tuple(message.languages), sealed)


def window_from_proto(message: behaviour_pb2.BehaviourWindow) -> Window:
    """A behaviour window."""
    return Window(
        seconds(message.start_offset),
        seconds(message.end_offset),
        message.frames_analyzed,
        message.frames_valid,
        tuple((face_state(share.state), share.share) for share in message.face_states),
        _metrics(message.metrics) if message.HasField("metrics") else None,
        message.no_metrics_reason,
        message.basis,
        message.model_id,
    )


def window_to_proto(window: Window) -> behaviour_pb2.BehaviourWindow:
    """A behaviour window."""
    message = behaviour_pb2.BehaviourWindow(
        start_offset=duration(window.start_s),
        end_offset=duration(window.end_s),
        frames_analyzed=window.frames_analyzed,
        frames_valid=window.frames_valid,
        face_states=[
            behaviour_pb2.FaceStateShare(state=enum(state.value), share=share) for state, share in window.face_shares
        ],
        no_metrics_reason=enum(window.reason),
        basis=enum(window.basis),
        model_id=window.model_id,
    )
    if window.metrics is not None:
        seen = window.metrics
        message.metrics.looked_at_screen_share = seen.looked_at_screen_share
        message.metrics.head_steadiness = seen.head_steadiness
        message.metrics.smile_share = seen.smile_share
        message.metrics.eye_closure_share = seen.eye_closure_share
        message.metrics.composure = seen.composure
    return message


def _metrics(message: behaviour_pb2.BehaviourMetrics) -> Metrics:
    return Metrics(
        message.looked_at_screen_share,
        message.head_steadiness,
        message.smile_share,
        message.eye_closure_share,
        message.composure,
    )
