"""Deleting what is kept no longer."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from services.kit import telemetry
from services.kit.clock import Clock
from services.session.ports import Store

logger = logging.getLogger("parley.session")

_SHORT_LIVED: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Retention:
    """Interviews and résumés are kept for ``days``; request ids and dead sign-ins for a week."""

    store: Store
    clock: Clock
    days: int

    async def purge(self) -> None:
        """Delete what is older."""
        now = self.clock.now()
        async with self.store.transaction() as tx:
            count = await tx.interviews.delete_before(now - timedelta(days=self.days))
            resumes = await tx.resumes.delete_before(now - timedelta(days=self.days))
            await tx.purge(now - _SHORT_LIVED)
        telemetry.log(logger, logging.INFO, "retention", deleted_interviews=count, deleted_resumes=resumes)
