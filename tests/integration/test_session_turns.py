"""The turn of a spoken answer: its end, its last words, what is asked next, and media that never says that it ended."""

from __future__ import annotations

import asyncio

from parley.session.v1 import interview_pb2 as ip

from tests.support.session_candidate import Candidate, candidate_of
from tests.support.session_media import ScriptedMedia, begun
from tests.support.session_service import SessionUnderTest, eventually, running_session

pytest_plugins = ["tests.support.postgres", "tests.support.session_fixtures"]


async def test_an_answer_whose_end_never_comes_is_completed_from_what_is_stored(database_url: str) -> None:
    async with (
        running_session(database_url, stale_answer_s=0.5, answer_end_wait_s=0.05) as session,
        candidate_of(session) as candidate,
    ):
        media = await begun(session, candidate, question_count=1)
        async with media.connected():
            await media.next("speak")
            await media.say("then media died", 1)
            await media.stored()
        over = await candidate.submit()
        assert over.answers[0].status == ip.ANSWER_STATUS_SUBMITTED
        complete = await candidate.until_complete()
        assert complete.answers[0].transcript == "then media died"
        assert complete.answers[0].end_offset.ToTimedelta().total_seconds() == 4.0
        assert (await candidate.report()).questions[0].answer.evaluation.criteria[0].level == 3


async def test_a_turn_does_not_wait_long_for_the_last_words(database_url: str) -> None:
    async with running_session(database_url, answer_end_wait_s=0.05) as session, candidate_of(session) as candidate:
        media = await begun(session, candidate, max_follow_ups=1)
        async with media.connected():
            await media.next("speak")
            await media.say("it was slow", 1)
            await media.stored()
            gone_on = await candidate.submit()
            assert gone_on.questions[1].question.text == "Question 2?"
            answer_id = (await media.next("finish_answer")).finish_answer.answer_id
            await media.say("and late words", 5, answer_id)
            await media.answer_end(answer_id, 9)
            await media.stored()
        late = await candidate.get()
        assert late.answers[0].transcript == "it was slow and late words"


async def test_what_was_prepared_during_the_flush_is_asked_without_asking_again(
    session: SessionUnderTest, candidate: Candidate
) -> None:
    media = await begun(session, candidate, max_follow_ups=1)
    async with media.connected():
        answer_id = await _submitted(session, candidate, media, "it was slow")
        await media.answer_end(answer_id, 9)
        assert (await media.next("speak")).speak.text == "You said 'slow': why?"
        assert len(session.reasoning.follow_ups) == 1


async def test_words_in_the_flush_change_what_is_asked(session: SessionUnderTest, candidate: Candidate) -> None:
    media = await begun(session, candidate, max_follow_ups=1)
    async with media.connected():
        answer_id = await _submitted(session, candidate, media, "it was")
        await media.say("rather slow", 5, answer_id)
        await media.answer_end(answer_id, 9)
        assert (await media.next("speak")).speak.text == "You said 'slow': why?"
        transcripts = [request.exchange.transcript for request in session.reasoning.follow_ups]
        assert transcripts == ["it was", "it was rather slow"]


async def _submitted(session: SessionUnderTest, candidate: Candidate, media: ScriptedMedia, text: str) -> str:
    """Submit these words, and wait until a follow-up was prepared on them; the answer's id."""
    await media.next("speak")
    await media.say(text, 1)
    await media.turn_end(4)
    answer_id: str = (await media.next("finish_answer")).finish_answer.answer_id

    async def prepared() -> bool:
        return bool(session.reasoning.follow_ups)

    await eventually(prepared)
    return answer_id


async def test_words_that_come_after_the_evaluation_have_it_made_anew(
    session: SessionUnderTest, candidate: Candidate
) -> None:
    media = await begun(session, candidate, question_count=1)
    async with media.connected():
        await media.next("speak")
        await media.say("early words", 1)
        await media.stored()
        answer_id = media.current.answer_id
        submitting = asyncio.create_task(candidate.submit())
        await media.next("finish_answer")
        await media.answer_end(answer_id, 4)
        await submitting
        await candidate.until_complete()
        await media.say("late words", 5, answer_id)
        await media.stored()

        async def again() -> bool:
            seen = await candidate.get()
            return len(session.reasoning.evaluated) == 2 and seen.answers[0].status == ip.ANSWER_STATUS_EVALUATED

        await eventually(again)
    assert [request.exchange.transcript for request in session.reasoning.evaluated] == [
        "early words", "early words late words"
    ]  # fmt: skip


async def test_only_automatic_turn_taking_ends_answers_by_a_pause(
    session: SessionUnderTest, candidate: Candidate
) -> None:
    media = await begun(session, candidate, turn_taking=ip.TURN_TAKING_MANUAL)
    async with media.connected():
        await media.next("speak")
        assert not media.current.automatic_turn_end
        await media.say("I think", 1)
        await media.turn_end(3)
        await media.stored()
    assert (await candidate.get()).answers[0].status == ip.ANSWER_STATUS_OPEN


async def test_a_turn_end_of_an_answer_that_is_over_changes_nothing(
    session: SessionUnderTest, candidate: Candidate
) -> None:
    media = await begun(session, candidate)
    async with media.connected():
        await media.next("speak")
        old = media.current.answer_id
        await candidate.skip()
        await media.next("speak")
        media.current.answer_id = old
        await media.turn_end(3)
        await media.begin(4)
        await media.stored()
    now = await candidate.get()
    assert now.stage == ip.INTERVIEW_STAGE_QUESTION
    assert [answer.status for answer in now.answers] == [ip.ANSWER_STATUS_SKIPPED, ip.ANSWER_STATUS_OPEN]


async def test_media_that_was_never_connected_is_not_waited_for(candidate: Candidate) -> None:
    await candidate.create(question_count=1)
    await candidate.start()
    over = await candidate.submit()
    assert over.answers[0].status in (ip.ANSWER_STATUS_EVALUATING, ip.ANSWER_STATUS_EVALUATED)
    assert (await candidate.until_complete()).answers[0].evaluation.criteria[0].level == 1


async def test_an_early_end_waits_for_the_last_words_before_hanging_up(
    session: SessionUnderTest, candidate: Candidate
) -> None:
    media = await begun(session, candidate)
    async with media.connected():
        speech = (await media.next("speak")).speak
        await media.begin(1)
        await media.say("half an ans-", 1)
        await media.stored()
        await candidate.end()
        answer_id = (await media.next("finish_answer")).finish_answer.answer_id
        await media.next("stop_speaking")
        await media.played(speech.speech_id, 0, 1, "REPLACED")
        await media.answer_end(answer_id, 4)
        await media.next("end_media")
        await media.ended()
    complete = await candidate.until_complete()
    assert complete.answers[0].transcript == "half an ans-"
