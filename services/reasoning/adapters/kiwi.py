"""Korean morphemes from Kiwi in this process. Loading holds the interpreter for about two seconds and 210 MB:
services use it through korean_process.py, which keeps it in a process of its own."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

from kiwipiepy import Kiwi, Token

from services.reasoning.adapters.korean_morphemes import Columns, Morpheme, morphemes_of


class KiwiMorphology:
    """Kiwi with its base dictionary only: proper nouns, spelling and multi-word dictionaries (another 270 MB) change
    nothing in how answers match. ``words`` are always kept whole, so that a term has one form in every context."""

    def __init__(self, words: Sequence[str]) -> None:
        # integrate_allomorph stays on: 았 and 었 become one ending.
        with warnings.catch_warnings():
            # Kiwi warns that 0 workers no longer means one per core. No threads is what is wanted: handing a short text
            # to another thread takes longer than analysing it.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._kiwi = Kiwi(num_workers=0, load_default_dict=False, load_typo_dict=False, load_multi_dict=False)
        for word in words:
            self._kiwi.add_user_word(word, "NNG", 0.0)
        self._kiwi.tokenize("")  # finishes the lazy half of the loading now, not at the first answer

    def morphemes(self, texts: Sequence[str]) -> list[list[Morpheme]]:
        """See Morphology."""
        return [morphemes_of(columns) for columns in self.columns(texts)]

    def columns(self, texts: Sequence[str]) -> list[Columns]:
        """The same as columns, one per text."""
        return [_columns(self._kiwi.tokenize(text)) for text in texts]


def _columns(tokens: Sequence[Token]) -> Columns:
    return (
        [token.form for token in tokens],
        [token.tag for token in tokens],
        [token.start for token in tokens],
        [token.len for token in tokens],
        [token.sent_position for token in tokens],
        [round(token.score, 2) for token in tokens],  # two digits are enough, and make the frame to the service shorter
    )
