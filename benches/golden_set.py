"""The golden set in memory: answers with the levels that a reader of the rubric expects (benches/golden/README.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from services.reasoning.domain.evaluations import Criterion
from services.reasoning.domain.questions import Language

FOLDER = Path(__file__).resolve().parent / "golden"
CONTENTLESS = frozenset({"empty", "nonsense", "off_topic"})  # kinds that are level 1 everywhere, by promise


@dataclass(frozen=True, slots=True)
class Expected:
    """The levels ``low``..``high`` that are right, at most one apart; ``may_abstain`` if no level is as right."""

    low: int
    high: int
    may_abstain: bool

    @property
    def middle(self) -> float:
        """The middle of the range: what a single expected level stands for."""
        return (self.low + self.high) / 2


@dataclass(frozen=True, slots=True)
class GoldenAnswer:
    """One answer. ``form`` is empty for kinds that have none; so is a variant of the text where there is none."""

    answer_id: str
    question_id: str
    language: Language
    half: str
    kind: str
    form: str
    text: str
    paraphrase: str
    retold: str
    padded: str
    expected: Mapping[Criterion, Expected]


def load_golden_set(folder: Path = FOLDER) -> tuple[GoldenAnswer, ...]:
    """All answers, by language and question. Their form is checked by tests, not here."""
    return tuple(
        _answer(data, answer)
        for path in sorted(folder.glob("??/*.yaml"))
        for data in [yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)]
        for answer in data["answers"]
    )


def load_injections(folder: Path = FOLDER) -> Mapping[Language, tuple[str, ...]]:
    """Sentences that speak to the evaluator, per language."""
    data = yaml.load((folder / "injections.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    return {Language(language): tuple(sentences) for language, sentences in data.items()}


def _answer(data: Mapping[str, Any], answer: Mapping[str, Any]) -> GoldenAnswer:
    return GoldenAnswer(
        answer_id=answer["id"],
        question_id=data["question"],
        language=Language(data["language"]),
        half=data["half"],
        kind=answer["kind"],
        form=answer.get("form", ""),
        text=answer["text"],
        paraphrase=answer.get("paraphrase", ""),
        retold=answer.get("retold", ""),
        padded=answer.get("padded", ""),
        expected={
            Criterion(name): Expected(each["range"][0], each["range"][1], each.get("abstain") == "allowed")
            for name, each in answer["expected"].items()
        },
    )
