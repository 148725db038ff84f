"""How far a growing text can be trusted: agreement of successive hypotheses (LocalAgreement-2, Liu et al. 2020)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stability:
    """Of a partial text."""

    stable_chars: int
    """Leading code points that are not expected to change."""
    stability: float
    """0..1: their share of the text."""


def agree(previous: str, current: str) -> Stability:
    """Compares the hypothesis before with the one now, word by word.

    The last word of `previous` does not count: the audio may have cut it. Empty `current`: nothing is stable, 0.
    """
    stable, place = 0, 0
    for before, now in zip(previous.split()[:-1], current.split(), strict=False):
        if before != now:
            break
        place = current.index(now, place) + len(now)
        stable = place
    return Stability(stable, stable / len(current) if current else 0.0)


def settled(text: str) -> Stability:
    """A text whose audio has probably ended: all of it is stable."""
    return Stability(len(text), 1.0)
