"""How much a Korean text is like what somebody would say, from the probabilities that Kiwi's language model gives its
morphemes.

Three things tell words thrown together: words of meaning are improbable after those before them (a rare term of the
trade is not held against anybody), no more probable there than alone (pointwise mutual information), and no more
probable in this order than shuffled.
"""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from statistics import fmean
from typing import Final

from services.reasoning.adapters.korean_morphemes import Morpheme, Morphology

LEAST_MORPHEMES: Final = 25
LEAST_PLAIN: Final = 8  # words of meaning that are no rare terms
SHUFFLES: Final = 3
SEED: Final = 0  # the same text gets the same orders, and so the same score
WORD_CACHE: Final = 20_000

TRADE_RAREST: Final = -9.0  # natural logarithms: no less for names and words of the trade
RAREST: Final = -14.0
MOST_GAIN: Final = 6.0  # no single word makes or breaks an answer
MOST_LOSS: Final = -5.0
# Words of meaning, their company and their order weigh so that answers and salads lie apart: of the answers that were
# written to try it and of the golden development half the lowest is at -7.0, its salad at -7.6 (docs/decisions/0014).
COMPANY_WEIGHT: Final = 2.0
ORDER_WEIGHT: Final = 1.5
LEAST_SENSE: Final = -7.3
LEAST_ORDER: Final = -0.5  # order is never worth less, not even of shuffled words
SURE_CONTENT: Final = -7.2  # salads lie below -7.4
UNKNOWN_WORD: Final = -25.0  # Kiwi gives such values to words that are in none of its dictionaries only

CONTENT: Final = ("NN", "VV", "VA", "XR", "MA", "SL")
STEM_ENDINGS: Final = {"VV": "다", "VA": "다", "XR": "하다"}  # with these a stem is a word
NAMES: Final = frozenset({"NNP", "SL", "SN", "SH", "W_SERIAL"})


class KoreanModel:
    """Safe in several threads if the morphology is. ``trade_texts`` are read at the first use."""

    def __init__(self, trade_texts: Callable[[], Iterable[str]], morphology: Morphology) -> None:
        self._morphology = morphology
        self._trade = lru_cache(maxsize=1)(lambda: "\n".join(dict.fromkeys(trade_texts())))
        self._in_trade = lru_cache(maxsize=WORD_CACHE)(lambda form: form in self._trade())  # 30 microseconds a search
        self._alone: OrderedDict[str, float | None] = OrderedDict()

    def plausibility(self, text: str, morphemes: Sequence[Morpheme]) -> float | None:
        """See AnalysedText. ``morphemes`` are those of ``text``; its words are looked at one by one, and then shuffled,
        only where these alone don't tell. That takes up to four times as long as analysing it.
        """
        content = [each for each in morphemes if each.tag.startswith(CONTENT)]
        plain = sum(not self._is_rare_term(each) for each in content)
        if len(morphemes) < LEAST_MORPHEMES or plain < LEAST_PLAIN:
            return None
        sense = self._mean(content)
        if sense >= SURE_CONTENT:
            return sense - SURE_CONTENT
        sense += COMPANY_WEIGHT * self._company(content)
        if sense + ORDER_WEIGHT * LEAST_ORDER < LEAST_SENSE:
            shuffled = self._morphology.morphemes(tuple(_shuffled(text)))
            sense += ORDER_WEIGHT * (self._mean(morphemes) - fmean(self._mean(each) for each in shuffled))
        return sense - LEAST_SENSE

    def _company(self, content: Sequence[Morpheme]) -> float:
        """How much more probable words are than alone, on average."""
        words = [(_as_word(each), each) for each in content if each.tag != "SL"]
        self._learn([word for word, _ in words])
        gains = (
            max(MOST_LOSS, min(MOST_GAIN, each.log_probability - alone))
            for word, each in words
            if (alone := self._alone.get(word)) is not None
        )
        return fmean([*gains] or [0.0])

    def _learn(self, words: Iterable[str]) -> None:
        """Find how probable ``words`` are alone, those that are not known yet; None for what is no single word."""
        new = tuple(word for word in dict.fromkeys(words) if word not in self._alone)
        for word, morphemes in zip(new, self._morphology.morphemes(new) if new else (), strict=True):
            whole = bool(morphemes) and _as_word(morphemes[0]) == word
            self._alone[word] = morphemes[0].log_probability if whole else None
        while len(self._alone) > WORD_CACHE:
            self._alone.popitem(last=False)

    def _mean(self, morphemes: Sequence[Morpheme]) -> float:
        return fmean(self._log(each) for each in morphemes)

    def _log(self, morpheme: Morpheme) -> float:
        return TRADE_RAREST if self._is_rare_term(morpheme) else max(morpheme.log_probability, RAREST)

    def _is_rare_term(self, morpheme: Morpheme) -> bool:
        """Whether it is a name or a word of the trade, and improbable."""
        if morpheme.log_probability >= TRADE_RAREST:
            return False
        if morpheme.tag in NAMES or morpheme.log_probability < UNKNOWN_WORD:
            return True
        return len(morpheme.form) > 1 and self._in_trade(morpheme.form)


def _as_word(morpheme: Morpheme) -> str:
    return morpheme.form + STEM_ENDINGS.get(morpheme.tag[:2], "")


def _shuffled(text: str) -> Iterator[str]:
    """The words of ``text`` in other orders."""
    order = random.Random(SEED)  # noqa: S311  # no secret
    words = text.split()
    for _ in range(SHUFFLES):
        order.shuffle(words)
        yield " ".join(words)
