"""How often small talk is taken for an answer: the price of knowing questions by their words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import yaml

from benches.golden_runs import Judge
from benches.golden_set import FOLDER
from services.reasoning.domain.evaluations import Character, TranscriptQuality
from services.reasoning.domain.llm_failures import ModelFailed
from services.reasoning.domain.questions import Exchange, Language, Question

Row = tuple[str, float | None, str, str | None, bool | None]


def load_small_talk(folder: Path = FOLDER) -> Mapping[Language, tuple[str, ...]]:
    """Texts that answer no question, per language."""
    data = yaml.load((folder / "small_talk.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    return {Language(language): tuple(texts) for language, texts in data.items()}


async def small_talk(
    judge: Judge, texts_of: Mapping[Language, Sequence[str]], *, every: int = 1, at_once: int = 1
) -> AsyncIterator[Row]:
    """The share of small talk that is judged as an answer, per language: each text to one of ``every`` questions that
    ``judge`` knows, ``at_once`` of them at the same time. Evaluations that failed are left out.
    """
    free = asyncio.Semaphore(at_once)

    async def taken(language: Language, question: Question, text: str) -> bool | None:
        async with free:
            try:
                found = await judge.engine.evaluate(language, Exchange(question, text), TranscriptQuality.STANDARD)
            except ModelFailed:
                return None
            return found.character is not Character.OFF_TOPIC

    for language, texts in texts_of.items():
        asked = [each for source_id, each in judge.questions.items() if source_id.startswith(f"{language}-")][::every]
        told = await asyncio.gather(*(taken(language, question, text) for question in asked for text in texts))
        found = [each for each in told if each is not None]
        share = round(sum(found) / len(found) * 100, 1) if found else None
        yield f"{language} small talk taken for answers (of {len(found)})", share, "%", None, None
