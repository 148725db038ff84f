"""One real PostgreSQL for the whole test run, and a migrated database in it that is empty for each test.

A test module that wants it says ``pytest_plugins = ["tests.support.postgres"]`` and takes ``database_url``.
"""

from __future__ import annotations

import asyncio
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from services.session.adapters.database import open_engine
from services.session.adapters.embedded_postgres import EmbeddedPostgres
from services.session.adapters.migrations import migrate

# Nothing here outlives the run: what makes commits survive a power cut is switched off.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
_TEMPLATE = "parley_template"
_EMPTY = """
DELETE FROM accounts; DELETE FROM deletions;
DELETE FROM procrastinate_periodic_defers; DELETE FROM procrastinate_jobs; DELETE FROM procrastinate_workers;
"""


@dataclass(frozen=True, slots=True)
class TestCluster:
    """The run's PostgreSQL."""

    __test__ = False

    postgres: EmbeddedPostgres

    def create(self, template: str | None = _TEMPLATE) -> str:
        """The URL of a new database: migrated, or empty with ``template=None``."""
        name = f"test_{uuid.uuid4().hex}"
        self._admin(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template or "template0")
            )
        )
        return self.postgres.url_of(name)

    def drop(self, url: str) -> None:
        """Drop it, with whoever is still connected."""
        name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
        self._admin(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(str(name))))

    def _admin(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.postgres.url_of("postgres"), autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def cluster() -> Iterator[TestCluster]:
    """The run's PostgreSQL with a migrated template."""
    # Not under pytest's base folder: a second run beside this one may tidy that up.
    with tempfile.TemporaryDirectory(prefix="parley-postgres-", ignore_cleanup_errors=True) as folder:
        postgres = EmbeddedPostgres(Path(folder), THROWAWAY)
        postgres.start()
        try:
            asyncio.run(_make_template(postgres))
            yield TestCluster(postgres)
        finally:
            postgres.stop()


async def _make_template(postgres: EmbeddedPostgres) -> None:
    async with await psycopg.AsyncConnection.connect(postgres.url_of("postgres"), autocommit=True) as connection:
        await connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_TEMPLATE)))
    engine = open_engine(postgres.url_of(_TEMPLATE), 1)
    try:
        await migrate(engine)
    finally:
        await engine.dispose()


@pytest.fixture(scope="session")
def _shared_url(cluster: TestCluster) -> str:
    return cluster.create()


@pytest.fixture
def database_url(_shared_url: str) -> Iterator[str]:
    """A migrated database in which this test is alone; emptied after it, which is quicker than making another."""
    yield _shared_url
    with psycopg.connect(_shared_url, autocommit=True) as connection:
        connection.execute(_EMPTY)
