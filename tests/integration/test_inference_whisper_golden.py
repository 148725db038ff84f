"""The Whisper engine against the reference implementation's tokens, in the shared model's layouts and precisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from inference.whisper.engine import Transcription, WhisperEngine, Window
from tests.support.fixtures import needs_shared
from tests.support.speech_audio import MODEL, clip, golden, scaled

pytestmark = needs_shared

BATCH = 8
Row = dict[str, Any]
Read = tuple[dict[str, Any], Transcription]


def rows(*kinds: str) -> list[Row]:
    return [row for row in golden() if row["kind"] in kinds]


def recognise(
    precision: str, layout: str, wanted: Sequence[Row], batch: int = BATCH
) -> list[tuple[Row, Transcription]]:
    engine = WhisperEngine(MODEL, precision=precision, layout=layout, threads=2)
    windows = [Window(scaled(clip(row["clip"])), row["language"]) for row in wanted]
    batches = [windows[at : at + batch] for at in range(0, len(windows), batch)]
    hypotheses = [hypothesis for each in batches for hypothesis in engine.transcribe(each)]
    return list(zip(wanted, hypotheses, strict=True))


def wrong_tokens(found: Sequence[Read]) -> list[str]:
    return [row["clip"] for row, hypothesis in found if list(hypothesis.tokens) != row["tokens"]]


def test_split_fp32_has_the_reference_tokens_texts_and_probabilities() -> None:
    found = recognise("fp32", "split", golden())
    spoken = [(row, hypothesis) for row, hypothesis in found if row["kind"] != "non_speech"]
    assert len(spoken) == 63
    assert wrong_tokens(spoken) == []
    assert [hypothesis.text for _, hypothesis in spoken] == [row["decoded"] for row, _ in spoken]
    for row, hypothesis in spoken:
        assert hypothesis.mean_log_probability == pytest.approx(row["avg_logprob"], abs=2e-4), row["clip"]
    for row, hypothesis in found:
        assert hypothesis.no_speech_probability == pytest.approx(row["no_speech_prob"], abs=2e-5), row["clip"]
        for language, probability in row["language_probs"].items():
            assert hypothesis.language_probabilities[language] == pytest.approx(probability, abs=2e-5), row["clip"]


def test_merged_fp32_has_the_reference_tokens() -> None:
    assert wrong_tokens(recognise("fp32", "merged", rows("noisy", "two_sentences"))) == []


def test_split_int8_has_the_reference_tokens() -> None:
    assert wrong_tokens(recognise("int8", "split", rows("opus", "two_sentences"))) == []


def test_batching_changes_nothing() -> None:
    mixed = [*rows("two_sentences")[:2], *rows("clean")[9:12], *rows("non_speech")[:1]]
    together, alone = recognise("fp32", "merged", mixed), recognise("fp32", "merged", mixed, batch=1)
    assert [each.tokens for _, each in together] == [each.tokens for _, each in alone]
    for (_, one), (_, other) in zip(together, alone, strict=True):
        assert one.mean_log_probability == pytest.approx(other.mean_log_probability, abs=1e-4)
