"""The embedded PostgreSQL's process: starts, survives kills, ends with its launcher, refuses a folder in use."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from services.session.adapters.embedded_postgres import DatabaseError, EmbeddedPostgres

PATIENCE_S = 30.0


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A data folder with a name that is too long for a Unix socket's path."""
    with tempfile.TemporaryDirectory(prefix="parley-data-", ignore_cleanup_errors=True) as folder:
        yield Path(folder) / ("deep" * 25)


class DatabaseProcess:
    """A running process and what it printed."""

    def __init__(self, process: asyncio.subprocess.Process, address: str) -> None:
        self.process = process
        self.address = address

    @property
    def postgres(self) -> psutil.Process:
        """The server under it."""
        return next(child for child in psutil.Process(self.process.pid).children() if child.name() == "postgres")

    async def ended(self) -> int:
        """Its exit code."""
        async with asyncio.timeout(PATIENCE_S):
            return await self.process.wait()


@asynccontextmanager
async def database(data_dir: Path) -> AsyncIterator[DatabaseProcess]:
    """The process as the launcher runs it."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.session.embedded_postgres"),
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        env={**os.environ, "PARLEY_DATA_DIR": str(data_dir), "PARLEY_SUPERVISED": "1", "PARLEY_TOKEN_SECRET": "any"},
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE_S):
            line = await process.stdout.readline()
        yield DatabaseProcess(process, json.loads(line)["address"] if line else "")
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


def note(address: str, text: str) -> None:
    """Write something that must survive."""
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS notes (text TEXT)")
        connection.execute("INSERT INTO notes VALUES (%s)", (text,))


def notes(address: str) -> list[str]:
    """What survived."""
    with psycopg.connect(address) as connection:
        return [row[0] for row in connection.execute("SELECT text FROM notes")]


async def test_it_starts_says_where_and_ends_when_asked(data_dir: Path) -> None:
    async with database(data_dir) as running:
        note(running.address, "kept")
        with psycopg.connect(running.address) as connection:
            assert connection.info.server_version >= 180000
            extensions = connection.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'")
            assert extensions.fetchone() is not None
            assert connection.info.dbname == "parley"
        server = running.postgres
        running.process.send_signal(signal.SIGTERM)
        assert await running.ended() == 0
        assert not server.is_running()
    async with database(data_dir) as again:
        assert notes(again.address) == ["kept"]


async def test_it_ends_with_its_launcher(data_dir: Path) -> None:
    async with database(data_dir) as running:
        server = running.postgres
        assert running.process.stdin is not None
        running.process.stdin.close()
        assert await running.ended() == 0
        assert not server.is_running()


async def test_a_kill_of_it_costs_one_restart_and_no_data(data_dir: Path) -> None:
    async with database(data_dir) as running:
        note(running.address, "before the kill")
        running.process.kill()
        await running.ended()
        async with database(data_dir) as again:
            assert again.address == running.address
            assert notes(again.address) == ["before the kill"]


async def test_a_kill_of_postgresql_ends_it_with_an_error_and_recovers(data_dir: Path) -> None:
    async with database(data_dir) as running:
        note(running.address, "before the crash")
        running.postgres.kill()
        assert await running.ended() == 1
    async with database(data_dir) as again:
        assert notes(again.address) == ["before the crash"]


async def test_a_stale_pid_file_with_another_process_s_number_is_no_problem(data_dir: Path) -> None:
    async with database(data_dir) as running:
        note(running.address, "kept")
        running.process.terminate()
        await running.ended()
    stale = data_dir / "postgres" / "18" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{stale.parent}\n")
    async with database(data_dir) as again:
        assert notes(again.address) == ["kept"]


async def test_a_folder_half_made_by_a_killed_first_start_is_made_anew(data_dir: Path) -> None:
    half = data_dir / "postgres" / "18.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    async with database(data_dir) as running:
        note(running.address, "made")


async def test_a_folder_in_use_is_refused_in_words(data_dir: Path) -> None:
    async with database(data_dir):
        second = EmbeddedPostgres(data_dir / "postgres", patience_s=0.2)
        with pytest.raises(DatabaseError, match=r"in use by another running Parley .* PARLEY_DATA_DIR"):
            await asyncio.to_thread(second.start)


async def test_wrong_settings_end_it_with_a_clear_line() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.session.embedded_postgres"), stderr=asyncio.subprocess.PIPE, env={}
    )
    _, stderr = await process.communicate()
    assert process.returncode == 2
    assert b"PARLEY_DATA_DIR is not set" in stderr
