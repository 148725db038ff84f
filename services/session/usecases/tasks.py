"""The jobs that session defers: names (``bootstrap`` says what they do), arguments, priorities."""

from typing import Final

from services.session.ports import Job

# Priorities: what the candidate waits for before what runs beside the interview.
_TURN: Final = 30
_PLANNING: Final = 20
_COMPLETION: Final = 10
_EVALUATION: Final = 0
_REPORT: Final = 0


def plan_job(interview_id: str) -> Job:
    """Plan the interview if that has not happened."""
    return Job("plan_interview", {"interview_id": interview_id}, _PLANNING)


def advance_job(interview_id: str, answer_id: str) -> Job:
    """Ask the next question if the process that was about to is gone."""
    return Job("advance_turn", {"interview_id": interview_id, "answer_id": answer_id}, _TURN)


def finish_question_job(interview_id: str, question_id: str) -> Job:
    """Complete the text of a question if the process that was writing it is gone."""
    return Job("finish_question", {"interview_id": interview_id, "question_id": question_id}, _TURN)


def complete_job(interview_id: str, answer_id: str) -> Job:
    """Complete the answer from what is stored if media has not recorded its end."""
    return Job("complete_answer", {"interview_id": interview_id, "answer_id": answer_id}, _COMPLETION)


def evaluate_job(interview_id: str, answer_id: str) -> Job:
    """Evaluate the answer."""
    return Job("evaluate_answer", {"interview_id": interview_id, "answer_id": answer_id}, _EVALUATION)


def report_job(interview_id: str) -> Job:
    """Write the report."""
    return Job("write_report", {"interview_id": interview_id}, _REPORT)
