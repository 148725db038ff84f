"""Follow-ups sentence by sentence: what may be said while the model still writes, and what is said if it fails then.

The model writes what is missing, then the quote, then the question. Its quote found in the answer makes the first
sentence, which is ours. Of the question, sentences are let out when they are over and were checked; the one that asks
waits for the end, so that nobody is asked two things. From the first sentence on there is no second attempt: if the
model fails, the rules ask for what it found missing.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from typing import Any

from pydantic_core import from_json

from services.reasoning.adapters.llm.asking import validated
from services.reasoning.adapters.llm.context import Context
from services.reasoning.adapters.llm.following import Assignment, assign
from services.reasoning.domain.follow_up_parts import FollowUpPart, FollowUpSentence, FollowUpWritten, sentence_ends
from services.reasoning.domain.followup import NoFollowUp
from services.reasoning.domain.llm_failures import FallbackReason, ModelFailed
from services.reasoning.domain.llm_text import count_questions
from services.reasoning.domain.questions import Exchange, Language, Question


async def stream_follow_up(
    context: Context, language: Language, exchange: Exchange, earlier: Sequence[Exchange]
) -> AsyncGenerator[FollowUpPart, None]:
    """See ReasoningEngine.stream_follow_up."""
    assignment = assign(context, language, exchange, earlier)
    if isinstance(assignment, NoFollowUp):
        yield FollowUpWritten(assignment)
        return
    said = SaidSoFar(assignment)
    writing = context.asking.stream(assignment.prompt, assignment.shape, said, assignment.budget)
    try:
        async with aclosing(writing) as parts:
            async for part in parts:
                yield part
    except ModelFailed as failure:
        if not said.begun:
            raise
        for part in said.completed(failure.reason):
            yield part


class SaidSoFar:
    """Reads a follow-up while it is written. See Reader."""

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._missing = ""
        self._quote = ""
        self._text = ""
        self._read = 0  # characters of the written question that were let out
        self._asked = False

    @property
    def begun(self) -> bool:
        """See Reader."""
        return bool(self._text)

    def read(self, text: str) -> Iterator[FollowUpPart]:
        """See Reader."""
        whole, begun = _fields(text, cut=False), _fields(text, cut=True)
        if whole.get("ask") is not True:
            return
        if not self.begun:
            missing, quote = whole.get("missing"), whole.get("quote")
            if not isinstance(missing, str) or missing not in self._assignment.offered or not isinstance(quote, str):
                return  # not there yet, or not as asked: then the end says so
            self._quote = self._assignment.quoted(missing, quote)
            self._missing = missing
            yield self._say(self._assignment.lead(self._quote))
        written = begun.get("question")
        if isinstance(written, str):
            yield from self._sentences(written, over="question" in whole)

    def end(self, text: str) -> Iterator[FollowUpPart]:
        """See Reader."""
        written = validated(self._assignment.shape, text)
        if not written.ask:
            yield FollowUpWritten(NoFollowUp.COMPLETE)
            return
        yield from self.read(text)
        # Refuses what was not let out: what is missing, or where nothing was asked.
        self._assignment.quoted(written.missing, written.quote)
        self._assignment.check_question(written.question)
        yield FollowUpWritten(self._question())

    def completed(self, reason: FallbackReason) -> Iterator[FollowUpPart]:
        """The rest by the rules, after the model failed for ``reason``; nothing if all was said."""
        if not self._asked:
            yield self._say(f" {self._assignment.probe(self._missing)}")
            yield FollowUpWritten(self._question(), reason)
        else:
            yield FollowUpWritten(self._question())

    def _sentences(self, written: str, *, over: bool) -> Iterator[FollowUpPart]:
        if not over:
            self._assignment.check_length(written)
        elif not self._asked:
            self._assignment.check_question(written)
        for end in [*sentence_ends(written), *([len(written)] if over else [])]:
            if end <= self._read or (count_questions(written[:end]) and not over):
                continue
            if not over:
                self._assignment.check_sentences(written[:end])
            sentence = written[self._read : end].strip()
            self._read = end
            self._asked = self._asked or count_questions(sentence) > 0
            if sentence:
                yield self._say(f" {sentence}")

    def _say(self, sentence: str) -> FollowUpSentence:
        self._text += sentence
        return FollowUpSentence(sentence, self._question())

    def _question(self) -> Question:
        return self._assignment.question(self._missing, self._quote, self._text)


def _fields(text: str, *, cut: bool) -> dict[str, Any]:
    """The fields of the JSON object that begins ``text``: those that are whole, with ``cut`` also the last as far as
    it is written. None of what is no JSON: the end says so.
    """
    try:
        found = from_json(text, allow_partial="trailing-strings" if cut else True)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
