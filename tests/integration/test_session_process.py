"""The session service as a process: with an embedded database of its own, and with wrong settings."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile
from pathlib import Path

import grpc
import psutil
from grpc_health.v1 import health_pb2, health_pb2_grpc
from parley.session.v1 import account_service_pb2, account_service_pb2_grpc

from tests.support.kit_mesh import INTERNAL_SECRET, TOKEN_SECRET
from tests.support.session_candidate import PASSWORD
from tests.support.session_service import request_id

SECRETS = {"PARLEY_INTERNAL_SECRET": INTERNAL_SECRET, "PARLEY_TOKEN_SECRET": TOKEN_SECRET}


async def _start(**environment: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    environment = {**os.environ, **SECRETS, "PARLEY_SESSION_LISTEN": "127.0.0.1:0", **environment}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.session"), stdout=pipe, stderr=pipe, env=environment
    )


async def test_without_a_database_url_it_brings_its_own_database() -> None:
    with tempfile.TemporaryDirectory(prefix="parley-data-", ignore_cleanup_errors=True) as folder:
        process = await _start(PARLEY_DATA_DIR=folder)
        try:
            assert process.stdout is not None
            address = json.loads(await process.stdout.readline())["address"]
            await _signs_up(address)
            children = psutil.Process(process.pid).children(recursive=True)
            assert any(child.name() == "postgres" for child in children)
            process.send_signal(signal.SIGTERM)
            _, stderr = await asyncio.wait_for(process.communicate(), 30)
            assert process.returncode == 0, stderr.decode()
            assert not any(child.is_running() for child in children)
            assert (Path(folder) / "postgres" / "18" / "PG_VERSION").exists()
            assert PASSWORD.encode() not in stderr
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def _signs_up(address: str) -> None:
    async with grpc.aio.insecure_channel(address) as channel:
        health = health_pb2_grpc.HealthStub(channel)
        watching = health.Watch(health_pb2.HealthCheckRequest(), timeout=30, wait_for_ready=True)
        async for status in watching:
            if status.status == health_pb2.HealthCheckResponse.SERVING:
                break
        watching.cancel()
        request = account_service_pb2.SignUpRequest(
            request_id=request_id(), email="kim@example.com", password=PASSWORD, display_name="Kim"
        )
        response = await account_service_pb2_grpc.AccountServiceStub(channel).SignUp(request, timeout=10)
        assert response.account.email == "kim@example.com"


async def test_wrong_settings_are_named_at_start() -> None:
    process = await _start(PARLEY_DATABASE_URL="mysql://x", PARLEY_SESSION_RETENTION_DAY="30")
    _, stderr = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 2
    assert "PARLEY_SESSION_RETENTION_DAYS" in stderr.decode()
    assert "postgresql://" in stderr.decode()
