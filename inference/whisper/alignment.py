"""Places words in the audio.

By the model's cross-attention: dynamic time warping over the heads that follow the speech (openai/whisper
`timing.py`; Radford et al. 2022, section 4). Without it: spread by length, and flagged so.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from inference.whisper.logmel import RATE_HZ
from inference.whisper.search import Path
from inference.whisper.transcription import TimedWord
from inference.whisper.vocabulary import WordTokens

FRAME_S = 0.02
_SAMPLES_PER_FRAME = 320
_MEDIAN_FRAMES = 7
_LONGEST_MEDIAN_S = 0.7
_SENTENCE_ENDS = ".。!！?？"

Weights = npt.NDArray[np.float32]


def heard_frames(samples: int) -> int:
    """Encoder frames that audio of so many samples touches, at least 1."""
    return max(1, -(-samples // _SAMPLES_PER_FRAME))


def token_frames(path: Path, frames: int) -> tuple[int, ...] | None:
    """The most attended of the first `frames` encoder frames for each token; None without attention (AlignAtt)."""
    if not path.attention:
        return None
    rows = _steps(path)[: len(path.tokens)]
    return tuple(int(row[:, :frames].mean(axis=0).argmax()) for row in rows)


def align(path: Path, words: Sequence[WordTokens], text: Sequence[int], samples: int) -> list[TimedWord]:
    """Words placed by attention.

    `words`: indices into `text`, which in turn lists the places of the text tokens in `path.tokens` (timestamps are
    none). `samples`: length of the audio; no word starts later than a frame before its end, none ends after it.
    """
    if not words:
        return []
    steps = _steps(path)
    # Row k is the attention with which token k was chosen; the row after the last token ends the last word.
    wanted = [*text, min(text[-1] + 1, len(steps) - 1)]
    normal = _normalised(np.stack(path.attention, axis=1), heard_frames(samples))
    opening = len(path.attention) - len(steps)
    matrix = normal[:, [opening + row for row in wanted]].mean(axis=0)
    jumps = _jumps(-matrix)
    end_s = samples / RATE_HZ
    starts = [min(jumps[word.spoken_first] * FRAME_S, max(0.0, end_s - FRAME_S)) for word in words]
    ends = [min(jumps[word.spoken_after] * FRAME_S, end_s) for word in words]
    odds = token_odds(path, text)
    timed = [
        TimedWord(word.text, start, max(start, end), _mean(odds[word.first : word.after]), aligned=True)
        for word, start, end in zip(words, starts, ends, strict=True)
    ]
    return _without_long_starts(timed)


def interpolate(path: Path, words: Sequence[WordTokens], text: Sequence[int], duration_s: float) -> list[TimedWord]:
    """Words spread over the window, each as long as its share of the letters; good to a few tenths of a second."""
    ends = list(accumulate((sum(map(str.isalnum, word.text)) or 1 for word in words), initial=0))
    odds = token_odds(path, text)
    return [
        TimedWord(
            word.text,
            duration_s * start / ends[-1],
            duration_s * end / ends[-1],
            _mean(odds[word.first : word.after]),
            aligned=False,
        )
        for word, start, end in zip(words, ends, ends[1:], strict=False)
    ]


def token_odds(path: Path, text: Sequence[int]) -> list[float]:
    """Probabilities of the text tokens."""
    return [float(np.exp(path.log_probabilities[place])) for place in text]


def _steps(path: Path) -> tuple[Weights, ...]:
    """Attention per decoding step: the last prompt token chose the first token."""
    count = len(path.log_probabilities)
    return path.attention[len(path.attention) - count :]


def _normalised(attention: Weights, frames: int) -> Weights:
    """Attention [heads, tokens, 1500] over the heard frames, each frame against its mean over the tokens, smoothed."""
    weights = attention[:, :, :frames]
    weights = weights / np.maximum(weights.sum(axis=-1, keepdims=True), np.float32(1e-9))
    spread = np.maximum(weights.std(axis=1, keepdims=True), np.float32(1e-9))
    return _median((weights - weights.mean(axis=1, keepdims=True)) / spread)


def _median(weights: Weights) -> Weights:
    half = _MEDIAN_FRAMES // 2
    if weights.shape[-1] <= half:
        return weights
    padded = np.pad(weights, ((0, 0), (0, 0), (half, half)), mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, _MEDIAN_FRAMES, axis=-1)
    smooth: Weights = np.partition(windows, half, axis=-1)[..., half]
    return smooth


def _jumps(cost: Weights) -> list[int]:
    """For each row the first column of the cheapest monotone path through `cost` [rows, columns] (DTW)."""
    came_from = _trace(cost.astype(np.float64))
    row, column = cost.shape[0], cost.shape[1]
    first = [0] * cost.shape[0]
    while row > 0:
        first[row - 1] = column - 1
        move = came_from[row, column] if column > 1 else 1
        row -= int(move != 2)
        column -= int(move != 1)
        column = max(column, 1)
    return first


def _trace(cost: npt.NDArray[np.float64]) -> npt.NDArray[np.int8]:
    """Moves of dynamic time warping: 0 diagonal, 1 from the row before, 2 from the column before.

    Worked out along anti-diagonals, whose cells don't depend on each other.
    """
    height, width = cost.shape
    total = np.full((height + 1, width + 1), np.inf)
    total[0, 0] = 0.0
    moves = np.full((height + 1, width + 1), 2, dtype=np.int8)
    for diagonal in range(2, height + width + 1):
        rows = np.arange(max(1, diagonal - width), min(height, diagonal - 1) + 1)
        columns = diagonal - rows
        both, row, column = total[rows - 1, columns - 1], total[rows - 1, columns], total[rows, columns - 1]
        move = np.where((both < row) & (both < column), 0, np.where((row < both) & (row < column), 1, 2))
        total[rows, columns] = cost[rows - 1, columns - 1] + np.choose(move, [both, row, column])
        moves[rows, columns] = move
    return moves


def _without_long_starts(words: list[TimedWord]) -> list[TimedWord]:
    """A word after a sentence's end, or the first, takes in the pause before it: twice the median word is enough."""
    lengths = [word.end_s - word.start_s for word in words if word.end_s > word.start_s]
    longest = 2 * min(_LONGEST_MEDIAN_S, float(np.median(lengths))) if lengths else 0.0
    found: list[TimedWord] = []
    for word in words:
        opens = not found or found[-1].text[-1] in _SENTENCE_ENDS
        start = max(word.start_s, word.end_s - longest) if opens else word.start_s
        found.append(TimedWord(word.text, start, word.end_s, word.probability, word.aligned))
    return found


def _mean(odds: Sequence[float]) -> float:
    return sum(odds) / max(1, len(odds))
