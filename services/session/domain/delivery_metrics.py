"""How something was said, as speech measured it or as we put it together. Field names are the contract's."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class AudioQuality(StrEnum):
    """Whether sound is good enough to be judged by; ``unspecified`` where there was no voice."""

    UNSPECIFIED = "unspecified"
    OK = "ok"
    QUIET = "quiet"
    CLIPPED = "clipped"
    NOISY = "noisy"


class PaceBand(StrEnum):
    """Pace against what listeners find easy."""

    UNSPECIFIED = "unspecified"
    SLOW = "slow"
    SLIGHTLY_SLOW = "slightly_slow"
    USUAL = "usual"
    SLIGHTLY_FAST = "slightly_fast"
    FAST = "fast"


class FillerBand(StrEnum):
    """Filler words per minute."""

    UNSPECIFIED = "unspecified"
    FEW = "few"
    SOME = "some"
    MANY = "many"
    VERY_MANY = "very_many"


class LengthBand(StrEnum):
    """Length of an answer."""

    UNSPECIFIED = "unspecified"
    SHORT = "short"
    GOOD = "good"
    LONG = "long"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class DeliveryMetrics:
    """How something was said. Pace in words (English) or syllables (Korean) per minute, loudness in dBFS."""

    start_offset: timedelta
    end_offset: timedelta
    voiced_duration: timedelta
    pace_per_minute: float | None = None
    articulation_per_minute: float | None = None
    long_pause_count: int = 0
    longest_pause: timedelta = timedelta()
    filler_count: int | None = None
    loudness_dbfs: float | None = None
    loudness_deviation_db: float | None = None
    signal_to_noise_db: float | None = None
    clipped_share: float = 0.0
    audio_quality: AudioQuality = AudioQuality.UNSPECIFIED
    thinking_duration: timedelta | None = None
    """From the end of the question to the first word; of whole answers only."""
    fillers_per_minute: float | None = None
    """Of whole answers and interviews only."""
    pace_band: PaceBand = PaceBand.UNSPECIFIED
    filler_band: FillerBand = FillerBand.UNSPECIFIED
    length_band: LengthBand = LengthBand.UNSPECIFIED
