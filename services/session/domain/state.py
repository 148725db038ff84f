"""The interview's state machine, as a table.

Rules
-----
- A change is (stage, intent) → (stage, next action). What is not in the table is refused: ``TransitionNotAllowed``.
- ``submit`` and ``skip`` lead to the next question. Where none is left the change is made with intent ``end`` instead.
- Between an answer's submission and the next question there is no change of stage: the current answer is ``submitted``
  and the next action is ``wait`` (at most a few hundred milliseconds; a job finishes it after a crash).
- ``begin_answer`` may come late or twice (playback ends while the candidate speaks): then it changes nothing.
- ``report_ready`` may come again after a correction: the report is written anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.session.domain.errors import TransitionNotAllowed


class Stage(StrEnum):
    """Where an interview stands."""

    PLANNING = "planning"
    INTRO = "intro"
    QUESTION = "question"
    ANSWER = "answer"
    EVALUATION = "evaluation"
    COMPLETE = "complete"
    FAILED = "failed"


class NextAction(StrEnum):
    """What the client should let the candidate do next."""

    WAIT = "wait"
    START = "start"
    ANSWER = "answer"
    NEXT_QUESTION = "next_question"
    RETRY = "retry"
    END = "end"
    READ_REPORT = "read_report"


class Intent(StrEnum):
    """What caused a change."""

    CREATE = "create"
    PLANNED = "planned"
    START = "start"
    BEGIN_ANSWER = "begin_answer"
    SUBMIT = "submit"
    RETRY = "retry"
    SKIP = "skip"
    FOLLOW_UP = "follow_up"
    END = "end"
    REPORT_READY = "report_ready"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a change leads."""

    stage: Stage
    next_action: NextAction


INITIAL: Final = Outcome(Stage.PLANNING, NextAction.WAIT)

TABLE: Final[Mapping[tuple[Stage, Intent], Outcome]] = {
    (Stage.PLANNING, Intent.PLANNED): Outcome(Stage.INTRO, NextAction.START),
    (Stage.PLANNING, Intent.FAIL): Outcome(Stage.FAILED, NextAction.END),
    (Stage.INTRO, Intent.START): Outcome(Stage.QUESTION, NextAction.ANSWER),
    (Stage.INTRO, Intent.END): Outcome(Stage.EVALUATION, NextAction.END),
    (Stage.QUESTION, Intent.BEGIN_ANSWER): Outcome(Stage.ANSWER, NextAction.ANSWER),
    (Stage.QUESTION, Intent.SUBMIT): Outcome(Stage.QUESTION, NextAction.NEXT_QUESTION),
    (Stage.QUESTION, Intent.SKIP): Outcome(Stage.QUESTION, NextAction.NEXT_QUESTION),
    (Stage.QUESTION, Intent.FOLLOW_UP): Outcome(Stage.QUESTION, NextAction.NEXT_QUESTION),
    (Stage.QUESTION, Intent.RETRY): Outcome(Stage.ANSWER, NextAction.RETRY),
    (Stage.QUESTION, Intent.END): Outcome(Stage.EVALUATION, NextAction.END),
    (Stage.ANSWER, Intent.SUBMIT): Outcome(Stage.QUESTION, NextAction.NEXT_QUESTION),
    (Stage.ANSWER, Intent.SKIP): Outcome(Stage.QUESTION, NextAction.NEXT_QUESTION),
    (Stage.ANSWER, Intent.FOLLOW_UP): Outcome(Stage.QUESTION, NextAction.NEXT_QUESTION),
    (Stage.ANSWER, Intent.RETRY): Outcome(Stage.ANSWER, NextAction.RETRY),
    (Stage.ANSWER, Intent.END): Outcome(Stage.EVALUATION, NextAction.END),
    (Stage.EVALUATION, Intent.REPORT_READY): Outcome(Stage.COMPLETE, NextAction.READ_REPORT),
    (Stage.EVALUATION, Intent.FAIL): Outcome(Stage.FAILED, NextAction.END),
    (Stage.COMPLETE, Intent.REPORT_READY): Outcome(Stage.COMPLETE, NextAction.READ_REPORT),
}

_ADVICE: Final[Mapping[Stage, str]] = {
    Stage.PLANNING: "the questions are still being planned; wait for next_action START",
    Stage.INTRO: "the interview has not started; call StartInterview",
    Stage.QUESTION: "a question is being asked; answer it",
    Stage.ANSWER: "the answer is being given; submit it",
    Stage.EVALUATION: "the interview is over; wait for the report",
    Stage.COMPLETE: "the interview is over; read the report",
    Stage.FAILED: "the interview failed; create a new one",
}


def transition(stage: Stage, intent: Intent) -> Outcome:
    """Where ``intent`` leads from ``stage``. Raises TransitionNotAllowed, which says what to do instead."""
    outcome = TABLE.get((stage, intent))
    if outcome is None:
        raise TransitionNotAllowed(f"{intent.value} is not possible now: {_ADVICE[stage]}")
    return outcome
