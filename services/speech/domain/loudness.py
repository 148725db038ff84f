"""Loudness, clipping and noise of samples, and whether they are good enough to be judged by."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import numpy as np
import numpy.typing as npt

from services.speech.domain.audio import FRAME_SAMPLES, FULL_SCALE, RATE_HZ, Pcm, Span

Array = npt.NDArray[np.float64]

_LOUDNESS_FRAME = RATE_HZ // 10
_CLIPPED = 32_700
"""Full scale less what a resampler may take off a clipped peak."""
_NOISE_QUANTILE = 0.25


QUIET_DBFS = -45.0
"""Speech reaches us over WebRTC at about -33 dBFS and a whisper at -48 (session's behaviour table)."""
NOISY_DB = 10.0
"""Recognition loses words quickly below it; ANSI/ASA S12.60 asks for 15 dB where people listen."""
CLIPPED_SHARE = 0.001
"""A sample in a thousand: far more than a single plosive clips."""


class AudioQuality(Enum):
    """Whether the sound of an utterance is good enough; the first in this order that applies, OK if none does."""

    CLIPPED = "clipped"
    """The microphone is too loud: CLIPPED_SHARE of the samples or more at full scale."""
    QUIET = "quiet"
    """The voice is below QUIET_DBFS."""
    NOISY = "noisy"
    """The voice stands less than NOISY_DB above the noise."""
    OK = "ok"


def audio_quality(loudness_dbfs: float | None, noise_db: float | None, clipped: float) -> AudioQuality | None:
    """The state of sound with these measures (dBFS, dB of signal to noise, share 0..1). None if there was no voice."""
    if loudness_dbfs is None:
        return None
    if clipped >= CLIPPED_SHARE:
        return AudioQuality.CLIPPED
    if loudness_dbfs < QUIET_DBFS:
        return AudioQuality.QUIET
    return AudioQuality.NOISY if noise_db is not None and noise_db < NOISY_DB else AudioQuality.OK


def rms_dbfs(samples: Pcm) -> float | None:
    """Root mean square in dB relative to full scale (a full-scale square wave is 0 dB). None for digital silence."""
    return _decibels(_power(samples))


def loudness_deviation_db(samples: Pcm) -> float | None:
    """Standard deviation of the loudness over whole 100 ms frames, in dB. None if no frame has sound in it."""
    whole = len(samples) // _LOUDNESS_FRAME
    frames = samples[: whole * _LOUDNESS_FRAME].reshape(whole, _LOUDNESS_FRAME)
    levels = [level for frame in frames if (level := rms_dbfs(frame)) is not None]
    return float(np.std(levels)) if levels else None


def signal_to_noise_db(voiced: Pcm, rest: Pcm) -> float | None:
    """Signal to noise in dB: 10 log10((Pv - Pn) / Pn), Pv the mean power of `voiced` (speech and noise), Pn noise's.

    Pn is the lower quartile of the powers of the 32 ms frames of `rest`, not their mean: what the detector leaves of
    the words' edges is louder than any noise (the idea of NIST's stnr, which takes noise from the low end of the
    energy histogram). None if one of the two is missing or digital silence, or if the voice is no louder.
    """
    whole = len(rest) // FRAME_SAMPLES
    frames = rest[: whole * FRAME_SAMPLES].reshape(whole, FRAME_SAMPLES)
    speech = _power(voiced)
    noise = float(np.quantile([_power(frame) for frame in frames], _NOISE_QUANTILE)) if whole else 0.0
    if noise <= 0 or speech <= noise:
        return None
    return float(10 * np.log10((speech - noise) / noise))


def clipped_share(samples: Pcm) -> float:
    """Share of samples at full scale, 0..1; 0 for no samples."""
    return float(np.mean(np.abs(samples.astype(np.int32)) >= _CLIPPED)) if len(samples) else 0.0


def cut_out(samples: Pcm, spans: Sequence[Span], origin: int) -> tuple[Pcm, Pcm]:
    """Divides `samples`, whose first lies at `origin`, into what is inside `spans` and what is not."""
    inside = np.zeros(len(samples), dtype=bool)
    for span in spans:
        inside[max(0, span.start - origin) : max(0, span.end - origin)] = True
    return samples[inside], samples[~inside]


def _power(samples: Pcm) -> float:
    return float(np.mean(np.square(samples.astype(np.float64) / FULL_SCALE))) if len(samples) else 0.0


def _decibels(power: float) -> float | None:
    return float(10 * np.log10(power)) if power > 0 else None
