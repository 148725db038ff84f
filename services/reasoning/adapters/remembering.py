"""An analyser that keeps its last results: an answer is read for its follow-up, again with the follow-up's own answer,
and again when it is judged.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final

from services.reasoning.domain.text import AnalysedText, TextAnalyser

KEPT: Final = 64  # texts: the answers of some tens of interviews that go on at once
KEPT_S: Final = 300.0  # seconds; what a candidate said stays no longer than it is worked with
LEAST_LENGTH: Final = 40  # characters; shorter texts are read as quickly as looked up


class RememberingAnalyser:
    """See TextAnalyser. Safe in several threads. Overflow policy of what is kept: the longest unused goes first; all
    that is older than ``kept_s`` goes with the next call.
    """

    def __init__(
        self, analyser: TextAnalyser, *, kept_s: float = KEPT_S, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._analyser = analyser
        self._kept_s = kept_s
        self._now = now
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, AnalysedText]] = OrderedDict()

    @property
    def kept_count(self) -> int:
        """How many texts are kept."""
        return len(self._kept)

    def analyse(self, texts: Sequence[str]) -> list[AnalysedText]:
        """See TextAnalyser."""
        known = self._known(texts)
        new = [text for text in dict.fromkeys(texts) if text not in known]
        made = dict(zip(new, self._analyser.analyse(new) if new else (), strict=True))
        self._keep(made)
        return [known.get(text) or made[text] for text in texts]

    def _known(self, texts: Sequence[str]) -> dict[str, AnalysedText]:
        with self._lock:
            oldest = self._now() - self._kept_s
            for text in [text for text, (since, _) in self._kept.items() if since < oldest]:
                del self._kept[text]
            for text in texts:
                if text in self._kept:
                    self._kept.move_to_end(text)
            return {text: self._kept[text][1] for text in texts if text in self._kept}

    def _keep(self, made: dict[str, AnalysedText]) -> None:
        with self._lock:
            since = self._now()
            if len(made) > KEPT:
                return  # the bank's phrases, which are kept as patterns
            self._kept.update((text, (since, each)) for text, each in made.items() if len(text) >= LEAST_LENGTH)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
