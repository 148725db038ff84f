"""Sounds that are no speech, made here: music, breath, keyboard, hum, hiss. 16 kHz mono, each from a seed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from tests.support.speech_audio import RATE_HZ, Pcm

Signal = npt.NDArray[np.float64]
Rng = np.random.Generator
Sound = Callable[[Rng, int], Signal]

MAJOR, MINOR = (0, 4, 7, 12), (0, 3, 7, 10)


def music(rng: Rng, count: int) -> Signal:
    """Chords of plucked and bowed notes with harmonics, attack, decay and vibrato, over a beat."""
    sound = np.zeros(count)
    at, root = 0, 48 + int(rng.integers(0, 12))
    beat = int(RATE_HZ * rng.uniform(0.3, 0.7))
    while at < count:
        chord = MAJOR if rng.random() < 0.6 else MINOR
        step = root + int(rng.choice([0, 5, 7, 9, -3]))
        for interval in chord:
            note = _note(rng, step + interval, int(beat * rng.choice([1, 2, 4])))
            room = sound[at : at + len(note)]
            room += note[: len(room)]
        at += beat
    return sound


def _note(rng: Rng, pitch: int, count: int) -> Signal:
    """One note with six harmonics."""
    times = np.arange(count) / RATE_HZ
    hertz = 440.0 * 2 ** ((pitch - 69) / 12)
    vibrato = 0.004 * np.sin(2 * np.pi * rng.uniform(4.5, 6.5) * times) * hertz / 10
    phase = 2 * np.pi * (hertz * times + vibrato)
    plucked = rng.random() < 0.5
    envelope = np.exp(-times * 4) if plucked else np.minimum(1, times * 8) * np.exp(-times * 0.5)
    tones = [np.sin(phase * harmonic) / harmonic ** (1.2 if plucked else 1.6) for harmonic in range(1, 7)]
    return np.asarray(np.minimum(1, times * 200) * envelope * np.sum(tones, axis=0))


def breath(rng: Rng, count: int) -> Signal:
    """Breaths in and out: noise in two broad bands that swells and fades, with silence between."""
    sound = np.zeros(count)
    at = int(rng.uniform(0, 0.5) * RATE_HZ)
    while at < count:
        length = int(rng.uniform(0.5, 1.6) * RATE_HZ)
        low, high = rng.uniform(300, 900), rng.uniform(1_800, 4_000)
        puff = _band(rng, length, low, low * 2.5) + 0.6 * _band(rng, length, high, high * 1.6)
        puff *= np.sin(np.pi * np.linspace(0, 1, length)) ** 2
        room = sound[at : at + length]
        room += puff[: len(room)]
        at += length + int(rng.uniform(0.2, 1.2) * RATE_HZ)
    return sound + 0.002 * rng.standard_normal(count)


def keyboard(rng: Rng, count: int) -> Signal:
    """Keys going down and up: clicks that make case and desk ring for some milliseconds."""
    sound = 0.001 * rng.standard_normal(count)
    at = int(rng.uniform(0, 0.3) * RATE_HZ)
    while at < count - RATE_HZ // 4:
        for gap, level in ((0.0, 1.0), (rng.uniform(0.06, 0.12), 0.5)):
            click = level * rng.uniform(0.5, 1.0) * _click(rng)
            start = at + int(gap * RATE_HZ)
            room = sound[start : start + len(click)]
            room += click[: len(room)]
        at += int(rng.lognormal(-1.9, 0.5) * RATE_HZ)
    return sound


def _click(rng: Rng) -> Signal:
    times = np.arange(int(0.05 * RATE_HZ)) / RATE_HZ
    rings = [
        weight * np.sin(2 * np.pi * rng.uniform(*band) * times) * np.exp(-times * decay)
        for weight, band, decay in ((0.6, (180, 400), 90), (0.8, (1_200, 2_500), 200), (0.5, (3_500, 6_000), 350))
    ]
    return np.asarray(np.sum(rings, axis=0) + rng.standard_normal(len(times)) * np.exp(-times * 900))


def hum(rng: Rng, count: int) -> Signal:
    """Mains at 50 or 60 Hz with harmonics, and a fan."""
    times = np.arange(count) / RATE_HZ
    mains = float(rng.choice([50, 60]))
    tones = [
        rng.uniform(0.2, 1) / harmonic * np.sin(2 * np.pi * mains * harmonic * times + rng.uniform(0, 6))
        for harmonic in range(1, 11)
    ]
    return np.asarray(np.sum(tones, axis=0) + 0.3 * _band(rng, count, 100, 900))


def hiss(rng: Rng, count: int) -> Signal:
    """White or pink noise."""
    spectrum = np.fft.rfft(rng.standard_normal(count))
    slope = float(rng.choice([0.0, 0.5]))
    return np.asarray(np.fft.irfft(spectrum / np.maximum(1, np.arange(len(spectrum))) ** slope, count))


def quiet(rng: Rng, count: int) -> Signal:
    """What a muted microphone gives: the last bit, now and then."""
    return np.asarray(rng.integers(-1, 2, count), dtype=np.float64)


SOUNDS: dict[str, Sound] = {
    "music": music,
    "breath": breath,
    "keyboard": keyboard,
    "hum": hum,
    "hiss": hiss,
}


def made(name: str, seed: int, level_dbfs: float, seconds: float = 8.0) -> Pcm:
    """A sound of a kind, its root mean square at `level_dbfs`, with a second of silence behind it."""
    rng = np.random.default_rng(seed)
    signal = SOUNDS[name](rng, round(seconds * RATE_HZ))
    scale = 10 ** (level_dbfs / 20) / np.sqrt(np.mean(np.square(signal)))
    pcm = np.clip(signal * scale * 32_767, -32_768, 32_767).astype(np.int16)
    return np.concatenate([pcm, np.zeros(RATE_HZ, dtype=np.int16)])


def _band(rng: Rng, count: int, low_hz: float, high_hz: float) -> Signal:
    """Noise between two frequencies, its root mean square 1."""
    spectrum = np.fft.rfft(rng.standard_normal(count))
    hertz = np.fft.rfftfreq(count, 1 / RATE_HZ)
    spectrum[(hertz < low_hz) | (hertz > high_hz)] = 0
    noise = np.fft.irfft(spectrum, count)
    return np.asarray(noise / max(1e-12, float(np.sqrt(np.mean(np.square(noise))))))
