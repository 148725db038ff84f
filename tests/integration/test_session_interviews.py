"""The interview's calls: idempotency, wrong states, other people's ids, pages, planning, corrections."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

from parley.session.v1 import account_service_pb2, report_pb2
from parley.session.v1 import interview_pb2 as ip
from parley.session.v1 import interview_service_pb2 as pb

from services.kit.errors import FailedPrecondition, InvalidArgument, NotFound, Unimplemented, service_errors
from tests.support.session_candidate import Candidate, candidate_of
from tests.support.session_service import SessionUnderTest, error_of, eventually, request_id, running_session

pytest_plugins = ["tests.support.postgres", "tests.support.session_fixtures"]


async def test_the_same_create_again_gives_the_same_interview(candidate: Candidate) -> None:
    request = pb.CreateInterviewRequest(
        request_id=request_id(), settings=ip.InterviewSettings(language="LANGUAGE_KOREAN", role="백엔드 개발자")
    )
    answers = await asyncio.gather(*(candidate.call(candidate.interviews.CreateInterview, request) for _ in range(3)))
    assert len({answer.interview.interview_id for answer in answers}) == 1
    settings = (await candidate.call(candidate.interviews.CreateInterview, request)).interview.settings
    assert (settings.question_count, settings.max_follow_ups, settings.role) == (5, 1, "백엔드 개발자")
    assert settings.turn_taking == ip.TURN_TAKING_AUTOMATIC


async def test_the_same_submit_again_does_not_submit_again(candidate: Candidate) -> None:
    await candidate.create(question_count=3)
    first = await candidate.start()
    more: dict[str, Any] = {"request_id": request_id(), "question_id": first.current_question_id}
    once, twice = await asyncio.gather(candidate.submit("text", **more), candidate.submit("text", **more))
    assert once.current_question_id == twice.current_question_id
    assert len((await candidate.get()).questions) == 2


async def test_a_question_that_is_not_current_is_refused(candidate: Candidate) -> None:
    await candidate.create()
    first = (await candidate.start()).current_question_id
    await candidate.submit("text")
    for act in (candidate.submit, candidate.skip, candidate.retry, candidate.follow_up):
        error = await error_of(act(question_id=first))
        assert isinstance(error, FailedPrecondition)
        assert error.reason == "QUESTION_NOT_CURRENT"


async def test_what_the_state_table_refuses_says_what_to_do(candidate: Candidate) -> None:
    await candidate.create(question_count=1)
    some_id = str(uuid.uuid4())
    error = await error_of(candidate.submit("too early", question_id=some_id))
    assert (error.reason, type(error)) == ("WRONG_STATE", FailedPrecondition)
    assert "StartInterview" in error.message
    await candidate.start()
    assert (await error_of(candidate.start())).reason == "WRONG_STATE"
    await candidate.submit("text")
    await candidate.until_complete()
    for act in (candidate.end(), candidate.start(), candidate.skip(question_id=some_id)):
        error = await error_of(act)
        assert error.reason == "WRONG_STATE"
        assert "report" in error.message


async def test_other_people_s_interviews_are_not_there(session: SessionUnderTest, candidate: Candidate) -> None:
    async with candidate_of(session) as other:
        await other.create()
        theirs = other.interview_id
        candidate.interview_id = theirs
        question_id = str(uuid.uuid4())
        calls = [
            candidate.get(),
            candidate.start(),
            candidate.submit("x", question_id=question_id),
            candidate.end(),
            candidate.report(),
            candidate.watch_until(lambda _: True),
        ]
        for call in calls:
            error = await error_of(call)
            assert (error.reason, type(error)) == ("INTERVIEW_NOT_FOUND", NotFound)
        assert (await other.get()).stage == ip.INTERVIEW_STAGE_INTRO


async def test_pages_go_from_newest_to_oldest_without_holes(candidate: Candidate) -> None:
    made = [(await candidate.create()).interview_id for _ in range(5)]
    seen: list[str] = []
    token = ""
    for size in (2, 2, 2):
        request = pb.ListInterviewsRequest(page_size=size, page_token=token)
        page = await candidate.call(candidate.interviews.ListInterviews, request)
        assert all(not entry.questions and not entry.history for entry in page.interviews)
        seen += [entry.interview_id for entry in page.interviews]
        token = page.next_page_token
    assert seen == made[::-1]
    assert token == ""
    wrong = pb.ListInterviewsRequest(page_token="nonsense")
    assert isinstance(await error_of(candidate.call(candidate.interviews.ListInterviews, wrong)), InvalidArgument)


async def test_questions_are_shown_only_once_asked(candidate: Candidate) -> None:
    await candidate.create(question_count=3)
    started = await candidate.start()
    assert (started.total_questions, started.done_questions, len(started.questions)) == (3, 0, 1)
    skipped = await candidate.skip()
    assert (skipped.total_questions, skipped.done_questions, len(skipped.questions)) == (3, 1, 2)
    assert skipped.answers[0].status == ip.ANSWER_STATUS_SKIPPED


async def test_a_retry_replaces_the_attempt_but_not_in_a_realistic_interview(candidate: Candidate) -> None:
    await candidate.create(question_count=1)
    await candidate.start()
    retried = await candidate.retry()
    assert retried.next_action == ip.NEXT_ACTION_RETRY
    assert [(answer.attempt, answer.status) for answer in retried.answers] == [
        (1, ip.ANSWER_STATUS_SUPERSEDED), (2, ip.ANSWER_STATUS_OPEN)
    ]  # fmt: skip
    await candidate.submit("Second try.")
    complete = await candidate.until_complete()
    assert [answer.status for answer in complete.answers] == [ip.ANSWER_STATUS_SUPERSEDED, ip.ANSWER_STATUS_EVALUATED]
    assert (await candidate.report()).questions[0].answer.transcript == "Second try."
    await candidate.create(mode=ip.INTERVIEW_MODE_REALISTIC)
    await candidate.start()
    assert (await error_of(candidate.retry())).reason == "RETRY_NOT_ALLOWED"


async def test_an_answer_worth_probing_is_followed_up_at_most_as_often_as_set(candidate: Candidate) -> None:
    await candidate.create(question_count=1, max_follow_ups=1)
    await candidate.start()
    probed = await candidate.submit("It was slow.")
    assert probed.questions[1].question.text == "You said 'slow': why?"
    assert (probed.total_questions, probed.done_questions) == (2, 1)
    assert (await candidate.submit("Still slow.")).stage == ip.INTERVIEW_STAGE_EVALUATION


async def test_a_follow_up_can_be_asked_for_beyond_the_setting(session: SessionUnderTest, candidate: Candidate) -> None:
    await candidate.create(question_count=1, max_follow_ups=0)
    await candidate.start()
    probed = await candidate.follow_up()
    # Nothing was said, so there is nothing to ask about: the interview goes on.
    assert probed.stage == ip.INTERVIEW_STAGE_EVALUATION
    assert session.reasoning.follow_ups == []


async def test_a_slow_follow_up_gives_way_to_the_planned_question(database_url: str) -> None:
    async with running_session(database_url, follow_up_wait_s=0.05) as session, candidate_of(session) as candidate:
        session.reasoning.slow_follow_up = True
        await candidate.create(question_count=2)
        await candidate.start()
        assert (await candidate.submit("It was slow.")).questions[1].question.text == "Question 2?"


async def test_what_was_asked_before_is_not_planned_again(session: SessionUnderTest, candidate: Candidate) -> None:
    await candidate.create(question_count=3)
    first = (await candidate.start()).questions[0].question.source_id
    await candidate.create(question_count=3)
    assert list(session.reasoning.planned[-1].asked_source_ids) == [first]
    assert session.reasoning.planned[0].seed != session.reasoning.planned[1].seed


async def test_an_early_end_reports_what_was_answered(candidate: Candidate) -> None:
    await candidate.create(question_count=4)
    await candidate.start()
    await candidate.submit("Only this.")
    ended = await candidate.end()
    assert ended.stage == ip.INTERVIEW_STAGE_EVALUATION
    complete = await candidate.until_complete()
    assert [answer.status for answer in complete.answers] == [ip.ANSWER_STATUS_EVALUATED, ip.ANSWER_STATUS_SKIPPED]
    report = await candidate.report()
    assert len(report.questions) == 2
    assert report.duration.ToTimedelta() == complete.end_time.ToDatetime() - complete.start_time.ToDatetime()


async def test_an_interview_without_any_answer_has_a_report_that_says_so(
    session: SessionUnderTest, candidate: Candidate
) -> None:
    await candidate.create()
    await candidate.end()
    await candidate.until_complete()
    report = await candidate.report()
    assert list(report.summary) == ["No question was answered, so there is nothing to judge."]
    assert not report.HasField("overall_score")
    assert "WriteReport" not in session.reasoning.calls


async def test_planning_goes_on_as_a_job_when_reasoning_is_away(
    session: SessionUnderTest, candidate: Candidate
) -> None:
    session.reasoning.away.add("PlanInterview")
    created = await candidate.create()
    assert (created.stage, created.next_action) == (ip.INTERVIEW_STAGE_PLANNING, ip.NEXT_ACTION_WAIT)
    assert (await error_of(candidate.start())).reason == "WRONG_STATE"
    session.reasoning.away.clear()
    planned = await candidate.watch_until(lambda seen: seen.stage == ip.INTERVIEW_STAGE_INTRO)
    assert planned.next_action == ip.NEXT_ACTION_START


async def test_a_correction_is_evaluated_again_and_reported(session: SessionUnderTest, candidate: Candidate) -> None:
    await candidate.create(question_count=1)
    await candidate.start()
    await candidate.submit("I wrote tezts.")
    complete = await candidate.until_complete()
    answer_id = complete.answers[0].answer_id
    request = pb.CorrectTranscriptRequest(
        request_id=request_id(), interview_id=candidate.interview_id, answer_id=answer_id, transcript="Tests, I wrote."
    )
    corrected = (await candidate.call(candidate.interviews.CorrectTranscript, request)).answer
    assert (corrected.transcript, corrected.status) == ("Tests, I wrote.", ip.ANSWER_STATUS_EVALUATING)

    async def rewritten() -> bool:
        return len(session.reasoning.reports) == 2 and len((await candidate.get()).history) == len(complete.history) + 1

    await eventually(rewritten)
    report = await candidate.report()
    assert report.status == report_pb2.REPORT_STATUS_READY
    assert report.questions[0].answer.evaluation.criteria[0].quotes[0].text == "Tests,"


async def test_only_answers_that_count_can_be_corrected(candidate: Candidate) -> None:
    await candidate.create(question_count=2)
    started = await candidate.start()
    request = pb.CorrectTranscriptRequest(
        request_id=request_id(), interview_id=candidate.interview_id, answer_id=started.answers[0].answer_id
    )
    error = await error_of(candidate.call(candidate.interviews.CorrectTranscript, request))
    assert error.reason == "ANSWER_NOT_COMPLETE"
    await candidate.skip()
    assert (
        await error_of(candidate.call(candidate.interviews.CorrectTranscript, request))
    ).reason == "NOTHING_TO_CORRECT"
    request.answer_id = str(uuid.uuid4())
    error = await error_of(candidate.call(candidate.interviews.CorrectTranscript, request))
    assert (error.reason, type(error)) == ("ANSWER_NOT_FOUND", NotFound)


async def test_quotes_that_were_never_said_take_their_level_with_them(
    session: SessionUnderTest, candidate: Candidate
) -> None:
    session.reasoning.false_quotes = True
    await candidate.create(question_count=1)
    await candidate.start()
    await candidate.submit("What I did say.")
    criterion = (await candidate.until_complete()).answers[0].evaluation.criteria[0]
    assert not criterion.HasField("level")
    assert not criterion.quotes
    assert not (await candidate.report()).HasField("overall_score")


async def test_without_consent_to_scoring_there_are_no_levels(session: SessionUnderTest) -> None:
    async with candidate_of(session, 1) as candidate:  # recording only
        await candidate.create(question_count=1)
        await candidate.start()
        await candidate.submit("Not to be judged.")
        complete = await candidate.until_complete()
        assert complete.answers[0].status == ip.ANSWER_STATUS_NOT_SCORED
        report = await candidate.report()
        assert list(report.notices) == list(report.summary)
        assert "agreed" in report.notices[0]
        assert not {"EvaluateAnswer", "WriteReport"} & set(session.reasoning.calls)


async def test_the_export_is_not_there_yet_and_says_so(candidate: Candidate) -> None:
    async def export() -> None:
        with service_errors():
            async for _ in candidate.accounts.ExportMe(
                account_service_pb2.ExportMeRequest(), metadata=candidate.metadata
            ):
                pass

    error = await error_of(export())
    assert (error.reason, type(error)) == ("EXPORT_NOT_AVAILABLE", Unimplemented)
