"""Whisper's log-mel front end in numpy.

The numbers are those of Radford et al. 2022 (openai/whisper `audio.py`) and of Hugging Face's
`WhisperFeatureExtractor`: Hann window of 400 samples, hop 160, reflected edges, power spectrum, Slaney mel filters,
log10 clamped to 8 below the maximum.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]

RATE_HZ = 16_000
N_FFT = 400
HOP = 160
WINDOW_SAMPLES = 30 * RATE_HZ
WINDOW_FRAMES = WINDOW_SAMPLES // HOP
_FLOOR = 1e-10

# Slaney's scale (Auditory Toolbox, 1998): linear to 1 kHz, logarithmic above.
_HZ_PER_MEL = 200.0 / 3
_KNEE_HZ = 1000.0
_KNEE_MEL = _KNEE_HZ / _HZ_PER_MEL
_LOG_STEP = np.log(6.4) / 27.0


class LogMel:
    """Turns 16 kHz mono audio into the encoder's input features."""

    def __init__(self, bands: int) -> None:
        """`bands`: mel bands that the model wants, 80 or 128 (`feature_size` in preprocessor_config.json)."""
        self._filters = mel_filters(bands)
        # The periodic form of the window, as torch.hann_window makes it.
        self._window = np.hanning(N_FFT + 1)[:-1]

    def __call__(self, batch: Sequence[FloatArray]) -> FloatArray:
        """Features of a batch.

        `batch`: mono float32 in -1..1 at 16 kHz, any length; what is beyond 30 s is cut off. Returns float32
        [len(batch), bands, 3000].
        """
        return np.stack([self._features(samples[:WINDOW_SAMPLES]) for samples in batch])

    def _features(self, samples: FloatArray) -> FloatArray:
        # Only frames that touch audio are transformed: the rest of the 30 s window is digital silence, whose log is the
        # floor.
        frames = min(WINDOW_FRAMES, -(-(len(samples) + N_FFT // 2) // HOP))
        power = np.abs(np.fft.rfft(_frames(samples, frames) * self._window)) ** 2
        heard = np.log10(np.maximum(power @ self._filters, _FLOOR))
        log_mel = np.full((WINDOW_FRAMES, self._filters.shape[1]), np.log10(_FLOOR))
        log_mel[:frames] = heard
        log_mel = np.maximum(log_mel, log_mel.max() - 8.0)
        features: FloatArray = ((log_mel.T + 4.0) / 4.0).astype(np.float32)
        return features


def _frames(samples: FloatArray, count: int) -> npt.NDArray[np.float64]:
    half = N_FFT // 2
    window = np.zeros(max(len(samples), count * HOP) + half, dtype=np.float64)
    window[: len(samples)] = samples
    padded = np.pad(window, (half, 0), mode="reflect")
    if len(samples) > WINDOW_SAMPLES - half:  # the far edge is reflected too where audio reaches it
        padded = np.pad(window[:WINDOW_SAMPLES], half, mode="reflect")
    return np.lib.stride_tricks.sliding_window_view(padded, N_FFT)[::HOP][:count]


def mel_filters(bands: int) -> npt.NDArray[np.float64]:
    """Slaney-normalised triangular filters, [201, bands], 0 Hz to 8 kHz (librosa.filters.mel with its defaults)."""
    bins = np.linspace(0.0, RATE_HZ / 2, N_FFT // 2 + 1)
    edges = _mel_to_hz(np.linspace(0.0, _hz_to_mel(RATE_HZ / 2), bands + 2))
    slopes = edges[None, :] - bins[:, None]
    widths = np.diff(edges)
    rising = -slopes[:, :-2] / widths[:-1]
    falling = slopes[:, 2:] / widths[1:]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    scaled: npt.NDArray[np.float64] = triangles * (2.0 / (edges[2:] - edges[:-2]))
    return scaled


def _hz_to_mel(hz: float) -> float:
    return hz / _HZ_PER_MEL if hz < _KNEE_HZ else float(_KNEE_MEL + np.log(hz / _KNEE_HZ) / _LOG_STEP)


def _mel_to_hz(mel: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    above = _KNEE_HZ * np.exp(_LOG_STEP * (np.maximum(mel, _KNEE_MEL) - _KNEE_MEL))
    return np.where(mel < _KNEE_MEL, mel * _HZ_PER_MEL, above)
