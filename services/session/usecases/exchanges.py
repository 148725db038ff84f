"""What a follow-up is written on: the questions that were asked about one subject, and what was answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.session.domain.answers import Answer
from services.session.domain.interview import Interview
from services.session.domain.quotes import transcript
from services.session.domain.recording import RecordedUtterance
from services.session.domain.state import Intent
from services.session.domain.values import Exchange, Language
from services.session.ports import Store, Transaction


@dataclass(frozen=True, slots=True)
class Material:
    """The words so far of the answer that is open, and all else that a follow-up to it depends on."""

    question_id: str
    answer_id: str
    language: Language
    exchanges: Sequence[Exchange]


async def open_material(store: Store, interview_id: str) -> Material | None:
    """For a follow-up to the answer that is being given; None where none may be asked, or nothing was said yet."""
    async with store.snapshot() as tx:
        interview = await tx.interviews.get(interview_id)
        if interview is None or interview.turn_intent is not None:
            return None
        question_id, answer_id = interview.current_question_id, interview.current_answer_id
        if question_id is None or answer_id is None:
            return None
        found = await exchanges(tx, interview, Intent.SUBMIT)
    return Material(question_id, answer_id, interview.settings.language, found) if quotable(found) else None


def quotable(found: Sequence[Exchange]) -> bool:
    """Whether the latest answer has words that a follow-up could quote."""
    return bool(found) and bool(found[-1].transcript.strip())


async def exchanges(tx: Transaction, interview: Interview, intent: Intent) -> list[Exchange]:
    """The planned question with its answer, then its follow-ups with theirs; nothing where none may be asked."""
    if not interview.wants_follow_up(intent):
        return []
    root = interview.root(interview.current_question_id or "")
    asked = [root, *interview.follow_ups(root.question_id)]
    answers = [interview.counting_answer(question.question_id) for question in asked]
    heard = await tx.recordings.heard(interview.interview_id, [entry.answer_id for entry in answers if entry])
    return [
        Exchange(question.question, _transcript(entry, heard)) for question, entry in zip(asked, answers, strict=True)
    ]


def _transcript(answer: Answer | None, heard: Mapping[str, Sequence[RecordedUtterance]]) -> str:
    if answer is None:
        return ""
    return transcript(answer, [entry.utterance for entry in heard.get(answer.answer_id, ())])
