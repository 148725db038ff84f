"""How much an English text is like what somebody would say: the trigram model that comes with pocketsphinx, mixed with
word pairs of texts of the trade.

The model is of general English as it is spoken to a recogniser (20,000 words, no case, no punctuation), so captions
without full stops are no harder for it than written sentences. Words that it does not know are left out: a rare term is
no sign of nonsense. The mixture is linear interpolation (Jelinek and Mercer, 1980); what a word gains from those before
it over its plain frequency is its pointwise mutual information with them.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import Any, Final

from pocketsphinx import Config, LogMath, NGramModel, get_model_path

MODEL_FILE: Final = "en-us/en-us.lm.bin"
HISTORY: Final = 2  # words; the model is of trigrams
TRADE_SHARE: Final = 0.2  # of the mixture
DISCOUNT: Final = 0.5  # of each pair's count, for pairs never seen (Ney, Essen and Kneser, 1994)
UNSEEN: Final = 0.5  # share of a known word's followers that are left to their plain frequency
WORD_CACHE: Final = 20_000

LEAST_COUNTED = 16  # words after another known one; a few unlucky pairs weigh too much in fewer
MOST_GAIN = 5.0  # natural logarithms: no single pair makes or breaks an answer
MOST_LOSS = -4.0
RAREST = -13.0
USUAL_CONTENT = -8.5  # of a word of meaning after those before it; answers of the golden development half: -7.8
# Of mean gain and mean rarity together. Answers that were written to try it lie above 0.06, those of the golden
# development half above 0.4; words thrown together below -0.28 but one at 0.01 (docs/decisions/0014).
LEAST_SENSE = -0.15

WORD = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?")
PAUSE = re.compile(r"[.,;:!?…]+\s+|\n+")  # words on both sides need not fit together


class EnglishModel:
    """Reads the model at its first use: 55 ms of processor time and 34 MB. Safe in several threads, since every call
    of the library holds the interpreter's lock.
    """

    def __init__(self, trade_texts: Callable[[], Iterable[str]], function_words: frozenset[str]) -> None:
        self._trade_texts = trade_texts
        self._function_words = function_words
        self._loaded = lru_cache(maxsize=1)(self._load)

    def plausibility(self, text: str) -> float | None:
        """See AnalysedText."""
        counted, total = 0, 0.0
        mixture = self._loaded()
        for words in _pieces(text):
            for place, word in enumerate(words[1:], start=1):
                usual = mixture.frequency(word)
                if not usual or not mixture.frequency(words[place - 1]):
                    continue
                log = math.log(mixture.probability(word, words[max(place - HISTORY, 0) : place]))
                total += max(MOST_LOSS, min(MOST_GAIN, log - math.log(usual)))
                if word not in self._function_words:
                    total += max(log, RAREST) - USUAL_CONTENT
                counted += 1
        return total / counted - LEAST_SENSE if counted >= LEAST_COUNTED else None

    def _load(self) -> _Mixture:
        return _Mixture(self._trade_texts())


class _Mixture:
    """Probabilities of words, from both models."""

    def __init__(self, trade_texts: Iterable[str]) -> None:
        self._logarithms: Any = LogMath()
        self._model: Any = NGramModel(Config(loglevel="FATAL"), self._logarithms, get_model_path(MODEL_FILE))
        self._words: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        self._leaders: Counter[str] = Counter()
        for words in (piece for text in dict.fromkeys(trade_texts) for piece in _pieces(text)):
            self._words.update(words)
            self._pairs.update(pairwise(words))
            self._leaders.update(words[:-1])
        self._total = max(self._words.total(), 1)
        self._known = lru_cache(maxsize=WORD_CACHE)(self._general)
        self.frequency = lru_cache(maxsize=WORD_CACHE)(self._frequency)

    def probability(self, word: str, before: Sequence[str]) -> float:
        """Of ``word`` after ``before``, which is not empty."""
        history = takewhile(self._known, reversed(before))
        return (1 - TRADE_SHARE) * self._general(word, *history) + TRADE_SHARE * self._after(word, before[-1])

    def _frequency(self, word: str) -> float:
        """Of ``word`` whatever stands before it; 0.0 if neither model knows it."""
        return (1 - TRADE_SHARE) * self._known(word) + TRADE_SHARE * self._words[word] / self._total

    def _general(self, word: str, *history: str) -> float:
        """In general English, after ``history``, nearest first; 0.0 if the model does not know ``word``."""
        if self._model.prob([word]) <= self._logarithms.get_zero():
            return 0.0
        return float(self._logarithms.exp(self._model.prob([word, *history])))

    def _after(self, word: str, leader: str) -> float:
        plain, led = self._words[word] / self._total, self._leaders[leader]
        if not led:
            return plain
        return max(self._pairs[leader, word] - DISCOUNT, 0) / led + UNSEEN * plain


def _pieces(text: str) -> Iterator[list[str]]:
    """The words between pauses."""
    return (WORD.findall(piece) for piece in PAUSE.split(text.lower()))
