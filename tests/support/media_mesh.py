"""A real media service among fakes."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from parley.media.v1 import media_service_pb2, media_service_pb2_grpc

from services.kit.auth import ISSUER, TokenSigner
from services.kit.channels import Channel, open_channel
from services.kit.clock import SystemClock
from services.kit.ids import new_id
from services.kit.server import RunningServer, start
from services.media.bootstrap import build
from services.media.domain.limits import Limits
from services.media.settings import Settings
from tests.support.media_client import Browser
from tests.support.media_fake_session import FakeSession
from tests.support.media_fake_speech import FakeSpeech
from tests.support.media_fake_vision import FakeVision
from tests.support.media_fakes import INTERNAL_SECRET, TOKEN_SECRET


class MediaMesh:
    """media, its three neighbours, and one candidate's account."""

    def __init__(self, texts: list[str] | None = None) -> None:
        self.interview_id = new_id()
        self.account_id = new_id()
        self.speech = FakeSpeech(texts)
        self.vision = FakeVision()
        self.session = FakeSession(self.interview_id, self.account_id)
        self.browsers: list[Browser] = []
        self._media: list[RunningServer] = []
        self._channels: list[Channel] = []

    async def start(self) -> None:
        """Start the neighbours."""
        for fake in (self.speech, self.vision, self.session):
            await fake.process.start()

    async def start_media(self, limits: Limits | None = None, **settings: Any) -> RunningServer:
        """Start a media process; the latest is the one that is called."""
        made = Settings(
            listen="127.0.0.1:0",
            internal_secret=INTERNAL_SECRET,
            token_secret=TOKEN_SECRET,
            session_address=self.session.process.address,
            speech_address=self.speech.process.address,
            vision_address=self.vision.process.address,
            node="node-1",
            **settings,
        )
        running = await start(await build(made, limits=limits))
        self._media.append(running)
        self._channels.append(
            open_channel(
                f"dns:///{running.address}",
                identity="tests",
                internal_secret=INTERNAL_SECRET,
                credentials="none",
                retries=False,
            )
        )
        return running

    async def close(self) -> None:
        """Stop everything."""
        for browser in self.browsers:
            await browser.close()
        for channel in self._channels:
            await channel.close()
        for media in self._media:
            await media.stop(0)
        for fake in (self.speech, self.vision, self.session):
            await fake.process.kill()

    async def draining(self) -> None:
        """Drain the media process that was started last; returns when it is gone."""
        await self._media.pop().stop(20)

    async def call(self, method: str, request: Any, account_id: str | None = None, *, wait: bool = True) -> Any:
        """Call MediaService as an account; without ``wait`` a service that is not serving is an error at once."""
        token = TokenSigner(TOKEN_SECRET, ISSUER, SystemClock()).sign(account_id or self.account_id, "candidate", 60)
        stub: Any = media_service_pb2_grpc.MediaServiceStub(self._channels[-1])
        return await getattr(stub, method)(
            request, timeout=10, metadata=(("authorization", f"Bearer {token}"),), wait_for_ready=wait
        )

    async def negotiate(self, browser: Browser, peer_id: str = "", **fields: Any) -> None:
        """Offer and accept; the browser is connected afterwards."""
        request = media_service_pb2.NegotiateRequest(
            request_id=str(uuid.uuid4()), interview_id=self.interview_id, sdp=await browser.offer(), peer_id=peer_id
        )
        for name, value in fields.items():
            setattr(request, name, value)
        response = await self.call("Negotiate", request)
        browser.peer_id = response.peer_id
        await browser.accept(response.sdp)

    async def join(self, **kinds: Any) -> Browser:
        """A connected browser."""
        browser = Browser(**kinds)
        self.browsers.append(browser)
        await self.negotiate(browser)
        return browser


@asynccontextmanager
async def media_mesh(
    texts: list[str] | None = None, limits: Limits | None = None, **settings: Any
) -> AsyncIterator[MediaMesh]:
    """A started mesh with one media process."""
    mesh = MediaMesh(texts)
    await mesh.start()
    try:
        await mesh.start_media(limits, **settings)
        yield mesh
    finally:
        await mesh.close()
