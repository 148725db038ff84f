"""Evaluation of answers: a job that runs beside the interview, after the questions."""

from dataclasses import dataclass
from typing import Final

from services.session.domain.answers import Answer, AnswerOrigin, AnswerStatus
from services.session.domain.interview import Interview
from services.session.domain.notices import Notice, text
from services.session.domain.quotes import Timeline, transcript, verified
from services.session.domain.recording import Recording
from services.session.domain.values import Exchange, QualityTier, Utterance
from services.session.ports import Reasoner, Store, Transaction
from services.session.usecases.answering import Answering, report_if_settled

_TIMEOUT_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Evaluations:
    """Evaluates answers."""

    store: Store
    reasoner: Reasoner
    answering: Answering

    async def evaluate(self, interview_id: str, answer_id: str) -> None:
        """Evaluate the answer if it waits for that. Raises ReasonerAway or ReasonerFailed."""
        async with self.store.transaction() as tx:
            interview = await tx.interviews.get(interview_id, lock=True)
            answer = await _due(tx, interview, answer_id)
            if interview is None or answer is None:
                return
            heard = await tx.recordings.heard(interview_id, [answer_id])
            quality = transcript_quality(answer, await tx.recordings.get(interview_id))
        utterances = [entry.utterance for entry in heard.get(answer_id, ())]
        words = transcript(answer, utterances)
        exchange = Exchange(interview.question(answer.question_id).question, words)
        evaluation = await self.reasoner.evaluate(interview.settings.language, exchange, quality, _TIMEOUT_S)
        checked = verified(evaluation, words, timeline(answer, utterances))
        async with self.store.transaction() as tx:
            interview = await tx.interviews.get(interview_id, lock=True)
            now = await _due(tx, interview, answer_id)
            if interview is None or now is None or now.transcript_version != answer.transcript_version:
                return  # the text has changed: the job that the change deferred evaluates it
            now.status, now.evaluation = AnswerStatus.EVALUATED, checked
            await _evaluated(tx, interview)

    async def give_up(self, interview_id: str, answer_id: str) -> None:
        """The evaluation failed for good: the answer says so, with no number."""
        async with self.store.transaction() as tx:
            interview = await tx.interviews.get(interview_id, lock=True)
            answer = await _due(tx, interview, answer_id)
            if interview is None or answer is None:
                return
            answer.status = AnswerStatus.FAILED
            answer.failure_message = text(Notice.EVALUATION_FAILURE_MESSAGE, interview.settings.language)
            await _evaluated(tx, interview)

    async def complete_stale(self, interview_id: str, answer_id: str) -> None:
        """Media has not recorded the end of a submitted answer: complete it from what is stored."""
        async with self.store.transaction() as tx:
            interview = await tx.interviews.get(interview_id, lock=True)
            if interview is None:
                return
            answer = interview.answer(answer_id)
            if answer.status is AnswerStatus.SUBMITTED:
                heard = await tx.recordings.heard(interview_id, [answer_id])
                ends = [entry.utterance.end_offset for entry in heard.get(answer_id, ())]
                answer.end_offset = max(ends, default=answer.start_offset)
                await self.answering.complete(tx, interview, answer)
                tx.changed(interview_id)


def transcript_quality(answer: Answer, recording: Recording | None) -> QualityTier:
    """How far the transcript can be trusted: typed and corrected text is the candidate's own."""
    if answer.origin is AnswerOrigin.TYPED or answer.corrected_text is not None:
        return QualityTier.HIGH
    tiers = [
        engine.quality for engine in (recording.engines if recording else ()) if engine.capability == "transcription"
    ]
    return tiers[-1] if tiers else QualityTier.UNSPECIFIED


def timeline(answer: Answer, utterances: list[Utterance]) -> Timeline | None:
    """When words were said; None where the text is not what was heard."""
    heard = answer.origin is AnswerOrigin.SPOKEN and answer.corrected_text is None
    return Timeline(utterances) if heard else None


async def _due(tx: Transaction, interview: Interview | None, answer_id: str) -> Answer | None:
    """The answer if its evaluation is due; where scoring is no longer agreed to it stays unscored."""
    if interview is None:
        return None
    answer = interview.answer(answer_id)
    if answer.status is not AnswerStatus.EVALUATING:
        return None
    if (await tx.consents.allowed(interview.account_id)).scoring:
        return answer
    answer.complete(scored=False)
    await _evaluated(tx, interview)
    return None


async def _evaluated(tx: Transaction, interview: Interview) -> None:
    interview.touch()
    report_if_settled(tx, interview)
    tx.changed(interview.interview_id)
