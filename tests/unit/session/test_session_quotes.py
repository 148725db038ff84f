"""Transcripts, quotes and their times: nothing is shown as evidence that was not said there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.session.domain.answers import Answer, AnswerOrigin
from services.session.domain.quotes import Timeline, score, spoken_text, transcript, verified
from services.session.domain.values import (
    AbstentionReason,
    Criterion,
    CriterionEvaluation,
    Evaluation,
    LevelRange,
    NoTextReason,
    Quote,
    Utterance,
    Word,
)


def s(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def utterance(text: str, start: float, words: tuple[str, ...] | None = None) -> Utterance:
    """One second a word."""
    parts = text.split() if words is None else words
    spoken = tuple(Word(word, s(start + index), s(start + index + 1)) for index, word in enumerate(parts))
    reason = NoTextReason.UNSPECIFIED if text else NoTextReason.NOT_SPEECH
    return Utterance("u", s(start), s(start + max(len(parts), 1)), text, spoken, no_text_reason=reason)


HEARD = [utterance("응답 시간을 줄였습니다.", 2), utterance("", 6), utterance("40% 줄였습니다.", 10)]
TEXT = "응답 시간을 줄였습니다. 40% 줄였습니다."


def evaluation(*quotes: Quote, level: int | None = 3) -> Evaluation:
    criterion = CriterionEvaluation(Criterion.LOGIC, level, LevelRange(2, 4) if level else None, quotes)
    return Evaluation((criterion,), score=99.0)


def test_a_transcript_joins_utterances_that_have_text() -> None:
    assert spoken_text(HEARD) == TEXT


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"origin": AnswerOrigin.SPOKEN}, TEXT),
        ({"origin": AnswerOrigin.TYPED, "typed_text": "typed"}, "typed"),
        ({"origin": AnswerOrigin.TYPED, "typed_text": ""}, ""),
        ({"origin": AnswerOrigin.SPOKEN, "corrected_text": "corrected"}, "corrected"),
        ({}, TEXT),
    ],
)
def test_what_counts_as_the_transcript(fields: dict[str, str], expected: str) -> None:
    answer = Answer(answer_id="a", question_id="q", attempt=1, **fields)  # type: ignore[arg-type]
    assert transcript(answer, HEARD) == expected


def test_a_quote_gets_the_times_of_its_words() -> None:
    begin = TEXT.index("40%")
    checked = verified(evaluation(Quote("40% 줄였습니다", begin, begin + 9)), TEXT, Timeline(HEARD))
    quote = checked.criteria[0].quotes[0]
    assert (quote.start_offset, quote.end_offset) == (s(10), s(12))


def test_a_quote_over_two_utterances_spans_both() -> None:
    begin = TEXT.index("줄였습니다.")
    end = TEXT.index("40%") + 3
    checked = verified(evaluation(Quote(TEXT[begin:end], begin, end)), TEXT, Timeline(HEARD))
    quote = checked.criteria[0].quotes[0]
    assert (quote.start_offset, quote.end_offset) == (s(4), s(11))


def test_words_that_do_not_match_the_text_give_the_utterance_s_times() -> None:
    odd = [utterance("it's twenty", 5, ("it", "is", "20"))]
    assert Timeline(odd).times(0, 4) == (s(5), s(8))


@pytest.mark.parametrize(
    "quote", [Quote("60%", 14, 17), Quote("40%", 0, 3), Quote("", 0, 0), Quote("40% 줄였습니다.", 14, 99)]
)
def test_a_quote_that_does_not_stand_there_takes_its_level_with_it(quote: Quote) -> None:
    text = TEXT if quote.end_char != 99 else TEXT[:-1]
    criterion = verified(evaluation(quote), text, None).criteria[0]
    assert (criterion.level, criterion.range, criterion.quotes) == (None, None, ())
    assert criterion.abstention_reason is AbstentionReason.NO_EVIDENCE


def test_one_false_quote_of_two_is_dropped_and_the_level_stays() -> None:
    criterion = verified(evaluation(Quote("응답", 0, 2), Quote("never", 0, 5)), TEXT, None).criteria[0]
    assert (criterion.level, len(criterion.quotes)) == (3, 1)


def test_a_level_without_quotes_stands_only_on_an_empty_answer() -> None:
    assert verified(evaluation(level=1), "", None).criteria[0].level == 1
    assert verified(evaluation(level=1), TEXT, None).criteria[0].level is None


def test_the_score_is_computed_from_the_levels_that_are_left() -> None:
    assert verified(evaluation(Quote("응답", 0, 2)), TEXT, None).score == 50.0
    assert verified(evaluation(), TEXT, None).score is None
    assert score([1, 5]) == 50.0
