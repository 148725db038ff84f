import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AudioQuality(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AUDIO_QUALITY_UNSPECIFIED: _ClassVar[AudioQuality]
    AUDIO_QUALITY_OK: _ClassVar[AudioQuality]
    AUDIO_QUALITY_QUIET: _ClassVar[AudioQuality]
    AUDIO_QUALITY_CLIPPED: _ClassVar[AudioQuality]
    AUDIO_QUALITY_NOISY: _ClassVar[AudioQuality]

class PaceBand(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PACE_BAND_UNSPECIFIED: _ClassVar[PaceBand]
    PACE_BAND_SLOW: _ClassVar[PaceBand]
    PACE_BAND_SLIGHTLY_SLOW: _ClassVar[PaceBand]
    PACE_BAND_USUAL: _ClassVar[PaceBand]
    PACE_BAND_SLIGHTLY_FAST: _ClassVar[PaceBand]
    PACE_BAND_FAST: _ClassVar[PaceBand]

class FillerBand(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FILLER_BAND_UNSPECIFIED: _ClassVar[FillerBand]
    FILLER_BAND_FEW: _ClassVar[FillerBand]
    FILLER_BAND_SOME: _ClassVar[FillerBand]
    FILLER_BAND_MANY: _ClassVar[FillerBand]
    FILLER_BAND_VERY_MANY: _ClassVar[FillerBand]

class LengthBand(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LENGTH_BAND_UNSPECIFIED: _ClassVar[LengthBand]
    LENGTH_BAND_SHORT: _ClassVar[LengthBand]
    LENGTH_BAND_GOOD: _ClassVar[LengthBand]
    LENGTH_BAND_LONG: _ClassVar[LengthBand]
    LENGTH_BAND_TOO_LONG: _ClassVar[LengthBand]
AUDIO_QUALITY_UNSPECIFIED: AudioQuality
AUDIO_QUALITY_OK: AudioQuality
AUDIO_QUALITY_QUIET: AudioQuality
AUDIO_QUALITY_CLIPPED: AudioQuality
AUDIO_QUALITY_NOISY: AudioQuality
PACE_BAND_UNSPECIFIED: PaceBand
PACE_BAND_SLOW: PaceBand
PACE_BAND_SLIGHTLY_SLOW: PaceBand
PACE_BAND_USUAL: PaceBand
PACE_BAND_SLIGHTLY_FAST: PaceBand
PACE_BAND_FAST: PaceBand
FILLER_BAND_UNSPECIFIED: FillerBand
FILLER_BAND_FEW: FillerBand
FILLER_BAND_SOME: FillerBand
FILLER_BAND_MANY: FillerBand
FILLER_BAND_VERY_MANY: FillerBand
LENGTH_BAND_UNSPECIFIED: LengthBand
LENGTH_BAND_SHORT: LengthBand
LENGTH_BAND_GOOD: LengthBand
LENGTH_BAND_LONG: LengthBand
LENGTH_BAND_TOO_LONG: LengthBand

class DeliveryMetrics(_message.Message):
    __slots__ = ("start_offset", "end_offset", "voiced_duration", "pace_per_minute", "articulation_per_minute", "long_pause_count", "longest_pause", "filler_count", "loudness_dbfs", "loudness_deviation_db", "signal_to_noise_db", "clipped_share", "audio_quality", "thinking_duration", "fillers_per_minute", "pace_band", "filler_band", "length_band")
    START_OFFSET_FIELD_NUMBER: _ClassVar[int]
    END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    VOICED_DURATION_FIELD_NUMBER: _ClassVar[int]
    PACE_PER_MINUTE_FIELD_NUMBER: _ClassVar[int]
    ARTICULATION_PER_MINUTE_FIELD_NUMBER: _ClassVar[int]
    LONG_PAUSE_COUNT_FIELD_NUMBER: _ClassVar[int]
    LONGEST_PAUSE_FIELD_NUMBER: _ClassVar[int]
    FILLER_COUNT_FIELD_NUMBER: _ClassVar[int]
    LOUDNESS_DBFS_FIELD_NUMBER: _ClassVar[int]
    LOUDNESS_DEVIATION_DB_FIELD_NUMBER: _ClassVar[int]
    SIGNAL_TO_NOISE_DB_FIELD_NUMBER: _ClassVar[int]
    CLIPPED_SHARE_FIELD_NUMBER: _ClassVar[int]
    AUDIO_QUALITY_FIELD_NUMBER: _ClassVar[int]
    THINKING_DURATION_FIELD_NUMBER: _ClassVar[int]
    FILLERS_PER_MINUTE_FIELD_NUMBER: _ClassVar[int]
    PACE_BAND_FIELD_NUMBER: _ClassVar[int]
    FILLER_BAND_FIELD_NUMBER: _ClassVar[int]
    LENGTH_BAND_FIELD_NUMBER: _ClassVar[int]
    start_offset: _duration_pb2.Duration
    end_offset: _duration_pb2.Duration
    voiced_duration: _duration_pb2.Duration
    pace_per_minute: float
    articulation_per_minute: float
    long_pause_count: int
    longest_pause: _duration_pb2.Duration
    filler_count: int
    loudness_dbfs: float
    loudness_deviation_db: float
    signal_to_noise_db: float
    clipped_share: float
    audio_quality: AudioQuality
    thinking_duration: _duration_pb2.Duration
    fillers_per_minute: float
    pace_band: PaceBand
    filler_band: FillerBand
    length_band: LengthBand
    def __init__(self, start_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., end_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., voiced_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., pace_per_minute: _Optional[float] = ..., articulation_per_minute: _Optional[float] = ..., long_pause_count: _Optional[int] = ..., longest_pause: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., filler_count: _Optional[int] = ..., loudness_dbfs: _Optional[float] = ..., loudness_deviation_db: _Optional[float] = ..., signal_to_noise_db: _Optional[float] = ..., clipped_share: _Optional[float] = ..., audio_quality: _Optional[_Union[AudioQuality, str]] = ..., thinking_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., fillers_per_minute: _Optional[float] = ..., pace_band: _Optional[_Union[PaceBand, str]] = ..., filler_band: _Optional[_Union[FillerBand, str]] = ..., length_band: _Optional[_Union[LengthBand, str]] = ...) -> None: ...
