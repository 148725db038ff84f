"""What recorded entries do to the interview, inside the transaction that stores them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.kit.clock import Clock
from services.session.domain.answers import Answer, AnswerOrigin, AnswerStatus
from services.session.domain.interview import Interview
from services.session.domain.interview_settings import TurnTaking
from services.session.domain.recording import (
    NumberedEntry,
    PlaybackOutcome,
    RecordedAnswerEnd,
    RecordedAnswerStart,
    RecordedPlayback,
    RecordedTurnEnd,
    RecordedUtterance,
)
from services.session.domain.state import Intent
from services.session.ports import Transaction
from services.session.usecases.answering import Answering
from services.session.usecases.turns import Turns

_COMPLETED: Final = frozenset(
    {AnswerStatus.EVALUATING, AnswerStatus.EVALUATED, AnswerStatus.FAILED, AnswerStatus.NOT_SCORED}
)
_TURNS: Final = (RecordedTurnEnd, RecordedAnswerStart, RecordedAnswerEnd, RecordedPlayback)


@dataclass(frozen=True, slots=True)
class Applied:
    """What follows from entries: the answer after which a turn has to be run (it was submitted, the next question is
    not asked; empty: none), and whether the answer that is open has more words.
    """

    turn_after: str = ""
    words: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """Applies entries."""

    turns: Turns
    answering: Answering
    clock: Clock

    async def apply(
        self, tx: Transaction, interview_id: str, fresh: Sequence[NumberedEntry], new: Sequence[RecordedUtterance]
    ) -> Applied:
        """Apply entries that were stored just now, in order."""
        if not new and not any(isinstance(numbered.entry, _TURNS) for numbered in fresh):
            return Applied()
        interview = await tx.interviews.get(interview_id, lock=True)
        if interview is None:
            return Applied()
        before = interview.revision
        for numbered in fresh:
            entry = numbered.entry
            if isinstance(entry, RecordedUtterance) and entry in new:
                await self._utterance(tx, interview, entry)
            elif isinstance(entry, _TURNS):
                await self._turn_entry(tx, interview, entry)
        if interview.revision != before:
            tx.changed(interview_id)
        current = interview.current_answer_id or ""
        if interview.turn_intent is not None:
            return Applied(turn_after=current)
        return Applied(words=any(entry.utterance.text and entry.answer_id == current for entry in new))

    async def _turn_entry(
        self,
        tx: Transaction,
        interview: Interview,
        entry: RecordedTurnEnd | RecordedAnswerStart | RecordedAnswerEnd | RecordedPlayback,
    ) -> None:
        if isinstance(entry, RecordedAnswerStart):
            interview.begin_answer(entry.answer_id, entry.start_offset, self.clock.now())
        elif isinstance(entry, RecordedPlayback):
            self._playback(interview, entry)
        elif isinstance(entry, RecordedTurnEnd):
            await self._turn_end(tx, interview, entry)
        else:
            await self._answer_end(tx, interview, entry)

    def _playback(self, interview: Interview, entry: RecordedPlayback) -> None:
        question_id = interview.played(entry.speech_id, entry.outcome, entry.start_offset, entry.end_offset)
        asked = question_id and question_id == interview.current_question_id
        if asked and entry.outcome is not PlaybackOutcome.REPLACED and interview.current_answer_id is not None:
            interview.question_spoken(interview.current_answer_id, entry.end_offset, self.clock.now())

    async def _turn_end(self, tx: Transaction, interview: Interview, entry: RecordedTurnEnd) -> None:
        """Submit as the button does; a turn that ended some other way meanwhile stays ended."""
        automatic = interview.settings.turn_taking is TurnTaking.AUTOMATIC
        current = entry.answer_id == interview.current_answer_id and interview.turn_intent is None
        if not automatic or not current or interview.current_question_id is None:
            return
        await self.answering.submit(tx, interview, interview.current_question_id, Intent.SUBMIT, None)

    async def _answer_end(self, tx: Transaction, interview: Interview, entry: RecordedAnswerEnd) -> None:
        answer = _answer(interview, entry.answer_id)
        if answer is None or answer.origin is not AnswerOrigin.SPOKEN:
            return
        answer.end_offset = entry.end_offset
        interview.touch()
        if answer.status is not AnswerStatus.SUBMITTED:
            return
        await self.answering.complete(tx, interview, answer)
        prepared = self.turns.prepared(entry.answer_id)
        if prepared is not None:
            self.answering.advance(tx, interview, entry.answer_id, prepared.follow_up)

    async def _utterance(self, tx: Transaction, interview: Interview, entry: RecordedUtterance) -> None:
        answer = _answer(interview, entry.answer_id)
        if answer is None or answer.origin is AnswerOrigin.TYPED:
            return
        if entry.utterance.text:
            self.turns.outdate(entry.answer_id)
        if answer.start_offset is None and entry.utterance.text:
            answer.start_offset = entry.utterance.start_offset
        interview.touch()
        late = answer.status in _COMPLETED and entry.utterance.text and answer.corrected_text is None
        if late:
            await self.answering.text_changed(tx, interview, answer)


def _answer(interview: Interview, answer_id: str) -> Answer | None:
    """The answer, or None: media may speak of none, or of one that was never ours."""
    return next((answer for answer in interview.answers if answer.answer_id == answer_id), None)
