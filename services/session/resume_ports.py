"""What the use cases of résumés need from outside; see ``ports``."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.session.domain.resumes import Resume, SectionEmbeddings, StoredResume


class Resumes(Protocol):
    """Résumés of accounts."""

    async def add(self, resume: StoredResume, embeddings: SectionEmbeddings) -> None:
        """Add one with the embeddings of its sections. A database without pgvector keeps no embeddings."""
        ...

    async def get(self, resume_id: str) -> StoredResume | None:
        """One résumé."""
        ...

    async def page(self, account_id: str, before_id: str | None, size: int) -> Sequence[StoredResume]:
        """At most ``size`` of an account, newest first, older than ``before_id``."""
        ...

    async def count(self, account_id: str) -> int:
        """How many an account has."""
        ...

    async def delete(self, resume_id: str) -> None:
        """Delete one with its embeddings."""
        ...

    async def delete_before(self, time: datetime) -> int:
        """Delete those that were uploaded before; how many."""
        ...


class ResumeReader(Protocol):
    """Reads files and embeds texts. Raises ReasonerAway (retry helps) or ReasonerFailed (it hardly does)."""

    async def read(self, data: bytes, filename: str) -> Resume:
        """The résumé in a file. Raises ResumeRefused with the reason and what to do."""
        ...

    async def embed(self, texts: Sequence[str]) -> SectionEmbeddings:
        """One vector per text, in order."""
        ...
