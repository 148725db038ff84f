"""A whole interview, spoken: commands to media, the turn, evaluation with times, the behaviour table."""

from __future__ import annotations

from parley.common.v1 import question_pb2
from parley.session.v1 import interview_pb2 as ip
from parley.session.v1 import report_pb2

from tests.support.session_candidate import Candidate
from tests.support.session_media import ScriptedMedia
from tests.support.session_service import SessionUnderTest

pytest_plugins = ["tests.support.postgres", "tests.support.session_fixtures"]

STEADY = {
    "looked_at_screen_share": 0.5,
    "head_steadiness": 1.0,
    "smile_share": 0.0,
    "eye_closure_share": 0.1,
    "composure": 0.9,
}


async def test_a_spoken_interview_ends_in_a_report(session: SessionUnderTest, candidate: Candidate) -> None:
    await candidate.create(question_count=2, max_follow_ups=1)
    media = ScriptedMedia(session, candidate)
    async with media.connected():
        assert media.welcome.recording_consented
        assert media.welcome.video_metrics_consented
        assert media.welcome.next_number == 1
        await media.next("current_question", lambda current: not current.question_id)
        await candidate.start()
        await _first_answer(media)
        follow_up = (await media.next("speak")).speak
        assert follow_up.text == "You said 'slow': why?"
        assert media.current.kind == question_pb2.QUESTION_KIND_FOLLOW_UP
        await _answer(media, "Because it missed", 10.0)
        assert (await media.next("speak")).speak.text == "Question 2?"
        await _answer(media, "Tests come first", 20.0)
        assert "over" in (await media.next("end_media")).end_media.message
        await media.ended()
    complete = await candidate.until_complete()
    assert [answer.transcript for answer in complete.answers] == [
        "The cache was slow", "Because it missed", "Tests come first"
    ]  # fmt: skip
    assert {answer.origin for answer in complete.answers} == {ip.ANSWER_ORIGIN_SPOKEN}
    assert complete.questions[0].spoken_duration.ToTimedelta().total_seconds() == 1.5
    assert complete.answers[0].delivery.thinking_duration.ToTimedelta().total_seconds() == 1.0
    assert not complete.answers[1].delivery.HasField("thinking_duration")
    assert complete.questions[1].follows_question_id == complete.questions[0].question_id
    _check_report(await candidate.report())


async def _first_answer(media: ScriptedMedia) -> None:
    """The question is played in full, the candidate is seen, the turn ends by itself."""
    speak = (await media.next("speak")).speak
    assert speak.text == "Question 1?"
    assert media.current.automatic_turn_end
    await media.played(speak.speech_id, 0.5, 2.0)
    await media.begin(3.0)
    await media.window(3.0, **STEADY)
    await _answer(media, "The cache was slow", 3.0)


async def _answer(media: ScriptedMedia, text: str, start_s: float) -> None:
    """Say it, end the turn, finish when told."""
    answer_id = media.current.answer_id
    end_s = start_s + len(text.split())
    await media.say(text, start_s)
    await media.turn_end(end_s)
    assert (await media.next("finish_answer")).finish_answer.answer_id == answer_id
    await media.answer_end(answer_id, end_s + 0.5)


def _check_report(report: report_pb2.Report) -> None:
    quote = report.questions[1].answer.evaluation.criteria[0].quotes[0]
    assert (quote.text, quote.start_offset.ToTimedelta().total_seconds()) == ("Because", 10.0)
    row = report.behaviour.rows[0]
    assert (row.label, row.gaze.value, row.posture.value, row.smile.value) == ("Q0", 70.0, 100.0, 40.0)
    assert report.behaviour.average.label == "avg"
    assert {engine.capability for engine in report.engines} == {"transcription", "language"}
    assert report.delivery.voiced_duration.ToTimedelta().total_seconds() == 10.0
