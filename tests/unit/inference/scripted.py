"""A decoder whose wishes are written down, for tests of what is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from inference.whisper.graphs import Cache, Opening, Step, TokenIds
from inference.whisper.model_files import ModelDescription
from inference.whisper.session import Array, Tensor

END, VOCABULARY = 9, 10
Wishes = Mapping[int, float]
"""Logits by token; 0 for the rest."""


def description(**fields: Any) -> ModelDescription:
    """A model's description with tiny numbers."""
    values: dict[str, Any] = {
        "mel_bands": 80,
        "heads": 4,
        "head_size": 32,
        "layers": 2,
        "max_tokens": 448,
        "end_token": END,
        "suppressed": (),
        "suppressed_at_start": (),
        "language_tokens": {},
        "alignment_heads": (),
        "first_timestamp_within": 50,
    }
    return ModelDescription(**values | fields)


class ScriptedDecoder:
    """Answers by the text so far: `scripts` has, per window, the wishes after each text; after others `otherwise`.

    The text lives in the cache ([R, tokens, 1, 1]), and the window's number in the part for the audio: a search that
    arranges rows wrongly reads somebody else's script.
    """

    def __init__(self, *scripts: Mapping[tuple[int, ...], Wishes], otherwise: Wishes | None = None) -> None:
        self._scripts = scripts
        self._otherwise = {END: 8.0} if otherwise is None else otherwise
        self.steps = 0
        self.most_rows = 0

    def open(self) -> Opening:
        """The state after a prompt."""
        windows = np.arange(len(self._scripts)).reshape(-1, 1, 1, 1)
        cache = Cache({"own": np.zeros((len(windows), 0, 1, 1), dtype=np.int64)}, {"cross": windows})
        return Opening(self._logits(cache), None, cache)

    def start(self, states: Tensor, tokens: TokenIds) -> tuple[Array, Array | None, Cache]:
        """Not used by searches."""
        raise NotImplementedError

    def step(self, tokens: TokenIds, cache: Cache) -> Step:
        """See Decoder."""
        self.steps += 1
        self.most_rows = max(self.most_rows, len(tokens))
        text = np.concatenate([cache.own["own"], tokens[:, :, None, None]], axis=1)
        cache = Cache({"own": text}, cache.cross)
        return self._logits(cache), None, cache

    def _logits(self, cache: Cache) -> Array:
        texts, windows = cache.own["own"], cache.cross["cross"]
        logits = np.zeros((len(texts), VOCABULARY), dtype=np.float16)
        for row in range(len(texts)):
            said: Sequence[int] = texts[row, :, 0, 0].tolist()
            wishes = self._scripts[int(windows[row, 0, 0, 0])].get(tuple(said), self._otherwise)
            for token, wish in wishes.items():
                logits[row, token] = wish
        return logits


def says(*tokens: int, second: int = 0) -> dict[tuple[int, ...], Wishes]:
    """A script for one text; `second` is wanted almost as much at every place."""
    return {tokens[:place]: {token: 8.0, second: 4.0} for place, token in enumerate(tokens)}
