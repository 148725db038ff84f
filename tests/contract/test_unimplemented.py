"""Exactly these RPCs are not there yet; each says so with a typed error. Asked of every service of a real mesh."""

from __future__ import annotations

import importlib
import uuid
from collections.abc import Iterator

import grpc
import pytest
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message_factory import GetMessageClass
from parley.options.v1 import options_pb2
from parley.session.v1 import account_service_pb2, account_service_pb2_grpc

from services.kit.channels import Channel, open_channel
from services.kit.errors import Unimplemented, from_rpc_error
from services.launcher.mesh import Mesh
from tests.support.mesh import running_mesh
from tests.support.services import SERVICES, audience_of, valid_request

NOT_YET = {
    "parley.session.v1.AccountService.ExportMe",
}


@pytest.fixture(scope="module")
def running() -> Iterator[Mesh]:
    """A mesh with the default engines."""
    with running_mesh({}) as launched:
        yield launched


def _methods() -> list[tuple[str, MethodDescriptor]]:
    return [
        (owner, method)
        for module, owner in SERVICES.items()
        for service in importlib.import_module(module).DESCRIPTOR.services_by_name.values()
        for method in service.methods
    ]


async def test_exactly_the_listed_rpcs_are_unimplemented(running: Mesh) -> None:
    candidate = await _sign_up(running)
    found = set()
    for owner, method in _methods():
        internal = options_pb2.AUDIENCE_INTERNAL in audience_of(method)
        async with _channel(running, owner, internal=internal) as channel:
            error = await _error(channel, method, () if internal else (("authorization", candidate),))
        if isinstance(error, Unimplemented):
            assert error.reason not in ("", "UNIMPLEMENTED"), f"{method.full_name} does not say what is missing"
            assert error.message, method.full_name
            found.add(method.full_name)
    assert found == NOT_YET


async def _sign_up(running: Mesh) -> str:
    request = account_service_pb2.SignUpRequest(
        request_id=str(uuid.uuid4()), email=f"{uuid.uuid4().hex}@example.com", password="x" * 12, display_name="x"
    )
    async with _channel(running, "session", internal=False) as channel:
        response = await account_service_pb2_grpc.AccountServiceStub(channel).SignUp(request)
    return f"Bearer {response.tokens.access_token}"


def _channel(running: Mesh, owner: str, *, internal: bool) -> Channel:
    return open_channel(
        f"dns:///{running.addresses[owner]}",
        identity="test",
        internal_secret=running.internal_secret,
        credentials="internal" if internal else "none",
    )


async def _error(channel: Channel, method: MethodDescriptor, metadata: tuple[tuple[str, str], ...]) -> Exception | None:
    """What calling it with one valid request ends in; None for success, or for a stream that began to answer."""
    path = f"/{method.containing_service.full_name}/{method.name}"
    request = valid_request(method.input_type)
    serializers = (type(request).SerializeToString, GetMessageClass(method.output_type).FromString)
    shape = (method.client_streaming, method.server_streaming)
    try:
        if shape == (False, False):
            await channel.unary_unary(path, *serializers)(request, metadata=metadata)
        elif shape == (False, True):
            call = channel.unary_stream(path, *serializers)(request, metadata=metadata, timeout=5)
            try:
                await call.read()
            finally:
                call.cancel()
        else:
            call = channel.stream_stream(path, *serializers)(iter([]), metadata=metadata, timeout=5)
            try:
                await call.read()
            finally:
                call.cancel()
    except grpc.aio.AioRpcError as err:
        return from_rpc_error(err)
    return None
