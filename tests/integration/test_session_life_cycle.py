"""A whole interview, typed: sign-up to report, against a real server and a real PostgreSQL."""

from __future__ import annotations

from parley.session.v1 import interview_pb2 as ip
from parley.session.v1 import report_pb2

from tests.support.session_candidate import Candidate
from tests.support.session_service import SessionUnderTest

pytest_plugins = ["tests.support.postgres", "tests.support.session_fixtures"]


async def test_a_typed_interview_ends_in_a_report(session: SessionUnderTest, candidate: Candidate) -> None:
    created = await candidate.create(question_count=2)
    assert (created.stage, created.next_action) == (ip.INTERVIEW_STAGE_INTRO, ip.NEXT_ACTION_START)
    assert not created.questions
    started = await candidate.start()
    assert (started.stage, started.next_action) == (ip.INTERVIEW_STAGE_QUESTION, ip.NEXT_ACTION_ANSWER)
    assert [entry.question.text for entry in started.questions] == ["Question 1?"]
    second = await candidate.submit("I measured the cache first.")
    assert (second.stage, second.next_action) == (ip.INTERVIEW_STAGE_QUESTION, ip.NEXT_ACTION_NEXT_QUESTION)
    assert [entry.question.text for entry in second.questions] == ["Question 1?", "Question 2?"]
    over = await candidate.submit("Then I wrote tests.")
    assert (over.stage, over.next_action) == (ip.INTERVIEW_STAGE_EVALUATION, ip.NEXT_ACTION_END)
    complete = await candidate.until_complete()
    assert complete.next_action == ip.NEXT_ACTION_READ_REPORT
    assert [answer.transcript for answer in complete.answers] == ["I measured the cache first.", "Then I wrote tests."]
    assert {answer.status for answer in complete.answers} == {ip.ANSWER_STATUS_EVALUATED}
    report = await candidate.report()
    assert report.status == report_pb2.REPORT_STATUS_READY
    assert list(report.summary) == ["2 answers.", "Some were strong.", "Practise more."]
    assert report.overall_score == 50.0
    assert report.criteria[0].mean_level == 3.0
