"""Greedy decoding of a batch with a key-value cache."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from inference.whisper.graphs import Array, Decoder
from inference.whisper.model_files import ModelDescription

Logs = npt.NDArray[np.float32]
TokenIds = npt.NDArray[np.int64]


@dataclass(slots=True)
class Decoded:
    """What greedy decoding made of one row."""

    first_logs: Logs
    """Log-probabilities [V] after the very first prompt token: no-speech and language are read from them."""
    limit: int
    """Most tokens that the text may have."""
    tokens: list[int] = field(default_factory=list)
    """Text tokens, without prompt and end."""
    log_probability: float = 0.0
    """Sum over the tokens and the end token."""
    ended: bool = False

    @property
    def done(self) -> bool:
        """Whether nothing more is wanted for this row."""
        return self.ended or len(self.tokens) >= self.limit

    def mean_log_probability(self) -> float:
        """Mean over the tokens and the end token (as openai/whisper's avg_logprob)."""
        return self.log_probability / max(1, len(self.tokens) + int(self.ended))


class GreedyDecoding:
    """Takes the likeliest token until the end token or a limit."""

    def __init__(self, decoder: Decoder, model: ModelDescription) -> None:
        self._decoder = decoder
        self._end = model.end_token
        never = np.array(model.suppressed, dtype=np.int64)
        # The usual list also forbids the end token at the start, which makes a model that heard nothing say something.
        at_start = [token for token in model.suppressed_at_start if token != model.end_token]
        self._suppressed = never
        self._suppressed_at_start = np.concatenate([never, np.array(at_start, dtype=np.int64)])

    def __call__(self, states: Array, prompts: Sequence[Sequence[int]], limits: Sequence[int]) -> list[Decoded]:
        """Decodes a batch.

        `states`: [B, 1500, D]; `prompts`: B lists of equal length; `limits`: most text tokens per row, at least 1.
        """
        logits, cache = self._decoder.start(states, np.array(prompts, dtype=np.int64))
        rows = [Decoded(_log_softmax(first), limit) for first, limit in zip(logits[:, 0], limits, strict=True)]
        forbidden = self._suppressed_at_start
        while True:
            chosen = [self._extend(row, last, forbidden) for row, last in zip(rows, logits[:, -1], strict=True)]
            if all(row.done for row in rows):
                return rows
            logits, cache = self._decoder.step(states, np.array(chosen, dtype=np.int64)[:, None], cache)
            forbidden = self._suppressed

    def _extend(self, row: Decoded, logits: Array, forbidden: TokenIds) -> int:
        if row.done:
            return self._end  # rides along until the batch is done
        # The confidence is the model's own: suppression must not flatter it.
        logs = _log_softmax(logits)
        allowed = logs.copy()
        allowed[forbidden] = -np.inf
        token = int(allowed.argmax())
        row.log_probability += float(logs[token])
        row.ended = token == self._end
        if not row.ended:
            row.tokens.append(token)
        return token


def _log_softmax(logits: Array) -> Logs:
    shifted = logits.astype(np.float32) - np.float32(logits.max())
    logs: Logs = shifted - np.log(np.exp(shifted).sum())
    return logs
