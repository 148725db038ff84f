"""The one place that names concrete adapters."""

import importlib.metadata
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import grpc
from aiortc import RTCIceServer
from parley.media.v1 import live_pb2, media_service_pb2_grpc
from protovalidate import Validator

from services.kit.auth import TokenVerifier
from services.kit.channels import Channel, open_channel
from services.kit.clock import Clock, SystemClock
from services.kit.errors import ErrorMap, ErrorSpec
from services.kit.server import Readiness, ServiceSpec
from services.kit.validation import decoder
from services.media.adapters.ice import IceOptions
from services.media.adapters.opus import OpusVoice
from services.media.adapters.peer import AiortcPeers, PeerOptions
from services.media.adapters.session_client import SessionClient
from services.media.adapters.speech_client import SpeechClient
from services.media.adapters.vision_client import VisionClient
from services.media.domain import errors
from services.media.domain.limits import Limits
from services.media.ports.services import Services
from services.media.servicer import MediaServicer
from services.media.settings import Settings
from services.media.usecases.engines import Engines
from services.media.usecases.ice_servers import IceServers
from services.media.usecases.peers import Peers

_Code = grpc.StatusCode
ERRORS: Final[ErrorMap] = {
    errors.SdpMalformed: ErrorSpec(_Code.INVALID_ARGUMENT, "SDP_MALFORMED"),
    errors.CandidateMalformed: ErrorSpec(_Code.INVALID_ARGUMENT, "CANDIDATE_MALFORMED"),
    errors.IceRestartUnsupported: ErrorSpec(_Code.FAILED_PRECONDITION, "ICE_RESTART_UNSUPPORTED"),
    errors.PeerNotFound: ErrorSpec(_Code.NOT_FOUND, "PEER_NOT_FOUND"),
    errors.NotYourInterview: ErrorSpec(_Code.PERMISSION_DENIED, "NOT_YOUR_INTERVIEW"),
    errors.TooManyPeers: ErrorSpec(_Code.RESOURCE_EXHAUSTED, "TOO_MANY_PEERS", retryable=True, retry_after_s=5.0),
    errors.NoUdpPort: ErrorSpec(_Code.RESOURCE_EXHAUSTED, "NO_UDP_PORT", retryable=True, retry_after_s=5.0),
    errors.NodeDraining: ErrorSpec(_Code.UNAVAILABLE, "DRAINING", retryable=True, retry_after_s=1.0),
    errors.InterviewClosed: ErrorSpec(_Code.UNAVAILABLE, "INTERVIEW_CLOSED", retryable=True, retry_after_s=1.0),
}
_QUIET: Final = ("aiortc", "aioice", "av", "libav")


class _Parts:
    """What a media process holds open."""

    def __init__(self, settings: Settings, clock: Clock, limits: Limits | None) -> None:
        for name in _QUIET:  # the predecessor's log drowned in theirs
            logging.getLogger(name).setLevel(logging.WARNING)
        self.session, self.speech, self.vision = (
            _channel(address, settings)
            for address in (settings.session_address, settings.speech_address, settings.vision_address)
        )
        # Voice and pictures apart: a burst of pictures must not delay the first word of a question.
        self.voice_workers = ThreadPoolExecutor(1, "media-voice")
        self.picture_workers = ThreadPoolExecutor(settings.workers, "media-picture")
        services = Services(
            SpeechClient(self.speech), VisionClient(self.vision), lambda: OpusVoice(self.voice_workers), clock
        )
        command: Any = live_pb2.LiveCommand.DESCRIPTOR  # the stubs leave open which implementation of Descriptor it is
        decode = decoder(command, Validator())
        options = PeerOptions(_ice(settings), settings.frames_per_s, self.picture_workers, clock, decode)
        self.peers = Peers(
            settings.node_name,
            services,
            SessionClient(self.session),
            AiortcPeers(options),
            Engines(services.speech, services.vision, clock),
            limits or Limits(linger_s=settings.linger_s, keep_audio_s=settings.keep_audio_s),
            settings.max_peers,
        )

    async def close(self) -> None:
        """Record what is open, hang up, close channels and workers, in this order."""
        await self.peers.close()
        for channel in (self.session, self.speech, self.vision):
            await channel.close()
        self.voice_workers.shutdown(wait=True, cancel_futures=True)
        self.picture_workers.shutdown(wait=True, cancel_futures=True)


async def build(
    settings: Settings | None = None, *, clock: Clock | None = None, limits: Limits | None = None
) -> ServiceSpec:
    """The media service as kit runs it. Tests give settings, a clock and limits of their own."""
    settings = settings or Settings.from_env()
    clock = clock or SystemClock()
    parts = _Parts(settings, clock, limits)
    servicer = MediaServicer(parts.peers, IceServers(settings.ice_urls, settings.turn_secret, clock))
    engine = f"aiortc {importlib.metadata.version('aiortc')}"

    async def ready() -> Readiness:
        return Readiness(True, engines={"webrtc": engine})

    return ServiceSpec(
        name="media",
        listen=settings.listen,
        servicers=[(media_service_pb2_grpc.add_MediaServiceServicer_to_server, servicer)],
        errors=ERRORS,
        verifier=TokenVerifier(settings.token_secret, settings.internal_secret, clock),
        ready=ready,
        # A little less than kit grants: peers that stay are hung up by on_close, and that is no fault.
        on_drain=lambda: parts.peers.drain(0.9 * settings.drain_grace_s),
        on_close=parts.close,
        drain_grace_s=settings.drain_grace_s,
        metrics_listen=settings.metrics_listen,
    )


def _channel(address: str, settings: Settings) -> Channel:
    # No retries: each of these streams has its own way to go on after a loss.
    return open_channel(address, identity="media", internal_secret=settings.internal_secret, retries=False)


def _ice(settings: Settings) -> IceOptions:
    # A node whose address is configured need not ask STUN for it. TURN is for browsers.
    stun = [url for url in settings.ice_urls if url.startswith("stun")]
    servers = (RTCIceServer(urls=stun),) if stun and not settings.ice_advertise else ()
    return IceOptions(settings.ice_bind, settings.ice_advertise, settings.udp_ports, servers)
