"""A whole interview, end to end: real processes, WebRTC, database, speech and face analysis, in both languages."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.launcher.mesh import Mesh
from tests.support.fixtures import SHARED, needs_shared
from tests.support.mesh import POCKETSPHINX, WHISPER, mesh, running_mesh
from tests.support.rehearsal import rehearse

CLIPS = SHARED / "clips"
FACE = SHARED / "video" / "face.webm"
CRITERIA = {"technical_accuracy", "logic", "specificity", "relevance", "communication"}


@pytest.fixture(scope="module")
def whisper_mesh() -> Iterator[Mesh]:
    """One mesh with the fixture model for the whole module: starting one takes seconds."""
    with running_mesh(WHISPER) as launched:
        yield launched


def _connect(launched: Mesh) -> str:
    return f"{launched.addresses['session']},{launched.addresses['media']}"


def _spoken(language: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((CLIPS / "answers.json").read_text(encoding="utf-8"))
    return [row for row in rows if row["language"] == language]


@needs_shared
async def test_three_spoken_answers_become_a_report_in_each_language(whisper_mesh: Mesh) -> None:
    """Both at once on one mesh: two interviews must not mix, and the suite is half a rehearsal shorter."""
    async with asyncio.TaskGroup() as group:
        for language in ("ko", "en"):
            group.create_task(_three_spoken_answers_become_a_report(language, whisper_mesh))


async def _three_spoken_answers_become_a_report(language: str, whisper_mesh: Mesh) -> None:
    spoken = _spoken(language)
    outcome = await rehearse(
        [CLIPS / row["clip"] for row in spoken],
        *("--video", str(FACE), "--language", language, "--questions", "3", "--connect", _connect(whisper_mesh)),
        env={},
    )
    result = outcome.succeeded()
    assert [answer["transcript"] for answer in result["answers"]] == [row["text"] for row in spoken]
    for answer, row in zip(result["answers"], spoken, strict=True):
        _check_words(answer, row)
        _check_evaluation(answer)
        assert answer["captions"] >= answer["utterances"] == len(row["utterances"])
        assert answer["delivery"]["pace_per_minute"] > 0
    assert all(question["text"] and question["kind"] and question["spoken_ms"] > 0 for question in result["questions"])
    _check_behaviour(result["behaviour"])
    _check_latency(result["latency_ms"], answers=len(spoken))
    assert {engine["capability"] for engine in result["engines"]} >= {"transcription", "landmarks", "language"}
    assert len(result["report"]["summary"]) == 3


def _check_words(answer: dict[str, Any], row: dict[str, Any]) -> None:
    assert [word["text"] for word in answer["words"]] == row["text"].split()
    starts = [word["start_s"] for word in answer["words"]]
    assert starts == sorted(starts)
    # The session clock began before this answer; differences on it are the recording's own.
    utterances = row["utterances"]
    said = utterances[-1]["end_s"] - utterances[0]["start_s"]
    measured = answer["words"][-1]["end_s"] - answer["words"][0]["start_s"]
    assert measured == pytest.approx(said, abs=0.6)


def _check_evaluation(answer: dict[str, Any]) -> None:
    criteria = answer["evaluation"]["criteria"]
    assert {row["name"] for row in criteria} <= CRITERIA
    assert criteria
    for row in criteria:
        if row["level"] is None:
            assert row["reason"] not in ("", "unspecified")
            continue
        assert 1 <= row["range"][0] <= row["level"] <= row["range"][1] <= 5
        assert row["quotes"]
        for quote in row["quotes"]:
            assert quote["text"] in answer["transcript"]
            assert answer["words"][0]["start_s"] <= quote["start_s"] < quote["end_s"] <= answer["words"][-1]["end_s"]


def _check_behaviour(behaviour: dict[str, Any]) -> None:
    """The camera's 20 s loop: a face, none (3 s), movement, roll, darkness (2 s); see the fixture's README."""
    shares = behaviour["face_states"]
    assert 0.6 < shares["detected"] < 0.9
    assert 0.08 < shares["absent"] < 0.25
    assert 0.04 < shares["too_dark"] < 0.2
    assert sum(shares.values()) == pytest.approx(1.0, abs=0.02)
    assert behaviour["windows"]
    for window in behaviour["windows"]:
        assert ("metrics" in window) != ("reason" in window)
    for name in ("gaze", "voice", "smile", "posture", "composure", "total"):
        value = behaviour["averages"][name]
        assert value is None or 40 <= value <= 100
    assert behaviour["averages"]["total"] is not None


def _check_latency(latency: dict[str, Any], answers: int) -> None:
    """That everything was measured; how fast it was is for `make bench` to judge."""
    for name in ("answer_end_to_voice", "speech_end_to_final"):
        assert 0 < latency[name]["p50"] <= latency[name]["p95"]
    assert latency["word_to_caption"]["p50"] > 0


@needs_shared
async def test_human_speech_through_pocketsphinx_is_labelled_low_accuracy() -> None:
    async with mesh(POCKETSPHINX) as launched:
        outcome = await rehearse(
            [SHARED / "speech" / "jfk.flac"],
            *("--language", "en", "--questions", "1", "--connect", _connect(launched)),
            env={},
        )
    result = outcome.succeeded()
    words = result["answers"][0]["transcript"].lower().split()
    assert len({"country", "you", "ask", "fellow"} & set(words)) >= 2
    engine = next(row for row in result["engines"] if row["capability"] == "transcription")
    assert (engine["name"], engine["quality"]) == ("pocketsphinx", "low")
    assert result["report"]["notices"]
    assert result["behaviour"] is None or result["behaviour"]["averages"]["gaze"] is None


async def test_a_rehearsal_that_cannot_run_says_why(tmp_path: Path) -> None:
    missing = tmp_path / "missing.wav"
    outcome = await rehearse([missing], "--connect", "127.0.0.1:1", env={})
    assert outcome.code == 1
    assert str(missing) in outcome.stderr
    assert outcome.result is None
