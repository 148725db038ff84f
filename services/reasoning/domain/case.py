"""One question with everything that is needed to judge answers to it and to follow up on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.reasoning.domain.bank import ARGUMENT, BankQuestion, Part, parts_of
from services.reasoning.domain.evaluations import Criterion
from services.reasoning.domain.lexicon import Lexicon
from services.reasoning.domain.patterns import QuestionPatterns, WordSets
from services.reasoning.domain.questions import Language, Question, QuestionKind
from services.reasoning.domain.wording import Wording


@dataclass(frozen=True, slots=True)
class Case:
    """``entry`` is what the bank knows of the question (or of the one that it follows), None for a question from
    elsewhere.
    """

    question: Question
    entry: BankQuestion | None
    patterns: QuestionPatterns
    words: WordSets
    lexicon: Lexicon
    wording: Wording

    @property
    def language(self) -> Language:
        """The language of the interview."""
        return self.lexicon.language

    @property
    def kind(self) -> QuestionKind:
        """The kind of the question, or of the one that it follows."""
        return self.entry.question.kind if self.entry is not None else self.question.kind

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that a complete answer has; none for a follow-up."""
        return parts_of(self.question.kind)

    def name(self, part: Part) -> str:
        """What ``part`` is called in answers to this question: an argument's result is what follows from it, a motive's
        what they mean to do.
        """
        if part is not Part.RESULT or self.parts != ARGUMENT:
            return part.value
        return "outlook" if self.question.kind is QuestionKind.MOTIVATION else "consequence"

    @property
    def is_follow_up(self) -> bool:
        """Whether the question asks for one missing thing of an earlier answer."""
        return self.question.kind is QuestionKind.FOLLOW_UP

    def applies(self, criterion: Criterion) -> bool:
        """Whether answers to this question are judged by ``criterion``."""
        if criterion is Criterion.TECHNICAL_ACCURACY:
            return bool(self.question.expected_points)
        return criterion is not Criterion.LOGIC or bool(self.parts)

    def anchor(self, criterion: Criterion, level: int) -> str:
        """The written anchor of ``level``: the question's own where it has one, else the rubric's."""
        own: Mapping[int, str] = self.entry.anchors.get(criterion, {}) if self.entry is not None else {}
        return own.get(level) or self.wording.anchors[criterion][level]

    def point_text(self, point_id: str) -> str:
        """The expected point in words, as it stands in the middle of a sentence."""
        return next(point.text for point in self.question.expected_points if point.point_id == point_id)

    def missing_points(self, made: Mapping[str, object]) -> list[str]:
        """Ids of the expected points that are not in ``made``: core points first, else in their order."""
        missing = [point for point in self.patterns.points if point not in made]
        return sorted(missing, key=lambda point: point not in self.patterns.core_point_ids)

    def correction(self, misconception_id: str) -> str:
        """Why a misconception is wrong."""
        entry = self.entry
        found = entry.misconceptions if entry is not None else ()
        return next(each.text for each in found if each.misconception_id == misconception_id)
