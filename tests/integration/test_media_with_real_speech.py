"""Media with the real speech service and the fixture model: what the fakes promise, the real one keeps."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from parley.session.v1 import recorder_pb2

from services.kit.clock import SystemClock
from services.kit.ids import new_id
from services.kit.server import RunningServer, start
from services.speech.bootstrap import assemble
from services.speech.settings import Settings
from tests.support.fixtures import SHARED, needs_shared
from tests.support.media_audio import read_audio
from tests.support.media_fakes import INTERNAL_SECRET, TOKEN_SECRET
from tests.support.media_mesh import MediaMesh
from tests.support.speech_audio import answers
from tests.support.speech_service import LANGUAGES


class RealSpeech:
    """The real service in process; it can be stopped at once and started again on its port."""

    def __init__(self) -> None:
        self._port = 0
        self._running: RunningServer | None = None

    @property
    def address(self) -> str:
        """gRPC target."""
        return f"dns:///127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Load the fixture model and listen."""
        settings = Settings(
            listen=f"127.0.0.1:{self._port}",
            internal_secret=INTERNAL_SECRET,
            token_secret=TOKEN_SECRET,
            engine="whisper",
            model=SHARED / "models" / "whisper-fixture",
        )
        self._running = await start(assemble(settings, SystemClock()))
        self._port = self._running.port

    async def kill(self) -> None:
        """Break all streams."""
        if self._running is not None:
            await self._running.stop(0)
            self._running = None


@asynccontextmanager
async def really_heard() -> AsyncIterator[tuple[MediaMesh, RealSpeech]]:
    """A mesh whose speech is the real one."""
    mesh = MediaMesh()
    speech = RealSpeech()
    mesh.speech.process = speech  # type: ignore[assignment]  # the real one in the fake's place
    await mesh.start()
    try:
        await mesh.start_media()
        yield mesh, speech
    finally:
        await mesh.close()


async def finish(mesh: MediaMesh, answer: str) -> list[tuple[str, str]]:
    """Submit the answer; all that was written of the microphone, with the answer that it belongs to."""
    mesh.session.say(finish_answer=recorder_pb2.FinishAnswer(answer_id=answer))
    await mesh.session.seen.until(lambda: mesh.session.of("answer_end"), timeout_s=20)
    return [(spoken.utterance.text, spoken.answer_id) for spoken in mesh.session.of("utterance")]


# One of each language every time; the others by `make test-slow`.
@needs_shared
@pytest.mark.parametrize("number", [0, 3, *(pytest.param(other, marks=pytest.mark.slow) for other in (1, 2, 4, 5))])
async def test_each_answer_over_webrtc_is_transcribed_exactly(number: int) -> None:
    expected = answers()[number]
    async with really_heard() as (mesh, _):
        mesh.session.language = LANGUAGES[expected["language"]]
        browser = await mesh.join()
        answer = new_id()
        mesh.session.ask(new_id(), answer)
        browser.microphone.play(read_audio(SHARED / "clips" / expected["clip"]))
        await browser.seen.until(lambda: browser.microphone.quiet, timeout_s=60)
        assert await finish(mesh, answer) == [(each["text"], answer) for each in expected["utterances"]]


@needs_shared
async def test_speech_dies_between_two_sentences_of_an_answer() -> None:
    first = "I led the migration of our payment service to a new platform."
    second = "We reduced the average latency by forty percent."
    async with really_heard() as (mesh, speech):
        browser = await mesh.join()
        answer = new_id()
        mesh.session.ask(new_id(), answer)
        browser.microphone.play(read_audio(SHARED / "clips" / "answer-en-1.flac")[: 48_000 * 93 // 10])
        await browser.event("caption", lambda caption: caption.final and caption.text == first, timeout_s=20)
        await browser.event(
            "caption", lambda caption: not caption.final and caption.text[:3] == second[:3], timeout_s=20
        )
        await speech.kill()
        await speech.start()
        await browser.seen.until(lambda: browser.microphone.quiet, timeout_s=20)
        assert await finish(mesh, answer) == [(first, answer), (second, answer)]
        starts = [spoken.utterance.start_offset.ToNanoseconds() for spoken in mesh.session.of("utterance")]
        assert starts == sorted(starts)
