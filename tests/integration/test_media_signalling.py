"""Offers, candidates, owners, limits, draining, device checks."""

import asyncio
import gc
import threading
import uuid

import grpc
import pytest
from aiortc.sdp import SessionDescription
from parley.common.v1 import language_pb2
from parley.media.v1 import live_pb2, media_service_pb2

from services.kit.errors import ServiceError, from_rpc_error
from services.kit.ids import new_id
from services.media.domain.limits import Limits
from tests.support.media_client import Browser
from tests.support.media_fakes import RATE
from tests.support.media_mesh import MediaMesh, media_mesh

_Code = grpc.StatusCode


async def refused(call: object) -> ServiceError:
    """The typed error of a call that must fail."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call  # type: ignore[misc]  # an awaitable of whatever kind
    return from_rpc_error(caught.value)


def offer(mesh: MediaMesh, sdp: str, **fields: str) -> media_service_pb2.NegotiateRequest:
    """A request to negotiate."""
    given = {"request_id": str(uuid.uuid4()), "interview_id": mesh.interview_id, "sdp": sdp, **fields}
    return media_service_pb2.NegotiateRequest(**given)


def media_tasks() -> list[asyncio.Task[object]]:
    """Running tasks of the media service and of aiortc, of which the browser has none left."""

    def code(task: asyncio.Task[object]) -> str:
        return str(getattr(getattr(task.get_coro(), "cr_code", None), "co_filename", ""))

    owners = ("services/media/usecases", "services/media/adapters", "aiortc", "aioice")
    return [task for task in asyncio.all_tasks() if any(owner in code(task) for owner in owners)]


async def test_malformed_offers_are_refused_and_leave_nothing() -> None:
    async with media_mesh() as mesh:
        browser = Browser()
        mesh.browsers.append(browser)
        good = await browser.offer()
        broken = [
            "hello",
            "v=0",
            "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n",
            good.replace("m=audio", "m=smell"),
            good.replace("a=ice-ufrag", "a=ice-other"),
            good.replace("a=fingerprint", "a=footprint"),
            good.replace("a=rtcp-mux", "a=rtcp-two"),
            good.replace("opus/48000", "opium/48000").replace("PCM", "PCX").replace("G722", "G799"),
            "\n".join(line[: len(line) // 2] for line in good.splitlines()),
            good + good[good.index("m=audio") :] * 9,
            good.replace("a=candidate", "a=candidate:0 1 udp 1 192.0.2.9 9 typ host\r\n" * 99 + "a=candidate", 1),
        ]
        for text in broken:
            error = await refused(mesh.call("Negotiate", offer(mesh, text)))
            assert (error.code, error.reason) == (_Code.INVALID_ARGUMENT, "SDP_MALFORMED"), text[:200]
            assert error.violations[0][0] == "sdp"
        empty = await refused(mesh.call("Negotiate", offer(mesh, "")))
        assert empty.code is _Code.INVALID_ARGUMENT
        await mesh.negotiate(browser)  # and the service goes on


async def test_only_the_owner_gets_in() -> None:
    async with media_mesh() as mesh:
        browser = Browser()
        mesh.browsers.append(browser)
        sdp = await browser.offer()
        stranger = new_id()
        error = await refused(mesh.call("Negotiate", offer(mesh, sdp), stranger))
        assert (error.code, error.reason) == (_Code.PERMISSION_DENIED, "NOT_YOUR_INTERVIEW")
        error = await refused(mesh.call("Negotiate", offer(mesh, sdp, interview_id=new_id())))
        assert (error.code, error.reason) == (_Code.NOT_FOUND, "INTERVIEW_NOT_FOUND")
        await mesh.negotiate(browser)
        error = await refused(mesh.call("Negotiate", offer(mesh, sdp), stranger))
        assert error.reason == "NOT_YOUR_INTERVIEW"
        hangup = media_service_pb2.HangupRequest(peer_id=browser.peer_id)
        candidate = media_service_pb2.AddIceCandidateRequest(peer_id=browser.peer_id)
        for call in (mesh.call("Hangup", hangup, stranger), mesh.call("AddIceCandidate", candidate, stranger)):
            error = await refused(call)
            assert (error.code, error.reason) == (_Code.NOT_FOUND, "PEER_NOT_FOUND")
        assert browser.pc.connectionState == "connected"


async def test_session_away_is_said_so() -> None:
    async with media_mesh() as mesh:
        await mesh.session.process.kill()
        browser = Browser()
        mesh.browsers.append(browser)
        error = await refused(mesh.call("Negotiate", offer(mesh, await browser.offer())))
        assert (error.code, error.reason, error.retryable) == (_Code.UNAVAILABLE, "SESSION_UNAVAILABLE", True)
        assert "127.0.0.1" not in error.message


async def test_hanging_up_leaves_nothing_behind() -> None:
    async with media_mesh(limits=Limits(linger_s=1.0)) as mesh:
        threads = {thread.name for thread in threading.enumerate()}
        browser = await mesh.join(video=True)
        await browser.event("input_level")
        assert browser.peer_id.startswith("node-1.")
        await mesh.call("Hangup", media_service_pb2.HangupRequest(peer_id=browser.peer_id))
        async with asyncio.timeout(5):
            await browser.gone.wait()
        await mesh.session.seen.until(lambda: mesh.session.ended)
        await mesh.browsers.pop().close()
        async with asyncio.timeout(5):
            while tasks := media_tasks():
                await asyncio.wait(tasks)
        left = {thread.name for thread in threading.enumerate()} - threads
        assert not [name for name in left if "decoder" in name or "peer" in name]
        error = await refused(mesh.call("Hangup", media_service_pb2.HangupRequest(peer_id=browser.peer_id)))
        assert error.reason == "PEER_NOT_FOUND"
        gc.collect()  # what aiortc left unclosed would warn here


async def test_candidates_that_come_later() -> None:
    async with media_mesh() as mesh:
        browser = Browser()
        mesh.browsers.append(browser)
        lines = (await browser.offer()).splitlines(keepends=True)
        candidates = [line.strip()[2:] for line in lines if line.startswith("a=candidate")]
        bare = "".join(line for line in lines if not line.startswith(("a=candidate", "a=end-of-candidates")))
        response = await mesh.call("Negotiate", offer(mesh, bare))
        accepting = asyncio.create_task(browser.accept(response.sdp))
        peer = {"peer_id": response.peer_id}
        for candidate in dict.fromkeys(candidates):
            request = media_service_pb2.AddIceCandidateRequest(candidate=candidate, sdp_mid="0", **peer)
            await mesh.call("AddIceCandidate", request)
        await mesh.call("AddIceCandidate", media_service_pb2.AddIceCandidateRequest(**peer))
        await accepting
        broken = media_service_pb2.AddIceCandidateRequest(candidate="candidate:what", **peer)
        error = await refused(mesh.call("AddIceCandidate", broken))
        assert (error.code, error.reason) == (_Code.INVALID_ARGUMENT, "CANDIDATE_MALFORMED")


async def test_advertised_address_and_port_range() -> None:
    async with media_mesh(max_peers=3, ice_advertise=("203.0.113.7",), udp_ports=(47310, 47311)) as mesh:
        browser = Browser()
        mesh.browsers.append(browser)
        response = await mesh.call("Negotiate", offer(mesh, await browser.offer()))
        told = [
            (candidate.ip, candidate.port)
            for media in SessionDescription.parse(response.sdp).media
            for candidate in media.ice_candidates
        ]
        assert {ip for ip, _ in told} == {"203.0.113.7"}
        assert {port for _, port in told} <= {47310, 47311}
        check = {"interview_id": ""}
        await mesh.call("Negotiate", offer(mesh, await browser.offer(), **check))
        error = await refused(mesh.call("Negotiate", offer(mesh, await browser.offer(), **check), new_id()))
        assert (error.code, error.reason, error.retryable) == (_Code.RESOURCE_EXHAUSTED, "NO_UDP_PORT", True)


async def test_no_stun_server_is_asked_or_told_unless_configured() -> None:
    async with media_mesh() as mesh:
        response = await mesh.call("GetIceServers", media_service_pb2.GetIceServersRequest())
        assert list(response.ice_servers) == []
        browser = Browser()
        mesh.browsers.append(browser)
        response = await mesh.call("Negotiate", offer(mesh, await browser.offer()))
        kinds = {
            candidate.type
            for media in SessionDescription.parse(response.sdp).media
            for candidate in media.ice_candidates
        }
        assert kinds == {"host"}


async def test_configured_ice_servers() -> None:
    urls = ("stun:127.0.0.1:9", "turn:turn.example.org:3478?transport=udp")
    async with media_mesh(ice_urls=urls, turn_secret="s" * 32) as mesh:
        response = await mesh.call("GetIceServers", media_service_pb2.GetIceServersRequest())
        stun, turn = response.ice_servers
        assert list(stun.urls) == ["stun:127.0.0.1:9"]
        assert list(turn.urls) == ["turn:turn.example.org:3478?transport=udp"]
        assert turn.username.endswith(f":{mesh.account_id}")
        assert turn.credential


async def test_renegotiating_a_peer_in_place() -> None:
    async with media_mesh() as mesh:
        browser = await mesh.join()
        await browser.event("input_level")
        browser.pc.addTrack(browser.camera)
        peer_id = browser.peer_id
        await mesh.negotiate(browser, peer_id)
        assert browser.peer_id == peer_id
        await browser.event("face")
        assert len(mesh.speech.streams) == 1
        other = Browser()
        mesh.browsers.append(other)
        error = await refused(mesh.call("Negotiate", offer(mesh, await other.offer(), peer_id=peer_id)))
        assert (error.code, error.reason) == (_Code.FAILED_PRECONDITION, "ICE_RESTART_UNSUPPORTED")
        assert browser.pc.connectionState == "connected"
        error = await refused(mesh.call("Negotiate", offer(mesh, await other.offer(), peer_id="node-1.x")))
        assert error.reason == "PEER_NOT_FOUND"


async def test_the_same_request_gets_the_same_answer() -> None:
    async with media_mesh() as mesh:
        browser = Browser()
        mesh.browsers.append(browser)
        request = offer(mesh, await browser.offer())
        first, second = await asyncio.gather(mesh.call("Negotiate", request), mesh.call("Negotiate", request))
        assert first == second
        await browser.accept(second.sdp)
        await browser.event("input_level")


async def test_a_full_node_says_when_to_try_again() -> None:
    async with media_mesh(max_peers=1) as mesh:
        browser = await mesh.join()
        other = Browser()
        mesh.browsers.append(other)
        request = offer(mesh, await other.offer(), interview_id="")
        error = await refused(mesh.call("Negotiate", request, new_id()))
        assert (error.code, error.reason) == (_Code.RESOURCE_EXHAUSTED, "TOO_MANY_PEERS")
        assert error.retry_after_s == 5.0
        await mesh.negotiate(other)  # a new connection of the same interview takes the old one's place
        async with asyncio.timeout(5):
            await browser.gone.wait()


async def test_draining_hands_peers_over() -> None:
    async with media_mesh(["Said before."]) as mesh:
        browser = await mesh.join()
        mesh.session.ask(new_id(), new_id())
        browser.microphone.say(1.0)
        await browser.event("caption")
        stopping = asyncio.create_task(mesh.draining())
        await browser.notice(live_pb2.NOTICE_KIND_RENEGOTIATE)
        assert [heard.utterance.text for heard in mesh.session.of("utterance")] == ["Said before."]
        other = Browser()
        mesh.browsers.append(other)
        error = await refused(mesh.call("Negotiate", offer(mesh, await other.offer()), wait=False))
        assert (error.code, error.retryable) == (_Code.UNAVAILABLE, True)
        await mesh.start_media()  # the node that takes over
        await mesh.negotiate(other)
        await other.event("input_level")
        await stopping


async def test_a_device_check_shows_and_keeps_nothing() -> None:
    async with media_mesh(["One two three."]) as mesh:
        browser = Browser(video=True)
        mesh.browsers.append(browser)
        await mesh.negotiate(browser, interview_id="", language=language_pb2.LANGUAGE_ENGLISH)
        browser.microphone.say(0.6)
        caption = await browser.event("caption", lambda caption: caption.final)
        assert caption.text == "One two three."
        await browser.event("face")
        await browser.event("input_level", lambda level: level.dbfs > -20)
        browser.send(calibrate=live_pb2.Calibrate())
        assert (await browser.event("calibration")).succeeded
        assert mesh.session.hellos == []
        assert max(len(frame.data) for frame in mesh.vision.frames) < 100_000
        await mesh.call("Hangup", media_service_pb2.HangupRequest(peer_id=browser.peer_id))
        await mesh.speech.seen.until(lambda: mesh.speech.stream.half_closed)


async def test_without_consent_nothing_is_forwarded() -> None:
    async with media_mesh() as mesh:
        mesh.session.recording_consented = mesh.session.video_consented = False
        browser = await mesh.join(video=True)
        video = next(one for one in browser.pc.getTransceivers() if one.kind == "video")
        assert video.currentDirection == "inactive"
        await browser.event("input_level")
        browser.microphone.say(0.5)
        await browser.event("input_level", lambda level: level.dbfs > -20)
        assert mesh.speech.streams == []
        assert mesh.vision.configs == []


async def test_a_browser_without_a_microphone_still_hears_and_sees() -> None:
    async with media_mesh() as mesh:
        browser = Browser(audio=False)
        browser.pc.addTransceiver("audio", direction="recvonly")
        mesh.browsers.append(browser)
        await mesh.negotiate(browser)
        mesh.session.speak(new_id(), "Can you type.")
        await browser.hears()
        await browser.event("voice", lambda voice: voice.state == live_pb2.VOICE_STATE_FINISHED)
        [playback] = await mesh.session.seen.until(lambda: mesh.session.of("playback"))
        assert playback.end_offset.ToSeconds() * RATE >= 0
        assert playback.end_offset != playback.start_offset  # the clock runs without audio
