"""Transcripts, and quotes of them: what an evaluation stands on is checked here, whatever the evaluator promises."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from services.session.domain.answers import Answer, AnswerOrigin
from services.session.domain.values import AbstentionReason, CriterionEvaluation, Evaluation, Quote, Utterance

SEPARATOR: Final = " "  # the contract: utterances joined by one blank


def transcript(answer: Answer, utterances: Sequence[Utterance]) -> str:
    """The whole text of an answer: as corrected, as typed, or its utterances joined by one blank."""
    if answer.corrected_text is not None:
        return answer.corrected_text
    if answer.origin is AnswerOrigin.TYPED:
        return answer.typed_text or ""
    return spoken_text(utterances)


def spoken_text(utterances: Sequence[Utterance]) -> str:
    """The utterances' texts joined by one blank; those without text are left out."""
    return SEPARATOR.join(utterance.text for utterance in utterances if utterance.text)


@dataclass(frozen=True, slots=True)
class _Span:
    start_char: int
    end_char: int
    start_offset: timedelta
    end_offset: timedelta


class Timeline:
    """Where each word of a spoken transcript stands in the text, and when it was said."""

    def __init__(self, utterances: Sequence[Utterance]) -> None:
        self._spans: list[_Span] = []
        begin = 0
        for utterance in utterances:
            if utterance.text:
                self._spans.extend(_spans(utterance, begin))
                begin += len(utterance.text) + len(SEPARATOR)
        self._starts = [span.start_char for span in self._spans]

    def times(self, start_char: int, end_char: int) -> tuple[timedelta, timedelta] | None:
        """When the words at these code points were said; None where no word overlaps them."""
        first = max(bisect_right(self._starts, start_char) - 1, 0)
        hit = [span for span in self._spans[first:] if span.start_char < end_char and span.end_char > start_char]
        return (hit[0].start_offset, hit[-1].end_offset) if hit else None


def _spans(utterance: Utterance, begin: int) -> list[_Span]:
    """One span per word; the whole utterance as one where its words are not found in its text in order."""
    spans: list[_Span] = []
    place = 0
    for word in utterance.words:
        found = utterance.text.find(word.text, place)
        if found < 0:
            spans = []
            break
        place = found + len(word.text)
        spans.append(_Span(begin + found, begin + place, word.start_offset, word.end_offset))
    return spans or [_Span(begin, begin + len(utterance.text), utterance.start_offset, utterance.end_offset)]


def verified(evaluation: Evaluation, text: str, timeline: Timeline | None) -> Evaluation:
    """The evaluation with every quote checked against ``text`` and, for spoken answers, given its times.

    A quote that does not stand at its place is dropped. A level without a quote is withdrawn (NO_EVIDENCE) unless the
    answer has no words at all. The score is computed anew by the published formula.
    """
    criteria = tuple(_verified(criterion, text, timeline) for criterion in evaluation.criteria)
    levels = [criterion.level for criterion in criteria if criterion.level is not None]
    return replace(evaluation, criteria=criteria, score=score(levels))


def score(levels: Sequence[float]) -> float | None:
    """0..100 from levels 1..5: the mean of (level − 1) / 4 · 100; None without any."""
    return sum((level - 1) / 4 * 100 for level in levels) / len(levels) if levels else None


def _verified(criterion: CriterionEvaluation, text: str, timeline: Timeline | None) -> CriterionEvaluation:
    quotes = tuple(_timed(quote, timeline) for quote in criterion.quotes if _stands(quote, text))
    if criterion.level is not None and not quotes and text.strip():
        reason = AbstentionReason.NO_EVIDENCE
        return replace(criterion, level=None, range=None, quotes=(), abstention_reason=reason)
    return replace(criterion, quotes=quotes)


def _stands(quote: Quote, text: str) -> bool:
    return bool(quote.text) and text[quote.start_char : quote.end_char] == quote.text


def _timed(quote: Quote, timeline: Timeline | None) -> Quote:
    times = timeline.times(quote.start_char, quote.end_char) if timeline is not None else None
    return quote if times is None else replace(quote, start_offset=times[0], end_offset=times[1])
