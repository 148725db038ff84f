"""Word times by cross-attention, on the shared model with its attention exposed; timestamps, beam, language, ladder."""

from __future__ import annotations

import threading
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference.errors import InferenceFailed, Interrupted
from inference.whisper.engine import RATE_HZ, DecodeOptions, Transcription, WhisperEngine, Window
from tests.support.fixtures import needs_shared
from tests.support.speech_audio import MODEL, clip, golden, scaled
from tools.expose_cross_attention import expose_folder

pytestmark = needs_shared

Row = dict[str, Any]
SPLIT = ("decoder_model.onnx", "decoder_with_past_model.onnx")
WORDS = DecodeOptions(word_times=True)


def exposed_model(folder: Path, *decoders: str) -> Path:
    source = folder / "source"
    (source / "onnx").mkdir(parents=True)
    for path in MODEL.glob("*.json"):
        (source / path.name).symlink_to(path)
    for name in ("encoder_model.onnx", *decoders):
        (source / "onnx" / name).symlink_to(MODEL / "onnx" / name)
    expose_folder(source, folder / "exposed")
    return folder / "exposed"


@pytest.fixture(scope="module")
def aligned(tmp_path_factory: pytest.TempPathFactory) -> WhisperEngine:
    folder = exposed_model(tmp_path_factory.mktemp("whisper"), *SPLIT)
    return WhisperEngine(folder, layout="split", threads=2)


@pytest.fixture(scope="module")
def plain() -> WhisperEngine:
    return WhisperEngine(MODEL, threads=2)


def rows(*kinds: str) -> list[Row]:
    return [row for row in golden() if row["kind"] in kinds]


def window(row: Row, language: str | None = None) -> Window:
    return Window(scaled(clip(row["clip"])), language)


def read(engine: WhisperEngine, wanted: list[Row], options: DecodeOptions) -> list[tuple[Row, Transcription]]:
    windows = [window(row, row["language"]) for row in wanted]
    found = [each for at in range(0, len(windows), 8) for each in engine.transcribe(windows[at : at + 8], options)]
    return list(zip(wanted, found, strict=True))


def assert_well_placed(found: Transcription, duration_s: float) -> None:
    assert " ".join(word.text for word in found.words) == found.text
    assert all(word.start_s <= word.end_s <= after.start_s + 1e-6 for word, after in pairwise(found.words))
    assert found.words[0].start_s >= 0
    assert found.words[-1].end_s <= duration_s + 1e-3
    assert all(0 < word.probability <= 1 for word in found.words)


def test_exposing_changes_no_token_and_words_follow_the_speech_in_both_languages(aligned: WhisperEngine) -> None:
    assert aligned.description.has_alignment
    for row, found in read(aligned, rows("clean"), WORDS):
        assert list(found.tokens) == row["tokens"], row["clip"]
        assert_well_placed(found, row["duration_s"])
        assert all(word.aligned for word in found.words)
        assert found.words[-1].start_s > row["duration_s"] * 0.5, row["clip"]


def test_the_second_sentence_starts_where_the_first_one_ends(aligned: WhisperEngine) -> None:
    firsts = {row["clip"][:4]: row for row in rows("clean")}
    for row, found in read(aligned, rows("two_sentences"), WORDS):
        assert list(found.tokens) == row["tokens"], row["clip"]
        first = firsts[row["clip"][:4]]
        second_starts_s = found.words[len(first["text"].split())].start_s
        assert second_starts_s == pytest.approx(first["duration_s"], abs=0.8), row["clip"]


def test_every_token_has_the_frame_that_it_was_read_from(aligned: WhisperEngine) -> None:
    for row, found in read(aligned, rows("clean")[::3], DecodeOptions()):
        assert found.token_frames is not None
        assert len(found.token_frames) == len(found.tokens)
        assert all(0 <= frame * 0.02 <= row["duration_s"] for frame in found.token_frames)
        half = len(found.token_frames) // 2
        assert np.mean(found.token_frames[:half]) < np.mean(found.token_frames[half:]), row["clip"]


def test_the_merged_layout_aligns_as_the_split_one(aligned: WhisperEngine, tmp_path: Path) -> None:
    merged = WhisperEngine(exposed_model(tmp_path, "decoder_model_merged.onnx"), layout="merged", threads=2)
    some = rows("clean")[8:12]
    for (_, one), (_, other) in zip(read(aligned, some, WORDS), read(merged, some, WORDS), strict=True):
        assert one.tokens == other.tokens
        assert one.token_frames == other.token_frames
        assert [word.start_s for word in one.words] == pytest.approx([word.start_s for word in other.words], abs=0.05)


def test_beams_keep_attention_and_cache_together(aligned: WhisperEngine) -> None:
    some = rows("clean")[8:12]
    wide = DecodeOptions(beam_size=3, word_times=True)
    for (row, narrow), (_, found) in zip(read(aligned, some, WORDS), read(aligned, some, wide), strict=True):
        assert list(found.tokens) == row["tokens"]
        assert found.token_frames == narrow.token_frames
        assert found.mean_log_probability == pytest.approx(narrow.mean_log_probability, abs=1e-4)


def test_without_attention_words_are_spread_and_say_so(plain: WhisperEngine) -> None:
    assert not plain.description.has_alignment
    for row, found in read(plain, [rows("clean")[0], rows("clean")[12]], WORDS):
        assert_well_placed(found, row["duration_s"])
        assert not any(word.aligned for word in found.words)
        assert found.token_frames is None


def test_the_language_is_detected_and_mixed_batches_read_as_alone(plain: WhisperEngine) -> None:
    some = [rows("clean")[3], rows("clean")[13], rows("two_sentences")[0], rows("two_sentences")[-1]]
    mixed = [window(some[0]), window(some[1], "ko"), window(some[2], "en"), window(some[3])]
    for row, found in zip(some, plain.transcribe(mixed), strict=True):
        assert (found.language, list(found.tokens)) == (row["language"], row["tokens"])
        for language, odds in row["language_probs"].items():
            assert found.language_probabilities[language] == pytest.approx(odds, abs=2e-5)
    (alone,) = plain.transcribe([window(some[1])])
    assert (alone.language, list(alone.tokens)) == ("ko", some[1]["tokens"])


def test_segment_times_come_in_pairs_and_in_order_around_the_same_words(plain: WhisperEngine) -> None:
    begin = 50364
    firsts = {row["clip"][:4]: row for row in rows("clean")}
    two = [row for row in rows("two_sentences") if "0001" in row["clip"]]
    for row, found in read(plain, [*rows("clean")[8:12], *two], DecodeOptions(timestamps=True)):
        assert found.text == row["decoded"], row["clip"]
        times = [token - begin for token in found.tokens if token >= begin]
        assert len(times) == 2 * len(row["text"].split(". "))
        assert times == sorted(times)
        assert times[0] == 0
        assert times[1] * 0.02 == pytest.approx(firsts[row["clip"][:4]]["duration_s"], abs=0.6)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_prompt_of_terms_goes_before_and_is_no_part_of_the_text(plain: WhisperEngine, language: str) -> None:
    row = next(row for row in rows("clean") if row["language"] == language)
    options = DecodeOptions(prompt="latency, index, 지연 시간", max_tokens=4)
    (with_terms,) = plain.transcribe([window(row, language)], options)
    (detected,) = plain.transcribe([window(row)], options)
    assert len(with_terms.tokens) <= 4
    assert with_terms.tokens == detected.tokens


def test_the_ladder_is_climbed_for_noise_read_as_speech_and_gives_one_text_for_one_audio(plain: WhisperEngine) -> None:
    music = (0.3 * np.sin(np.arange(2 * RATE_HZ) * 0.2)).astype(np.float32)
    ladder = DecodeOptions(temperatures=(0.0, 0.4, 0.8), max_tokens=12)
    clean = window(rows("clean")[0], "en")
    first = plain.transcribe([Window(music, "en"), clean], ladder)
    again = plain.transcribe([clean, Window(music, "en")], ladder)
    assert first[0].text == again[1].text
    assert first[1].tokens == again[0].tokens == tuple(rows("clean")[0]["tokens"][:12])
    assert first[1].temperature == 0.0


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (Window(np.zeros(31 * RATE_HZ, np.float32), "en"), r"31\.0 s; cut"),
        (Window(np.full(800, np.nan, np.float32), "en"), "no numbers"),
        (Window(np.full(800, np.inf, np.float32), "en"), "no numbers"),
        (Window(np.zeros((2, 800), np.float32), "en"), "give mono"),
        (Window(np.zeros(800, np.int16), "en"), "int16"),
        (Window(np.zeros(800, np.float32), "tlh"), "tlh"),
    ],
)
def test_audio_that_is_not_what_it_takes_is_refused_by_number_and_reason(
    plain: WhisperEngine, bad: Window, says: str
) -> None:
    with pytest.raises(InferenceFailed, match=f"window 1.*{says}"):
        plain.transcribe([Window(np.zeros(800, np.float32), "en"), bad])


def test_no_windows_no_audio_and_one_sample_are_defined(plain: WhisperEngine) -> None:
    assert plain.transcribe([]) == []
    for length in (0, 1):
        for options in (DecodeOptions(), DecodeOptions(word_times=True, timestamps=True)):
            (found,) = plain.transcribe([Window(np.zeros(length, np.float32), "en")], options)
            assert found.text == ""
            assert found.words == ()


def test_options_that_make_no_sense_are_refused() -> None:
    for wrong in ({"beam_size": 0}, {"temperatures": ()}, {"temperatures": (-1.0,)}, {"max_tokens": 0}):
        with pytest.raises(ValueError, match="at least"):
            DecodeOptions(**wrong)


def test_it_gives_up_when_told_to_before_and_while_the_encoder_runs(plain: WhisperEngine) -> None:
    batch = [window(row, row["language"]) for row in rows("clean")]
    with pytest.raises(Interrupted):
        plain.transcribe(batch, interrupted=lambda: True)
    asked: list[str] = []

    def during_the_encoder() -> bool:
        asked.append(threading.current_thread().name)
        return asked[-1] == "whisper-interrupt"

    with pytest.raises(Interrupted):
        plain.transcribe(batch, interrupted=during_the_encoder)
    assert asked == ["MainThread", "whisper-interrupt"]
    assert threading.active_count() == len(threading.enumerate())
    assert not [thread for thread in threading.enumerate() if thread.name == "whisper-interrupt"]
