"""A follow-up as it is written: sentences that may be said at once, then the whole; and how one that broke off ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.reasoning.domain.bank import BankQuestion, Part
from services.reasoning.domain.followup import NoFollowUp
from services.reasoning.domain.llm_failures import FallbackReason
from services.reasoning.domain.questions import Question
from services.reasoning.domain.wording import Wording

# A full stop after these may be an abbreviation's (Dr., etc., p.m.): the sentence is let out with the next one.
LONGEST_SHORT_WORD = 3  # Latin letters
_STOP = re.compile(r"[.!。！]+[\"'”’)\]]*(?=\s)")
_SHORT_WORD = re.compile(rf"(?:^|[\s(\"'“‘])(?:[A-Za-z]{{1,{LONGEST_SHORT_WORD}}}|[A-Za-z.]*\.[A-Za-z.]*|\d+)$")


@dataclass(frozen=True, slots=True)
class FollowUpSentence:
    """The next sentence, with the blank before it; ``question`` is the follow-up as far as it was let out: its text
    ends with this sentence, the rest of it stays as it is.
    """

    text: str
    question: Question


@dataclass(frozen=True, slots=True)
class FollowUpWritten:
    """The whole follow-up, or why there is none: the last part, exactly once. Its text begins with the sentences.

    ``fallback`` says why the rules completed what a model had begun; None where they had no need to.
    """

    result: Question | NoFollowUp
    fallback: FallbackReason | None = None


FollowUpPart = FollowUpSentence | FollowUpWritten


def parts_of_whole(found: Question | NoFollowUp) -> Iterator[FollowUpPart]:
    """The parts of a follow-up that was there all at once."""
    if isinstance(found, Question):
        yield FollowUpSentence(found.text, found)
    yield FollowUpWritten(found)


def lead_of(wording: Wording, quote: str) -> str:
    """How a follow-up about ``quote`` begins: its words before the question itself, a sentence or a clause."""
    return wording.say("follow_up", variety=quote, quote=quote, probe="").rstrip()


def probe_for(entry: BankQuestion | None, question: Question, target: str, wording: Wording) -> str | None:
    """How the rules ask for ``target`` (a point of ``question``, or a part of such an answer); None if they can't."""
    for point in question.expected_points:
        if point.point_id == target:
            own = entry.point_probes.get(target) if entry is not None else None
            return own or wording.say("follow_up.point", point=point.text)
    if target not in list(Part):
        return None
    own = entry.part_probes.get(Part(target)) if entry is not None else None
    return own or wording.say(f"follow_up.part.{target}")


def sentence_ends(text: str) -> list[int]:
    """Places after the sentences of ``text`` that are surely over, in order; questions and the last one are none."""
    return [stop.end() for stop in _STOP.finditer(text) if not _SHORT_WORD.search(text[: stop.start()])]
