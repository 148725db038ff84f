"""parley.speech.v1."""

from parley.speech.v1 import speech_service_pb2, transcription_pb2

from services.media.convert import common
from services.media.convert.common import duration, seconds
from services.media.domain.clock import RATE_HZ
from services.media.domain.values import Language, Partial, TurnState
from services.media.ports.speech import (
    FinishDone,
    HearingConfig,
    HearingEvent,
    Progress,
    SpeechBegan,
    SpeechPaused,
    TurnOver,
    VoicePiece,
)

VOICE_RATE_HZ = 48_000

_TURN_STATES = {
    TurnState.THINKING: transcription_pb2.TURN_STATE_THINKING,
    TurnState.ANSWERING: transcription_pb2.TURN_STATE_ANSWERING,
    TurnState.LISTENING_OFF: transcription_pb2.TURN_STATE_LISTENING_OFF,
}


def config(hearing: HearingConfig) -> speech_service_pb2.TranscribeRequest:
    """The first message of a Transcribe stream."""
    message = transcription_pb2.TranscribeConfig(
        stream_id=hearing.stream_id,
        language=common.language_to_proto(hearing.language),
        encoding=transcription_pb2.AUDIO_ENCODING_PCM_S16LE,
        sample_rate_hz=RATE_HZ,
        channel_count=1,
        start_offset=duration(hearing.start_s),
        partials=True,
        turn_state=_TURN_STATES[hearing.turn_state],
    )
    return speech_service_pb2.TranscribeRequest(config=message)


def audio(sequence: int, offset_s: float, pcm: bytes) -> speech_service_pb2.TranscribeRequest:
    """A piece of audio."""
    chunk = transcription_pb2.AudioChunk(sequence=sequence, offset=duration(offset_s), samples=pcm)
    return speech_service_pb2.TranscribeRequest(audio=chunk)


def finish(mark: str) -> speech_service_pb2.TranscribeRequest:
    """End the open utterance."""
    return speech_service_pb2.TranscribeRequest(finish_utterance=transcription_pb2.FinishUtterance(mark=mark))


def turn_state(state: TurnState) -> speech_service_pb2.TranscribeRequest:
    """Change the turn state."""
    message = transcription_pb2.SetTurnState(turn_state=_TURN_STATES[state])
    return speech_service_pb2.TranscribeRequest(set_turn_state=message)


def event(message: speech_service_pb2.TranscribeResponse) -> HearingEvent | None:
    """What happened; None for events of later versions."""
    match message.WhichOneof("event"):
        case "speech_started":
            began = message.speech_started
            return SpeechBegan(began.utterance_id, seconds(began.start_offset))
        case "partial":
            return _partial(message.partial)
        case "speech_ended":
            return SpeechPaused(message.speech_ended.utterance_id, seconds(message.speech_ended.end_offset))
        case "final":
            final = message.final
            return common.utterance(final.utterance, final.delivery if final.HasField("delivery") else None)
        case "turn_ended":
            return TurnOver(seconds(message.turn_ended.end_offset))
        case "finished":
            return FinishDone(message.finished.mark, seconds(message.finished.end_offset))
        case "progress":
            return Progress(seconds(message.progress.replay_from_offset))
    return None


def synthesize(text: str, language: Language) -> speech_service_pb2.SynthesizeRequest:
    """What to say, at the rate of the outgoing track."""
    return speech_service_pb2.SynthesizeRequest(
        text=text, language=common.language_to_proto(language), sample_rate_hz=VOICE_RATE_HZ
    )


def voice_piece(message: speech_service_pb2.SynthesizeResponse) -> VoicePiece:
    """A piece of speech; its sentence only with the sentence's first piece."""
    return VoicePiece(message.samples, message.sentence_text or None)


def _partial(message: transcription_pb2.PartialTranscript) -> Partial:
    return Partial(
        message.utterance_id,
        seconds(message.start_offset),
        seconds(message.end_offset),
        message.text,
        message.stable_chars,
    )
