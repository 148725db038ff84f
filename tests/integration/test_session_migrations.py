"""Migrations: they make exactly what the code expects, once, whoever comes first."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from services.session.adapters import tables
from services.session.adapters.database import open_engine
from services.session.adapters.migrations import migrate

if TYPE_CHECKING:
    from tests.support.postgres import TestCluster

pytest_plugins = ["tests.support.postgres"]


@pytest.fixture
def empty_url(cluster: TestCluster) -> Iterator[str]:
    """A database with nothing in it."""
    url = cluster.create(template=None)
    yield url
    cluster.drop(url)


def _differences(connection: Connection) -> list[object]:
    """What autogenerate would change; procrastinate's tables are its own."""
    options = {
        "include_name": lambda name, kind, _: kind != "table" or not str(name).startswith("procrastinate"),
        "compare_type": True,
    }
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), tables.metadata))


async def test_a_migrated_database_is_what_the_code_expects(database_url: str) -> None:
    engine = open_engine(database_url, 1)
    try:
        async with engine.connect() as connection:
            assert await connection.run_sync(_differences) == []
            vector = await connection.scalar(text("SELECT extname FROM pg_extension WHERE extname = 'vector'"))
            assert vector == "vector"
    finally:
        await engine.dispose()


async def test_processes_that_start_together_migrate_once(empty_url: str) -> None:
    engines = [open_engine(empty_url, 1) for _ in range(3)]
    try:
        await asyncio.gather(*(migrate(engine) for engine in engines))
        await migrate(engines[0])
        async with engines[0].connect() as connection:
            assert await connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1
    finally:
        await asyncio.gather(*(engine.dispose() for engine in engines))
