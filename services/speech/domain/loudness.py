"""Loudness, clipping and noise of samples, and the gain that brings a voice to the right level."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from services.speech.domain.audio import FULL_SCALE, RATE_HZ, Pcm, Span

Array = npt.NDArray[np.float64]

_LOUDNESS_FRAME = RATE_HZ // 10
_CLIPPED = 32_700
"""Full scale less what a resampler may take off a clipped peak."""


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
    """Signal to noise in dB: 10 log10((Pv - Pn) / Pn), Pv the mean power of `voiced` (speech and noise), Pn that of
    `rest`.

    None if one of them is missing or digital silence, or if the voice is no louder than the rest.
    """
    speech, noise = _power(voiced), _power(rest)
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
