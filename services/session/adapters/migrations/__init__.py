"""Brings the database to the newest revision. ``versions`` holds Alembic's scripts, one a revision, forward only."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

_LOCK: Final = 0x5061726C6579  # "Parley": one process migrates, the others wait for it


async def migrate(engine: AsyncEngine) -> None:
    """Upgrade to the newest revision, under an advisory lock. Raises what the database raises."""
    async with engine.connect() as connection, connection.begin():
        await connection.execute(text("SET LOCAL lock_timeout = 0"))  # whoever migrates may take its time
        # Held until the transaction ends, also if this process does.
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
