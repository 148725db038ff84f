"""Consents per purpose."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.kit.clock import Clock
from services.kit.ids import new_id
from services.session.domain.account import Consent, ConsentPurpose
from services.session.domain.errors import ConsentNotFound, Invalid
from services.session.ports import Store, Transaction


@dataclass(frozen=True, slots=True)
class Consents:
    """Giving and taking back."""

    store: Store
    clock: Clock

    async def grant(
        self, account_id: str, request_id: str, purpose: ConsentPurpose, text_version: str, shared_with: str
    ) -> Consent:
        """Give a consent. One that stands comes back unchanged; a new text replaces the older one's consent."""
        if (purpose is ConsentPurpose.SHARING) != bool(shared_with):
            raise Invalid("shared_with", "name who the report is shared with, for the purpose of sharing only")
        consent = Consent(
            consent_id=new_id(),
            account_id=account_id,
            purpose=purpose,
            text_version=text_version,
            shared_with=shared_with,
            grant_time=self.clock.now(),
        )
        async with self.store.transaction() as tx:
            known = await tx.consents.of(account_id, lock=True)
            earlier = await tx.first_time(account_id, request_id, "Grant", consent.consent_id)
            if earlier is not None:
                return _find(known, earlier)
            for other in known:
                if other.same_as(purpose, text_version, shared_with):
                    return other
                if other.withdraw_time is None and (other.purpose, other.shared_with) == (purpose, shared_with):
                    other.withdraw_time = consent.grant_time
            tx.consents.add(consent)
            await _tell(tx, account_id)
            return consent

    async def withdraw(self, account_id: str, request_id: str, consent_id: str) -> Consent:
        """Take a consent back; what it allowed stops at once. Raises ConsentNotFound."""
        async with self.store.transaction() as tx:
            consent = _find(await tx.consents.of(account_id, lock=True), consent_id)
            first = await tx.first_time(account_id, request_id, "Withdraw", consent_id) is None
            if first and consent.withdraw_time is None:
                consent.withdraw_time = self.clock.now()
                await _tell(tx, account_id)
            return consent

    async def all(self, account_id: str) -> Sequence[Consent]:
        """All consents, newest first."""
        async with self.store.transaction() as tx:
            return await tx.consents.of(account_id)


async def _tell(tx: Transaction, account_id: str) -> None:
    """Media of interviews that are going on must hear of it."""
    for interview_id in await tx.interviews.live_ids(account_id):
        tx.changed(interview_id)


def _find(consents: Sequence[Consent], consent_id: str) -> Consent:
    for consent in consents:
        if consent.consent_id == consent_id:
            return consent
    raise ConsentNotFound("there is no such consent of yours")
