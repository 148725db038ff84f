"""The tables of turn.py and pauses.py."""

from __future__ import annotations

import random

import pytest

from services.speech.domain.audio import in_samples, in_seconds
from services.speech.domain.cues import Cue
from services.speech.domain.pauses import PRIOR_MEDIAN_S, Habit, PauseHabit
from services.speech.domain.turn import HOLD_S, Heard, Turn, TurnOver, TurnState

SAID = Heard(Cue.NEUTRAL)


def spoken(turn: Turn, name: str, end_s: float, heard: Heard = SAID, start_s: float | None = None) -> list[TurnOver]:
    turn.begin(name, in_samples(end_s - 0.5 if start_s is None else start_s))
    turn.close(in_samples(end_s))
    return turn.read(name, heard)


def over(turn: Turn, at_s: float) -> tuple[float, tuple[str, ...]] | None:
    found = turn.hear_silence(in_samples(at_s))
    return None if found is None else (in_seconds(found.end), found.utterance_ids)


def wait_s(state: TurnState, heard: Heard, patience_s: float = 2.0) -> float:
    """Silence after which the turn is over, counted in hundredths of a second."""
    turn = Turn(state, patience_s)
    spoken(turn, "a", 5.0, heard)
    return next(at / 100 for at in range(2_000) if over(turn, 5.0 + at / 100))


@pytest.mark.parametrize(
    ("state", "patience_s"),
    [(TurnState.THINKING, 2.0), (TurnState.ANSWERING, 2.0), (TurnState.CONFIRMING, 0.6)],
)
def test_a_pause_longer_than_the_patience_ends_the_turn_once(state: TurnState, patience_s: float) -> None:
    turn = Turn(state, 2.0)
    spoken(turn, "a", 5.0)
    assert over(turn, 5.0 + patience_s - 0.01) is None
    assert over(turn, 5.0 + patience_s) == (5.0, ("a",))
    assert over(turn, 60.0) is None


@pytest.mark.parametrize(
    ("state", "cue", "wait"),
    [
        (TurnState.ANSWERING, Cue.FINISHED, 1.5),
        (TurnState.ANSWERING, Cue.NEUTRAL, 2.0),
        (TurnState.ANSWERING, Cue.UNFINISHED, 3.5),
        (TurnState.ANSWERING, Cue.HESITATING, 4.0),
        (TurnState.ANSWERING, Cue.HOLDING, 15.0),
        (TurnState.CONFIRMING, Cue.FINISHED, 0.6),
        (TurnState.CONFIRMING, Cue.NEUTRAL, 0.6),
        (TurnState.CONFIRMING, Cue.UNFINISHED, 1.2),
        (TurnState.CONFIRMING, Cue.HESITATING, 1.5),
        (TurnState.CONFIRMING, Cue.HOLDING, 15.0),
    ],
)
def test_the_text_before_a_pause_makes_patience_longer_or_shorter(state: TurnState, cue: Cue, wait: float) -> None:
    assert wait_s(state, Heard(cue)) == wait


@pytest.mark.parametrize(
    ("patience_s", "cue", "wait"),
    [(0.3, Cue.FINISHED, 0.3), (1.0, Cue.FINISHED, 1.0), (4.0, Cue.HESITATING, 6.0), (9.0, Cue.UNFINISHED, 9.0)],
)
def test_the_bounds_give_way_to_a_stream_that_asks_for_less_or_more(patience_s: float, cue: Cue, wait: float) -> None:
    assert wait_s(TurnState.ANSWERING, Heard(cue), patience_s) == wait


def test_hesitation_alone_is_no_answer_yet() -> None:
    assert wait_s(TurnState.THINKING, Heard(Cue.HESITATING, hesitation=True)) == HOLD_S
    turn = Turn(TurnState.ANSWERING, 2.0)
    spoken(turn, "um", 1.0, Heard(Cue.HESITATING, hesitation=True))
    spoken(turn, "said", 8.0, Heard(Cue.FINISHED))
    spoken(turn, "well", 9.0, Heard(Cue.HESITATING, hesitation=True))
    assert over(turn, 15.0) == (9.0, ("um", "said", "well"))


def test_a_cough_keeps_what_the_text_before_it_meant() -> None:
    turn = Turn(TurnState.ANSWERING, 2.0)
    spoken(turn, "said", 5.0, Heard(Cue.UNFINISHED))
    spoken(turn, "cough", 6.0, Heard())
    assert over(turn, 9.0) is None
    assert over(turn, 9.6) == (6.0, ("said", "cough"))


def test_no_turn_is_over_before_its_text_is_there() -> None:
    turn = Turn(TurnState.ANSWERING, 2.0)
    turn.begin("a", 0)
    turn.close(in_samples(1.0))
    assert over(turn, 30.0) is None
    assert [each.utterance_ids for each in turn.read("a", SAID)] == [("a",)]
    assert over(turn, 31.0) is None


def test_silence_before_speech_ends_nothing() -> None:
    for state in TurnState:
        assert over(Turn(state, 2.0), 600.0) is None


def test_while_nothing_is_expected_speech_opens_no_turn() -> None:
    turn = Turn(TurnState.LISTENING_OFF, 2.0)
    spoken(turn, "a", 1.0)
    assert not turn.is_open
    assert over(turn, 60.0) is None


def test_an_open_utterance_keeps_the_turn_open() -> None:
    turn = Turn(TurnState.ANSWERING, 2.0)
    spoken(turn, "a", 1.0)
    turn.begin("b", in_samples(2.0))
    assert over(turn, 60.0) is None
    turn.close(in_samples(60.0))
    turn.read("b", SAID)
    assert over(turn, 62.5) == (60.0, ("a", "b"))


def test_a_change_of_state_starts_afresh_but_keeps_who_is_speaking() -> None:
    turn = Turn(TurnState.LISTENING_OFF, 2.0)
    spoken(turn, "before", 1.0)
    turn.begin("across", in_samples(1.5))
    turn.change(TurnState.ANSWERING, in_samples(2.0))
    turn.close(in_samples(3.0))
    turn.read("across", SAID)
    assert over(turn, 5.0) == (3.0, ("across",))
    spoken(turn, "late", 6.0)
    turn.change(TurnState.THINKING, in_samples(6.5))
    assert over(turn, 60.0) is None


def test_a_turn_that_somebody_else_ended_is_not_ended_again() -> None:
    turn = Turn(TurnState.ANSWERING, 2.0)
    spoken(turn, "a", 1.0)
    turn.drop(in_samples(1.5))
    assert over(turn, 60.0) is None


def test_patience_says_which_pause_matters() -> None:
    assert Turn(TurnState.THINKING, 2.0).patience is None
    assert Turn(TurnState.ANSWERING, 1.5).patience == in_samples(1.5)
    assert Turn(TurnState.LISTENING_OFF, 2.0).patience is None


Step = tuple[float, str, str | Heard | TurnState | None]


def random_conversation(rng: random.Random) -> list[Step]:
    """Times with what happens then: utterances with pauses between them, changes of state, somebody's button."""
    steps: list[Step] = []
    at = 0.0
    cues = [Heard(cue) for cue in Cue] + [Heard(), Heard(Cue.HESITATING, hesitation=True)]
    for index in range(12):
        at += rng.choice([0.7, 1.0, 1.6, 1.9, 2.3, 3.0, 3.8, 5.0, 16.0])
        steps.append((at, "begin", f"u{index}"))
        at += rng.choice([0.4, 1.0, 4.0])
        steps.append((at, "close", rng.choice(cues)))
        if rng.random() < 0.2:
            steps.append((at + 0.1, "change", rng.choice(list(TurnState))))
        if rng.random() < 0.2:
            steps.append((at + 0.2, "drop", None))
        at += 0.3
    return [*steps, (at + 20.0, "end", None)]


def turns(steps: list[Step], late: int) -> list[tuple[float, tuple[str, ...]]]:
    """The turns that end when each text comes `late` steps after its utterance has closed."""
    turn, found = Turn(TurnState.ANSWERING, 2.0), list[TurnOver | None]()
    texts: list[tuple[int, str, Heard]] = []
    name = ""
    frame = 512 / 16_000
    clock = 0.0
    for number, (at, kind, what) in enumerate(steps):
        while clock + frame <= at:
            clock += frame
            found.append(turn.hear_silence(in_samples(clock)))
        while texts and texts[0][0] <= number:
            found += turn.read(*texts.pop(0)[1:])
        match kind, what:
            case "begin", str():
                name = what
                turn.begin(name, in_samples(at - 0.09), in_samples(clock))
            case "close", Heard():
                turn.close(in_samples(at - 0.6))
                texts.append((number + late, name, what))
                if not late:
                    found += turn.read(*texts.pop(0)[1:])
            case "change", TurnState():
                turn.change(what, in_samples(clock))
            case "drop", None:
                turn.drop(in_samples(clock))
    for _, name_, heard in texts:
        found += turn.read(name_, heard)
    return [(in_seconds(each.end), each.utterance_ids) for each in found if each is not None]


def test_turns_depend_on_audio_and_texts_and_not_on_how_late_texts_come() -> None:
    count = 0
    for seed in range(40):
        steps = random_conversation(random.Random(seed))  # noqa: S311  no secret
        at_once = turns(steps, 0)
        count += len(at_once)
        assert all(turns(steps, late) == at_once for late in (1, 3, 7, 100)), seed
    assert count > 80


def learnt(pauses_s: list[float]) -> Habit:
    habit = PauseHabit()
    habit.add(pauses_s)
    return habit.now()


def test_a_speaker_who_pauses_long_is_waited_for_longer_and_a_quick_one_less_within_bounds() -> None:
    assert learnt([]).factor == pytest.approx(1.0)
    assert 1.0 < learnt([1.5] * 3).factor < learnt([1.5] * 12).factor
    assert learnt([0.3] * 12).factor < 1.0
    assert learnt([5.0] * 40).factor == 1.75
    assert learnt([0.3] * 40).factor == 0.75


def test_one_long_interruption_says_little_and_sounds_of_speech_nothing() -> None:
    assert learnt([60.0]).factor == learnt([3.0]).factor < 1.3
    assert learnt([0.1, 0.2]) == Habit()
    recent = learnt([0.3] * 200 + [1.0] * 40)
    assert recent == learnt([1.0] * 40)


def test_patience_follows_the_speaker() -> None:
    def patience_after(pause_s: float) -> int:
        turn, at = Turn(TurnState.ANSWERING, 2.0), 1.0
        for index in range(12):
            spoken(turn, str(index), at + 1.0, SAID, start_s=at)
            at += 1.0 + pause_s
        assert turn.ends_at is not None
        return turn.ends_at - in_samples(at - pause_s)

    assert in_samples(1.2) <= patience_after(0.3) < in_samples(2.0) < patience_after(1.6) <= in_samples(6.0)


def test_probability_grows_with_silence_and_falls_with_signs_of_going_on() -> None:
    turn = Turn(TurnState.ANSWERING, 2.0)
    for cue in Cue:
        rising = [turn.probability(in_samples(each / 4), cue) for each in range(20)]
        assert rising == sorted(rising)
        assert 0 < rising[0] < rising[-1] <= 1
    by_cue = [turn.probability(in_samples(0.5), cue) for cue in Cue]
    assert by_cue == sorted(by_cue, reverse=True)


def test_probability_is_bayes_with_the_table_as_prior() -> None:
    turn = Turn(TurnState.ANSWERING, 2.0)
    assert turn.probability(0, Cue.FINISHED) == 0.5
    # Half of an unknown speaker's pauses are longer than the median.
    assert turn.probability(in_samples(PRIOR_MEDIAN_S), Cue.NEUTRAL) == pytest.approx(0.3 / (0.3 + 0.7 * 0.5), abs=1e-4)


def test_a_turn_that_is_over_says_how_sure_that_is() -> None:
    turn = Turn(TurnState.ANSWERING, 2.0)
    spoken(turn, "a", 1.0, Heard(Cue.FINISHED))
    found = turn.hear_silence(in_samples(2.5))
    assert found is not None
    assert found.probability == pytest.approx(turn.probability(in_samples(1.5), Cue.FINISHED))
    assert 0.9 < found.probability < 1.0
