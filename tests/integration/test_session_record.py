"""Record: each entry stored once however often it is sent, commands until they are done, streams that break."""

from __future__ import annotations

import asyncio
import uuid

import pytest
from parley.common.v1 import transcript_pb2
from parley.session.v1 import consent_pb2, consent_service_pb2, recorder_pb2
from parley.session.v1 import interview_pb2 as ip
from parley.session.v1 import recorder_service_pb2 as pb

from services.kit.errors import Aborted, FailedPrecondition, InvalidArgument, NotFound, PermissionDenied, Unavailable
from services.kit.server import start
from services.session.bootstrap import build
from tests.support.session_candidate import Candidate, candidate_of
from tests.support.session_media import SPHINX, ScriptedMedia, begun, utterance_of
from tests.support.session_service import SessionUnderTest, changed, request_id

pytest_plugins = ["tests.support.postgres", "tests.support.session_fixtures"]


def texts(interview: ip.Interview, index: int = 0) -> list[str]:
    """What was heard of an answer."""
    return [utterance.text for utterance in interview.answers[index].utterances]


async def test_an_entry_that_is_sent_again_is_stored_once(session: SessionUnderTest, candidate: Candidate) -> None:
    media = await begun(session, candidate)
    async with media.connected():
        await media.next("speak")
        await media.say("one", 1)
        await media.say("two", 3)
        await media.stored()
        for number, text in ((1, "one"), (2, "two")):
            utterance = utterance_of(text, 9, f"other-{number}")
            recorded = recorder_pb2.RecordedUtterance(utterance=utterance, answer_id=media.current.answer_id)
            await media.send_raw(pb.RecordRequest(number=number, utterance=recorded))
        await media.say("three", 5)
        await media.stored(3)
    assert texts(await candidate.get()) == ["one", "two", "three"]


async def test_an_utterance_that_was_transcribed_again_is_kept_once(
    session: SessionUnderTest, candidate: Candidate
) -> None:
    media = await begun(session, candidate)
    async with media.connected():
        await media.next("speak")
        await media.say("first", 1, utterance_id="same")
        await media.say("first again", 1, utterance_id="same")
        await media.stored()
        assert media.acknowledged == 2
    assert texts(await candidate.get()) == ["first"]


async def test_a_hole_in_the_numbers_is_refused(session: SessionUnderTest, candidate: Candidate) -> None:
    media = await begun(session, candidate)
    async with media.connected():
        await media.say("one", 1)
        await media.stored()
        health = recorder_pb2.RecordedMediaHealth(connected=True)
        await media.send_raw(pb.RecordRequest(number=3, media_health=health))
        error = await media.error()
        assert (error.reason, type(error)) == ("RECORD_NUMBER_GAP", FailedPrecondition)
    async with media.connected():
        assert media.welcome.acknowledged_up_to == 1


async def test_after_a_break_everything_unacknowledged_is_sent_again_and_stored_once(
    session: SessionUnderTest, candidate: Candidate
) -> None:
    media = await begun(session, candidate)
    async with media.connected():
        await media.next("speak")
        await media.say("one", 1)
        await media.stored()
        await media.say("two", 3)  # perhaps stored, perhaps not: the stream breaks before anybody knows
    async with media.connected():
        assert media.welcome.next_number in (2, 3)
        await media.say("three", 5)
        await media.stored()
    assert texts(await candidate.get()) == ["one", "two", "three"]


async def test_a_restarted_session_goes_on_where_it_was(session: SessionUnderTest, candidate: Candidate) -> None:
    media = await begun(session, candidate)
    async with media.connected():
        await media.next("speak")
        await media.say("one", 1)
        await media.stored()
        await session.restart()
        await media.error()
        await media.say("said while nobody listened", 3)
    async with media.connected():
        assert media.welcome.acknowledged_up_to == 1
        assert media.welcome.clock_offset.ToTimedelta().total_seconds() == 2.0
        await media.next("current_question")
        await media.stored()
    assert texts(await candidate.get()) == ["one", "said while nobody listened"]


async def test_a_draining_session_sends_its_recorders_elsewhere(
    session: SessionUnderTest, candidate: Candidate
) -> None:
    media = await begun(session, candidate)
    async with media.connected():
        await media.next("speak")
        stopping = asyncio.create_task(session.server.stop(2))
        error = await media.error()
        assert (error.reason, type(error)) == ("DRAINING", Unavailable)
        await stopping


async def test_commands_come_again_until_they_are_done(session: SessionUnderTest, candidate: Candidate) -> None:
    media = await begun(session, candidate)
    async with media.connected():
        speech_id = (await media.next("speak")).speak.speech_id
    async with media.connected():
        again = (await media.next("speak")).speak
        assert again.speech_id == speech_id
        await media.played(speech_id, 0, 2)
        await media.say("an answer", 3)
        await media.stored()
        await candidate.submit()
        answer_id = (await media.next("finish_answer")).finish_answer.answer_id
    async with media.connected():
        assert (await media.next("finish_answer")).finish_answer.answer_id == answer_id
        await media.answer_end(answer_id, 6)
        await media.stored()
    async with media.connected():
        assert (await media.next("speak")).speak.text == "Question 2?"
        kinds = [response.WhichOneof("message") for response in media.received[-3:]]
        assert "finish_answer" not in kinds


async def test_a_newer_stream_ends_the_older_one(session: SessionUnderTest, candidate: Candidate) -> None:
    older, newer = await begun(session, candidate), ScriptedMedia(session, candidate)
    async with older.connected():
        await older.next("speak")
        async with newer.connected():
            error = await older.error()
            assert (error.reason, type(error)) == ("RECORDER_REPLACED", Aborted)
            await newer.say("mine now", 1, newer.current.answer_id)
            await newer.stored()


async def test_an_older_stream_cannot_store_any_more(session: SessionUnderTest, candidate: Candidate) -> None:
    older, newer = await begun(session, candidate), ScriptedMedia(session, candidate)
    async with older.connected(), newer.connected():
        await older.say("too late", 1)
        assert (await older.error()).reason == "RECORDER_REPLACED"
        await newer.say("mine", 1, "")
        await newer.stored()
        assert newer.acknowledged == 1


@pytest.mark.parametrize("which", ["account_id", "interview_id"])
async def test_only_the_owner_s_media_may_record(session: SessionUnderTest, candidate: Candidate, which: str) -> None:
    media = await begun(session, candidate)
    async with media.connected():
        pass
    setattr(media._hello, which, str(uuid.uuid4()))
    with pytest.raises((PermissionDenied, NotFound)) as caught:
        async with media.connected():
            pass
    assert caught.value.reason == ("NOT_YOUR_INTERVIEW" if which == "account_id" else "INTERVIEW_NOT_FOUND")


async def test_the_first_message_is_the_hello_and_no_other(session: SessionUnderTest, candidate: Candidate) -> None:
    media = await begun(session, candidate)
    async with media.connected():
        await media.send_raw(pb.RecordRequest(hello=media._hello))
        error = await media.error()
        assert isinstance(error, InvalidArgument)


async def test_any_replica_may_hold_the_stream(session: SessionUnderTest, candidate: Candidate) -> None:
    """Record is held by one process while the candidate's calls go to another."""
    settings = changed(session.settings, listen="127.0.0.1:0")
    replica = await start(await build(settings))
    try:
        media = await begun(SessionUnderTest(replica, session.reasoning, settings), candidate)
        async with media.connected():
            await media.next("speak")
            await media.say("heard by the other", 1)
            await media.stored()
            submitting = asyncio.create_task(candidate.submit())
            answer_id = (await media.next("finish_answer")).finish_answer.answer_id
            await media.answer_end(answer_id, 5)
            assert (await media.next("speak")).speak.text == "Question 2?"
            assert (await submitting).next_action == ip.NEXT_ACTION_NEXT_QUESTION
            older = ScriptedMedia(session, candidate)
            async with older.connected():
                assert (await media.error()).reason == "RECORDER_REPLACED"
    finally:
        await replica.stop(0)


async def test_without_consent_nothing_that_was_said_or_seen_is_kept(session: SessionUnderTest) -> None:
    async with candidate_of(session, consent_pb2.CONSENT_PURPOSE_TRANSCRIPT_SCORING) as candidate:
        media = await begun(session, candidate)
        async with media.connected():
            assert not media.welcome.recording_consented
            assert not media.welcome.video_metrics_consented
            await media.next("speak")
            await media.say("should not have been sent", 1)
            await media.window(1, looked_at_screen_share=1.0)
            await media.stored()
        assert texts(await candidate.get()) == []
        assert not (await candidate.report()).HasField("behaviour")


async def test_a_withdrawn_consent_ends_the_stream_so_that_its_welcome_can_say_so(
    session: SessionUnderTest, candidate: Candidate
) -> None:
    media = await begun(session, candidate)
    async with media.connected():
        await media.next("speak")
        consents = (await candidate.call(candidate.consents.List, consent_service_pb2.ListRequest())).consents
        recording = next(entry for entry in consents if entry.purpose == consent_pb2.CONSENT_PURPOSE_RECORDING)
        withdraw = consent_service_pb2.WithdrawRequest(request_id=request_id(), consent_id=recording.consent_id)
        await candidate.call(candidate.consents.Withdraw, withdraw)
        error = await media.error()
        assert (error.reason, type(error)) == ("RECORDER_RESTART", Unavailable)
        assert error.retry_after_s is not None
    async with media.connected():
        assert not media.welcome.recording_consented
        assert media.welcome.video_metrics_consented


async def test_an_utterance_of_no_answer_is_kept_but_belongs_to_none(
    session: SessionUnderTest, candidate: Candidate
) -> None:
    media = await begun(session, candidate)
    async with media.connected():
        await media.next("speak")
        await media.say("hello?", 1, "")
        await media.say("of nobody", 3, str(uuid.uuid4()))
        await media.stored()
    assert texts(await candidate.get()) == []


async def test_a_low_accuracy_transcript_is_labelled_everywhere(
    session: SessionUnderTest, candidate: Candidate
) -> None:
    await candidate.create(question_count=1, max_follow_ups=0)
    await candidate.start()
    media = ScriptedMedia(session, candidate, SPHINX)
    async with media.connected():
        await media.next("speak")
        await media.say("and sew my fellow americans", 1)
        unheard = transcript_pb2.NO_TEXT_REASON_ENGINE_FAILED
        await media.say("", 9, no_text_reason=unheard)
        answer_id = media.current.answer_id
        await media.turn_end(11)
        await media.next("finish_answer")
        await media.answer_end(answer_id, 11)
        await media.next("end_media")
        await media.ended()
    await candidate.until_complete()
    assert session.reasoning.evaluated[0].transcript_quality == SPHINX.quality
    report = await candidate.report()
    assert SPHINX in report.engines
    assert "low accuracy" in report.notices[0]
    assert "could not be transcribed" in report.notices[1]
