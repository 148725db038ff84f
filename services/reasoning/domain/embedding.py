"""Embeddings without a model: hashed character n-grams.

Each text is lower-cased, its blanks made single and put at both ends, and cut into all runs of 2, 3 and 4 characters;
each run is hashed to one of 256 places with a sign (Weinberger et al., "Feature Hashing for Large Scale Multitask
Learning", ICML 2009, equation 1), counted as 1 + log(count), and the vector scaled to unit length. Similar spellings
get similar vectors, in any language and across inflection; meaning is not seen. The same text has the same vector on
every machine.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter

from services.reasoning.domain.errors import ReasoningError

DIMENSIONS = 256
RUN_LENGTHS = (2, 3, 4)


class EmbedderUnavailable(ReasoningError):
    """The embedding model can't be used now: its files are missing or damaged, or its server is away."""


def embed(text: str) -> tuple[float, ...]:
    """The unit vector of ``text``, or zeros if it is blank."""
    values = [0.0] * DIMENSIONS
    for run, count in _runs(text).items():
        digest = int.from_bytes(hashlib.blake2b(run.encode(), digest_size=8).digest(), "big")
        sign = 1.0 if digest & 1 else -1.0
        values[(digest >> 1) % DIMENSIONS] += sign * (1.0 + math.log(count))
    length = math.sqrt(sum(value * value for value in values))
    return tuple(value / length for value in values) if length else tuple(values)


def _runs(text: str) -> Counter[str]:
    words = text.casefold().split()
    if not words:
        return Counter()
    padded = f" {' '.join(words)} "
    return Counter(padded[at : at + length] for length in RUN_LENGTHS for at in range(len(padded) - length + 1))
