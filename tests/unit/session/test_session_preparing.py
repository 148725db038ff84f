"""Follow-ups that are prepared while the candidate speaks: what is begun, ended and handed over. No second passes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import prometheus_client
import pytest

from services.session.domain.errors import Conflict, ReasonerAway, ReasonerSlow, StorageAway
from services.session.domain.state import Intent
from services.session.domain.values import EngineInfo, Exchange, FallbackReason, Language, QualityTier, Question
from services.session.ports import Reasoner
from services.session.usecases.answering import Patience
from services.session.usecases.exchanges import Material
from services.session.usecases.preparing import Fate, Preparations, Preparing
from tests.support.virtual_time import in_virtual_time

FIRST_S, REST_S, TOTAL_S = 3.0, 2.0, 8.0
PLANNED = Question("q", "What was slow?")
SAID = {
    Language.KOREAN: ("조회가 느렸습니다.", "그래서 색인을 만들었습니다."),
    Language.ENGLISH: ("The query was slow.", "So I added an index."),
}
ASKED = {
    Language.KOREAN: ("‘느렸습니다’라고 하셨는데,", " 얼마나 느렸나요?"),
    Language.ENGLISH: ("You said “slow”.", " How slow was it?"),
}
BROKEN: tuple[Exception, ...] = (ReasonerAway("away"), ReasonerSlow("slow"), RuntimeError("조회가 느렸습니다. slow"))
both = pytest.mark.parametrize("language", list(Language), ids=str)


@dataclass
class Writer:
    """Writes the first sentence in FIRST_S, the rest in REST_S; notes on what it was asked and which it could not end.

    With ``failure`` it fails after the first sentence, or before it if it is told so.
    """

    asked: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    timeouts: list[float] = field(default_factory=list)
    failure: Exception | None = None
    early: bool = False

    async def stream_follow_up(
        self, language: Language, exchange: Exchange, earlier: Sequence[Exchange], timeout_s: float
    ) -> AsyncGenerator[Question, None]:
        said = (*earlier, exchange)[0].transcript
        self.asked.append(said)
        self.timeouts.append(timeout_s)
        first, rest = ASKED[language]
        try:
            if self.failure is not None and self.early:
                raise self.failure
            await asyncio.sleep(FIRST_S)
            yield Question("f", first)
            if self.failure is not None:
                raise self.failure
            await asyncio.sleep(REST_S)
            yield Question("f", first + rest)
        except (asyncio.CancelledError, GeneratorExit):
            self.left.append(said)
            raise


@dataclass
class Answer:
    """The words of an answer that are stored, as ``Preparations`` reads them; ``held`` while reading takes time."""

    language: Language
    words: str = ""
    wanted: bool = True
    failure: Exception | None = None
    held: asyncio.Event = field(default_factory=asyncio.Event)
    reads: int = 0

    def __post_init__(self) -> None:
        self.held.set()

    async def read(self, interview_id: str) -> Material | None:
        assert interview_id == "interview"
        self.reads += 1
        words, failure = self.words, self.failure
        await self.held.wait()
        if failure is not None:
            raise failure
        return Material("q1", "a1", self.language, exchanges(words)) if self.wanted and words else None


def exchanges(words: str) -> list[Exchange]:
    return [Exchange(PLANNED, words)]


class Stage:
    """An answer, a reasoner and what prepares between them; the stream is open inside ``stream``."""

    def __init__(self, language: Language = Language.ENGLISH, *, enabled: bool = True) -> None:
        self.language = language
        self.writer = Writer()
        self.answer = Answer(language)
        reasoner = cast(Reasoner, self.writer)  # nothing else of it is called
        self.preparations = Preparations(self.answer.read, reasoner, TOTAL_S, enabled=enabled)

    @asynccontextmanager
    async def stream(self) -> AsyncIterator[Preparing]:
        async with self.preparations.during("interview") as preparing:
            await settled()
            yield preparing

    async def say(self, preparing: Preparing, upto: int = 1) -> str:
        """This many utterances of the answer are stored now; its text."""
        self.answer.words = " ".join(SAID[self.language][:upto])
        preparing.words()
        await settled()
        return self.answer.words

    async def taken(self, words: str) -> str | None:
        """What a turn that ends with these words takes over, as far as it is written now; None for nothing."""
        before = asyncio.get_running_loop().time()
        writing = self.preparations.take("interview", exchanges(words))
        if writing is None:
            return None
        await writing.first()
        waited = asyncio.get_running_loop().time() - before
        text = writing.follow_up.question.text if writing.follow_up is not None else ""
        await writing.close()
        return text if not waited else f"after {waited:g} s: {text}"


async def settled() -> None:
    """Let everybody go on until they wait for time or for each other."""
    for _ in range(20):
        await asyncio.sleep(0)


def fates() -> dict[Fate, float]:
    """The counter."""
    name = "parley_session_prepared_follow_ups_total"
    return {fate: prometheus_client.REGISTRY.get_sample_value(name, {"fate": fate}) or 0.0 for fate in Fate}


def counted(work: Callable[[], Coroutine[Any, Any, None]]) -> dict[Fate, float]:
    """Run it in virtual time; what it added to the counter."""
    before = fates()
    in_virtual_time(work)
    return {fate: count - before[fate] for fate, count in fates().items() if count != before[fate]}


@both
def test_words_that_stand_have_their_follow_up_at_once(language: Language) -> None:
    stage = Stage(language)

    async def work() -> None:
        async with stage.stream() as preparing:
            words = await stage.say(preparing)
            await asyncio.sleep(FIRST_S)  # the candidate is silent, the turn not yet over
            assert await stage.taken(words) == ASKED[language][0]
            assert await stage.taken(words) is None, "it is handed over once"

    assert counted(work) == {Fate.USED: 1}
    assert stage.writer.asked == [SAID[language][0]]
    assert stage.writer.timeouts == [TOTAL_S]


@both
def test_a_long_pause_leaves_time_for_all_of_it(language: Language) -> None:
    stage = Stage(language)

    async def work() -> None:
        async with stage.stream() as preparing:
            words = await stage.say(preparing)
            await asyncio.sleep(60)
            assert await stage.taken(words) == "".join(ASKED[language])

    in_virtual_time(work)
    assert (len(stage.writer.asked), stage.writer.left) == (1, [])


def test_what_is_not_ready_yet_is_waited_for_less_long() -> None:
    stage = Stage()

    async def work() -> None:
        async with stage.stream() as preparing:
            words = await stage.say(preparing)
            await asyncio.sleep(FIRST_S - 0.5)
            assert await stage.taken(words) == f"after 0.5 s: {ASKED[Language.ENGLISH][0]}"

    in_virtual_time(work)


@both
def test_more_words_end_the_writing_and_it_begins_anew(language: Language) -> None:
    stage = Stage(language)

    async def work() -> None:
        async with stage.stream() as preparing:
            short = await stage.say(preparing)
            await asyncio.sleep(1)
            long = await stage.say(preparing, 2)
            assert stage.writer.left == [short]
            assert stage.writer.asked == [short, long]
            await asyncio.sleep(FIRST_S)
            assert await stage.taken(long) == ASKED[language][0]

    assert counted(work) == {Fate.MORE_WORDS: 1, Fate.USED: 1}


@both
def test_a_turn_with_other_words_ends_it_and_gets_nothing(language: Language) -> None:
    stage = Stage(language)

    async def work() -> None:
        async with stage.stream() as preparing:
            words = await stage.say(preparing)
            await asyncio.sleep(FIRST_S)
            assert await stage.taken(f"{words} {SAID[language][1]}") is None
            await settled()
            assert stage.writer.left == [words]

    assert counted(work) == {Fate.OTHER_WORDS: 1}


@pytest.mark.parametrize(
    ("now", "stands"),
    [
        (("q1", "a1"), True),
        (("q1", ""), True),  # handed in: the turn is about to take it
        (("q1", "a2"), False),  # tried again
        (("q2", "a3"), False),  # skipped, or another process has asked the next one
        (("q2", ""), False),
        (("", ""), False),  # over
    ],
)
def test_it_ends_when_its_answer_is_not_the_open_one_any_more(now: tuple[str, str], stands: bool) -> None:
    stage = Stage()

    async def work() -> None:
        async with stage.stream() as preparing:
            words = await stage.say(preparing)
            preparing.situation(*now)
            await settled()
            assert stage.writer.left == ([] if stands else [words])
            await asyncio.sleep(FIRST_S)
            assert await stage.taken(words) == (ASKED[Language.ENGLISH][0] if stands else None)

    assert counted(work) == {Fate.USED if stands else Fate.NOT_WANTED: 1}


def test_it_ends_with_medias_stream_and_begins_again_with_the_next() -> None:
    stage = Stage()

    async def work() -> None:
        async with stage.stream() as preparing:
            words = await stage.say(preparing)
            await asyncio.sleep(1)
        assert stage.writer.left == [words]
        assert await stage.taken(words) is None
        async with stage.stream():
            await asyncio.sleep(FIRST_S)
            assert await stage.taken(words) == ASKED[Language.ENGLISH][0]

    assert counted(work) == {Fate.NOT_WANTED: 1, Fate.USED: 1}


def test_a_newer_stream_of_the_interview_takes_the_place_of_the_older() -> None:
    stage = Stage()

    async def work() -> None:
        async with stage.stream() as newer_inside:
            words = await stage.say(newer_inside)
            newer = stage.stream()
            await newer.__aenter__()
            assert stage.writer.asked == [words, words]
            assert stage.writer.left == [words], "one at a time"
        await asyncio.sleep(FIRST_S)
        assert await stage.taken(words) == ASKED[Language.ENGLISH][0], "the older stream's end leaves it alone"
        await newer.__aexit__(None, None, None)

    in_virtual_time(work)


@pytest.mark.parametrize("why", ["nothing was said", "no follow-up is wanted", "it is turned off"])
def test_nothing_is_written_where_nothing_would_be_asked(why: str) -> None:
    stage = Stage(enabled=why != "it is turned off")
    stage.answer.wanted = why != "no follow-up is wanted"

    async def work() -> None:
        async with stage.stream() as preparing:
            words = await stage.say(preparing, 0 if why == "nothing was said" else 1)
            await asyncio.sleep(60)
            assert await stage.taken(words) is None

    assert counted(work) == {}
    assert stage.writer.asked == []


def test_words_that_come_while_the_answer_is_read_are_read_too() -> None:
    stage = Stage()

    async def work() -> None:
        async with stage.stream() as preparing:
            stage.answer.held.clear()
            await stage.say(preparing)
            words = await stage.say(preparing, 2)
            stage.answer.held.set()
            await settled()
            assert stage.writer.asked == [words]

    in_virtual_time(work)


@pytest.mark.parametrize("how", ["a turn", "an end"])
def test_what_is_decided_while_the_answer_is_read_begins_nothing(how: str) -> None:
    stage = Stage()

    async def work() -> None:
        async with stage.stream() as preparing:
            stage.answer.held.clear()
            words = await stage.say(preparing)
            if how == "a turn":
                assert await stage.taken(words) is None
            else:
                preparing.stop()
            stage.answer.held.set()
            await settled()

    in_virtual_time(work)
    assert stage.writer.asked == []


@both
@pytest.mark.parametrize("early", [True, False], ids=["before", "behind"])
@pytest.mark.parametrize("failure", BROKEN, ids=lambda failure: type(failure).__name__)
def test_reasoning_that_is_lost_costs_nothing_and_tells_nothing(
    failure: Exception, early: bool, language: Language, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stage = Stage(language)
    stage.writer.failure, stage.writer.early = failure, early

    async def work() -> None:
        async with stage.stream() as preparing:
            words = await stage.say(preparing)
            await asyncio.sleep(FIRST_S)
            await settled()
            assert await stage.taken(words) is None, "the turn asks by itself"
            stage.writer.failure = None
            words = await stage.say(preparing, 2)
            await asyncio.sleep(FIRST_S)
            assert await stage.taken(words) == ASKED[language][0]

    assert counted(work) == {Fate.LOST: 1, Fate.USED: 1}
    told = str([vars(record) for record in caplog.records])
    for text in (*SAID[language], *ASKED[language]):
        assert text not in told


@pytest.mark.parametrize("failure", [StorageAway("away"), Conflict("busy")], ids=str)
def test_a_database_that_is_away_only_leaves_it_to_the_turn(failure: Exception) -> None:
    stage = Stage()

    async def work() -> None:
        async with stage.stream() as preparing:
            stage.answer.failure = failure
            words = await stage.say(preparing)
            assert await stage.taken(words) is None
            stage.answer.failure = None
            words = await stage.say(preparing, 2)
            await asyncio.sleep(FIRST_S)
            assert await stage.taken(words) == ASKED[Language.ENGLISH][0]

    in_virtual_time(work)


BUILTIN = EngineInfo("language", "builtin", quality=QualityTier.STANDARD)
MODEL = EngineInfo("language", "llm-openai", quality=QualityTier.HIGH)
INSTEAD = EngineInfo(
    "language",
    "builtin",
    quality=QualityTier.STANDARD,
    fallback_for="llm-openai",
    fallback_reason=FallbackReason.BUSY,
)


@pytest.mark.parametrize(
    ("planner", "follow_up_s", "waits_s"),
    [(BUILTIN, 0.1, 0.1), (None, 0.1, 0.1), (MODEL, 0.1, 1.0), (INSTEAD, 0.1, 1.0), (MODEL, 4.0, 4.0)],
)
def test_a_turn_waits_longer_for_a_model(planner: EngineInfo | None, follow_up_s: float, waits_s: float) -> None:
    patience = Patience(
        answer_end_s=0.25,
        follow_up_s=follow_up_s,
        model_follow_up_s=1.0,
        follow_up_total_s=8.0,
        stale_answer_s=30.0,
        evaluation_delay_s=1.0,
    )
    assert patience.for_follow_up(Intent.SUBMIT, planner) == waits_s
    assert patience.for_follow_up(Intent.FOLLOW_UP, planner) >= 2.0
    turn_s = patience.for_turn(Intent.SUBMIT, planner, spoken=True).total_seconds()
    assert turn_s > 0.25 + waits_s, "the job that recovers a turn does not come before its end"
