"""The interview aggregate: turns, follow-ups, retries, early ends, and the history of all of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.kit.ids import new_id
from services.session.domain.answers import Answer, AnswerStatus, FollowUp
from services.session.domain.errors import AnswerSubmitted, QuestionNotCurrent, RetryNotAllowed, TransitionNotAllowed
from services.session.domain.interview import Interview
from services.session.domain.interview_settings import InterviewMode, InterviewSettings
from services.session.domain.recording import PlaybackOutcome
from services.session.domain.state import Intent, NextAction, Stage
from services.session.domain.values import Language, Question, QuestionKind

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def planned(count: int = 2, **settings: object) -> Interview:
    """An interview with its plan."""
    interview = Interview.create("account", InterviewSettings(Language.ENGLISH, "role", **settings), NOW)  # type: ignore[arg-type]
    interview.plan([Question(f"q{index}", f"Question {index}?") for index in range(count)], None, NOW)
    return interview


def started(count: int = 2, **settings: object) -> Interview:
    """An interview at its first question."""
    interview = planned(count, **settings)
    interview.start(NOW)
    return interview


def submitted(interview: Interview, text: str = "typed", intent: Intent = Intent.SUBMIT) -> Answer:
    """Submit the current answer."""
    assert interview.current_question_id is not None
    return interview.submit(interview.current_question_id, intent, text, NOW)


def follow_up(text: str = "Why?", *, unfinished: bool = False) -> FollowUp:
    return FollowUp(new_id(), Question("f", text, QuestionKind.FOLLOW_UP), unfinished)


def test_planned_questions_are_asked_in_order_and_counted() -> None:
    interview = started(2)
    assert (interview.total_questions(), interview.done_questions()) == (2, 0)
    assert interview.advance(submitted(interview).answer_id, None, NOW)
    assert [entry.question.source_id for entry in interview.asked()] == ["q0", "q1"]
    assert (interview.total_questions(), interview.done_questions()) == (2, 1)
    assert interview.advance(submitted(interview).answer_id, None, NOW)
    assert (interview.stage, interview.next_action) == (Stage.EVALUATION, NextAction.END)
    assert interview.done_questions() == 2
    assert interview.current_question_id is None


def test_between_submission_and_next_question_the_client_waits() -> None:
    interview = started()
    answer = submitted(interview)
    assert (interview.stage, interview.next_action) == (Stage.QUESTION, NextAction.WAIT)
    assert answer.status is AnswerStatus.SUBMITTED
    with pytest.raises(AnswerSubmitted):
        submitted(interview)


def test_a_turn_is_taken_once() -> None:
    interview = started(3)
    answer = submitted(interview)
    assert interview.advance(answer.answer_id, None, NOW)
    assert not interview.advance(answer.answer_id, None, NOW)
    assert len(interview.asked()) == 2


def test_a_follow_up_belongs_to_its_planned_question_and_comes_on_top() -> None:
    interview = started(2, max_follow_ups=2)
    first = interview.current_question_id
    interview.advance(submitted(interview).answer_id, follow_up(), NOW)
    interview.advance(submitted(interview).answer_id, follow_up(), NOW)
    assert [entry.follows_question_id for entry in interview.asked()] == [None, first, first]
    assert interview.total_questions() == 4
    assert not interview.wants_follow_up(Intent.SUBMIT), "at most two per question"
    assert not interview.wants_follow_up(Intent.FOLLOW_UP)


def test_the_interviewer_asks_fewer_follow_ups_of_itself_than_may_be_requested() -> None:
    interview = started(2, max_follow_ups=0)
    assert not interview.wants_follow_up(Intent.SUBMIT)
    assert interview.wants_follow_up(Intent.FOLLOW_UP)


def test_a_retry_supersedes_the_attempt_and_is_counted() -> None:
    interview = started()
    question = interview.current_question_id
    assert question is not None
    interview.retry(question, NOW)
    assert (interview.stage, interview.next_action) == (Stage.ANSWER, NextAction.RETRY)
    assert [(answer.attempt, answer.status) for answer in interview.answers] == [
        (1, AnswerStatus.SUPERSEDED), (2, AnswerStatus.OPEN)
    ]  # fmt: skip
    assert interview.history[-1].retry_count == 1


def test_a_realistic_interview_has_no_retry() -> None:
    interview = started(mode=InterviewMode.REALISTIC)
    with pytest.raises(RetryNotAllowed):
        interview.retry(interview.current_question_id or "", NOW)


def test_only_the_current_question_can_be_answered() -> None:
    interview = started()
    with pytest.raises(QuestionNotCurrent):
        interview.submit("another", Intent.SUBMIT, "text", NOW)


def test_skipping_the_last_question_ends_the_interview() -> None:
    interview = started(1)
    interview.skip(interview.current_question_id or "", NOW)
    assert interview.stage is Stage.EVALUATION
    assert interview.answers[0].status is AnswerStatus.SKIPPED
    assert interview.settled()
    assert interview.history[-1].intent is Intent.END


def test_an_early_end_keeps_what_was_said_and_skips_what_was_not() -> None:
    silent, speaking = started(), started()
    assert silent.end(NOW) is None
    assert silent.answers[0].status is AnswerStatus.SKIPPED
    speaking.begin_answer(speaking.current_answer_id or "", timedelta(seconds=3), NOW)
    handed_in = speaking.end(NOW)
    assert handed_in is not None
    assert handed_in.status is AnswerStatus.SUBMITTED
    assert not speaking.settled()


def test_ending_while_a_turn_is_taken_asks_nothing_more() -> None:
    interview = started()
    answer = submitted(interview)
    interview.end(NOW)
    assert not interview.advance(answer.answer_id, follow_up(), NOW)
    assert interview.stage is Stage.EVALUATION


def test_an_answer_begins_once_however_often_it_is_reported() -> None:
    interview = started()
    answer_id = interview.current_answer_id or ""
    interview.begin_answer(answer_id, timedelta(seconds=3), NOW)
    changes = len(interview.history)
    interview.begin_answer(answer_id, timedelta(seconds=9), NOW)
    interview.begin_answer("another", timedelta(seconds=9), NOW)
    assert interview.stage is Stage.ANSWER
    assert interview.answers[0].start_offset == timedelta(seconds=3)
    assert len(interview.history) == changes


def test_playback_gives_the_question_its_spoken_length() -> None:
    interview = started()
    question = interview.asked()[0]
    played = interview.played(
        question.speech_id or "", PlaybackOutcome.COMPLETED, timedelta(seconds=1), timedelta(seconds=4)
    )
    assert played == question.question_id
    assert question.spoken_duration == timedelta(seconds=3)
    assert interview.played("of another interview", PlaybackOutcome.COMPLETED, None, None) == ""


def growing() -> tuple[Interview, str]:
    """An interview that has asked the first sentence of a follow-up."""
    interview = started(max_follow_ups=1)
    interview.advance(submitted(interview).answer_id, follow_up("You said 'x'.", unfinished=True), NOW)
    return interview, interview.current_question_id or ""


def test_a_question_grows_until_it_is_whole() -> None:
    interview, question_id = growing()
    before = interview.revision
    assert interview.grow_question(question_id, "You said 'x'. It was large.", unfinished=True)
    assert interview.grow_question(question_id, "You said 'x'. It was large. Why?", unfinished=False)
    assert interview.question(question_id).question.text == "You said 'x'. It was large. Why?"
    assert interview.revision == before + 2
    assert not interview.grow_question(question_id, "You said 'x'. It was large. Why? And how?", unfinished=False)


@pytest.mark.parametrize("outcome", [PlaybackOutcome.INTERRUPTED, PlaybackOutcome.COMPLETED, PlaybackOutcome.REPLACED])
def test_a_question_whose_voice_is_over_stays_as_it_was_said(outcome: PlaybackOutcome) -> None:
    interview, question_id = growing()
    interview.played(interview.question(question_id).speech_id or "", outcome, None, None)
    assert not interview.grow_question(question_id, "You said 'x'. Why?", unfinished=False)
    assert interview.question(question_id).question.text == "You said 'x'."


def test_a_question_that_could_only_be_shown_is_shown_whole() -> None:
    interview, question_id = growing()
    interview.played(interview.question(question_id).speech_id or "", PlaybackOutcome.FAILED, None, None)
    assert interview.grow_question(question_id, "You said 'x'. Why?", unfinished=False)


@pytest.mark.parametrize("intent", [Intent.SUBMIT, Intent.SKIP, Intent.END])
def test_a_question_that_was_answered_or_left_grows_no_more(intent: Intent) -> None:
    interview, question_id = growing()
    if intent is Intent.SUBMIT:
        submitted(interview)
    elif intent is Intent.SKIP:
        interview.skip(question_id, NOW)
    else:
        interview.end(NOW)
    assert not interview.growing(question_id)
    assert not interview.grow_question(question_id, "You said 'x'. Why?", unfinished=False)
    assert interview.question(question_id).question.text == "You said 'x'."


def test_a_retry_does_not_cut_a_question_off() -> None:
    interview, question_id = growing()
    interview.retry(question_id, NOW)
    assert interview.grow_question(question_id, "You said 'x'. Why?", unfinished=False)


def test_thinking_begins_where_the_question_ends_and_never_for_a_retry() -> None:
    interview = started()
    first = interview.current_answer_id or ""
    interview.question_spoken("another", timedelta(seconds=1), NOW)
    interview.question_spoken(first, timedelta(seconds=4), NOW)
    interview.retry(interview.current_question_id or "", NOW)
    second = interview.current_answer_id or ""
    interview.question_spoken(second, timedelta(seconds=9), NOW)
    assert interview.stage is Stage.ANSWER
    assert [interview.answer(each).asked_offset for each in (first, second)] == [timedelta(seconds=4), None]


def test_each_change_is_history_with_a_growing_revision() -> None:
    interview = started()
    interview.advance(submitted(interview).answer_id, None, NOW)
    assert [change.intent for change in interview.history] == [
        Intent.CREATE, Intent.PLANNED, Intent.START, Intent.SUBMIT
    ]  # fmt: skip
    revisions = [change.revision for change in interview.history]
    assert revisions[0] == 1
    assert revisions == sorted(set(revisions))
    assert interview.revision >= revisions[-1]


def test_a_plan_comes_once() -> None:
    with pytest.raises(TransitionNotAllowed):
        planned().plan([Question("q", "?")], None, NOW)


def test_an_interview_is_settled_when_its_last_evaluation_is_in() -> None:
    interview = started(1)
    answer = submitted(interview)
    answer.complete(scored=True)
    interview.advance(answer.answer_id, None, NOW)
    assert not interview.settled()
    answer.status = AnswerStatus.FAILED
    assert interview.settled()
