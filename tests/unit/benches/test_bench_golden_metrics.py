"""The measures of agreement, against numbers that can be worked out by hand or are published."""

from __future__ import annotations

import pytest

from benches.golden_metrics import icc_agreement, percentile, quadratic_kappa

# Six targets, four judges: the example of Shrout and Fleiss (1979), table 2; its ICC(2,1) is .29.
SHROUT_AND_FLEISS = [(9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7)]


def test_kappa_is_one_for_the_same_levels_and_minus_one_for_opposite_ones() -> None:
    assert quadratic_kappa([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]) == pytest.approx(1)
    assert quadratic_kappa([1, 5], [5, 1]) == pytest.approx(-1)


def test_kappa_is_zero_for_one_level_for_everything() -> None:
    assert quadratic_kappa([3, 3, 3, 3], [1, 2, 4, 5]) == pytest.approx(0)


def test_kappa_is_that_of_a_table_of_counts() -> None:
    given, expected = [1, 1, 2, 3, 3, 3], [1, 2, 2, 3, 3, 1]
    weights = {(i, j): (i - j) ** 2 for i in (1, 2, 3) for j in (1, 2, 3)}
    observed = sum(weights[pair] for pair in zip(given, expected, strict=True)) / 6
    chance = sum(weights[i, j] * given.count(i) / 6 * expected.count(j) / 6 for i, j in weights)
    assert quadratic_kappa(given, expected) == pytest.approx(1 - observed / chance)


def test_kappa_takes_the_middle_of_a_range_and_none_without_variance() -> None:
    assert quadratic_kappa([2, 3], [2.5, 2.5]) == pytest.approx(0)
    assert quadratic_kappa([2, 2], [2, 2]) is None


def test_icc_is_the_published_one() -> None:
    assert icc_agreement(SHROUT_AND_FLEISS) == pytest.approx(0.29, abs=0.005)


def test_icc_counts_a_shift_of_everybody_as_disagreement() -> None:
    assert icc_agreement([(10, 10), (50, 50), (90, 90)]) == pytest.approx(1)
    shifted = icc_agreement([(10, 40), (50, 80), (90, 120)])
    assert shifted is not None
    assert shifted < 0.9


def test_icc_is_undefined_where_all_answers_score_the_same() -> None:
    assert icc_agreement([(50, 50), (50, 50)]) is None


@pytest.mark.parametrize(("percent", "expected"), [(50, 2), (95, 4), (100, 4), (1, 1)])
def test_percentiles_are_values_that_were_measured(percent: float, expected: float) -> None:
    assert percentile([4, 1, 3, 2], percent) == expected
