"""protobuf ↔ domain for speech. Pure; raises BadAudio where a message is not what the contract says."""

from __future__ import annotations

import numpy as np
from google.protobuf.duration_pb2 import Duration
from parley.common.v1 import delivery_pb2, engine_pb2, language_pb2, transcript_pb2
from parley.speech.v1 import recording_pb2, transcription_pb2
from parley.speech.v1 import speech_service_pb2 as service_pb2

from services.speech.domain import errors, events
from services.speech.domain.audio import RATE_HZ
from services.speech.domain.delivery import Delivery
from services.speech.domain.loudness import AudioQuality
from services.speech.domain.recording import RecordingChunk, RecordingConfig, RecordingMessage, RecordingSummary
from services.speech.domain.transcript import NoText, Utterance, Word, WordTimeSource
from services.speech.domain.turn import TurnState
from services.speech.ports import Quality
from services.speech.usecases.capabilities import Capabilities, Engine
from services.speech.usecases.synthesize import Piece, SpeechRequest

_SECOND = 1_000_000_000
_DEFAULT_VOICE_RATE_HZ = 48_000
_SLOWEST = 0.5

_LANGUAGES = {language_pb2.LANGUAGE_KOREAN: "ko", language_pb2.LANGUAGE_ENGLISH: "en"}
_TURN_STATES = {
    transcription_pb2.TURN_STATE_UNSPECIFIED: TurnState.ANSWERING,
    transcription_pb2.TURN_STATE_THINKING: TurnState.THINKING,
    transcription_pb2.TURN_STATE_ANSWERING: TurnState.ANSWERING,
    transcription_pb2.TURN_STATE_CONFIRMING: TurnState.CONFIRMING,
    transcription_pb2.TURN_STATE_LISTENING_OFF: TurnState.LISTENING_OFF,
}
_NO_TEXT = {
    None: transcript_pb2.NO_TEXT_REASON_UNSPECIFIED,
    NoText.NOT_SPEECH: transcript_pb2.NO_TEXT_REASON_NOT_SPEECH,
    NoText.SUPPRESSED: transcript_pb2.NO_TEXT_REASON_SUPPRESSED,
    NoText.LANGUAGE_UNSUPPORTED: transcript_pb2.NO_TEXT_REASON_LANGUAGE_UNSUPPORTED,
    NoText.ENGINE_FAILED: transcript_pb2.NO_TEXT_REASON_ENGINE_FAILED,
    NoText.NO_ENGINE: transcript_pb2.NO_TEXT_REASON_NO_ENGINE,
}
_WORD_TIMES = {
    None: transcript_pb2.WORD_TIME_SOURCE_UNSPECIFIED,
    WordTimeSource.ALIGNED: transcript_pb2.WORD_TIME_SOURCE_ALIGNED,
    WordTimeSource.INTERPOLATED: transcript_pb2.WORD_TIME_SOURCE_INTERPOLATED,
}
_AUDIO_QUALITY = {
    None: delivery_pb2.AUDIO_QUALITY_UNSPECIFIED,
    AudioQuality.OK: delivery_pb2.AUDIO_QUALITY_OK,
    AudioQuality.QUIET: delivery_pb2.AUDIO_QUALITY_QUIET,
    AudioQuality.CLIPPED: delivery_pb2.AUDIO_QUALITY_CLIPPED,
    AudioQuality.NOISY: delivery_pb2.AUDIO_QUALITY_NOISY,
}
_QUALITY = {
    Quality.LOW: engine_pb2.QUALITY_TIER_LOW,
    Quality.STANDARD: engine_pb2.QUALITY_TIER_STANDARD,
    Quality.HIGH: engine_pb2.QUALITY_TIER_HIGH,
}


def samples_of(duration: Duration) -> int:
    """A place on the session clock as the nearest sample."""
    return round((duration.seconds * _SECOND + duration.nanos) * RATE_HZ / _SECOND)


def duration_of(samples: int, rate_hz: int = RATE_HZ) -> Duration:
    """Samples at `rate_hz` as time."""
    seconds, rest = divmod(samples, rate_hz)
    return Duration(seconds=seconds, nanos=rest * _SECOND // rate_hz)


def message(request: service_pb2.TranscribeRequest) -> events.Message:
    """A message to Transcribe. Raises BadAudio."""
    match request.WhichOneof("request"):
        case "config":
            return _config(request.config)
        case "audio":
            return _audio(request.audio)
        case "finish_utterance":
            return events.FinishUtterance(request.finish_utterance.mark)
        case _:
            return events.ChangeTurnState(_TURN_STATES[request.set_turn_state.turn_state])


def _config(config: transcription_pb2.TranscribeConfig) -> events.StreamConfig:
    _check_format(config)
    patience = config.patience
    return events.StreamConfig(
        stream_id=config.stream_id,
        language=_LANGUAGES[config.language],
        start=samples_of(config.start_offset),
        partials=config.partials,
        patience_s=patience.seconds + patience.nanos / _SECOND if config.HasField("patience") else None,
        turn_state=_TURN_STATES[config.turn_state],
    )


def _check_format(config: transcription_pb2.TranscribeConfig) -> None:
    if config.encoding != transcription_pb2.AUDIO_ENCODING_PCM_S16LE:
        raise errors.EncodingUnsupported("config.encoding", "send AUDIO_ENCODING_PCM_S16LE, the only one here")
    if config.sample_rate_hz != RATE_HZ:
        raise errors.RateUnsupported("config.sample_rate_hz", f"is {config.sample_rate_hz}; resample to {RATE_HZ}")
    if config.channel_count != 1:
        raise errors.ChannelsUnsupported("config.channel_count", f"is {config.channel_count}; mix down to 1")


def _audio(chunk: transcription_pb2.AudioChunk) -> events.Audio:
    if len(chunk.samples) % 2:
        raise errors.AudioTruncated("audio.samples", "has an odd number of bytes; send whole 16-bit samples")
    samples = np.frombuffer(chunk.samples, dtype="<i2").astype(np.int16, copy=False)
    return events.Audio(samples_of(chunk.offset), samples)


def response(event: events.Event) -> service_pb2.TranscribeResponse:
    """A message from Transcribe."""
    match event:
        case events.SpeechStarted(utterance_id, start):
            started = transcription_pb2.SpeechStarted(utterance_id=utterance_id, start_offset=duration_of(start))
            return service_pb2.TranscribeResponse(speech_started=started)
        case events.Partial():
            return service_pb2.TranscribeResponse(partial=_partial(event))
        case events.SpeechEnded(utterance_id, end):
            ended = transcription_pb2.SpeechEnded(utterance_id=utterance_id, end_offset=duration_of(end))
            return service_pb2.TranscribeResponse(speech_ended=ended)
        case events.Final():
            return service_pb2.TranscribeResponse(final=_final(event))
        case _:
            return _response_about_the_stream(event)


def _response_about_the_stream(
    event: events.TurnEnded | events.TurnEndEstimate | events.Finished | events.Progress,
) -> service_pb2.TranscribeResponse:
    match event:
        case events.TurnEnded(end, ids, probability):
            turn = transcription_pb2.TurnEnded(end_offset=duration_of(end), utterance_ids=ids, probability=probability)
            return service_pb2.TranscribeResponse(turn_ended=turn)
        case events.TurnEndEstimate(heard, probability, ends_at):
            estimate = transcription_pb2.TurnEndEstimate(
                heard_offset=duration_of(heard),
                probability=probability,
                turn_end_offset=None if ends_at is None else duration_of(ends_at),
            )
            return service_pb2.TranscribeResponse(turn_end_estimate=estimate)
        case events.Finished(mark, end):
            finished = transcription_pb2.Finished(mark=mark, end_offset=duration_of(end))
            return service_pb2.TranscribeResponse(finished=finished)
        case events.Progress(processed, replay_from):
            progress = transcription_pb2.StreamProgress(
                processed_offset=duration_of(processed), replay_from_offset=duration_of(replay_from)
            )
            return service_pb2.TranscribeResponse(progress=progress)


def _partial(event: events.Partial) -> transcription_pb2.PartialTranscript:
    return transcription_pb2.PartialTranscript(
        utterance_id=event.utterance_id,
        start_offset=duration_of(event.start),
        end_offset=duration_of(event.end),
        text=event.text,
        stable_chars=event.stable_chars,
        stability=event.stability,
    )


def _final(event: events.Final) -> transcription_pb2.FinalTranscript:
    final = transcription_pb2.FinalTranscript(utterance=_utterance(event.utterance), delivery=_delivery(event.delivery))
    final.processing_time.FromNanoseconds(round(event.processing_s * _SECOND))
    return final


def _utterance(utterance: Utterance) -> transcript_pb2.Utterance:
    return transcript_pb2.Utterance(
        utterance_id=utterance.utterance_id,
        start_offset=duration_of(utterance.span.start),
        end_offset=duration_of(utterance.span.end),
        text=utterance.text,
        words=[_word(word) for word in utterance.words],
        word_time_source=_WORD_TIMES[utterance.word_times],
        no_text_reason=_NO_TEXT[utterance.no_text],
        confidence=utterance.confidence,
    )


def _word(word: Word) -> transcript_pb2.Word:
    return transcript_pb2.Word(
        text=word.text,
        start_offset=duration_of(word.span.start),
        end_offset=duration_of(word.span.end),
        confidence=word.confidence,
    )


def _delivery(delivery: Delivery) -> delivery_pb2.DeliveryMetrics:
    return delivery_pb2.DeliveryMetrics(
        start_offset=duration_of(delivery.span.start),
        end_offset=duration_of(delivery.span.end),
        voiced_duration=duration_of(delivery.voiced_samples),
        pace_per_minute=delivery.pace_per_minute,
        articulation_per_minute=delivery.articulation_per_minute,
        long_pause_count=delivery.long_pauses,
        longest_pause=duration_of(delivery.longest_pause),
        filler_count=delivery.fillers,
        loudness_dbfs=delivery.loudness_dbfs,
        loudness_deviation_db=delivery.loudness_deviation_db,
        signal_to_noise_db=delivery.signal_to_noise_db,
        clipped_share=delivery.clipped_share,
        audio_quality=_AUDIO_QUALITY[delivery.audio_quality],
    )


def speech_request(request: service_pb2.SynthesizeRequest) -> SpeechRequest:
    """What to say, with the defaults of unset fields; a speed between 0 and the slowest is the slowest."""
    return SpeechRequest(
        text=request.text,
        language=_LANGUAGES[request.language],
        rate_hz=request.sample_rate_hz or _DEFAULT_VOICE_RATE_HZ,
        speed=max(_SLOWEST, request.speed) if request.speed else 1.0,
    )


def piece(spoken: Piece, rate_hz: int) -> service_pb2.SynthesizeResponse:
    """A piece of speech at `rate_hz`."""
    return service_pb2.SynthesizeResponse(
        samples=spoken.samples.astype("<i2", copy=False).tobytes(),
        sentence_index=spoken.sentence_index,
        sentence_text=spoken.sentence_text,
        offset=duration_of(spoken.offset, rate_hz),
    )


def capabilities(found: Capabilities) -> service_pb2.GetCapabilitiesResponse:
    """What this installation can do."""
    return service_pb2.GetCapabilitiesResponse(
        engines=[_engine(engine) for engine in found.engines],
        active_streams=found.active_streams,
        max_streams=found.most_streams,
    )


def _engine(engine: Engine) -> engine_pb2.EngineInfo:
    return engine_pb2.EngineInfo(
        capability=engine.capability,
        name=engine.name,
        version=engine.version,
        quality=_QUALITY[engine.quality],
        languages=engine.languages,
        upgrade_hint=engine.upgrade_hint,
    )


def recording_message(request: service_pb2.TranscribeRecordingRequest) -> RecordingMessage:
    """A message to TranscribeRecording."""
    if request.WhichOneof("request") == "chunk":
        return RecordingChunk(request.chunk)
    config = request.config
    return RecordingConfig(config.stream_id, _LANGUAGES[config.language], config.size_bytes)


def recording_response(event: events.Final | RecordingSummary) -> service_pb2.TranscribeRecordingResponse:
    """A message from TranscribeRecording."""
    if isinstance(event, events.Final):
        return service_pb2.TranscribeRecordingResponse(final=_final(event))
    info = event.info
    summary = recording_pb2.RecordingSummary(
        duration=duration_of(info.samples),
        container=info.container,
        codec=info.codec,
        sample_rate_hz=info.rate_hz,
        channel_count=info.channels,
        truncated=info.truncated,
        utterances=event.utterances,
    )
    return service_pb2.TranscribeRecordingResponse(summary=summary)
