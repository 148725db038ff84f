"""A follow-up that was prepared while the candidate spoke: begun with an utterance, used or ended with the turn."""

from __future__ import annotations

import asyncio
import logging

import pytest
from parley.common.v1 import language_pb2
from parley.session.v1 import consent_pb2, consent_service_pb2
from parley.session.v1 import interview_pb2 as ip

from services.kit.server import start
from services.kit.telemetry import method_metrics
from services.session.bootstrap import build
from services.session.domain.values import Language
from tests.support.kit_mesh import INTERNAL_SECRET
from tests.support.reasoning_service import serving
from tests.support.session_candidate import Candidate, candidate_of
from tests.support.session_media import ScriptedMedia, begun
from tests.support.session_reasoning import SENTENCES, FakeReasoning
from tests.support.session_service import (
    PATIENCE_S,
    SessionUnderTest,
    eventually,
    request_id,
    running_session,
    settings_for,
)

pytest_plugins = ["tests.support.postgres", "tests.support.session_fixtures"]

FIRST = SENTENCES[0]
LANGUAGES = {Language.KOREAN: language_pb2.LANGUAGE_KOREAN, Language.ENGLISH: language_pb2.LANGUAGE_ENGLISH}
SAID = {
    Language.KOREAN: ("조회가 slow 했습니다", "월요일마다요"),
    Language.ENGLISH: ("the query was slow", "every Monday"),
}
both = pytest.mark.parametrize("language", list(Language), ids=str)


async def speaking(session: SessionUnderTest, candidate: Candidate, **settings: object) -> ScriptedMedia:
    """Media for an interview with one follow-up a question, which is written in two sentences, the rest when told."""
    session.reasoning.in_sentences = True
    return await begun(session, candidate, **{"max_follow_ups": 1, **settings})


async def prepared(session: SessionUnderTest, times: int = 1) -> list[str]:
    """Wait until reasoning was asked so often; on which words."""

    async def asked() -> bool:
        return len(session.reasoning.follow_ups) >= times

    await eventually(asked)
    return asked_about(session)


def asked_about(session: SessionUnderTest) -> list[str]:
    """The words that reasoning was asked about, a call each."""
    return [request.exchange.transcript for request in session.reasoning.follow_ups]


async def left(session: SessionUnderTest) -> None:
    """Wait until a call to reasoning was cancelled."""
    async with asyncio.timeout(PATIENCE_S):
        await session.reasoning.left.wait()
    session.reasoning.left.clear()


async def handed_in(media: ScriptedMedia, end_s: float = 9) -> None:
    """The pause was long enough: the turn ends, and with it the answer."""
    await media.turn_end(end_s)
    await media.answer_end((await media.next("finish_answer")).finish_answer.answer_id, end_s)


@both
async def test_it_is_begun_in_mid_answer_and_asked_as_it_is(
    session: SessionUnderTest, candidate: Candidate, language: Language
) -> None:
    media = await speaking(session, candidate, language=LANGUAGES[language])
    words = SAID[language][0]
    async with media.connected():
        await media.next("speak")
        await media.say(words, 1)
        assert await prepared(session) == [words]
        await handed_in(media)
        speak = (await media.next("speak")).speak
        assert (speak.text, speak.unfinished) == (FIRST, True)
        session.reasoning.rest.set()
        assert (await media.next("speak")).speak.text == "".join(SENTENCES)
    assert asked_about(session) == [words], "one call for the whole turn"
    assert not session.reasoning.left.is_set()


async def test_the_button_uses_it_too(session: SessionUnderTest, candidate: Candidate) -> None:
    media = await speaking(session, candidate, turn_taking=ip.TURN_TAKING_MANUAL)
    async with media.connected():
        await media.next("speak")
        await media.say("it was slow", 1)
        await prepared(session)
        await candidate.get()
        submitting = asyncio.create_task(candidate.submit())
        await media.answer_end((await media.next("finish_answer")).finish_answer.answer_id, 9)
        assert (await submitting).questions[1].question.text.startswith(FIRST)
    assert asked_about(session) == ["it was slow"]


@both
async def test_more_speech_cancels_it_and_begins_anew(
    session: SessionUnderTest, candidate: Candidate, language: Language
) -> None:
    media = await speaking(session, candidate, language=LANGUAGES[language])
    short, more = SAID[language]
    async with media.connected():
        await media.next("speak")
        await media.say(short, 1)
        await prepared(session)
        await media.say(more, 5)
        await left(session)
        assert await prepared(session, 2) == [short, f"{short} {more}"]
        await handed_in(media)
        assert (await media.next("speak")).speak.text == FIRST
    assert len(session.reasoning.follow_ups) == 2


async def test_a_typed_answer_does_not_use_what_was_prepared_on_speech(
    session: SessionUnderTest, candidate: Candidate
) -> None:
    media = await speaking(session, candidate)
    async with media.connected():
        await media.next("speak")
        await media.say("it was slow", 1)
        await prepared(session)
        await candidate.get()
        await candidate.submit("what I typed was slow")
        await left(session)
    assert asked_about(session) == ["it was slow", "what I typed was slow"]


@both
async def test_nothing_of_it_is_shown_spoken_or_logged_before_the_turn_has_ended(
    session: SessionUnderTest, candidate: Candidate, language: Language, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    session.reasoning.rest.set()
    media = await speaking(session, candidate, language=LANGUAGES[language])
    written = method_metrics("/parley.reasoning.v1.ReasoningService/StreamFollowUp").codes
    before = written.get("OK", 0)
    async with media.connected():
        await media.next("speak")
        heard = len(media.received)
        await media.say(SAID[language][0], 1)

        async def whole() -> bool:
            return written.get("OK", 0) > before

        await eventually(whole)
        await media.begin(2)
        await media.stored()
        seen = await candidate.get()
        assert (len(seen.questions), seen.next_action) == (1, ip.NEXT_ACTION_ANSWER)
        assert not [each for each in media.received[heard:] if each.HasField("speak")]
    told = str([vars(record) for record in caplog.records if record.name.startswith("parley")])
    assert FIRST not in told
    assert SAID[language][0] not in told


@pytest.mark.parametrize("how", ["skip", "retry", "end"])
async def test_a_candidate_who_does_something_else_ends_it(
    session: SessionUnderTest, candidate: Candidate, how: str
) -> None:
    media = await speaking(session, candidate, mode=ip.INTERVIEW_MODE_PRACTICE)
    async with media.connected():
        await media.next("speak")
        await media.say("it was slow", 1)
        await prepared(session)
        await candidate.get()
        await getattr(candidate, how)()
        await left(session)
        assert len(session.reasoning.follow_ups) == 1


async def test_consent_that_is_taken_back_ends_it(session: SessionUnderTest, candidate: Candidate) -> None:
    media = await speaking(session, candidate)
    async with media.connected():
        await media.next("speak")
        await media.say("it was slow", 1)
        await prepared(session)
        await withdraw_recording(candidate)
        await left(session)


async def withdraw_recording(candidate: Candidate) -> None:
    """Take back the consent to recording."""
    given = (await candidate.call(candidate.consents.List, consent_service_pb2.ListRequest())).consents
    (recording,) = [each for each in given if each.purpose == consent_pb2.CONSENT_PURPOSE_RECORDING]
    request = consent_service_pb2.WithdrawRequest(request_id=request_id(), consent_id=recording.consent_id)
    await candidate.call(candidate.consents.Withdraw, request)


async def test_media_that_goes_away_ends_it_and_has_it_again_when_it_is_back(
    session: SessionUnderTest, candidate: Candidate
) -> None:
    media = await speaking(session, candidate)
    async with media.connected():
        await media.next("speak")
        await media.say("it was slow", 1)
        await prepared(session)
        await media.stored()
    await left(session)
    async with media.connected():
        assert await prepared(session, 2) == ["it was slow", "it was slow"]
        await handed_in(media)
        assert (await media.next("speak", lambda speak: speak.text == FIRST)).speak.unfinished
    assert len(session.reasoning.follow_ups) == 2


@both
async def test_reasoning_that_is_away_meanwhile_costs_nothing(
    session: SessionUnderTest, candidate: Candidate, language: Language
) -> None:
    session.reasoning.away.add("StreamFollowUp")
    media = await speaking(session, candidate, language=LANGUAGES[language])
    async with media.connected():
        await media.next("speak")
        await media.say(SAID[language][0], 1)
        await prepared(session)
        await media.stored()
        session.reasoning.away.clear()
        await handed_in(media)
        assert (await media.next("speak")).speak.text == FIRST
    assert len(session.reasoning.follow_ups) == 2


async def test_one_that_fails_as_it_is_taken_over_is_asked_for_again(database_url: str) -> None:
    async with (
        running_session(database_url, follow_up_wait_s=3.0, follow_up_total_s=3.0) as session,
        candidate_of(session) as candidate,
    ):
        session.reasoning.slow_follow_up = True
        media = await speaking(session, candidate)
        async with media.connected():
            await media.next("speak")
            await media.say("it was slow", 1)
            await prepared(session)
            session.reasoning.slow_follow_up = False
            await handed_in(media)  # the call that was begun before meets its deadline first
            assert (await media.next("speak")).speak.text == FIRST
        assert asked_about(session) == ["it was slow", "it was slow"]


async def test_nothing_is_prepared_where_no_follow_up_may_be_asked(
    session: SessionUnderTest, candidate: Candidate
) -> None:
    media = await speaking(session, candidate, max_follow_ups=0)
    async with media.connected():
        await media.next("speak")
        await media.say("it was slow", 1)
        await handed_in(media)
        assert (await media.next("speak")).speak.text == "Question 2?"
    assert session.reasoning.follow_ups == []


async def test_it_can_be_turned_off(database_url: str) -> None:
    async with (
        running_session(database_url, prepare_follow_ups=False) as session,
        candidate_of(session) as candidate,
    ):
        media = await speaking(session, candidate)
        async with media.connected():
            await media.next("speak")
            await media.say("it was slow", 1)
            await media.say("on Mondays", 5)
            await handed_in(media)
            assert (await media.next("speak")).speak.text == FIRST
        assert asked_about(session) == ["it was slow on Mondays"]


async def test_a_breath_in_the_flush_leaves_the_follow_up_alone(
    session: SessionUnderTest, candidate: Candidate
) -> None:
    media = await speaking(session, candidate)
    async with media.connected():
        await media.next("speak")
        await media.say("it was slow", 1)
        await prepared(session)
        await media.turn_end(6)
        answer_id = (await media.next("finish_answer")).finish_answer.answer_id
        await media.say("", 6, answer_id, no_text_reason="NO_TEXT_REASON_NOT_SPEECH")
        await media.answer_end(answer_id, 9)
        assert (await media.next("speak")).speak.text == FIRST
    assert len(session.reasoning.follow_ups) == 1


BUILTIN_ANSWERS = {
    Language.KOREAN: "결제 서버가 자주 느려져서 제가 직접 원인을 찾아 캐시를 넣었고 그 뒤로 훨씬 빨라졌습니다.",
    Language.ENGLISH: "Our payment server was often slow, so I looked for the cause and put a cache in front of it.",
}


@both
async def test_the_builtin_engines_follow_up_is_there_before_the_turn_has_ended(
    database_url: str, language: Language
) -> None:
    written = method_metrics("/parley.reasoning.v1.ReasoningService/StreamFollowUp").codes
    async with serving(PARLEY_INTERNAL_SECRET=INTERNAL_SECRET) as reasoning:
        settings = settings_for(database_url, f"dns:///{reasoning.address}")
        session = SessionUnderTest(await start(await build(settings)), FakeReasoning(), settings)
        try:
            async with candidate_of(session) as candidate:
                media = await begun(session, candidate, max_follow_ups=1, language=LANGUAGES[language])
                before = written.get("OK", 0)
                async with media.connected():
                    await media.next("speak")
                    await media.say(BUILTIN_ANSWERS[language], 1)

                    async def whole() -> bool:
                        return written.get("OK", 0) == before + 1

                    await eventually(whole)
                    await handed_in(media, 30)
                    await media.next("speak")
                asked = (await candidate.get()).questions[1]
                assert asked.follows_question_id, "it is a follow-up"
                assert asked.question.grounding_quote in BUILTIN_ANSWERS[language]
                assert asked.question.grounding_quote
                assert written.get("OK", 0) == before + 1, "nothing was written anew"
        finally:
            await session.server.stop(0)
