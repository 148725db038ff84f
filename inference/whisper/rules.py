"""Which token may come next (openai/whisper `decoding.py`: SuppressTokens, SuppressBlank, ApplyTimestampRules)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from inference.whisper.model_files import ModelDescription
from inference.whisper.vocabulary import Vocabulary

Logits = npt.NDArray[np.float32]
_NEVER = np.float32(-np.inf)


class TokenRules:
    """Takes forbidden tokens out of the choice."""

    def __init__(self, model: ModelDescription, vocabulary_size: int) -> None:
        """`vocabulary_size`: length of the logits; ids of the suppress lists beyond it are ignored."""
        never = [token for token in model.suppressed if token < vocabulary_size]
        # The usual list also forbids the end token at the start, which makes a model that heard nothing say something.
        at_start = [
            token for token in model.suppressed_at_start if token < vocabulary_size and token != model.end_token
        ]
        self._never = np.array(never, dtype=np.int64)
        self._never_at_start = np.array([*never, *at_start], dtype=np.int64)

    def __call__(self, logits: Logits, tokens: Sequence[int]) -> None:
        """Sets what may not follow `tokens` to minus infinity, in place. `logits`: [V], one row."""
        logits[self._never if tokens else self._never_at_start] = _NEVER


class TimestampRules(TokenRules):
    """The same, for a model that writes segment times: in pairs, never backwards, the first one soon."""

    def __init__(self, model: ModelDescription, vocabulary: Vocabulary, vocabulary_size: int) -> None:
        """See TokenRules."""
        super().__init__(model, vocabulary_size)
        self._end = vocabulary.end
        self._begin = vocabulary.timestamps
        self._latest_first = vocabulary.timestamps + model.first_timestamp_within
        self._no_timestamps = vocabulary.no_timestamps

    def __call__(self, logits: Logits, tokens: Sequence[int]) -> None:
        """See TokenRules."""
        super().__call__(logits, tokens)
        logits[self._no_timestamps] = _NEVER
        if tokens:
            self._keep_order(logits, tokens)
        else:
            logits[: self._begin] = _NEVER
            logits[self._latest_first + 1 :] = _NEVER
        times = logits[self._begin :]
        # If all timestamps together are likelier than any one other token, it is a timestamp.
        if _log_sum(times) > logits[: self._begin].max():
            logits[: self._begin] = _NEVER

    def _keep_order(self, logits: Logits, tokens: Sequence[int]) -> None:
        last_is_time = tokens[-1] >= self._begin
        opens_segment = last_is_time and (len(tokens) < 2 or tokens[-2] >= self._begin)
        if opens_segment:
            logits[self._begin :] = _NEVER
        elif last_is_time:
            logits[: self._end] = _NEVER
        times = [token for token in tokens if token >= self._begin]
        if times:
            # The next segment may start where this one ends; but no segment is empty.
            earliest = times[-1] if last_is_time and not opens_segment else times[-1] + 1
            logits[self._begin : earliest] = _NEVER


def _log_sum(logits: Logits) -> float:
    top = float(logits.max(initial=-np.inf))
    return top if np.isinf(top) else top + float(np.log(np.exp(logits - top).sum()))
