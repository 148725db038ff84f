"""Measures of agreement and stability. Pure; ``None`` where a measure is not defined, never a placeholder number."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean


def quadratic_kappa(predicted: Sequence[float], expected: Sequence[float]) -> float | None:
    """Cohen's kappa with quadratic weights, 1 for full agreement and 0 for that of chance; None without variance.

    1 - mean (p_i - e_i)^2 / mean over all i, j of (p_i - e_j)^2 (Cohen, "Weighted kappa", Psychological Bulletin 70,
    1968, with weights of squared distance). Written over values and not over a table of categories, it is the same
    number for whole levels and also takes an expected level between two (the middle of a range).
    """
    if len(predicted) != len(expected) or not predicted:
        raise ValueError("as many predicted as expected levels, and at least one of each")
    observed = fmean((p - e) ** 2 for p, e in zip(predicted, expected, strict=True))
    by_chance = fmean((p - e) ** 2 for p in predicted for e in expected)
    return 1 - observed / by_chance if by_chance else None


def icc_agreement(table: Sequence[Sequence[float]]) -> float | None:
    """ICC(2,1): two-way random effects, absolute agreement, single measurement; rows are answers, columns runs.

    (MSR - MSE) / (MSR + (k - 1) MSE + k (MSC - MSE) / n) (Shrout and Fleiss, "Intraclass correlations", Psychological
    Bulletin 86, 1979; McGraw and Wong's ICC(A,1), Psychological Methods 1, 1996). Absolute agreement, because a run
    that gives everybody ten points more is not the same score. None where all answers have the same score.
    """
    n, k = len(table), len(table[0])
    if n < 2 or k < 2 or any(len(row) != k for row in table):
        raise ValueError("at least two answers with the same number of runs, at least two")
    grand = fmean(value for row in table for value in row)
    rows = [fmean(row) for row in table]
    columns = [fmean(row[run] for row in table) for run in range(k)]
    msr = k * sum((mean - grand) ** 2 for mean in rows) / (n - 1)
    msc = n * sum((mean - grand) ** 2 for mean in columns) / (k - 1)
    residuals = (table[i][j] - rows[i] - columns[j] + grand for i in range(n) for j in range(k))
    mse = sum(residual**2 for residual in residuals) / ((n - 1) * (k - 1))
    denominator = msr + (k - 1) * mse + k * (msc - mse) / n
    return (msr - mse) / denominator if denominator else None


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that ``percent`` of 100 of ``values`` do not exceed (nearest rank)."""
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)  # rounded up
    return ordered[max(int(rank), 1) - 1]
