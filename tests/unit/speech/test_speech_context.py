"""Which speech before an utterance helps to read it, and what is kept of a text that was read with it."""

from __future__ import annotations

from services.speech.domain.audio import Span
from services.speech.domain.context import SpokenBefore, later_than
from services.speech.domain.transcript import Hypothesis, Word


def test_the_context_begins_with_the_first_utterance_that_is_near_enough() -> None:
    before = SpokenBefore(1000)
    assert before.of(Span(5000, 5400)) == Span(5000, 5000)
    assert before.of(Span(5600, 5800)) == Span(5000, 5600)
    assert before.of(Span(6200, 6300)) == Span(5600, 6200)
    assert before.of(Span(9000, 9100)) == Span(9000, 9000)


def test_without_a_wish_for_context_there_is_none_and_nothing_more_is_kept() -> None:
    before = SpokenBefore(0)
    assert before.of(Span(100, 200)) == Span(100, 100)
    assert before.of(Span(200, 300)) == Span(200, 200)
    assert before.needed_from(100) == 100


def test_only_words_after_the_context_are_kept_and_count_from_its_end() -> None:
    words = (Word("ask", Span(0, 80)), Word("not", Span(90, 130)), Word("what", Span(150, 200), 0.5))
    read = later_than(Hypothesis("ask not what", words), 100)
    assert read.text == "not what"
    assert read.words == (Word("not", Span(0, 30)), Word("what", Span(50, 100), 0.5))
