"""What media recorded, in PostgreSQL."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ScalarSelect, Select, Text, Uuid, bindparam, func, select
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.session.adapters import tables
from services.session.domain.account import Allowed, ConsentPurpose
from services.session.domain.answers import AnswerOrigin, AnswerStatus
from services.session.domain.commands import MediaState, Situation
from services.session.domain.recording import (
    NumberedEntry,
    RecordedMediaHealth,
    RecordedUtterance,
    Recording,
)
from services.session.domain.windows import BehaviourWindow


def _media_state() -> Select[Any]:
    interview, question, answer = tables.interviews.c, tables.questions.c, tables.answers.c
    recording = tables.recordings.c
    asked = tables.questions.alias("asked")
    total = select(func.count()).where(asked.c.interview_id == interview.interview_id).scalar_subquery()
    unfinished = (
        select(func.array_agg(answer.answer_id, type_=ARRAY(Uuid(as_uuid=False))))
        .where(
            answer.interview_id == interview.interview_id,
            answer.status == AnswerStatus.SUBMITTED,
            answer.origin == AnswerOrigin.SPOKEN,
        )
        .scalar_subquery()
    )
    return (
        select(
            recording.epoch,
            interview.stage,
            interview.language,
            interview.turn_taking,
            interview.turn_intent,
            interview.current_question_id,
            interview.current_answer_id,
            question.question,
            question.index,
            question.speech_id,
            question.speech_outcome,
            question.unfinished.label("growing"),
            total.label("total"),
            unfinished.label("unfinished"),
            _purposes().label("purposes"),
        )
        .join(tables.recordings, recording.interview_id == interview.interview_id)
        .outerjoin(tables.questions, question.question_id == interview.current_question_id)
        .where(interview.interview_id == bindparam("id"))
    )


def _purposes() -> ScalarSelect[Any]:
    """What the owner of the interview agrees to."""
    consent = tables.consents.c
    return (
        select(func.array_agg(consent.purpose, type_=ARRAY(Text)))
        .where(consent.account_id == tables.interviews.c.account_id, consent.withdraw_time.is_(None))
        .scalar_subquery()
    )


_MEDIA_STATE: Final = _media_state()


class SqlRecordings:
    """``ports.Recordings``."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, interview_id: str, *, lock: bool = False) -> Recording | None:
        """How far the interview's media is stored."""
        return await self._session.get(Recording, interview_id, with_for_update=lock or None)

    async def open(self, interview_id: str) -> Recording:
        """The same, locked, made if there is none."""
        fresh = Recording(interview_id=interview_id)
        columns = ("interview_id", "epoch", "acknowledged_up_to", "clock_offset", "peer_id", "engines")
        row = insert(tables.recordings).values({name: getattr(fresh, name) for name in columns})
        await self._session.execute(row.on_conflict_do_nothing())
        return await self._session.get_one(Recording, interview_id, with_for_update=True)

    async def media_state(self, interview_id: str) -> MediaState | None:
        """What the interview's Record stream must know: one statement, for it is read at every change."""
        row = (await self._session.execute(_MEDIA_STATE, {"id": interview_id})).one_or_none()
        if row is None:
            return None
        situation = Situation(
            stage=row.stage,
            language=row.language,
            turn_taking=row.turn_taking,
            question_id=row.current_question_id or "",
            question=row.question,
            index=row.index or 0,
            total=row.total,
            answer_id="" if row.turn_intent is not None else row.current_answer_id or "",
            speech_id=row.speech_id if row.speech_id is not None and row.speech_outcome is None else "",
            unfinished=tuple(row.unfinished or ()),
            growing=bool(row.growing) and row.turn_intent is None,
        )
        purposes = {ConsentPurpose(purpose) for purpose in row.purposes or ()}
        return MediaState(row.epoch, Allowed.by(purposes), situation)

    async def store(self, interview_id: str, entries: Sequence[NumberedEntry]) -> Sequence[RecordedUtterance]:
        """Store utterances, windows and health; the utterances that were new."""
        windows = [
            {"interview_id": interview_id, "number": numbered.number, "window": numbered.entry}
            for numbered in entries
            if isinstance(numbered.entry, BehaviourWindow)
        ]
        health = [
            {"interview_id": interview_id, "number": numbered.number, "health": numbered.entry}
            for numbered in entries
            if isinstance(numbered.entry, RecordedMediaHealth)
        ]
        if windows:
            await self._session.execute(plain_insert(tables.behaviour_windows), windows)
        if health:
            await self._session.execute(plain_insert(tables.media_health), health)
        return await self._store_utterances(interview_id, entries)

    async def _store_utterances(
        self, interview_id: str, entries: Sequence[NumberedEntry]
    ) -> Sequence[RecordedUtterance]:
        spoken = {
            numbered.entry.utterance.utterance_id: _row(interview_id, numbered.number, numbered.entry)
            for numbered in reversed(entries)  # of two with one id in a batch the earlier stays
            if isinstance(numbered.entry, RecordedUtterance)
        }
        if not spoken:
            return ()
        rows = insert(tables.utterances).values(list(spoken.values())).on_conflict_do_nothing()
        new = set(await self._session.scalars(rows.returning(tables.utterances.c.number)))
        return [
            numbered.entry
            for numbered in entries
            if numbered.number in new and isinstance(numbered.entry, RecordedUtterance)
        ]

    async def heard(
        self, interview_id: str, answer_ids: Sequence[str] | None = None
    ) -> Mapping[str, Sequence[RecordedUtterance]]:
        """answer_id → its utterances, in the order of the session clock."""
        columns = tables.utterances.c
        found = select(columns.answer_id, columns.utterance, columns.delivery).where(
            columns.interview_id == interview_id, columns.answer_id.is_not(None)
        )
        if answer_ids is not None:
            found = found.where(columns.answer_id.in_(answer_ids))
        heard: dict[str, list[RecordedUtterance]] = {}
        for answer_id, utterance, delivery in await self._session.execute(found.order_by(columns.start_offset)):
            heard.setdefault(answer_id, []).append(RecordedUtterance(utterance, delivery, answer_id))
        return heard

    async def windows(self, interview_id: str) -> Sequence[BehaviourWindow]:
        """Behaviour windows in the order of the session clock."""
        columns = tables.behaviour_windows.c
        found = await self._session.scalars(select(columns.window).where(columns.interview_id == interview_id))
        return sorted(found, key=lambda window: window.start_offset)

    async def health(self, interview_id: str) -> Sequence[RecordedMediaHealth]:
        """States of the media path, in order."""
        columns = tables.media_health.c
        found = select(columns.health).where(columns.interview_id == interview_id).order_by(columns.number)
        return (await self._session.scalars(found)).all()


def _row(interview_id: str, number: int, entry: RecordedUtterance) -> dict[str, Any]:
    return {
        "interview_id": interview_id,
        "number": number,
        "utterance_id": entry.utterance.utterance_id,
        "answer_id": entry.answer_id or None,
        "start_offset": entry.utterance.start_offset,
        "utterance": entry.utterance,
        "delivery": entry.delivery,
    }
