"""Peer connections of this node: who may have one, which interview it serves, and how they all end."""

import asyncio
import logging
import traceback
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final
from weakref import WeakValueDictionary

from services.kit import telemetry
from services.kit.ids import new_id
from services.kit.rpc import detached
from services.media.domain.commands import Welcome
from services.media.domain.errors import InterviewClosed, NodeDraining, NotYourInterview, PeerNotFound, TooManyPeers
from services.media.domain.limits import Limits
from services.media.domain.values import Engine
from services.media.ports.browser import Answer, Offer, Peer, PeerFactory
from services.media.ports.services import Services
from services.media.ports.session import Hello, SessionService
from services.media.usecases.engines import Engines
from services.media.usecases.interview import Interview
from services.media.usecases.link import PeerLink
from services.media.usecases.recording import Recording, RecordingListener, Records, Unrecorded
from services.media.usecases.within import within

logger = logging.getLogger("parley.media.peers")

TEST_LIFETIME_S: Final = 120.0
_TEST_LINGER_S: Final = 5.0
_ANSWERS_KEPT: Final = 256
_CLOSE_WITHIN_S: Final = 8.0


@dataclass(slots=True)
class _Held:
    account_id: str
    interview: Interview
    task: "asyncio.Task[None]"


@dataclass(frozen=True, slots=True)
class _Entry:
    account_id: str
    interview: Interview
    peer: Peer


class Peers:
    """The node's peers and the interviews that they serve."""

    def __init__(
        self,
        node: str,
        services: Services,
        session: SessionService,
        factory: PeerFactory,
        engines: Engines,
        limits: Limits,
        max_peers: int,
    ) -> None:
        self._node = node
        self._services = services
        self._session = session
        self._factory = factory
        self._engines = engines
        self._limits = limits
        self._max_peers = max_peers
        self._interviews: dict[str, _Held] = {}
        self._peers: dict[str, _Entry] = {}
        self._negotiating = 0
        self._answers: OrderedDict[tuple[str, str], Answer] = OrderedDict()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._draining = False
        self._empty = asyncio.Event()
        self._empty.set()

    @property
    def count(self) -> int:
        """Peer connections now."""
        return len(self._peers)

    @property
    def interviews(self) -> int:
        """Interviews whose media is alive, with or without a peer connection."""
        return len(self._interviews)

    async def negotiate(self, offer: Offer) -> Answer:
        """Answer an offer. The same request gets the same answer.

        Raises NodeDraining, TooManyPeers, PeerNotFound, NotYourInterview, what ``Peer.negotiate`` raises, and what
        session says to a recorder of this account (ServiceError).
        """
        key = self._key(offer)
        async with self._lock(key):
            known = self._answers.get((offer.account_id, offer.request_id))
            if known is None:
                known = await self._renegotiate(offer) if offer.peer_id else await self._connect(key, offer)
                self._remember(offer, known)
            return known

    async def add_candidate(self, account_id: str, peer_id: str, line: str, mid: str, mline_index: int | None) -> None:
        """Add a remote candidate. Raises PeerNotFound, CandidateMalformed."""
        await self._own(account_id, peer_id).peer.add_candidate(line, mid, mline_index)

    async def hang_up(self, account_id: str, peer_id: str) -> None:
        """End a peer connection; a device check ends with it. Raises PeerNotFound."""
        interview = self._own(account_id, peer_id).interview
        await interview.detach()
        if self._is_test(interview.key):
            interview.end("hung up")

    async def drain(self, limit_s: float) -> None:
        """Take no new peers, ask the present ones to go elsewhere, and return when they have, or after ``limit_s``."""
        self._draining = True
        await within(self._services.clock, limit_s, self._hand_over())

    async def close(self) -> None:
        """End everything: what was said is recorded first, within seconds."""
        self._draining = True
        held = list(self._interviews.values())
        for one in held:
            one.interview.end("shutdown")
        tasks = [one.task for one in held]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=_CLOSE_WITHIN_S)
            for task in late:
                task.cancel()
            await asyncio.wait(tasks)

    async def _hand_over(self) -> None:
        interviews = [held.interview for held in self._interviews.values()]
        await asyncio.gather(*(interview.prepare_handover() for interview in interviews))
        await self._empty.wait()

    async def _connect(self, key: str, offer: Offer) -> Answer:
        self._factory.check(offer.sdp)
        held = await self._held(key, offer)
        self._admit(held)
        self._negotiating += 1
        try:
            if held is None:
                held = await self._begin(key, offer)
            return await self._join(held, offer)
        finally:
            self._negotiating -= 1

    async def _held(self, key: str, offer: Offer) -> _Held | None:
        """The interview's media if it is alive here. One that is winding down is waited for."""
        held = self._interviews.get(key)
        if held is None:
            return None
        if held.account_id != offer.account_id:
            raise NotYourInterview("this interview belongs to another account")
        if not held.interview.ending:
            return held
        await asyncio.wait([held.task])
        return None

    def _admit(self, held: _Held | None) -> None:
        if self._draining:
            raise NodeDraining("this node is being stopped; try again, another one will answer")
        replaces = held is not None and held.interview.peer_id != ""
        if not replaces and len(self._peers) + self._negotiating >= self._max_peers:
            raise TooManyPeers(f"this node serves {self._max_peers} peers, which is all it may; try again later")

    async def _begin(self, key: str, offer: Offer) -> _Held:
        engines = await self._engines.current()
        limits = (
            replace(self._limits, linger_s=_TEST_LINGER_S, lifetime_s=TEST_LIFETIME_S)
            if self._is_test(key)
            else self._limits
        )
        interview = Interview(
            key, self._services, limits, self._records(key, offer, engines), engines, self._on_detached
        )
        with detached():  # it outlives this RPC, its deadline and its caller
            task = asyncio.create_task(self._run(key, interview), name="media-interview")
        held = self._interviews[key] = _Held(offer.account_id, interview, task)
        try:
            outcomes: list[asyncio.Future[Any]] = [interview.started, task]
            await asyncio.wait(outcomes, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            interview.end("cancelled")
            raise
        if not interview.started.done():
            raise InterviewClosed("the interview's media could not be started; try again")
        interview.started.result()
        return held

    def _records(self, key: str, offer: Offer, engines: tuple[Engine, ...]) -> Callable[[RecordingListener], Records]:
        if self._is_test(key):
            welcome = Welcome(0, 1, 0.0, offer.language, offer.language is not None, True)
            return lambda listener: Unrecorded(listener, welcome)
        hello = Hello(offer.interview_id, offer.account_id, f"{self._node}.{new_id()}", engines)
        return lambda listener: Recording(self._session, self._services.clock, listener, hello)

    async def _join(self, held: _Held, offer: Offer) -> Answer:
        interview = held.interview
        peer_id = f"{self._node}.{new_id()}"
        link = PeerLink(interview)
        with detached():
            peer = self._factory(link, link, interview.video)
        try:
            with detached():
                sdp = await peer.negotiate(offer.sdp)
        except BaseException:
            await peer.close()
            if not interview.peer_id:
                interview.end("not answered")
            raise
        self._peers[peer_id] = _Entry(offer.account_id, interview, peer)
        self._count()
        await interview.attach(peer_id, peer, link)
        return Answer(peer_id, sdp)

    async def _renegotiate(self, offer: Offer) -> Answer:
        entry = self._own(offer.account_id, offer.peer_id)
        self._factory.check(offer.sdp)
        with detached():
            return Answer(offer.peer_id, await entry.peer.negotiate(offer.sdp))

    async def _run(self, key: str, interview: Interview) -> None:
        try:
            await interview.run()
        except Exception as fault:  # noqa: BLE001  # one interview's fault must not reach the others; its peer is closed
            places = "".join(traceback.format_tb(fault.__traceback__))
            telemetry.log(logger, logging.ERROR, "media failed", interview=key, fault=type(fault).__name__, at=places)
        finally:
            del self._interviews[key]

    def _on_detached(self, peer_id: str) -> None:
        self._peers.pop(peer_id, None)
        self._count()

    def _count(self) -> None:
        telemetry.gauge("parley_media_peers", "peer connections").set(len(self._peers))
        if self._peers:
            self._empty.clear()
        else:
            self._empty.set()

    def _own(self, account_id: str, peer_id: str) -> _Entry:
        entry = self._peers.get(peer_id)
        if entry is None or entry.account_id != account_id:
            raise PeerNotFound("no such peer here; offer again without peer_id")
        return entry

    def _key(self, offer: Offer) -> str:
        """Names what an offer is for: an interview, or the device check of an account."""
        if offer.peer_id:
            return self._own(offer.account_id, offer.peer_id).interview.key
        return offer.interview_id or f"test {offer.account_id}"

    @staticmethod
    def _is_test(key: str) -> bool:
        return key.startswith("test ")

    def _lock(self, key: str) -> asyncio.Lock:
        """One negotiation at a time for each interview."""
        return self._locks.setdefault(key, asyncio.Lock())

    def _remember(self, offer: Offer, answer: Answer) -> None:
        self._answers[(offer.account_id, offer.request_id)] = answer
        if len(self._answers) > _ANSWERS_KEPT:
            self._answers.popitem(last=False)
