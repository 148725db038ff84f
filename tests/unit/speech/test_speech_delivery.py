"""The formulas of delivery: pace, pauses, fillers, loudness, noise, clipping."""

from __future__ import annotations

import numpy as np
import pytest

from services.speech.domain.audio import RATE_HZ, Pcm, Span, in_samples
from services.speech.domain.delivery import count_units, measure
from services.speech.domain.fillers import count_fillers
from services.speech.domain.loudness import (
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


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("Um, I led, uh, the migration.", "en", 2),
        ("I like databases, and I well know them.", "en", 0),
        ("It was, like, very slow. Well, it was.", "en", 2),
        ("It is, you know, simple. I know you know it.", "en", 1),
        ("음 저는 어 결제 서비스를 이전했습니다.", "ko", 2),
        ("그 결과 평균 응답 시간이 줄었습니다.", "ko", 0),
        ("그, 저는 그 그 팀에서 일했습니다.", "ko", 2),
        ("이제 막 시작한 프로젝트였습니다.", "ko", 0),
    ],
)
def test_fillers_are_counted_in_context(text: str, language: str, count: int) -> None:
    assert count_fillers(text.split(), language) == count


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


def test_clipping_is_a_share_of_all_samples() -> None:
    loud = np.clip(tone(1, 0.5).astype(np.int32) * 4, -32_768, 32_767).astype(np.int16)
    assert clipped_share(loud) == pytest.approx(2 / 3, abs=0.02)
    assert clipped_share(tone(1, 0.5)) == 0
    assert clipped_share(np.zeros(0, dtype=np.int16)) == 0


def test_voice_and_rest_are_told_apart_by_place() -> None:
    inside, outside = cut_out(np.arange(10, dtype=np.int16), [Span(102, 104), Span(108, 120)], 100)
    assert inside.tolist() == [2, 3, 8, 9]
    assert outside.tolist() == [0, 1, 4, 5, 6, 7]
