"""What the use cases check of every engine's results."""

from __future__ import annotations

from services.reasoning.domain.evaluations import (
    Abstention,
    Character,
    Criterion,
    Evaluation,
    Judgement,
    Level,
    Quote,
)
from services.reasoning.domain.quoting import verify
from services.reasoning.usecases import verified

TRANSCRIPT = "I led it. Then 저는 측정했습니다. 😀 I led it."


def judged(*quotes: Quote) -> Evaluation:
    judgement = Judgement(Criterion.LOGIC, Level(4, 3, 5), None, quotes, "anchor", "because", "more")
    return Evaluation((judgement,), Character.ON_TOPIC, (), (), "", ())


def test_quotes_in_their_place_stay() -> None:
    quote = Quote("저는 측정했습니다", 15, 24)
    assert TRANSCRIPT[quote.start : quote.end] == quote.text
    assert verified(judged(quote), TRANSCRIPT, "gone") == judged(quote)


def test_a_quote_at_the_wrong_place_is_moved_to_where_it_stands() -> None:
    assert verify(TRANSCRIPT, [Quote("led it", 0, 6)]) == (Quote("led it", 2, 8),)
    assert verify(TRANSCRIPT, [Quote("led it", -3, 3)]) == (Quote("led it", 2, 8),)


def test_a_quote_that_is_not_there_goes_and_the_level_with_the_last() -> None:
    real, made_up = Quote("I led it", 0, 8), Quote("I lead it", 0, 9)
    assert verified(judged(real, made_up), TRANSCRIPT, "gone").judgements[0].quotes == (real,)
    (withdrawn,) = verified(judged(made_up, Quote("", 0, 0), Quote("  ", 9, 10)), TRANSCRIPT, "gone").judgements
    assert (withdrawn.level, withdrawn.abstention, withdrawn.explanation) == (None, Abstention.NO_EVIDENCE, "gone")
    assert (withdrawn.quotes, withdrawn.anchor, withdrawn.next_step) == ((), "", "")


def test_a_level_without_any_quote_is_withdrawn_unless_nothing_was_said() -> None:
    assert verified(judged(), TRANSCRIPT, "gone").judgements[0].level is None
    assert verified(judged(), " … ", "gone").judgements[0].level is not None
