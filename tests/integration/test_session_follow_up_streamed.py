"""A follow-up is spoken from its first sentence on: what media is told, when its writing ends, what is kept then."""

from __future__ import annotations

import asyncio

import pytest
from parley.common.v1 import language_pb2
from parley.session.v1 import interview_pb2 as ip

from services.session.domain.notices import Notice, text
from services.session.domain.values import Language
from tests.support.session_candidate import Candidate, candidate_of
from tests.support.session_media import ScriptedMedia, begun
from tests.support.session_reasoning import SENTENCES
from tests.support.session_service import PATIENCE_S, SessionUnderTest, eventually, running_session

pytest_plugins = ["tests.support.postgres", "tests.support.session_fixtures"]

FIRST, WHOLE = SENTENCES[0], "".join(SENTENCES)
LANGUAGES = {Language.KOREAN: language_pb2.LANGUAGE_KOREAN, Language.ENGLISH: language_pb2.LANGUAGE_ENGLISH}
both = pytest.mark.parametrize("language", list(Language), ids=str)


async def asked(session: SessionUnderTest, candidate: Candidate, **settings: object) -> ScriptedMedia:
    """Media for an interview whose follow-ups are written in sentences, the rest when the test says."""
    session.reasoning.in_sentences = True
    return await begun(session, candidate, max_follow_ups=1, **settings)


async def answered(media: ScriptedMedia, said: str = "it was slow") -> str:
    """Say these words and hand them in; the answer's id."""
    await media.next("speak")
    await media.say(said, 1)
    await media.turn_end(4)
    answer_id: str = (await media.next("finish_answer")).finish_answer.answer_id
    return answer_id


async def first_spoken(media: ScriptedMedia) -> str:
    """Answer, and wait until the follow-up's first sentence is to be spoken; the id of the speech."""
    await media.answer_end(await answered(media), 9)
    speak = (await media.next("speak")).speak
    assert (speak.text, speak.unfinished) == (FIRST, True)
    assert speak.question_id == media.current.question_id
    assert media.current.text == FIRST
    return str(speak.speech_id)


async def left(session: SessionUnderTest) -> None:
    """Wait until the call to reasoning has ended before its time."""
    async with asyncio.timeout(PATIENCE_S):
        await session.reasoning.left.wait()


async def asked_text(candidate: Candidate) -> str:
    """The text of the follow-up as it is kept."""
    (follow_up,) = [each for each in (await candidate.get()).questions if each.follows_question_id]
    return str(follow_up.question.text)


@both
async def test_the_first_sentence_is_spoken_while_the_rest_is_written(
    session: SessionUnderTest, candidate: Candidate, language: Language
) -> None:
    media = await asked(session, candidate, language=LANGUAGES[language])
    async with media.connected():
        speech_id = await first_spoken(media)
        assert not session.reasoning.rest.is_set()
        session.reasoning.rest.set()
        more = (await media.next("speak", lambda speak: not speak.unfinished)).speak
        assert (more.speech_id, more.text) == (speech_id, WHOLE)
        assert media.current.text == WHOLE
        assert await asked_text(candidate) == WHOLE
        await media.played(speech_id, 10, 14)
        await media.stored()
    assert len(session.reasoning.follow_ups) == 1
    assert not session.reasoning.left.is_set()


async def test_who_watches_sees_the_text_grow(session: SessionUnderTest, candidate: Candidate) -> None:
    media = await asked(session, candidate)
    async with media.connected():
        await first_spoken(media)
        revision = (await candidate.get()).revision
        session.reasoning.rest.set()
        seen = await candidate.watch_until(lambda each: each.questions[1].question.text == WHOLE, revision)
        assert seen.current_question_id == seen.questions[1].question_id


async def test_a_new_stream_hears_the_text_so_far_and_then_the_rest(
    session: SessionUnderTest, candidate: Candidate
) -> None:
    media = await asked(session, candidate)
    async with media.connected():
        speech_id = await first_spoken(media)
    async with media.connected():
        again = (await media.next("speak")).speak
        assert (again.speech_id, again.text, again.unfinished) == (speech_id, FIRST, True)
        session.reasoning.rest.set()
        more = (await media.next("speak", lambda speak: not speak.unfinished)).speak
        assert (more.speech_id, more.text) == (speech_id, WHOLE)


async def test_a_candidate_who_interrupts_ends_the_writing(session: SessionUnderTest, candidate: Candidate) -> None:
    media = await asked(session, candidate)
    async with media.connected():
        speech_id = await first_spoken(media)
        await media.played(speech_id, 10, 11, "INTERRUPTED")
        await media.stored()
        await left(session)
        session.reasoning.rest.set()
        await media.say("what I mean is", 12)
        await media.stored()
        assert await asked_text(candidate) == FIRST, "what was not said is not kept"


@pytest.mark.parametrize("how", ["skip", "end", "submit"])
async def test_a_candidate_who_goes_on_ends_the_writing(
    session: SessionUnderTest, candidate: Candidate, how: str
) -> None:
    media = await asked(session, candidate)
    async with media.connected():
        await first_spoken(media)
        await candidate.get()
        if how == "submit":
            await candidate.submit("typed at once")
        else:
            await getattr(candidate, how)()
        await left(session)
        assert await asked_text(candidate) == FIRST


async def test_more_words_end_the_writing_before_anything_is_spoken(
    session: SessionUnderTest, candidate: Candidate
) -> None:
    media = await asked(session, candidate)
    async with media.connected():
        answer_id = await answered(media)

        async def begun_to_write() -> bool:
            return len(session.reasoning.follow_ups) == 1

        await eventually(begun_to_write)
        await media.say("on Mondays", 5, answer_id)
        await left(session)
        await media.answer_end(answer_id, 9)
        assert (await media.next("speak")).speak.text == FIRST
    transcripts = [request.exchange.transcript for request in session.reasoning.follow_ups]
    assert transcripts == ["it was slow", "it was slow on Mondays"]


@both
async def test_reasoning_that_is_lost_behind_the_first_sentence_leaves_a_whole_question(
    session: SessionUnderTest, candidate: Candidate, language: Language
) -> None:
    session.reasoning.lost_after_first = True
    media = await asked(session, candidate, language=LANGUAGES[language])
    async with media.connected():
        speech_id = await first_spoken(media)
        session.reasoning.rest.set()
        more = (await media.next("speak", lambda speak: not speak.unfinished)).speak
        assert (more.speech_id, more.text) == (speech_id, f"{FIRST} {text(Notice.TELL_ME_MORE, language)}")
        assert await asked_text(candidate) == more.text


async def test_the_rest_has_a_deadline(database_url: str) -> None:
    async with running_session(database_url, follow_up_total_s=5.0) as session, candidate_of(session) as candidate:
        media = await asked(session, candidate)
        async with media.connected():
            await media.answer_end(await answered(media), 9)
            more = (await media.next("speak", lambda speak: not speak.unfinished)).speak
            assert more.text == f"{FIRST} {text(Notice.TELL_ME_MORE, Language.ENGLISH)}"
            await left(session)


async def test_another_process_completes_what_a_dead_one_was_writing(database_url: str) -> None:
    async with running_session(database_url, follow_up_total_s=5.0) as session, candidate_of(session) as candidate:
        media = await asked(session, candidate)
        async with media.connected():
            await media.answer_end(await answered(media), 9)
            await media.next("speak")
        await session.restart()
        async with media.connected():
            more = (await media.next("speak", lambda speak: not speak.unfinished)).speak
            assert more.text == f"{FIRST} {text(Notice.TELL_ME_MORE, Language.ENGLISH)}"


async def test_where_nobody_speaks_a_follow_up_is_asked_whole(session: SessionUnderTest, candidate: Candidate) -> None:
    session.reasoning.in_sentences = True
    await candidate.create(max_follow_ups=1)
    await candidate.start()
    submitting = asyncio.create_task(candidate.submit("it was slow"))

    async def writing() -> bool:
        return bool(session.reasoning.follow_ups)

    await eventually(writing)
    waiting = await candidate.get()
    assert waiting.next_action == ip.NEXT_ACTION_WAIT
    session.reasoning.rest.set()
    assert (await submitting).questions[1].question.text == WHOLE
