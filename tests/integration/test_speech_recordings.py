"""Whole files over the wire: any container that people upload, and everything that can be wrong with one."""

from __future__ import annotations

import asyncio
import os
import struct
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import psutil
import pytest
import pytest_asyncio
from parley.common.v1 import transcript_pb2
from parley.speech.v1 import recording_pb2, speech_service_pb2

from services.kit.channels import closing
from services.kit.errors import ServiceError, service_errors
from services.speech.adapters.pool import ThreadPool
from services.speech.adapters.recordings import RecordingFiles
from services.speech.domain.errors import RecordingTooLong
from services.speech.domain.recording import MOST_BYTES, MOST_SAMPLES
from tests.support.containers import as_recorded_live, encoded, only_picture
from tests.support.fixtures import SHARED, needs_shared
from tests.support.speech_audio import CLIPS, MODEL, RATE_HZ, Pcm, answers, clip, golden, silence
from tests.support.speech_service import LANGUAGES, Speech, Utterance, seconds, speech_service

pytestmark = pytest.mark.asyncio(loop_scope="module")

Request = speech_service_pb2.TranscribeRecordingRequest
Response = speech_service_pb2.TranscribeRecordingResponse
Summary = recording_pb2.RecordingSummary
DEADLINE_S = 900.0


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def whisper() -> AsyncIterator[Speech]:
    async with speech_service(engine="whisper", model=str(MODEL), voice="none") as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def deaf() -> AsyncIterator[Speech]:
    """Hears utterances and reads none: quick, for what is not about text."""
    async with speech_service(engine="none", voice="none", max_streams="2") as started:
        yield started


def config(language: str = "en", **fields: Any) -> Request:
    values = {"stream_id": "upload", "language": LANGUAGES[language], **fields}
    return Request(config=recording_pb2.RecordingConfig(**values))


def file(content: bytes, language: str = "en", size: int = 262_144) -> Iterator[Request]:
    yield config(language)
    for at in range(0, len(content), size):
        yield Request(chunk=content[at : at + size])


async def asked(service: Speech, requests: Iterable[Request]) -> list[Response]:
    async def each() -> AsyncIterator[Request]:
        for request in requests:
            yield request

    with service_errors():
        async with closing(service.stub.TranscribeRecording(each(), timeout=DEADLINE_S)) as call:
            return [response async for response in call]


async def sent(service: Speech, content: bytes, language: str = "en") -> tuple[list[Utterance], Summary]:
    *found, last = await asked(service, file(content, language))
    assert last.HasField("summary")
    return [response.final.utterance for response in found], last.summary


async def refused(service: Speech, requests: Iterable[Request]) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        await asked(service, requests)
    return caught.value


def golden_text(name: str) -> tuple[str, str]:
    row = next(row for row in golden() if row["clip"] == name)
    return row["language"], row["text"]


def tone(length_s: float) -> Pcm:
    times = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    return np.asarray(8_000 * np.sin(2 * np.pi * 300 * times), dtype=np.int16)


# What is said is understood, whatever it comes in.


@needs_shared
@pytest.mark.parametrize("number", range(6))
async def test_the_answers_are_exact_as_files(whisper: Speech, number: int) -> None:
    expected = answers()[number]
    found, summary = await sent(whisper, (CLIPS / expected["clip"]).read_bytes(), expected["language"])
    assert [each.text for each in found] == [each["text"] for each in expected["utterances"]]
    for utterance, truth in zip(found, expected["utterances"], strict=True):
        assert seconds(utterance.start_offset) == pytest.approx(truth["start_s"], abs=0.35)
        assert seconds(utterance.end_offset) == pytest.approx(truth["end_s"], abs=0.35)
        assert utterance.words
    assert seconds(summary.duration) == pytest.approx(expected["duration_s"], abs=0.01)
    assert (summary.container, summary.codec, summary.sample_rate_hz, summary.channel_count) == (
        "flac",
        "flac",
        16_000,
        1,
    )
    assert (summary.truncated, summary.utterances) == (False, 3)


@needs_shared
@pytest.mark.parametrize(
    ("name", "container", "codec", "fields"),
    [
        ("en02-clean.flac", "mp4", "aac", {"rate_hz": 48_000}),
        ("ko02-clean.flac", "mp4", "aac", {"rate_hz": 44_100, "layout": "stereo", "movflags": "faststart"}),
        ("ko01-clean.flac", "mp3", "libmp3lame", {"rate_hz": 48_000}),
        ("en03-clean.flac", "ogg", "libopus", {"rate_hz": 48_000, "layout": "stereo"}),
        ("en00-clean.flac", "wav", "pcm_s24le", {"rate_hz": 48_000, "layout": "stereo"}),
        ("ko03-clean.flac", "wav", "pcm_f32le", {"rate_hz": 44_100}),
        ("ko00-clean.flac", "webm", "libopus", {"rate_hz": 48_000, "picture": True}),
    ],
)
async def test_sentences_survive_codecs_and_resampling(
    whisper: Speech, name: str, container: str, codec: str, fields: dict[str, Any]
) -> None:
    language, text = golden_text(name)
    found, summary = await sent(whisper, encoded(clip(name), container, codec, **fields), language)
    assert " ".join(each.text for each in found) == text
    assert (summary.sample_rate_hz, summary.truncated) == (fields["rate_hz"], False)


@needs_shared
async def test_a_browsers_recording_without_a_length_is_exact(whisper: Speech) -> None:
    language, text = golden_text("en01-clean.flac")
    found, summary = await sent(whisper, as_recorded_live(clip("en01-clean.flac")), language)
    assert " ".join(each.text for each in found) == text
    assert (summary.codec, summary.truncated) == ("opus", False)


@needs_shared
async def test_what_is_left_of_a_cut_recording_is_transcribed_and_flagged(whisper: Speech) -> None:
    expected = answers()[0]
    whole = encoded(clip(expected["clip"]), "webm", "libopus", rate_hz=48_000)
    found, summary = await sent(whisper, whole[: len(whole) * 2 // 5])
    assert [each.text for each in found][:1] == [expected["utterances"][0]["text"]]
    assert summary.truncated
    assert seconds(summary.duration) < expected["duration_s"] / 2


# The decoder: the same samples, whatever they were wrapped in.


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def files() -> AsyncIterator[RecordingFiles]:
    threads, decoders = ThreadPool("test-files", 1, 8), ThreadPool("test-decoders", 2, 8)
    yield RecordingFiles(threads, decoders)
    for pool in (threads, decoders):
        await asyncio.to_thread(pool.close)


async def decoded(files: RecordingFiles, content: bytes, most_samples: int = MOST_SAMPLES) -> tuple[Any, Pcm]:
    async with files.receive() as upload:
        await upload.add(content)
        info = await upload.decode(most_samples)
        pieces = [piece async for piece in upload.pieces()]
        assert max(map(len, pieces)) <= RATE_HZ
        return info, np.concatenate(pieces)


SOUND = np.concatenate([tone(1.0), silence(0.5), tone(0.7)])


@pytest.mark.parametrize(
    ("container", "codec"),
    [("wav", "pcm_s16le"), ("wav", "pcm_s24le"), ("wav", "pcm_f32le"), ("flac", "flac"), ("matroska", "flac")],
)
async def test_lossless_files_give_the_samples_themselves(files: RecordingFiles, container: str, codec: str) -> None:
    info, samples = await decoded(files, encoded(SOUND, container, codec))
    np.testing.assert_array_equal(samples, SOUND)
    assert (info.codec, info.samples, info.truncated) == (codec, len(SOUND), False)


@pytest.mark.parametrize(
    ("rate_hz", "layout", "codec"),
    [
        (8_000, "mono", "pcm_s16le"),
        (11_025, "stereo", "pcm_u8"),
        (48_000, "5.1", "pcm_s16le"),
        (96_000, "mono", "flac"),
    ],
)
async def test_any_rate_and_layout_becomes_16_khz_mono_of_the_same_length(
    files: RecordingFiles, rate_hz: int, layout: str, codec: str
) -> None:
    content = encoded(SOUND, "flac" if codec == "flac" else "wav", codec, rate_hz=rate_hz, layout=layout)
    info, samples = await decoded(files, content)
    assert len(samples) == pytest.approx(len(SOUND), abs=40)
    assert (info.rate_hz, info.truncated) == (rate_hz, False)
    loud = np.abs(samples[4_000:12_000].astype(float)).mean()
    assert loud > 100 * max(1.0, np.abs(samples[18_000:22_000].astype(float)).mean()) / 8


@pytest.mark.parametrize(
    ("container", "codec", "fields"),
    [
        ("wav", "pcm_s16le", {}),
        ("flac", "flac", {}),
        ("webm", "libopus", {"rate_hz": 48_000}),
        ("mp4", "aac", {"movflags": "faststart"}),
        ("mp3", "libmp3lame", {"rate_hz": 48_000}),
    ],
)
async def test_a_file_that_ends_early_is_decoded_as_far_as_it_goes_and_said_to(
    files: RecordingFiles, container: str, codec: str, fields: dict[str, Any]
) -> None:
    noise = np.random.default_rng(1).integers(-9_000, 9_000, 6 * RATE_HZ).astype(np.int16)
    content = encoded(noise, container, codec, **fields)
    info, samples = await decoded(files, content[: len(content) * 2 // 3])
    assert info.truncated
    assert 2 * RATE_HZ < len(samples) < 5 * RATE_HZ


async def test_a_header_that_promises_a_hundred_hours_is_not_believed(files: RecordingFiles) -> None:
    content = encoded(SOUND, "webm", "libopus", rate_hz=48_000)
    at = content.index(b"\x44\x89\x88") + 3  # Matroska's Duration element: a float64 in milliseconds
    lying = content[:at] + struct.pack(">d", 100 * 3_600_000.0) + content[at + 8 :]
    info, samples = await decoded(files, lying)
    assert len(samples) == pytest.approx(len(SOUND), abs=400)
    assert info.truncated


async def test_the_limit_counts_what_was_decoded(files: RecordingFiles) -> None:
    content = encoded(silence(3), "flac", "flac")
    await decoded(files, content, 3 * RATE_HZ)
    with pytest.raises(RecordingTooLong):
        await decoded(files, content, 3 * RATE_HZ - 1)


@pytest.mark.parametrize(("gap_s", "heard_s"), [(0.05, 0.0), (5.0, 5.0), (40_000.0, 30.0)])
async def test_a_gap_in_the_timestamps_is_silence_within_reason(
    files: RecordingFiles, gap_s: float, heard_s: float
) -> None:
    whole, _ = await decoded(files, as_recorded_live(SOUND))
    moved, _ = await decoded(files, as_recorded_live(SOUND, gap_s))
    assert moved.samples - whole.samples == pytest.approx(heard_s * RATE_HZ, abs=200)


# What is refused, and how.


@pytest.mark.parametrize(
    "content",
    [
        os.urandom(70_000),
        b"RIFF\x24\x00\x00\x00WAVE",
        b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile '/etc/passwd'\n",
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
    ],
    ids=["noise", "empty wav", "playlist", "concat", "sdp"],
)
async def test_what_is_no_recording_is_refused(deaf: Speech, content: bytes) -> None:
    error = await refused(deaf, file(content))
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "RECORDING_UNREADABLE")
    assert "send WebM, MP4, WAV" in error.message
    assert [field for field, _ in error.violations] == ["chunk"]


async def test_an_mp4_that_was_cut_before_its_index_says_so(deaf: Speech) -> None:
    content = encoded(SOUND, "mp4", "aac", rate_hz=48_000)
    error = await refused(deaf, file(content[: len(content) // 2]))
    assert (error.reason, "cut before its index" in error.message) == ("RECORDING_UNREADABLE", True)


async def test_no_bytes_at_all_are_refused(deaf: Speech) -> None:
    assert (await refused(deaf, [config()])).reason == "RECORDING_UNREADABLE"


async def test_a_film_without_sound_is_refused(deaf: Speech) -> None:
    error = await refused(deaf, file(only_picture()))
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "RECORDING_HAS_NO_AUDIO")


@needs_shared
async def test_the_shared_camera_recording_without_sound_is_refused(deaf: Speech) -> None:
    error = await refused(deaf, file((SHARED / "video" / "face.webm").read_bytes()))
    assert error.reason == "RECORDING_HAS_NO_AUDIO"


async def test_too_many_bytes_are_refused_as_soon_as_announced_or_sent(deaf: Speech) -> None:
    announced = await refused(deaf, [config(size_bytes=MOST_BYTES + 1)])
    assert (announced.code, announced.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "RECORDING_TOO_LARGE")
    piece = Request(chunk=bytes(262_144))
    endless = [config(), *[piece] * (MOST_BYTES // 262_144 + 1)]
    assert (await refused(deaf, endless)).reason == "RECORDING_TOO_LARGE"


@pytest.mark.parametrize(
    ("requests", "reason"),
    [
        ([], "STREAM_NOT_CONFIGURED"),
        ([Request(chunk=b"x")], "STREAM_NOT_CONFIGURED"),
        ([config(), config()], "STREAM_ALREADY_CONFIGURED"),
        ([config(language="en", stream_id="")], "INVALID_FIELDS"),
        ([config(), Request(chunk=bytes(262_145))], "INVALID_FIELDS"),
        ([config(), Request(chunk=b"")], "INVALID_FIELDS"),
        ([config(), Request()], "INVALID_FIELDS"),
    ],
)
async def test_messages_that_break_the_contract_are_refused(deaf: Speech, requests: list[Request], reason: str) -> None:
    assert (await refused(deaf, requests)).reason == reason


async def test_a_recording_counts_as_a_stream(deaf: Speech) -> None:
    under_way = [asyncio.Event(), asyncio.Event()]

    async def held(event: asyncio.Event) -> AsyncIterator[Request]:
        yield config()
        event.set()
        await asyncio.Event().wait()

    calls = [deaf.stub.TranscribeRecording(held(event), timeout=DEADLINE_S) for event in under_way]
    async with closing(calls[0]), closing(calls[1]):
        async with asyncio.timeout(30):
            while (await _active(deaf)) < 2:
                await asyncio.gather(*(event.wait() for event in under_way))
        error = await refused(deaf, file(encoded(SOUND, "wav", "pcm_s16le")))
        assert (error.code, error.retryable) == (grpc.StatusCode.RESOURCE_EXHAUSTED, True)
    async with asyncio.timeout(30):  # the service hears of the cancelled streams a little later
        while await _active(deaf):
            pass


async def _active(service: Speech) -> int:
    found = await service.stub.GetCapabilities(speech_service_pb2.GetCapabilitiesRequest(), timeout=10)
    return int(found.active_streams)


# Speech without an engine, silence, and what is left behind.


@needs_shared
async def test_without_an_engine_utterances_are_found_and_say_why_they_have_no_text(deaf: Speech) -> None:
    found, summary = await sent(deaf, (CLIPS / answers()[3]["clip"]).read_bytes(), "ko")
    assert {each.no_text_reason for each in found} == {transcript_pb2.NO_TEXT_REASON_NO_ENGINE}
    assert (len(found), summary.utterances) == (3, 3)


async def test_a_minute_of_silence_has_no_utterance(deaf: Speech) -> None:
    found, summary = await sent(deaf, encoded(silence(60), "flac", "flac"))
    assert (found, seconds(summary.duration)) == ([], 60.0)


@pytest.mark.slow
async def test_the_longest_recording_is_taken_and_one_second_more_is_not(deaf: Speech) -> None:
    found, summary = await sent(deaf, encoded(silence(3_600), "flac", "flac"))
    assert (found, seconds(summary.duration)) == ([], 3_600.0)
    error = await refused(deaf, file(encoded(silence(3_601), "flac", "flac")))
    assert (error.reason, "60 minutes" in error.message) == ("RECORDING_TOO_LONG", True)


async def test_nothing_of_a_file_stays_whether_it_ends_well_or_not(
    files: RecordingFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # tempfile's documented setting
    async with files.receive() as upload:
        await upload.add(encoded(SOUND, "wav", "pcm_s16le"))
        assert os.listdir(tmp_path) == []  # no name from the first moment
        await upload.decode(MOST_SAMPLES)
        assert os.listdir(tmp_path) == []


async def test_a_caller_that_leaves_while_decoding_leaves_no_process(files: RecordingFiles) -> None:
    before = {child.pid for child in psutil.Process().children()}
    async with files.receive() as upload:
        await upload.add(encoded(SOUND, "flac", "flac"))
        decoding = asyncio.create_task(upload.decode(MOST_SAMPLES))
        async with asyncio.timeout(30):
            while {child.pid for child in psutil.Process().children()} <= before:  # noqa: ASYNC110  # another process
                await asyncio.sleep(0)
        decoding.cancel()
        with pytest.raises(asyncio.CancelledError):
            await decoding
    assert {child.pid for child in psutil.Process().children()} <= before
