"""Summaries of criteria, and the notices of a report."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.session.domain.answers import AnswerOrigin, AnswerStatus
from services.session.domain.behaviour import Circumstances
from services.session.domain.notices import Notice, text
from services.session.domain.report import overall_score, summarise
from services.session.domain.report_notices import notices
from services.session.domain.values import (
    Criterion,
    CriterionEvaluation,
    EngineInfo,
    Evaluation,
    Language,
    LevelRange,
    NoTextReason,
    QualityTier,
    Utterance,
)
from services.session.domain.views import AnswerView
from services.session.domain.windows import BaselineBasis, BehaviourMetrics, BehaviourWindow, NoMetricsReason

ZERO = timedelta()
ALLOWED = Circumstances(True, True)


def evaluation(**levels: int | None) -> Evaluation:
    """An evaluation with these levels, each give or take one."""
    return Evaluation(
        tuple(
            CriterionEvaluation(Criterion(name), level, None if level is None else LevelRange(level - 1, level + 1))
            for name, level in levels.items()
        )
    )


def test_a_criterion_is_the_mean_of_the_answers_that_have_a_level() -> None:
    logic, relevance = summarise([evaluation(logic=2, relevance=None), evaluation(logic=4)])
    assert (logic.mean_level, logic.low, logic.high, logic.score, logic.answer_count) == (3.0, 2.0, 4.0, 50.0, 2)
    assert (relevance.mean_level, relevance.score, relevance.answer_count) == (None, None, 0)


def test_the_overall_score_is_the_mean_of_those_there_are() -> None:
    assert overall_score(summarise([evaluation(logic=5, relevance=3, specificity=None)])) == 75.0
    assert overall_score(summarise([evaluation(logic=None)])) is None
    assert summarise([]) == []


def view(status: AnswerStatus = AnswerStatus.EVALUATED, reason: NoTextReason = NoTextReason.UNSPECIFIED) -> AnswerView:
    """A spoken answer."""
    heard = Utterance("u", ZERO, ZERO, "", no_text_reason=reason)
    return AnswerView(
        "a", "q", 1, status, AnswerOrigin.SPOKEN, "", (heard,), None, None, "", None, None, None
    )  # fmt: skip


LOW = EngineInfo("transcription", "pocketsphinx", quality=QualityTier.LOW)
MISSING = BehaviourWindow(ZERO, ZERO, no_metrics_reason=NoMetricsReason.NO_FRAMES)
PROVISIONAL = BehaviourWindow(ZERO, ZERO, metrics=BehaviourMetrics(0, 0, 0, 0, 0), basis=BaselineBasis.PROVISIONAL)


@pytest.mark.parametrize(
    ("answer", "engines", "windows", "circumstances", "expected"),
    [
        (view(), [], [], ALLOWED, []),
        (view(), [LOW], [], ALLOWED, [Notice.LOW_TRANSCRIPTION]),
        (view(reason=NoTextReason.LANGUAGE_UNSUPPORTED), [], [], ALLOWED, [Notice.NO_TRANSCRIPTION]),
        (view(reason=NoTextReason.NOT_SPEECH), [], [], ALLOWED, []),
        (view(AnswerStatus.NOT_SCORED), [], [], ALLOWED, [Notice.NOT_SCORED]),
        (view(AnswerStatus.FAILED), [], [], ALLOWED, [Notice.EVALUATION_FAILED]),
        (view(), [], [MISSING], ALLOWED, [Notice.VIDEO_MISSING]),
        (view(), [], [MISSING], Circumstances(False, True), []),
        (view(), [], [PROVISIONAL], ALLOWED, [Notice.BASELINE_PROVISIONAL]),
        (view(), [], [], Circumstances(True, True, (ZERO,)), [Notice.VIDEO_MISSING]),
    ],
)
def test_a_report_says_what_its_reader_must_know(
    answer: AnswerView,
    engines: list[EngineInfo],
    windows: list[BehaviourWindow],
    circumstances: Circumstances,
    expected: list[Notice],
) -> None:
    for language in Language:
        shown = notices(language, [answer], engines, windows, circumstances)
        assert shown == [text(notice, language) for notice in expected]


def test_every_notice_is_written_in_both_languages() -> None:
    for notice in Notice:
        english, korean = text(notice, Language.ENGLISH), text(notice, Language.KOREAN)
        assert english.isascii()
        assert any("가" <= letter <= "힣" for letter in korean)
