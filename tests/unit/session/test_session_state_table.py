"""Every cell of the state table: what is in it leads where it says, what is not is refused."""

from __future__ import annotations

import itertools

import pytest

from services.session.domain.errors import TransitionNotAllowed
from services.session.domain.state import Intent, NextAction, Outcome, Stage, transition

# Written down a second time on purpose: a change of the table has to be meant.
EXPECTED = {
    ("planning", "planned"): ("intro", "start"),
    ("planning", "fail"): ("failed", "end"),
    ("intro", "start"): ("question", "answer"),
    ("intro", "end"): ("evaluation", "end"),
    ("question", "begin_answer"): ("answer", "answer"),
    ("question", "submit"): ("question", "next_question"),
    ("question", "skip"): ("question", "next_question"),
    ("question", "follow_up"): ("question", "next_question"),
    ("question", "retry"): ("answer", "retry"),
    ("question", "end"): ("evaluation", "end"),
    ("answer", "submit"): ("question", "next_question"),
    ("answer", "skip"): ("question", "next_question"),
    ("answer", "follow_up"): ("question", "next_question"),
    ("answer", "retry"): ("answer", "retry"),
    ("answer", "end"): ("evaluation", "end"),
    ("evaluation", "report_ready"): ("complete", "read_report"),
    ("evaluation", "fail"): ("failed", "end"),
    ("complete", "report_ready"): ("complete", "read_report"),
}


@pytest.mark.parametrize(("stage", "intent"), list(itertools.product(Stage, Intent)))
def test_a_cell_leads_where_it_says_or_is_refused(stage: Stage, intent: Intent) -> None:
    expected = EXPECTED.get((stage.value, intent.value))
    if expected is None:
        with pytest.raises(TransitionNotAllowed, match="not possible now: "):
            transition(stage, intent)
    else:
        assert transition(stage, intent) == Outcome(Stage(expected[0]), NextAction(expected[1]))
