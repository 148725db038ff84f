"""Delivery metrics over several utterances or answers, from those of each. Practice data: never part of a score.

Rates are never averaged: units (words or syllables) are added and divided by the time that they took. Parts without
text (an engine failed) add to what is measured on sound alone; their time counts in no pace.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Final

from services.session.domain.delivery_bands import filler_band, length_band, pace_band
from services.session.domain.delivery_metrics import AudioQuality, DeliveryMetrics
from services.session.domain.values import Language

LONG_PAUSE: Final = timedelta(seconds=2)  # INTERVIEW.md: pauses over 2 s count
FREE_THINKING: Final = timedelta(seconds=5)  # INTERVIEW.md: the first 5 s of thinking are free
_WORST_FIRST: Final = (AudioQuality.CLIPPED, AudioQuality.QUIET, AudioQuality.NOISY, AudioQuality.OK)


def over_answer(
    parts: Sequence[DeliveryMetrics], language: Language, asked: timedelta | None = None
) -> DeliveryMetrics | None:
    """An answer's delivery from its utterances', in order: silence between two utterances is a pause of the answer.

    Pace is the units of all utterances over the time from the first one's start to the last one's end. ``asked``: where
    the question ended, on the session clock; what exceeds FREE_THINKING from there to the first word is a pause, in
    which no pace is lost. None of nothing.
    """
    if not parts:
        return None
    thinking = None if asked is None else max(parts[0].start_offset - asked, timedelta())
    gaps = [later.start_offset - earlier.end_offset for earlier, later in pairwise(parts)]
    pauses = [gap for gap in [*gaps, (thinking or timedelta()) - FREE_THINKING] if gap > timedelta()]
    span = parts[-1].end_offset - parts[0].start_offset
    whole = _banded(_joined(parts, span, pauses), language)
    return replace(whole, thinking_duration=thinking, length_band=length_band(span))


def over_interview(parts: Sequence[DeliveryMetrics], language: Language) -> DeliveryMetrics | None:
    """The interview's delivery from its answers': time between answers counts as nothing. None without parts."""
    if not parts:
        return None
    return _banded(_joined(parts, sum((_length(part) for part in parts), timedelta()), []), language)


def _banded(whole: DeliveryMetrics, language: Language) -> DeliveryMetrics:
    pace, fillers = pace_band(whole.pace_per_minute, language), filler_band(whole.fillers_per_minute)
    return replace(whole, pace_band=pace, filler_band=fillers)


def _joined(parts: Sequence[DeliveryMetrics], span: timedelta, pauses: Sequence[timedelta]) -> DeliveryMetrics:
    voiced = sum((part.voiced_duration for part in parts), timedelta())
    units = _units(parts)
    silent = [part for part in parts if part.pace_per_minute is None]
    worded = span - sum((_length(part) for part in silent), timedelta())
    loudness = _loudness(parts)
    fillers = [part.filler_count for part in parts if part.filler_count is not None]
    return DeliveryMetrics(
        start_offset=min(part.start_offset for part in parts),
        end_offset=max(part.end_offset for part in parts),
        voiced_duration=voiced,
        pace_per_minute=_rate(units, worded),
        articulation_per_minute=_rate(units, voiced - sum((part.voiced_duration for part in silent), timedelta())),
        long_pause_count=sum(part.long_pause_count for part in parts) + sum(pause > LONG_PAUSE for pause in pauses),
        longest_pause=max([*pauses, *(part.longest_pause for part in parts)]),
        filler_count=sum(fillers) if fillers else None,
        loudness_dbfs=loudness,
        loudness_deviation_db=_deviation(parts, loudness),
        signal_to_noise_db=_mean([(part.signal_to_noise_db, _voiced_s(part)) for part in parts]),
        clipped_share=_mean([(part.clipped_share, _span_s(part)) for part in parts]) or 0.0,
        audio_quality=_quality(parts),
        fillers_per_minute=_rate(sum(fillers) if fillers else None, worded),
    )


def _quality(parts: Sequence[DeliveryMetrics]) -> AudioQuality:
    """The state of the largest part of the voice; of two as large the one that is not OK."""
    voiced = {
        quality: sum(_voiced_s(part) for part in parts if part.audio_quality is quality) for quality in _WORST_FIRST
    }
    most = max(_WORST_FIRST, key=lambda quality: voiced[quality])
    return most if voiced[most] > 0 else AudioQuality.UNSPECIFIED


def _units(parts: Sequence[DeliveryMetrics]) -> float | None:
    """Words or syllables of all parts: pace times length undoes the division that made the pace."""
    counts = [part.pace_per_minute * _span_s(part) / 60 for part in parts if part.pace_per_minute is not None]
    return sum(counts) if counts else None


def _rate(units: float | None, time: timedelta) -> float | None:
    return None if units is None or time <= timedelta() else units / (time.total_seconds() / 60)


def _loudness(parts: Sequence[DeliveryMetrics]) -> float | None:
    """Power mean: decibels are averaged as powers, each weighted with its voiced time."""
    powers = [(10 ** (part.loudness_dbfs / 10), _voiced_s(part)) for part in parts if part.loudness_dbfs is not None]
    mean = _mean(powers)
    return None if mean is None or mean <= 0 else 10 * math.log10(mean)


def _deviation(parts: Sequence[DeliveryMetrics], mean_db: float | None) -> float | None:
    """Pooled standard deviation: the variance inside each part plus that of its mean around the whole's."""
    if mean_db is None:
        return None
    variance = _mean(
        [
            (part.loudness_deviation_db**2 + (part.loudness_dbfs - mean_db) ** 2, _voiced_s(part))
            for part in parts
            if part.loudness_deviation_db is not None and part.loudness_dbfs is not None
        ]
    )
    return None if variance is None else math.sqrt(variance)


def _mean(weighted: Sequence[tuple[float | None, float]]) -> float | None:
    there = [(value, weight) for value, weight in weighted if value is not None and weight > 0]
    total = sum(weight for _, weight in there)
    return sum(value * weight for value, weight in there) / total if total > 0 else None


def _voiced_s(part: DeliveryMetrics) -> float:
    return part.voiced_duration.total_seconds()


def _length(part: DeliveryMetrics) -> timedelta:
    return part.end_offset - part.start_offset


def _span_s(part: DeliveryMetrics) -> float:
    return _length(part).total_seconds()
