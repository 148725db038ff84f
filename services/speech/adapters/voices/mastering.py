"""What every voice's samples go through before they leave: the asked rate and one loudness.

One sentence at a time, so that the first need not wait for the last. eSpeak's sentences of 0.3 s to 4 s in both
languages came out at -25.2 to -23.5 LUFS (EBU R128, FFmpeg's meter). R128's own gating over 400 ms blocks, tried in
place of the threshold here, spread them by 2.3 LU instead of 1.7: short sentences have too few blocks.
"""

from __future__ import annotations

import numpy as np
import soxr

from services.speech.ports import FloatSamples, PcmSamples

TARGET_DBFS = -20.0
"""Root mean square of the sounding part, about -24 LUFS for speech: near EBU R128's -23, with room for peaks."""
PEAK_DBFS = -1.0
_SOUNDING = 0.05
"""Of the peak: quieter samples are pauses, and would make a text with many of them louder."""


def master(samples: FloatSamples, rate_hz: int, asked_rate_hz: int) -> PcmSamples:
    """Resamples and brings the loudness to TARGET_DBFS, peaks at most at PEAK_DBFS.

    `samples`: mono in -1..1 at `rate_hz`. Returns 16-bit samples at `asked_rate_hz`.
    """
    resampled = soxr.resample(samples, rate_hz, asked_rate_hz) if len(samples) else samples
    scaled = resampled * gain(resampled)
    return np.asarray(np.clip(np.rint(scaled * 32_767), -32_768, 32_767), dtype=np.int16)


def gain(samples: FloatSamples) -> float:
    """Factor that `master` applies; 1 for silence."""
    peak = float(np.max(np.abs(samples), initial=0.0))
    if peak == 0.0:
        return 1.0
    sounding = samples[np.abs(samples) >= _SOUNDING * peak]
    loudness = float(np.sqrt(np.mean(np.square(sounding))))
    return min(_from_db(TARGET_DBFS) / loudness, _from_db(PEAK_DBFS) / peak)


def _from_db(decibels: float) -> float:
    return float(10 ** (decibels / 20))
