"""Finds the text of a window: greedy, by sampling, or with a beam, each over the same cached decoder steps.

A *strand* follows one window. The loop runs the decoder for the rows of all strands together and asks each which
rows go on; a strand that is done rides along until half of the rows ride, because dropping rows copies the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

import numpy as np
import numpy.typing as npt

from inference.errors import Interrupted
from inference.whisper.graphs import Decoder, Opening
from inference.whisper.rules import Logits, TokenRules
from inference.whisper.session import Array


@dataclass(frozen=True, slots=True)
class Path:
    """A text on the way."""

    tokens: tuple[int, ...] = ()
    """Without prompt and end."""
    log_probabilities: tuple[float, ...] = ()
    """Of `tokens`, then of the end token if it `ended`; the model's own: suppression must not flatter it."""
    attention: tuple[Array, ...] = ()
    """Cross-attention [heads, frames] of every prompt token and of every token but the last; empty if not exported."""
    ended: bool = False

    @property
    def log_probability(self) -> float:
        """Sum over the tokens and the end token."""
        return sum(self.log_probabilities)

    def mean_log_probability(self) -> float:
        """Mean over the tokens and the end token (as openai/whisper's avg_logprob)."""
        return self.log_probability / max(1, len(self.log_probabilities))

    def followed_by(self, token: int, log_probability: float, attention: tuple[Array, ...], end: int) -> Path:
        """The path with one token more."""
        logs = (*self.log_probabilities, log_probability)
        ended = token == end
        return Path(self.tokens if ended else (*self.tokens, token), logs, self.attention + attention, ended)


class Strand(Protocol):
    """Follows one window."""

    done: bool

    def extend(self, logits: Array, attention: Array | None) -> list[tuple[int, int]]:
        """Takes one decoder step in: `logits` [R, V] and `attention` [R, heads, N, frames] of the strand's R rows.

        Returns the rows that go on: which of the R rows each follows, and its token.
        """
        ...

    def best(self) -> Path:
        """The result."""
        ...


class Greedy:
    """Strand that takes the likeliest token, or draws one."""

    def __init__(
        self, rules: TokenRules, end: int, limit: int, draw: tuple[float, np.random.Generator] | None = None
    ) -> None:
        """`limit`: most text tokens, at least 1. `draw`: temperature above 0 and the source of chance."""
        self._rules, self._end, self._limit, self._draw = rules, end, limit, draw
        self._path = Path()
        self.done = False

    def extend(self, logits: Array, attention: Array | None) -> list[tuple[int, int]]:
        """See Strand."""
        row, norm = _own(logits[0])
        self._rules(row, self._path.tokens)
        token = self._choose(row)
        self._path = self._path.followed_by(token, float(row[token]) - norm, _rows(attention, 0), self._end)
        self.done = self._path.ended or len(self._path.tokens) >= self._limit
        return [] if self.done else [(0, token)]

    def best(self) -> Path:
        """See Strand."""
        return self._path

    def _choose(self, row: Logits) -> int:
        if self._draw is None:
            return int(row.argmax())
        temperature, chance = self._draw
        # The Gumbel-max trick draws from softmax(row / temperature).
        return int((row / temperature + chance.gumbel(size=len(row))).argmax())


class Beam:
    """Strand that follows several texts (openai/whisper's BeamSearchDecoder with patience 1, but for when it stops).

    The best mean log-probability wins, so that a longer text is not worse for being longer. openai/whisper stops once
    as many texts as the beam is wide have ended; where the model is sure of one text, those are that text's
    beginnings, cut short, and the text itself is lost. So this goes on while a text is on the way that is better than
    the worst one kept (transformers' rule for `early_stopping=False`).
    """

    def __init__(self, rules: TokenRules, end: int, limit: int, width: int) -> None:
        """See Greedy; `width`: texts that are followed at a time."""
        self._rules, self._end, self._limit, self._width = rules, end, limit, width
        self._paths = [Path()]
        self._finished: list[Path] = []
        self.done = False

    def extend(self, logits: Array, attention: Array | None) -> list[tuple[int, int]]:
        """See Strand."""
        kept: list[tuple[int, int]] = []
        paths: list[Path] = []
        for source, token, log_probability in self._ranked(logits):
            path = self._paths[source].followed_by(token, log_probability, _rows(attention, source), self._end)
            if not path.ended:
                paths.append(path)
                kept.append((source, token))
            else:
                self._finished.append(path)
            if len(kept) == self._width:
                break
        self._paths = paths
        self._finished = sorted(self._finished, key=Path.mean_log_probability, reverse=True)[: self._width]
        self.done = not paths or len(paths[0].tokens) >= self._limit or self._nothing_better_comes()
        return [] if self.done else kept

    def best(self) -> Path:
        """See Strand."""
        return max([*self._finished, *self._paths], key=Path.mean_log_probability)

    def _nothing_better_comes(self) -> bool:
        if len(self._finished) < self._width:
            return False
        return max(map(Path.mean_log_probability, self._paths)) <= self._finished[-1].mean_log_probability()

    def _ranked(self, logits: Array) -> list[tuple[int, int, float]]:
        """Source row, token and its log-probability of the likeliest continuations of all rows, best first."""
        found: list[tuple[float, int, int, float]] = []
        for source, path in enumerate(self._paths):
            row, norm = _own(logits[source])
            self._rules(row, path.tokens)
            # One more than the beam: one of them may be the end.
            for token in np.argpartition(row, -(self._width + 1))[-(self._width + 1) :]:
                log_probability = float(row[token]) - norm
                if np.isfinite(log_probability):
                    found.append((path.log_probability + log_probability, source, int(token), log_probability))
        found.sort(key=lambda each: (-each[0], each[1], each[2]))
        return [(source, token, log_probability) for _, source, token, log_probability in found]


def search(
    decoder: Decoder,
    opening: Opening,
    strands: Sequence[Strand],
    end: int,
    interrupted: Callable[[], bool] | None = None,
) -> None:
    """Runs the decoder until every strand is done.

    `opening`: the decoder after the prompts, one row per strand; it is not changed and can be used again. `end`: the
    token that fills rows of strands that are done. Raises Interrupted.
    """
    logits, attention, cache = opening.logits, opening.attention, opening.cache
    owners = list(range(len(strands)))
    while True:
        if interrupted is not None and interrupted():
            raise Interrupted
        moves = _extend_all(strands, owners, logits, attention, end)
        live = [move for move in moves if not strands[move[2]].done]
        if not live:
            return
        if 2 * len(live) <= len(moves):
            moves = live
        before, owners = owners, [owner for _, _, owner in moves]
        # Rows of one window share their cross-attention.
        cache = cache.rearranged([source for source, _, _ in moves], same_windows=owners == before)
        tokens = np.array([[token] for _, token, _ in moves], dtype=np.int64)
        logits, attention, cache = decoder.step(tokens, cache)


def _extend_all(
    strands: Sequence[Strand], owners: Sequence[int], logits: Array, attention: Array | None, end: int
) -> list[tuple[int, int, int]]:
    """What the next step's rows are: the row each follows, its token, and its strand."""
    moves: list[tuple[int, int, int]] = []
    for owner, group in groupby(range(len(owners)), key=owners.__getitem__):
        rows = list(group)
        first, strand = rows[0], strands[owner]
        if not strand.done:
            part = slice(first, first + len(rows))
            kept = strand.extend(logits[part], None if attention is None else attention[part])
            moves += [(first + source, token, owner) for source, token in kept]
        if strand.done:
            moves += [(row, end, owner) for row in rows]
    return moves


def log_softmax(logits: Array) -> Logits:
    """Log-probabilities of one row of logits."""
    row, norm = _own(logits)
    row -= np.float32(norm)
    return row


def _own(logits: Array) -> tuple[Logits, float]:
    """A row that may be written to, and the logarithm of its sum of exponentials."""
    row: Logits = logits.astype(np.float32)
    top = row.max()
    return row, float(top) + float(np.log(np.exp(row - top).sum()))


def _rows(attention: Array | None, row: int) -> tuple[npt.NDArray[np.float32], ...]:
    if attention is None:
        return ()
    return tuple(np.moveaxis(attention[row], 1, 0).astype(np.float32))
