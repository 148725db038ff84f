"""A gateway before two real kit servers that speak Parley's contracts and say what a test tells them to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from parley.media.v1 import media_service_pb2, media_service_pb2_grpc
from parley.session.v1 import account_pb2, account_service_pb2, account_service_pb2_grpc

from services.gateway.bootstrap import Gateway
from services.gateway.settings import Settings
from services.kit.auth import TokenVerifier
from services.kit.clock import SystemClock
from services.kit.rpc import Context, current_principal
from services.kit.server import Readiness, RunningServer, ServiceSpec, start
from tests.support.gateway_wire import WAIT_S, Reply, Wire, frame
from tests.support.kit_mesh import INTERNAL_SECRET, TOKEN_SECRET, bearer

ACCOUNTS = "/parley.session.v1.AccountService"
MEDIA = "/parley.media.v1.MediaService"

# Untyped on purpose: the typed bases are abstract in every RPC that is not scripted here.
_AccountServicer: Any = account_service_pb2_grpc.AccountServiceServicer
_MediaServicer: Any = media_service_pb2_grpc.MediaServiceServicer


def candidate() -> str:
    """The authorization header of a signed-in candidate."""
    return bearer()[0][1]


@dataclass
class Seen:
    """What a servicer saw of one call."""

    metadata: dict[str, Any]
    time_left_s: float
    principal: str


@dataclass
class Accounts(_AccountServicer):  # type: ignore[misc]  # see above
    """AccountService as a script: `sign_in` runs inside SignIn, `export` yields ExportMe's pieces."""

    sign_in: Callable[[Context], Awaitable[None]] | None = None
    export: Callable[[Context], AsyncIterator[bytes]] | None = None
    seen: list[Seen] = field(default_factory=list)

    def _see(self, context: Context) -> None:
        principal = current_principal()
        metadata = {str(key): value for key, value in context.invocation_metadata() or ()}
        self.seen.append(Seen(metadata, context.time_remaining(), f"{principal.kind}:{principal.subject}"))

    async def SignIn(  # the contract's name
        self, request: account_service_pb2.SignInRequest, context: Context
    ) -> account_service_pb2.SignInResponse:
        self._see(context)
        if self.sign_in is not None:
            await self.sign_in(context)
        return account_service_pb2.SignInResponse(account=account_pb2.Account(email=request.email))

    async def GetMe(
        self, request: account_service_pb2.GetMeRequest, context: Context
    ) -> account_service_pb2.GetMeResponse:
        self._see(context)
        return account_service_pb2.GetMeResponse(account=account_pb2.Account(account_id=current_principal().subject))

    async def ExportMe(
        self, request: account_service_pb2.ExportMeRequest, context: Context
    ) -> AsyncIterator[account_service_pb2.ExportMeResponse]:
        self._see(context)
        assert self.export is not None
        async for data in self.export(context):
            yield account_service_pb2.ExportMeResponse(data=data)


@dataclass
class MediaNode(_MediaServicer):  # type: ignore[misc]  # see above
    """One media node: remembers which peers it was asked about."""

    peers: list[str] = field(default_factory=list)

    async def Hangup(
        self, request: media_service_pb2.HangupRequest, context: Context
    ) -> media_service_pb2.HangupResponse:
        self.peers.append(request.peer_id)
        return media_service_pb2.HangupResponse()


@dataclass
class Mesh:
    """A running gateway: `wire` speaks to it, `session` and `media` are its upstreams."""

    gateway: Gateway
    wire: Wire
    session: RunningServer

    async def call(self, method: str, message: Any, **headers: Any) -> Reply:
        """One RPC of AccountService, or of any service by its whole path."""
        path = method if method.startswith("/") else f"{ACCOUNTS}/{method}"
        return await self.wire.call("", message=message.SerializeToString(), path=path, **headers)

    @asynccontextmanager
    async def streaming(self, method: str, message: Any, **headers: str) -> AsyncIterator[Any]:
        """A started RPC whose answer is read message by message."""
        body = frame(message.SerializeToString())
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        lines = {"content-type": "application/grpc-web+proto", "content-length": str(len(body)), **named}
        async with self.wire.exchange() as exchange:
            await exchange.start(f"{ACCOUNTS}/{method}", lines)
            await exchange.body(body)
            yield exchange


async def serve(name: str, *servicers: tuple[Any, Any], ready: Callable[[], bool] = lambda: True) -> RunningServer:
    """A kit server on a free port."""

    async def readiness() -> Readiness:
        return Readiness(ready())

    return await start(
        ServiceSpec(
            name=name,
            listen="127.0.0.1:0",
            servicers=servicers,
            verifier=TokenVerifier(TOKEN_SECRET, INTERNAL_SECRET, SystemClock()),
            ready=readiness,
            ready_interval_s=0.02,
            drain_grace_s=0.0,
        )
    )


def settings(**changes: Any) -> Settings:
    """Settings of a gateway on a free port."""
    return Settings(
        **{"internal_secret": INTERNAL_SECRET, "token_secret": TOKEN_SECRET, "listen": "127.0.0.1:0", **changes}
    )


@asynccontextmanager
async def mesh(
    accounts: Accounts | None = None, nodes: Sequence[MediaNode] = (), **changes: Any
) -> AsyncIterator[Mesh]:
    """A gateway and its upstreams. `nodes`: media nodes, named node-0, node-1 …; media's address is the first one's."""
    async with AsyncExitStack() as stack:

        async def served(name: str, add: Any, servicer: Any) -> RunningServer:
            server = await serve(name, (add, servicer))
            stack.push_async_callback(server.stop, 0)
            return server

        session = await served(
            "session", account_service_pb2_grpc.add_AccountServiceServicer_to_server, accounts or Accounts()
        )
        add_media = media_service_pb2_grpc.add_MediaServiceServicer_to_server
        media = [await served("media", add_media, node) for node in nodes or [MediaNode()]]
        addresses = [f"dns:///{server.address}" for server in media]
        own: dict[str, Any] = {"session_address": f"dns:///{session.address}", "media_address": addresses[0]}
        if nodes:
            own["media_nodes"] = {f"node-{at}": address for at, address in enumerate(addresses)}
        gateway = Gateway(settings(**own, **changes))
        address = await gateway.start()
        stack.push_async_callback(gateway.stop, 0)
        yield Mesh(gateway, Wire(address, WAIT_S), session)
