"""Résumés: uploaded, read by reasoning, kept without the file and without personal identifiers."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.kit.clock import Clock
from services.kit.ids import new_id
from services.session.domain.errors import ResumeConsentRequired, ResumeLimitReached, ResumeNotFound
from services.session.domain.resumes import (
    MOST_RESUMES,
    SectionEmbeddings,
    StoredResume,
    kept_filename,
    section_text,
)
from services.session.ports import Store, Transaction
from services.session.resume_ports import ResumeReader


@dataclass(frozen=True, slots=True)
class Resumes:
    """Résumés, for their owners."""

    store: Store
    reader: ResumeReader
    clock: Clock

    async def upload(self, account_id: str, request_id: str, data: bytes, filename: str) -> StoredResume:
        """Read a file and keep what is in it. Raises ResumeRefused, ResumeConsentRequired, ResumeLimitReached,
        ReasonerAway.

        Nothing is held in the database while it is read; the same request again reads the file again, and gets what
        the first one kept.
        """
        async with self.store.transaction() as tx:
            await _check_consent(tx, account_id)
        content = await self.reader.read(data, filename)
        texts = [section_text(section) for section in content.sections]
        embeddings = await self.reader.embed(texts) if texts else SectionEmbeddings("", ())
        resume = StoredResume(
            resume_id=new_id(),
            account_id=account_id,
            filename=kept_filename(filename),
            content=content,
            create_time=self.clock.now(),
        )
        async with self.store.transaction() as tx:
            await tx.consents.of(account_id, lock=True)  # uploads of an account one after the other: they are counted
            earlier = await tx.first_time(account_id, request_id, "UploadResume", resume.resume_id)
            if earlier is not None:
                return await owned_resume(tx, account_id, earlier)
            await _check_consent(tx, account_id)
            if await tx.resumes.count(account_id) >= MOST_RESUMES:
                raise ResumeLimitReached(f"an account keeps {MOST_RESUMES} résumés; delete one first")
            await tx.resumes.add(resume, embeddings)
        return resume

    async def get(self, account_id: str, resume_id: str) -> StoredResume:
        """One résumé. Raises ResumeNotFound."""
        async with self.store.snapshot() as tx:
            return await owned_resume(tx, account_id, resume_id)

    async def page(
        self, account_id: str, before_id: str | None, size: int
    ) -> tuple[Sequence[StoredResume], str | None]:
        """At most ``size`` of the account's résumés, newest first, and the id to go on before, if there are more."""
        async with self.store.snapshot() as tx:
            found = await tx.resumes.page(account_id, before_id, size + 1)
        shown = found[:size]
        return shown, shown[-1].resume_id if len(found) > size else None

    async def delete(self, account_id: str, request_id: str, resume_id: str) -> None:
        """Delete one with its embeddings; interviews that were planned with it stay. Raises ResumeNotFound."""
        async with self.store.transaction() as tx:
            if await tx.first_time(account_id, request_id, "DeleteResume", resume_id) is None:
                await owned_resume(tx, account_id, resume_id)
                await tx.resumes.delete(resume_id)


async def owned_resume(tx: Transaction, account_id: str, resume_id: str) -> StoredResume:
    """The account's résumé. Raises ResumeNotFound."""
    resume = await tx.resumes.get(resume_id)
    if resume is None or resume.account_id != account_id:
        raise ResumeNotFound("there is no such résumé of yours")
    return resume


async def usable_resume(tx: Transaction, account_id: str, resume_id: str) -> StoredResume:
    """The account's résumé, if its use is consented to. Raises ResumeNotFound or ResumeConsentRequired."""
    resume = await owned_resume(tx, account_id, resume_id)
    await _check_consent(tx, account_id)
    return resume


async def _check_consent(tx: Transaction, account_id: str) -> None:
    if not (await tx.consents.allowed(account_id)).resume:
        raise ResumeConsentRequired("a résumé is only read with your consent; give the consent for RESUME first")
