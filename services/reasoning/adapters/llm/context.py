"""What every task of the engine works with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.reasoning.adapters.builtin import BuiltinEngine
from services.reasoning.adapters.llm.asking import Asking, Budget, Prompt
from services.reasoning.adapters.llm.checks import Checks
from services.reasoning.adapters.llm.model import Message
from services.reasoning.adapters.llm.prompts import PromptSet
from services.reasoning.adapters.workers import Priority
from services.reasoning.domain.llm_failures import FallbackReason, ModelFailed
from services.reasoning.domain.llm_fencing import fence_for, speaks_to_model
from services.reasoning.domain.questions import Language
from services.reasoning.domain.wording import Wording
from services.reasoning.ports import ModelOptions

LONGEST_MATERIAL = 16_000  # characters of what a candidate said, of one request
TOKENS = {"plan": 400, "follow_up": 200, "evaluation": 1200, "evaluation_prose": 2000, "report": 700}


@dataclass(frozen=True)
class Context:
    """``key`` names the fences of this process; ``rules`` is the engine that stands below this one."""

    rules: BuiltinEngine
    asking: Asking
    prompts: Mapping[Language, PromptSet]
    options: ModelOptions
    key: bytes

    def checks(self, language: Language) -> Checks:
        """The checks of texts in ``language``."""
        return Checks(self.prompts[language], self.rules.lexicons[language])

    def wording(self, language: Language) -> Wording:
        """The sentences of ``language`` that both engines say."""
        return self.rules.wordings[language]

    def say(self, language: Language, key: str, **slots: object) -> str:
        """A sentence of the prompts' own, filled in by the rules of Wording."""
        return Wording(self.prompts[language].words, {}, {}).say(key, "", **slots)

    def fenced(self, text: str) -> str:
        """What a candidate said or wrote, as data. Raises ModelFailed (TOO_LONG)."""
        if len(text) > LONGEST_MATERIAL:
            raise ModelFailed(FallbackReason.TOO_LONG, f"more than {LONGEST_MATERIAL} characters")
        return fence_for(self.key, [text]).around(text)

    def reject_steering(self, language: Language, texts: Sequence[str]) -> None:
        """Raises ModelFailed (SUSPECT_ANSWER): who is not asked can't be talked round."""
        patterns = [pattern for prompts in self.prompts.values() for pattern in prompts.steering]
        if any(speaks_to_model(text, patterns) for text in texts):
            raise ModelFailed(FallbackReason.SUSPECT_ANSWER, "the answer speaks to the model")

    def prompt(self, language: Language, task: str, material: str, *, seed: int = 0, **system: str) -> Prompt:
        """The prompt of ``task``: its unchanging part, then ``material``."""
        prompts = self.prompts[language]
        messages = (Message("system", prompts.fill(task, "system", **system)), Message("user", material))
        return Prompt(task, messages, prompts.corrections, seed)

    def budget(self, tokens: str, priority: Priority) -> Budget:
        """The budget of a call that writes at most ``TOKENS[tokens]``."""
        total_s = self.options.question_s if priority is Priority.QUESTION else self.options.evaluation_s
        return Budget(total_s, self.options.first_token_s, TOKENS[tokens], priority)
