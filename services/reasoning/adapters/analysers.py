"""The analyser of each language, with its model of the language and the bank's words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from services.reasoning.adapters.english import EnglishAnalyser
from services.reasoning.adapters.english_model import EnglishModel
from services.reasoning.adapters.korean import KoreanAnalyser
from services.reasoning.adapters.korean_model import KoreanModel
from services.reasoning.adapters.korean_morphemes import Morphology
from services.reasoning.adapters.remembering import RememberingAnalyser
from services.reasoning.adapters.trade_texts import trade_texts
from services.reasoning.domain.bank import Bank
from services.reasoning.domain.lexicon import Lexicon
from services.reasoning.domain.questions import Language
from services.reasoning.domain.text import TextAnalyser


def make_analysers(
    bank: Bank, lexicons: Mapping[Language, Lexicon], morphology: Morphology
) -> dict[Language, TextAnalyser]:
    """All analysers; ``morphology`` is of Korean. Models are read at their first use."""
    english, korean = lexicons[Language.ENGLISH], lexicons[Language.KOREAN]
    grammar = frozenset((*english.function_words, *english.modifiers, *english.negations, *english.self_words))
    return {
        Language.KOREAN: RememberingAnalyser(
            KoreanAnalyser(korean, morphology, KoreanModel(partial(trade_texts, bank, Language.KOREAN), morphology))
        ),
        Language.ENGLISH: RememberingAnalyser(
            EnglishAnalyser(english, EnglishModel(partial(trade_texts, bank, Language.ENGLISH), grammar))
        ),
    }
