"""Sound, voice, pictures, ICE and the live channel: adapters without a network, or on loopback only."""

import asyncio
import io
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from aioice.ice import Connection
from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame, CodecContext, Packet, VideoFrame
from parley.media.v1 import live_pb2
from PIL import Image
from protovalidate import Validator

from services.kit.validation import decoder
from services.media.adapters.ice import HostConnection, IceOptions
from services.media.adapters.live_channel import CONGESTED_BYTES, LiveDataChannel
from services.media.adapters.opus import SILENCE, OpusVoice
from services.media.adapters.picture import encode
from services.media.adapters.receiver import MAX_PICTURES, PictureQueue, tune
from services.media.adapters.sound import Ear, Sound
from services.media.adapters.voice_track import VoiceTrack
from services.media.domain.commands import Ping
from services.media.domain.errors import NoUdpPort
from services.media.domain.events import InputLevel, Pong


@pytest.fixture
def workers() -> Iterator[ThreadPoolExecutor]:
    pool = ThreadPoolExecutor(1)
    yield pool
    pool.shutdown()


def tone(samples: int, start: int = 0, rate: int = 48_000) -> np.ndarray[Any, Any]:
    """440 Hz."""
    return (np.sin(2 * np.pi * 440 * (np.arange(samples) + start) / rate) * 8000).astype(np.int16)


def frame(samples: np.ndarray[Any, Any], pts: int) -> AudioFrame:
    """What aiortc decodes: 48 kHz stereo."""
    made = AudioFrame.from_ndarray(np.repeat(samples, 2).reshape(1, -1), format="s16", layout="stereo")
    made.sample_rate = 48_000
    made.pts = pts
    made.time_base = Fraction(1, 48_000)
    return made


def hear(ear: Ear, *frames: AudioFrame) -> list[Sound]:
    """All sound of these frames."""
    return [sound for one in frames for sound in ear.hear(one)]


def samples_of(sounds: list[Sound]) -> np.ndarray[Any, Any]:
    """Their samples."""
    return np.frombuffer(b"".join(sound.pcm for sound in sounds), np.int16)


class TestEar:
    def test_every_third_sample_at_its_place(self) -> None:
        wave = np.concatenate([np.zeros(4800, np.int16), tone(43_200)])
        heard = samples_of(hear(Ear(), *[frame(wave[at : at + 960], at) for at in range(0, 48_000, 960)]))
        assert 16_000 - 32 <= len(heard) <= 16_000
        assert abs(int(np.argmax(np.abs(heard) > 1000)) - 1600) < 20
        assert np.corrcoef(heard[2000:15_000], tone(13_000, 400, 16_000))[0, 1] > 0.999

    def test_lost_packets_are_silence_and_a_hole_is_told(self) -> None:
        ear = Ear()
        before = samples_of(hear(ear, frame(tone(960), 0)))
        filled = hear(ear, frame(tone(960, 4800), 4800))
        assert [sound.lost for sound in filled] == [0, 0]
        assert len(before) + len(samples_of(filled)) == pytest.approx((4800 + 960) / 3, abs=20)
        [after] = hear(ear, frame(tone(960), 4800 + 960 + 96_000))
        assert after.lost == 32_000

    def test_a_clock_that_goes_back_loses_nothing(self) -> None:
        ear = Ear()
        sounds = hear(ear, frame(tone(960), 96_000), frame(tone(960), 0))
        assert [sound.lost for sound in sounds] == [0, 0]


class TestOpus:
    async def test_packets_of_20_ms_that_decode_to_the_voice(self, workers: ThreadPoolExecutor) -> None:
        voice = OpusVoice(workers)
        wave = tone(48_000).tobytes()
        packets = [packet for at in range(0, 96_000, 7000) for packet in await voice.encode(wave[at : at + 7000])]
        packets += await voice.finish()
        assert len(packets) == 50
        decoded = _decode(packets)
        assert np.corrcoef(decoded[312 + 4800 : 40_000], tone(40_000 - 312)[4800 : 40_000 - 312])[0, 1] > 0.95

    async def test_a_rest_is_filled_up_with_silence(self, workers: ThreadPoolExecutor) -> None:
        voice = OpusVoice(workers)
        assert await voice.encode(tone(100).tobytes()) == []
        assert len(await voice.finish()) == 1
        assert await voice.finish() == []

    def test_silence_decodes_to_silence(self) -> None:
        assert not np.any(_decode([SILENCE] * 3))


class Source:
    """A VoiceSource that has what a test gives it."""

    def __init__(self) -> None:
        self.packets: list[bytes] = []
        self.ready = asyncio.Event()

    def give(self, *packets: bytes) -> None:
        self.packets += packets
        self.ready.set()

    def pull(self) -> bytes | None:
        if not self.packets:
            self.ready.clear()
            return None
        return self.packets.pop(0)

    async def wait(self) -> None:
        await self.ready.wait()


class TestVoiceTrack:
    async def test_voice_in_real_time_then_silence_then_signs_of_life(self) -> None:
        source = Source()
        track = VoiceTrack(source)
        source.give(b"one", b"two")
        packets = [await track.recv() for _ in range(23)]
        assert [bytes(packet) for packet in packets[:2]] == [b"one", b"two"]
        assert {bytes(packet) for packet in packets[2:]} == {SILENCE}
        steps = np.diff([packet.pts for packet in packets])
        assert set(steps[:20]) == {960}
        assert steps[-1] >= 20 * 960  # 0.4 s of silence took one packet

    async def test_voice_wakes_an_idle_track_at_the_place_that_time_has_reached(self) -> None:
        source = Source()
        track = VoiceTrack(source)
        first = await track.recv()
        asyncio.get_running_loop().call_later(0.1, source.give, b"voice")
        packet = await track.recv()
        assert bytes(packet) == b"voice"
        assert packet.pts - first.pts >= 5 * 960
        assert (packet.pts - first.pts) % 960 == 0

    async def test_a_stopped_track_has_ended(self) -> None:
        track = VoiceTrack(Source())
        track.stop()
        with pytest.raises(MediaStreamError):
            await track.recv()


@pytest.mark.parametrize(
    ("size", "expected"), [((1280, 720), (640, 360)), ((320, 240), (320, 240)), ((480, 640), (360, 480))]
)
def test_pictures_fit_640_by_480_and_keep_their_shape(size: tuple[int, int], expected: tuple[int, int]) -> None:
    picture = np.zeros((size[1], size[0], 3), np.uint8)
    picture[:, : size[0] // 2] = (200, 30, 30)
    image = Image.open(io.BytesIO(encode(VideoFrame.from_ndarray(picture, format="rgb24"))))
    assert (image.format, image.size) == ("JPEG", expected)
    red, green, blue = image.convert("RGB").getpixel((5, 5))  # type: ignore[misc]  # three channels after convert
    assert red > 170 > 80 > max(green, blue)


def test_a_decoder_that_falls_behind_gets_a_key_frame_instead_of_a_backlog() -> None:
    broken = threading.Event()
    pictures = PictureQueue(broken)
    for number in range(MAX_PICTURES):
        pictures.put(number)
    assert not broken.is_set()
    pictures.put("one too many")
    assert broken.is_set()
    assert pictures.empty()
    pictures.put(None)
    assert pictures.get() is None


async def test_the_attributes_of_aiortc_that_are_tuned_are_there() -> None:
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    for kind in ("audio", "video"):
        receiver: Any = peer.addTransceiver(kind).receiver
        for name in ("jitter_buffer", "decoder_queue", "decoder_error"):
            assert hasattr(receiver, f"_RTCRtpReceiver__{name}")
        tune(receiver, kind)
    await peer.close()


class TestIce:
    async def test_without_options_aioice_gathers_and_loopback_is_the_last_resort(self) -> None:
        connection = _connection(IceOptions())
        [candidate] = await connection.get_component_candidates(1, [])
        assert candidate.host == "127.0.0.1"
        await connection.close()

    async def test_a_range_is_used_up_and_then_refused(self) -> None:
        options = IceOptions(bind=("127.0.0.1",), ports=(47320, 47321))
        connections = [_connection(options) for _ in range(3)]
        ports = {(await one.get_component_candidates(1, ["ignored"]))[0].port for one in connections[:2]}
        assert ports == {47320, 47321}
        with pytest.raises(NoUdpPort):
            await connections[2].get_component_candidates(1, [])
        for one in connections:
            await one.close()

    async def test_the_advertised_address_is_told_and_the_own_one_bound(self) -> None:
        connection = _connection(IceOptions(bind=("127.0.0.1",), advertise=("203.0.113.7",)))
        [candidate] = await connection.get_component_candidates(1, [])
        assert candidate.host == "203.0.113.7"
        [protocol] = connection._protocols
        assert protocol.transport.get_extra_info("sockname") == ("127.0.0.1", candidate.port)
        await connection.close()

    async def test_aiortc_asks_nobody_when_no_server_is_configured(self) -> None:
        peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        receiver = peer.addTransceiver("audio").receiver
        connection: Any = receiver.transport.transport.iceGatherer._connection
        assert (connection.stun_server, connection.turn_server) == (None, None)
        await peer.close()


class FakeDataChannel:
    """What LiveDataChannel uses of RTCDataChannel."""

    def __init__(self) -> None:
        self.readyState = "open"
        self.bufferedAmount = 0
        self.bufferedAmountLowThreshold = 0
        self.sent: list[bytes] = []
        self.handlers: dict[str, Any] = {}

    def on(self, event: str, handler: Any) -> None:
        self.handlers[event] = handler

    def send(self, data: bytes) -> None:
        self.sent.append(data)


class TestLiveChannel:
    def test_numbers_events_and_stops_when_congested(self) -> None:
        raw: Any = FakeDataChannel()
        woken: list[object] = []
        channel = LiveDataChannel(raw, _decoder(), lambda command: None, woken.append)
        channel.send(InputLevel(-20, 1.5))
        channel.send(Pong(7, 2.0))
        events = [live_pb2.LiveEvent.FromString(data) for data in raw.sent]
        assert [event.sequence for event in events] == [1, 2]
        assert events[1].pong.token == 7
        raw.bufferedAmount = CONGESTED_BYTES
        assert not channel.writable
        raw.bufferedAmount = 0
        raw.handlers["bufferedamountlow"]()
        assert woken == [channel]
        raw.readyState = "closed"
        assert not channel.writable

    def test_takes_checked_commands_only(self) -> None:
        raw: Any = FakeDataChannel()
        commands: list[object] = []
        LiveDataChannel(raw, _decoder(), commands.append, lambda channel: None)
        too_long = live_pb2.LiveCommand(calibrate=live_pb2.Calibrate())
        too_long.calibrate.duration.seconds = 99
        for data in ("text", b"\xff", b"", too_long.SerializeToString()):
            raw.handlers["message"](data)
        assert commands == []
        raw.handlers["message"](live_pb2.LiveCommand(ping=live_pb2.Ping(token=5)).SerializeToString())
        assert commands == [Ping(5)]


def _connection(options: IceOptions) -> HostConnection:
    connection: Any = Connection(ice_controlling=False)
    connection.__class__ = HostConnection
    connection.options = options
    made: HostConnection = connection
    return made


def _decoder() -> Any:
    command: Any = live_pb2.LiveCommand.DESCRIPTOR
    return decoder(command, Validator())


def _decode(packets: list[bytes]) -> np.ndarray[Any, Any]:
    codec: Any = CodecContext.create("libopus", "r")
    codec.sample_rate, codec.format, codec.layout = 48_000, "s16", "mono"
    frames = [out for packet in packets for out in codec.decode(Packet(packet))]
    return np.concatenate([out.to_ndarray()[0] for out in frames])
