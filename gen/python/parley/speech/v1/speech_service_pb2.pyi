import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from parley.common.v1 import engine_pb2 as _engine_pb2
from parley.common.v1 import language_pb2 as _language_pb2
from parley.options.v1 import options_pb2 as _options_pb2
from parley.speech.v1 import recording_pb2 as _recording_pb2
from parley.speech.v1 import transcription_pb2 as _transcription_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TranscribeRequest(_message.Message):
    __slots__ = ("config", "audio", "finish_utterance", "set_turn_state")
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    FINISH_UTTERANCE_FIELD_NUMBER: _ClassVar[int]
    SET_TURN_STATE_FIELD_NUMBER: _ClassVar[int]
    config: _transcription_pb2.TranscribeConfig
    audio: _transcription_pb2.AudioChunk
    finish_utterance: _transcription_pb2.FinishUtterance
    set_turn_state: _transcription_pb2.SetTurnState
    def __init__(self, config: _Optional[_Union[_transcription_pb2.TranscribeConfig, _Mapping]] = ..., audio: _Optional[_Union[_transcription_pb2.AudioChunk, _Mapping]] = ..., finish_utterance: _Optional[_Union[_transcription_pb2.FinishUtterance, _Mapping]] = ..., set_turn_state: _Optional[_Union[_transcription_pb2.SetTurnState, _Mapping]] = ...) -> None: ...

class TranscribeResponse(_message.Message):
    __slots__ = ("speech_started", "partial", "speech_ended", "final", "turn_ended", "finished", "progress", "turn_end_estimate")
    SPEECH_STARTED_FIELD_NUMBER: _ClassVar[int]
    PARTIAL_FIELD_NUMBER: _ClassVar[int]
    SPEECH_ENDED_FIELD_NUMBER: _ClassVar[int]
    FINAL_FIELD_NUMBER: _ClassVar[int]
    TURN_ENDED_FIELD_NUMBER: _ClassVar[int]
    FINISHED_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    TURN_END_ESTIMATE_FIELD_NUMBER: _ClassVar[int]
    speech_started: _transcription_pb2.SpeechStarted
    partial: _transcription_pb2.PartialTranscript
    speech_ended: _transcription_pb2.SpeechEnded
    final: _transcription_pb2.FinalTranscript
    turn_ended: _transcription_pb2.TurnEnded
    finished: _transcription_pb2.Finished
    progress: _transcription_pb2.StreamProgress
    turn_end_estimate: _transcription_pb2.TurnEndEstimate
    def __init__(self, speech_started: _Optional[_Union[_transcription_pb2.SpeechStarted, _Mapping]] = ..., partial: _Optional[_Union[_transcription_pb2.PartialTranscript, _Mapping]] = ..., speech_ended: _Optional[_Union[_transcription_pb2.SpeechEnded, _Mapping]] = ..., final: _Optional[_Union[_transcription_pb2.FinalTranscript, _Mapping]] = ..., turn_ended: _Optional[_Union[_transcription_pb2.TurnEnded, _Mapping]] = ..., finished: _Optional[_Union[_transcription_pb2.Finished, _Mapping]] = ..., progress: _Optional[_Union[_transcription_pb2.StreamProgress, _Mapping]] = ..., turn_end_estimate: _Optional[_Union[_transcription_pb2.TurnEndEstimate, _Mapping]] = ...) -> None: ...

class TranscribeRecordingRequest(_message.Message):
    __slots__ = ("config", "chunk")
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    config: _recording_pb2.RecordingConfig
    chunk: bytes
    def __init__(self, config: _Optional[_Union[_recording_pb2.RecordingConfig, _Mapping]] = ..., chunk: _Optional[bytes] = ...) -> None: ...

class TranscribeRecordingResponse(_message.Message):
    __slots__ = ("final", "summary")
    FINAL_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    final: _transcription_pb2.FinalTranscript
    summary: _recording_pb2.RecordingSummary
    def __init__(self, final: _Optional[_Union[_transcription_pb2.FinalTranscript, _Mapping]] = ..., summary: _Optional[_Union[_recording_pb2.RecordingSummary, _Mapping]] = ...) -> None: ...

class SynthesizeRequest(_message.Message):
    __slots__ = ("text", "language", "sample_rate_hz", "speed")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_RATE_HZ_FIELD_NUMBER: _ClassVar[int]
    SPEED_FIELD_NUMBER: _ClassVar[int]
    text: str
    language: _language_pb2.Language
    sample_rate_hz: int
    speed: float
    def __init__(self, text: _Optional[str] = ..., language: _Optional[_Union[_language_pb2.Language, str]] = ..., sample_rate_hz: _Optional[int] = ..., speed: _Optional[float] = ...) -> None: ...

class SynthesizeResponse(_message.Message):
    __slots__ = ("samples", "sentence_index", "sentence_text", "offset")
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    SENTENCE_INDEX_FIELD_NUMBER: _ClassVar[int]
    SENTENCE_TEXT_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    samples: bytes
    sentence_index: int
    sentence_text: str
    offset: _duration_pb2.Duration
    def __init__(self, samples: _Optional[bytes] = ..., sentence_index: _Optional[int] = ..., sentence_text: _Optional[str] = ..., offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class GetCapabilitiesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetCapabilitiesResponse(_message.Message):
    __slots__ = ("engines", "active_streams", "max_streams")
    ENGINES_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_STREAMS_FIELD_NUMBER: _ClassVar[int]
    MAX_STREAMS_FIELD_NUMBER: _ClassVar[int]
    engines: _containers.RepeatedCompositeFieldContainer[_engine_pb2.EngineInfo]
    active_streams: int
    max_streams: int
    def __init__(self, engines: _Optional[_Iterable[_Union[_engine_pb2.EngineInfo, _Mapping]]] = ..., active_streams: _Optional[int] = ..., max_streams: _Optional[int] = ...) -> None: ...
