"""Captions of the spoken answers while they are spoken: what is stable stays, and little is taken back.

The stream runs on the clock of its audio: a text is there before the next piece is heard, as if computing took no time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from services.kit.clock import VirtualClock
from services.speech.adapters.recognisers.whisper import WhisperRecogniser
from services.speech.adapters.silero import SileroDetector
from services.speech.domain.audio import RATE_HZ, in_samples
from services.speech.domain.events import Audio, Event, Final, Message, Partial, StreamConfig
from services.speech.domain.policies.choice import Policy, choose
from services.speech.domain.policies.rules import core
from services.speech.domain.transcript import Hypothesis, Utterance
from services.speech.ports import Priority, RecogniserCapabilities, RecogniserOptions, Speech
from services.speech.usecases.listening import Listening, OpenStreams
from services.speech.usecases.transcribe import transcribe
from tests.support.fixtures import needs_shared
from tests.support.speech_audio import MODEL, answers, clip, cut
from tests.support.speech_listening import listening
from tools.expose_cross_attention import expose_folder

pytestmark = needs_shared

CHURN_BAR = 0.2
LATENCY_BAR = in_samples(0.7)


class InlineRecogniser:
    """The real engine, in the event loop: it takes no time on the stream's clock."""

    def __init__(self, model: Path) -> None:
        self._engine = WhisperRecogniser(RecogniserOptions(model_folder=model, threads=2))
        self.capabilities: RecogniserCapabilities = self._engine.capabilities
        self.idle = True

    async def open(self) -> None:
        """See Recogniser."""

    async def trouble(self) -> str:
        """See Recogniser."""
        return ""

    async def recognise(self, speech: Speech, priority: Priority) -> Hypothesis:
        """See Recogniser."""
        return self._engine.recognise([speech])[0]

    async def close(self) -> None:
        """See Recogniser."""
        self._engine.close()


@pytest.fixture(scope="module")
def plain() -> Listening:
    return real(InlineRecogniser(MODEL))


@pytest.fixture(scope="module")
def aligned(tmp_path_factory: pytest.TempPathFactory) -> Listening:
    """Over the same model with its attention exposed: then AlignAtt is what `auto` chooses."""
    folder = tmp_path_factory.mktemp("whisper") / "exposed"
    expose_folder(MODEL, folder)
    return real(InlineRecogniser(folder))


def real(recogniser: InlineRecogniser) -> Listening:
    ears = recogniser.capabilities
    policy = choose(Policy.AUTO, aligned=ears.aligned, size=ears.size)
    return listening(recogniser, SileroDetector, partial_every_s=0.4, policy=policy)


async def told(listening: Listening, row: dict[str, Any], sizes: Sequence[int]) -> list[tuple[int, Event]]:
    """Each event with the sample up to which audio had been sent."""
    clock, heard = VirtualClock(), 0

    async def messages() -> AsyncIterator[Message]:
        nonlocal heard
        yield StreamConfig("s", row["language"], partials=True)
        for at, piece in cut(clip(row["clip"]), sizes):
            heard = at + len(piece)
            yield Audio(at, piece)
            await clock.advance(len(piece) / RATE_HZ)
            await clock.advance(0)

    return [(heard, event) async for event in transcribe(messages(), listening, OpenStreams(1))]


def by_utterance(events: Sequence[tuple[int, Event]]) -> Iterator[tuple[Utterance, int, list[tuple[int, Partial]]]]:
    partials = [(at, event) for at, event in events if isinstance(event, Partial)]
    for at, event in events:
        if isinstance(event, Final):
            name = event.utterance.utterance_id
            yield event.utterance, at, [each for each in partials if each[1].utterance_id == name]


CASES = [(0, (640,)), (3, (1_600,))]
MANY = [(number, sizes) for number in range(6) for sizes in ((160,), (1_600,), (1, 5_333, 700, 16_000))]


@pytest.mark.parametrize(("number", "sizes"), [*CASES, *(pytest.param(*each, marks=pytest.mark.slow) for each in MANY)])
async def test_stable_text_stays_in_every_later_partial_and_in_the_final(
    plain: Listening, number: int, sizes: tuple[int, ...]
) -> None:
    assert plain.policy is Policy.LOCAL_AGREEMENT
    await assert_stable(plain, answers()[number], sizes)


@pytest.mark.parametrize("number", [1, *(pytest.param(each, marks=pytest.mark.slow) for each in (0, 2, 3, 4, 5))])
async def test_the_same_with_attention_as_the_measure(aligned: Listening, number: int) -> None:
    assert aligned.policy is Policy.ALIGN_ATT
    # One reading commits, and this model's attention is a toy's: a final may differ from what its partials kept.
    await assert_stable(aligned, answers()[number], (1_600,), in_the_final=False)


async def assert_stable(
    listening: Listening, row: dict[str, Any], sizes: tuple[int, ...], *, in_the_final: bool = True
) -> None:
    events = await told(listening, row, sizes)
    finals = [event.utterance.text for _, event in events if isinstance(event, Final)]
    assert finals == [each["text"] for each in row["utterances"]]
    changed = words = 0
    latencies: list[int] = []
    for utterance, final_at, partials in by_utterance(events):
        assert len(partials) >= 2
        for (_, before), (_, after) in pairwise(partials):
            assert after.text.startswith(before.text[: before.stable_chars])
        for _, partial in partials if in_the_final else []:
            assert utterance.text.startswith(partial.text[: partial.stable_chars])
        texts = [*(partial.text.split() for _, partial in partials), utterance.text.split()]
        changed += sum(changes(before, after) for before, after in pairwise(texts))
        words += len(texts[-1])
        latencies += shown_after(utterance, final_at, partials)
    assert changed / words <= CHURN_BAR
    if max(sizes) <= 1_600:
        assert sorted(latencies)[len(latencies) // 2] <= LATENCY_BAR


def changes(before: Sequence[str], after: Sequence[str]) -> int:
    """Words of a caption that the next one does not have in their place."""
    kept = sum(core(one) == core(other) for one, other in zip(before, after, strict=False))
    return len(before) - kept


def shown_after(utterance: Utterance, final_at: int, partials: Sequence[tuple[int, Partial]]) -> list[int]:
    """For each word, how long after its end, in samples, it was shown for good."""
    captions = [*((at, partial.text.split()) for at, partial in partials), (final_at, utterance.text.split())]
    found = []
    for place, word in enumerate(utterance.words):
        since = final_at
        for at, caption in reversed(captions):
            if place >= len(caption) or core(caption[place]) != core(word.text):
                break
            since = at
        found.append(since - word.span.end)
    return found
