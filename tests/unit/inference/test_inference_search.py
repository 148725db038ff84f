"""Greedy decoding, sampling and the beam, over a decoder whose wishes are written down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from inference.errors import Interrupted
from inference.whisper import attempts
from inference.whisper.rules import TokenRules
from inference.whisper.search import Beam, Greedy, Path, Strand, search
from tests.unit.inference.scripted import END, VOCABULARY, ScriptedDecoder, Wishes, description, says

Script = Mapping[tuple[int, ...], Wishes]


def run(decoder: ScriptedDecoder, strands: list[Strand]) -> list[Path]:
    search(decoder, decoder.open(), strands, END)
    return [strand.best() for strand in strands]


def greedy(decoder: ScriptedDecoder, limits: list[int], **model: Any) -> list[list[int]]:
    rules = TokenRules(description(**model), VOCABULARY)
    return [list(path.tokens) for path in run(decoder, [Greedy(rules, END, limit) for limit in limits])]


def beam(width: int, *scripts: Script, limit: int = 10, otherwise: Wishes | None = None) -> list[list[int]]:
    rules = TokenRules(description(), VOCABULARY)
    paths = run(ScriptedDecoder(*scripts, otherwise=otherwise), [Beam(rules, END, limit, width) for _ in scripts])
    return [list(path.tokens) for path in paths]


def test_each_row_of_a_batch_ends_by_itself() -> None:
    decoder = ScriptedDecoder(says(3, 4), says(5), says(6, 6, 6, 6))
    assert greedy(decoder, [10, 10, 3]) == [[3, 4], [5], [6, 6, 6]]
    assert decoder.steps == 2


def test_rows_are_dropped_once_half_of_them_are_done() -> None:
    scripts = [says(1), says(2), says(3), says(4, 5, 6, 7, 8)]
    assert greedy(ScriptedDecoder(*scripts), [9] * 4) == [[1], [2], [3], [4, 5, 6, 7, 8]]


def test_suppressed_tokens_are_never_chosen_and_some_not_at_the_start() -> None:
    either = {(): {3: 8.0, 4: 4.0}, (3,): {3: 8.0, 4: 4.0}, (4,): {3: 8.0, 4: 4.0}}
    assert greedy(ScriptedDecoder(either), [2], suppressed=(3,)) == [[4, 4]]
    assert greedy(ScriptedDecoder(either), [2], suppressed_at_start=(3,)) == [[4, 3]]


def test_the_end_may_come_first_although_models_suppress_it_there() -> None:
    assert greedy(ScriptedDecoder({}), [5], suppressed_at_start=(END,)) == [[]]


def test_tokens_to_suppress_beyond_the_vocabulary_are_no_matter() -> None:
    assert greedy(ScriptedDecoder(says(3)), [5], suppressed=(77,), suppressed_at_start=(78,)) == [[3]]


def test_confidence_is_the_models_own_and_counts_the_end() -> None:
    rules = TokenRules(description(suppressed=(3,)), VOCABULARY)
    (path,) = run(ScriptedDecoder(says(3, second=4)), [Greedy(rules, END, 5)])
    spread = np.log(np.exp(8) + np.exp(4) + VOCABULARY - 2)
    end = 8 - np.log(np.exp(8) + VOCABULARY - 1)
    assert path.tokens == (4,)
    assert path.log_probabilities == pytest.approx([4 - spread, end], abs=1e-3)
    assert path.mean_log_probability() == pytest.approx(((4 - spread) + end) / 2, abs=1e-3)


TRAP: Script = {
    (): {1: 2.0, 2: 1.9},  # 1 looks better at first
    (1,): {3: 0.5, 4: 0.4, 5: 0.3},  # and leads nowhere in particular
    (2,): {6: 9.0},
}


def test_a_beam_finds_what_greedy_walks_past() -> None:
    assert greedy(ScriptedDecoder(TRAP), [10])[0][0] == 1
    assert beam(3, TRAP) == [[2, 6]]


def test_a_beam_of_one_is_greedy() -> None:
    scripts = [says(3, 4), says(5), TRAP]
    assert beam(1, *scripts) == greedy(ScriptedDecoder(*scripts), [10] * 3)


def test_beams_of_a_batch_do_not_mix() -> None:
    scripts = [says(3, 4, second=7), TRAP, says(5, second=8), {}]
    assert beam(3, *scripts) == [beam(3, script)[0] for script in scripts]


def test_length_is_normalised_so_that_short_texts_do_not_win_by_being_short() -> None:
    script: dict[tuple[int, ...], Wishes] = {
        (): {1: 3.0, END: 3.1},
        (1,): {2: 9.0},
        (1, 2): {3: 9.0},
        (1, 2, 3): {END: 9.0},
    }
    assert beam(2, script, otherwise={}) == [[1, 2, 3]]


def test_a_beam_stops_at_the_limit_with_the_best_unfinished_text() -> None:
    endless = {(1,) * count: {1: 8.0, 2: 1.0} for count in range(20)}
    assert beam(2, endless, limit=4, otherwise={}) == [[1, 1, 1, 1]]


def test_sampling_is_the_same_for_the_same_audio_and_not_for_another() -> None:
    spread: Script = {(): dict.fromkeys(range(9), 1.0)}
    rules = TokenRules(description(), VOCABULARY)

    def draw(seed: int, temperature: float) -> tuple[int, ...]:
        samples = np.random.default_rng(seed).normal(0, 0.1, 800).astype(np.float32)
        strand = Greedy(rules, END, 1, (temperature, attempts.chance(samples, temperature)))
        return run(ScriptedDecoder(spread), [strand])[0].tokens

    assert [draw(seed, 0.8) for seed in range(12)] == [draw(seed, 0.8) for seed in range(12)]
    assert len({draw(seed, 0.8) for seed in range(12)}) > 3
    assert len({draw(0, temperature) for temperature in (0.2, 0.4, 0.6, 0.8, 1.0)}) > 1


def test_sampling_follows_the_temperature() -> None:
    likely: Script = {(): {1: 2.0}}
    rules = TokenRules(description(), VOCABULARY)

    def share(temperature: float) -> float:
        strands = [Greedy(rules, END, 1, (temperature, np.random.default_rng(seed))) for seed in range(300)]
        for strand in strands:
            run(ScriptedDecoder(likely), [strand])
        return sum(strand.best().tokens == (1,) for strand in strands) / 300

    # softmax(2/T) against nine others: 0.999 at 0.25, 0.45 at 1
    assert share(0.25) > 0.97
    assert 0.35 < share(1.0) < 0.55


def test_it_stops_between_two_tokens_when_told_to() -> None:
    decoder = ScriptedDecoder(says(1, 2, 3, 4, 5))
    strand = Greedy(TokenRules(description(), VOCABULARY), END, 9)
    with pytest.raises(Interrupted):
        search(decoder, decoder.open(), [strand], END, lambda: decoder.steps == 2)
    assert strand.best().tokens == (1, 2)


def attempt(mean: float, ratio: float, silence: float = 0.0, text: str = "so") -> attempts.Attempt:
    return attempts.Attempt(Path((1,), (mean,)), text, 0.0, ratio, silence)


@pytest.mark.parametrize(
    ("tried", "settled"),
    [
        (attempt(-0.5, 1.0), True),
        (attempt(-1.1, 1.0), False),
        (attempt(-0.5, 2.5), False),
        (attempt(-1.1, 1.0, silence=0.7), True),
        (attempt(-0.5, 2.5, silence=0.7), False),
    ],
)
def test_guesses_and_loops_are_tried_again_but_not_silence(tried: attempts.Attempt, settled: bool) -> None:
    assert tried.settled is settled


def test_the_best_of_several_attempts_is_the_settled_one_or_the_likeliest_without_a_loop() -> None:
    loop, guess, worse, good = attempt(-0.1, 9), attempt(-1.2, 1), attempt(-3.0, 1), attempt(-0.9, 1)
    assert attempts.best([loop, guess, good]) is good
    assert attempts.best([loop, guess, worse]) is guess
    assert attempts.best([loop]) is loop


def test_a_loop_has_a_high_compression_ratio_in_both_languages() -> None:
    assert attempts.compression_ratio("I led the migration of our payment service to a new platform.") < 1.5
    assert attempts.compression_ratio("저는 결제 서비스를 새로운 플랫폼으로 이전했습니다.") < 1.5
    assert attempts.compression_ratio("thank you so much " * 12) > attempts.LOOPS_OVER
    assert attempts.compression_ratio("감사합니다 정말 " * 12) > attempts.LOOPS_OVER
    assert attempts.compression_ratio("") == 0
