"""The checks that every text for a candidate passes, whatever the task. All raise ModelFailed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.reasoning.adapters.llm.prompts import PromptSet
from services.reasoning.domain.evaluations import Quote
from services.reasoning.domain.lexicon import Lexicon
from services.reasoning.domain.llm_failures import FallbackReason, ModelFailed
from services.reasoning.domain.llm_quotes import locate
from services.reasoning.domain.llm_text import check_language, check_plain, count_questions


@dataclass(frozen=True, slots=True)
class Checks:
    """One language's checks."""

    prompts: PromptSet
    lexicon: Lexicon

    def prose(self, *texts: str) -> None:
        """In the interview's language; no refusal; no word that judges a person."""
        together = "\n".join(texts)
        if any(pattern.search(together) for pattern in self.prompts.refusals):
            raise ModelFailed(FallbackReason.REFUSED, "the model declined in words")
        check_language(together, self.prompts.language)
        if self.lexicon.judgement_finder.within(together):
            raise ModelFailed(FallbackReason.FORBIDDEN_WORDS, "the text judges a person")

    def question(self, text: str, *, longest: int) -> None:
        """One thing, short enough, and about work."""
        if count_questions(text) != 1 or not text.rstrip().endswith(("?", "？")):
            raise ModelFailed(FallbackReason.UNSUITABLE, "the text is not one short question")
        self.part_of_question(text, longest=longest)

    def length(self, text: str, *, longest: int) -> None:
        """At most ``longest`` characters."""
        if len(text) > longest:
            raise ModelFailed(FallbackReason.UNSUITABLE, "the text is too long for a question")

    def part_of_question(self, text: str, *, longest: int) -> None:
        """The beginning of a question: short enough, and about work."""
        self.length(text, longest=longest)
        if any(pattern.search(text) for pattern in self.prompts.private):
            raise ModelFailed(FallbackReason.FORBIDDEN_WORDS, "the question touches what must not be asked")
        self.prose(text)

    def spoken_part(self, text: str, *, longest: int) -> None:
        """The beginning of a question that is spoken as it stands."""
        check_plain(text)
        self.part_of_question(text, longest=longest)

    def quote(self, said: str, quoted: str) -> Quote:
        """Where ``quoted`` stands in what was ``said``; without words that judge a person."""
        found = locate(said, quoted)
        if found is None:
            raise ModelFailed(FallbackReason.INVENTED_QUOTE, "a quote is not in the answer")
        if self.lexicon.judgement_finder.within(found.text):
            raise ModelFailed(FallbackReason.FORBIDDEN_WORDS, "a quote holds a word that judges a person")
        return found


def lines(items: Iterable[str], none: str) -> str:
    """``items`` as a list for a prompt, or ``none``."""
    return "\n".join(f"- {item}" for item in items) or none
