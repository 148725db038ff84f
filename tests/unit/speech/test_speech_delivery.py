"""The formulas of delivery: pace, pauses, fillers, loudness, noise, clipping."""

from __future__ import annotations

import numpy as np
import pytest

from services.speech.domain.audio import RATE_HZ, Pcm, Span, in_samples
from services.speech.domain.delivery import count_units, measure
from services.speech.domain.loudness import (
    CLIPPED_SHARE,
    NOISY_DB,
    QUIET_DBFS,
    AudioQuality,
    audio_quality,
    clipped_share,
    cut_out,
    loudness_deviation_db,
    rms_dbfs,
    signal_to_noise_db,
)


def tone(seconds: float, amplitude: float) -> Pcm:
    times = np.arange(in_samples(seconds)) / RATE_HZ
    return np.asarray(np.sin(2 * np.pi * 440 * times) * amplitude * 32_768, dtype=np.int16)


def span(start_s: float, end_s: float) -> Span:
    return Span(in_samples(start_s), in_samples(end_s))


def test_pace_counts_pauses_and_articulation_does_not() -> None:
    voiced = [span(10, 11), span(14, 16)]
    delivery = measure(tone(6, 0.1), span(10, 16), span(10, 16), voiced, "one two three four five six", "en")
    assert delivery.pace_per_minute == pytest.approx(60)
    assert delivery.articulation_per_minute == pytest.approx(120)
    assert (delivery.long_pauses, delivery.longest_pause) == (1, in_samples(3))
    assert delivery.voiced_samples == in_samples(3)


def test_korean_pace_counts_syllables() -> None:
    assert count_units("그 결과 평균 응답 시간이", "ko") == 10
    assert count_units("API 서버를 Redis로", "ko") == 1 + 3 + 1
    assert count_units("we used Redis", "en") == 3


def test_without_text_only_sound_is_measured() -> None:
    delivery = measure(tone(1, 0.1), span(0, 1), span(0, 1), [span(0, 1)], "", "en")
    assert (delivery.pace_per_minute, delivery.articulation_per_minute, delivery.fillers) == (None, None, None)
    assert delivery.loudness_dbfs is not None


def test_loudness_is_relative_to_full_scale() -> None:
    assert rms_dbfs(np.full(1_000, -32_768, dtype=np.int16)) == pytest.approx(0.0, abs=0.001)
    assert rms_dbfs(tone(1, 0.1)) == pytest.approx(-20 - 3.01, abs=0.05)
    assert rms_dbfs(np.zeros(1_000, dtype=np.int16)) is None
    assert rms_dbfs(np.zeros(0, dtype=np.int16)) is None


def test_steady_sound_has_no_deviation_and_unsteady_has() -> None:
    assert loudness_deviation_db(tone(1, 0.1)) == pytest.approx(0.0, abs=0.05)
    halves = np.concatenate([tone(0.5, 0.1), tone(0.5, 0.01)])
    assert loudness_deviation_db(halves) == pytest.approx(10.0, abs=0.1)
    assert loudness_deviation_db(tone(0.05, 0.1)) is None


def test_signal_to_noise() -> None:
    noise = np.random.default_rng(1).normal(0, 32.768, RATE_HZ)
    noisy = tone(1, 0.1) + noise
    assert signal_to_noise_db(noisy.astype(np.int16), noise.astype(np.int16)) == pytest.approx(37, abs=0.5)
    assert signal_to_noise_db(tone(1, 0.1), np.zeros(0, dtype=np.int16)) is None
    assert signal_to_noise_db(tone(1, 0.01), tone(1, 0.1)) is None


def test_the_edges_of_words_are_no_noise() -> None:
    noise = np.random.default_rng(1).normal(0, 32.768, RATE_HZ).astype(np.int16)
    edges = np.concatenate([noise, tone(0.3, 0.05)])
    assert signal_to_noise_db(tone(1, 0.1), edges) == pytest.approx(37, abs=0.6)


@pytest.mark.parametrize(
    ("loudness", "noise", "clipped", "state"),
    [
        (-25.0, 30.0, 0.0, AudioQuality.OK),
        (-25.0, None, 0.0, AudioQuality.OK),
        (-25.0, NOISY_DB - 0.1, 0.0, AudioQuality.NOISY),
        (QUIET_DBFS - 0.1, 5.0, 0.0, AudioQuality.QUIET),
        (-5.0, 5.0, CLIPPED_SHARE, AudioQuality.CLIPPED),
        (None, None, 0.0, None),
    ],
)
def test_the_first_thing_to_put_right_is_named(
    loudness: float | None, noise: float | None, clipped: float, state: AudioQuality | None
) -> None:
    assert audio_quality(loudness, noise, clipped) is state


def test_sound_is_judged_from_the_samples() -> None:
    def state(voice: Pcm, hiss: float) -> AudioQuality | None:
        noise = np.random.default_rng(2).normal(0, hiss * 32_768, in_samples(3))
        samples = np.clip(np.concatenate([np.zeros(RATE_HZ), voice, np.zeros(RATE_HZ)]) + noise, -32_768, 32_767)
        return measure(samples.astype(np.int16), span(0, 3), span(1, 2), [span(1, 2)], "", "en").audio_quality

    assert state(tone(1, 0.1), 0.001) is AudioQuality.OK
    assert state(tone(1, 0.1), 0.05) is AudioQuality.NOISY
    assert state(tone(1, 0.003), 0.0001) is AudioQuality.QUIET
    assert (
        state(np.clip(tone(1, 0.9).astype(np.int32) * 2, -32_768, 32_767).astype(np.int16), 0.001)
        is AudioQuality.CLIPPED
    )


def test_clipping_is_a_share_of_all_samples() -> None:
    loud = np.clip(tone(1, 0.5).astype(np.int32) * 4, -32_768, 32_767).astype(np.int16)
    assert clipped_share(loud) == pytest.approx(2 / 3, abs=0.02)
    assert clipped_share(tone(1, 0.5)) == 0
    assert clipped_share(np.zeros(0, dtype=np.int16)) == 0


def test_voice_and_rest_are_told_apart_by_place() -> None:
    inside, outside = cut_out(np.arange(10, dtype=np.int16), [Span(102, 104), Span(108, 120)], 100)
    assert inside.tolist() == [2, 3, 8, 9]
    assert outside.tolist() == [0, 1, 4, 5, 6, 7]
