"""Résumés in PostgreSQL, the embeddings of their sections in pgvector's type."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import CursorResult, delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.session.adapters import tables
from services.session.domain.resumes import SectionEmbeddings, StoredResume

# A database of one's own may have no pgvector; then the migration has left the table out.
_HAS_EMBEDDINGS: Final = text("SELECT to_regclass('resume_embeddings') IS NOT NULL")


class SqlResumes:
    """``resume_ports.Resumes``."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, resume: StoredResume, embeddings: SectionEmbeddings) -> None:
        """Add one with its embeddings."""
        self._session.add(resume)
        await self._session.flush()
        if embeddings.vectors and await self._session.scalar(_HAS_EMBEDDINGS):
            rows = [
                {
                    "resume_id": resume.resume_id,
                    "section_index": index,
                    "engine": embeddings.engine,
                    "embedding": list(vector),
                }
                for index, vector in enumerate(embeddings.vectors)
            ]
            await self._session.execute(tables.resume_embeddings.insert(), rows)

    async def get(self, resume_id: str) -> StoredResume | None:
        """One résumé."""
        return await self._session.get(StoredResume, resume_id)

    async def page(self, account_id: str, before_id: str | None, size: int) -> Sequence[StoredResume]:
        """At most ``size`` older than ``before_id``: ids are UUIDv7, so their order is that of time."""
        found = select(StoredResume).where(tables.resumes.c.account_id == account_id)
        if before_id is not None:
            found = found.where(tables.resumes.c.resume_id < before_id)
        return (await self._session.scalars(found.order_by(tables.resumes.c.resume_id.desc()).limit(size))).all()

    async def count(self, account_id: str) -> int:
        """How many an account has."""
        found = select(func.count()).select_from(tables.resumes).where(tables.resumes.c.account_id == account_id)
        return await self._session.scalar(found) or 0

    async def delete(self, resume_id: str) -> None:
        """Delete one; the database deletes its embeddings."""
        await self._session.execute(delete(tables.resumes).where(tables.resumes.c.resume_id == resume_id))

    async def delete_before(self, time: datetime) -> int:
        """Delete those that were uploaded before ``time``; how many."""
        done = await self._session.execute(delete(tables.resumes).where(tables.resumes.c.create_time < time))
        return cast(CursorResult[Any], done).rowcount
