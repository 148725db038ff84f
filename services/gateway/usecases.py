"""What the gateway does: forward RPCs within limits, and say whether it can."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from services.gateway.domain.limits import AttemptLimit, StreamLimit
from services.gateway.domain.methods import ExposedMethod
from services.gateway.domain.routing import node_of
from services.gateway.ports import Call, Upstream


@dataclass(frozen=True, kw_only=True)
class Upstreams:
    """The services behind the gateway by name. `media_nodes`: media's nodes by name, for later calls of a peer."""

    by_name: Mapping[str, Upstream]
    media_nodes: Mapping[str, Upstream] = field(default_factory=dict)

    def of(self, method: ExposedMethod, request: bytes) -> Upstream:
        """Where a request goes: to the node of its media peer, or else to its service.

        A peer of a node that is not in the settings goes to the service's address too: media answers NOT_FOUND there
        and the browser negotiates anew, which is what must happen when a node is gone.
        """
        if self.media_nodes and method.peer_id_of is not None:
            node = self.media_nodes.get(node_of(method.peer_id_of(request)))
            if node is not None:
                return node
        return self.by_name[method.upstream]


class Forward:
    """Forwards one RPC: limits, route, bytes. Raises what the limits and Upstream raise."""

    def __init__(
        self, upstreams: Upstreams, attempts: AttemptLimit, streams: StreamLimit, monotonic: Callable[[], float]
    ) -> None:
        self._upstreams = upstreams
        self._attempts = attempts
        self._streams = streams
        self._monotonic = monotonic

    async def unary(self, method: ExposedMethod, request: bytes, call: Call) -> bytes:
        """The answer to a unary RPC."""
        if method.is_attempt:
            self._attempts.take(call.client, self._monotonic())
        return await self._upstreams.of(method, request).unary(method.path, request, call)

    async def stream(self, method: ExposedMethod, request: bytes, call: Call) -> AsyncGenerator[bytes, None]:
        """The answers to a server-streaming RPC."""
        with self._streams.held(call.client):
            answers = self._upstreams.of(method, request).stream(method.path, request, call)
            async with aclosing(answers):
                async for answer in answers:
                    yield answer


@dataclass(frozen=True)
class Readiness:
    """`ready`: whether the gateway can take browsers. `upstreams`: service → whether it serves."""

    ready: bool
    upstreams: Mapping[str, bool]


class CheckReadiness:
    """Asks the services behind the gateway; answers at most `max_age_s` old are given again without asking.

    Ready means that `required` services serve. The others are told but do not count: without media, an interview with
    typed answers goes on, and taking the whole gateway away would end it.
    """

    def __init__(
        self,
        upstreams: Mapping[str, Upstream],
        required: frozenset[str],
        monotonic: Callable[[], float],
        max_age_s: float,
    ) -> None:
        self._upstreams = upstreams
        self._required = required
        self._monotonic = monotonic
        self._max_age_s = max_age_s
        self._known: tuple[float, Readiness] | None = None
        self._asking = asyncio.Lock()
        self._draining = False

    def drain(self) -> None:
        """From now on the answer is no: balancers send browsers elsewhere."""
        self._draining = True

    async def __call__(self) -> Readiness:
        """The readiness now. Never raises."""
        async with self._asking:
            now_s = self._monotonic()
            if self._known is None or now_s - self._known[0] > self._max_age_s:
                self._known = (now_s, await self._ask())
            known = self._known[1]
            return replace(known, ready=known.ready and not self._draining)

    async def _ask(self) -> Readiness:
        serving = await asyncio.gather(*(upstream.is_serving() for upstream in self._upstreams.values()))
        upstreams = dict(zip(self._upstreams, serving, strict=True))
        return Readiness(all(upstreams.get(name, False) for name in self._required), upstreams)
