"""The table of turn.py."""

from __future__ import annotations

import pytest

from services.speech.domain.audio import in_samples
from services.speech.domain.turn import Turn, TurnOver, TurnState


def spoken(turn: Turn, name: str, end_s: float) -> None:
    turn.begin(name)
    turn.close(in_samples(end_s))


def over(turn: Turn, at_s: float) -> TurnOver | None:
    return turn.hear_silence(in_samples(at_s))


@pytest.mark.parametrize(
    ("state", "patience_s"),
    [(TurnState.THINKING, 2.0), (TurnState.ANSWERING, 2.0), (TurnState.CONFIRMING, 0.6)],
)
def test_a_pause_longer_than_the_patience_ends_the_turn_once(state: TurnState, patience_s: float) -> None:
    turn = Turn(state, 2.0)
    spoken(turn, "a", 5.0)
    assert over(turn, 5.0 + patience_s - 0.01) is None
    assert over(turn, 5.0 + patience_s) == TurnOver(in_samples(5.0), ("a",))
    assert over(turn, 60.0) is None


def test_silence_before_speech_ends_nothing() -> None:
    for state in TurnState:
        assert over(Turn(state, 2.0), 600.0) is None


def test_while_nothing_is_expected_speech_opens_no_turn() -> None:
    turn = Turn(TurnState.LISTENING_OFF, 2.0)
    spoken(turn, "a", 1.0)
    assert over(turn, 60.0) is None


def test_an_open_utterance_keeps_the_turn_open() -> None:
    turn = Turn(TurnState.ANSWERING, 2.0)
    spoken(turn, "a", 1.0)
    turn.begin("b")
    assert over(turn, 60.0) is None
    turn.close(in_samples(60.0))
    assert over(turn, 62.0) == TurnOver(in_samples(60.0), ("a", "b"))


def test_a_change_of_state_starts_afresh_but_keeps_who_is_speaking() -> None:
    turn = Turn(TurnState.LISTENING_OFF, 2.0)
    spoken(turn, "before", 1.0)
    turn.begin("across")
    turn.change(TurnState.ANSWERING)
    turn.close(in_samples(3.0))
    assert over(turn, 5.0) == TurnOver(in_samples(3.0), ("across",))
    spoken(turn, "late", 6.0)
    turn.change(TurnState.THINKING)
    assert over(turn, 60.0) is None


def test_a_turn_that_somebody_else_ended_is_not_ended_again() -> None:
    turn = Turn(TurnState.ANSWERING, 2.0)
    spoken(turn, "a", 1.0)
    turn.drop()
    assert over(turn, 60.0) is None


def test_patience_says_which_pause_matters() -> None:
    assert Turn(TurnState.THINKING, 2.0).patience is None
    assert Turn(TurnState.ANSWERING, 1.5).patience == in_samples(1.5)
    assert Turn(TurnState.LISTENING_OFF, 2.0).patience is None
