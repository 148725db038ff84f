"""The builtin engine: the question bank, the rules of the domain, and an analyser per language. Needs no model and no
network.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from functools import lru_cache, partial

from services.reasoning.adapters.analysers import make_analysers
from services.reasoning.adapters.bank_files import load_bank, load_lexicon, load_vocabularies, load_wording
from services.reasoning.adapters.korean_process import KoreanProcess
from services.reasoning.adapters.workers import Priority, PriorityWorkers
from services.reasoning.domain.bank import Bank
from services.reasoning.domain.case import Case
from services.reasoning.domain.evaluations import Evaluation, TranscriptQuality
from services.reasoning.domain.follow_up_parts import FollowUpPart, parts_of_whole
from services.reasoning.domain.followup import NoFollowUp, ask_follow_up
from services.reasoning.domain.judging import judge
from services.reasoning.domain.lexicon import Lexicon
from services.reasoning.domain.patterns import QuestionPatterns, WordSets
from services.reasoning.domain.planning import plan
from services.reasoning.domain.questions import Exchange, Language, PlannedQuestion, PlanRequest, Question, QuestionKind
from services.reasoning.domain.report import EvaluatedExchange, ReportProse, write_report
from services.reasoning.domain.resume_grounding import ground
from services.reasoning.domain.text import TextAnalyser
from services.reasoning.domain.vocabulary import Vocabularies
from services.reasoning.domain.wording import Wording
from services.reasoning.ports import EngineInfo, EngineOptions, EngineQuality, EngineReadiness

logger = logging.getLogger("parley.reasoning")

NAME = "builtin"
RULES_VERSION = "4"  # raise it with any change of a rule that can change a level
CASES_KEPT = 128  # prepared questions: all that are being asked, and more


class BuiltinEngine:
    """See ReasoningEngine. All work of the rules runs in ``workers``, questions before evaluations."""

    def __init__(
        self,
        bank: Bank,
        lexicons: Mapping[Language, Lexicon],
        wordings: Mapping[Language, Wording],
        vocabularies: Mapping[Language, Vocabularies],
        analysers: Mapping[Language, TextAnalyser],
        workers: PriorityWorkers,
        *,
        preload: Sequence[Language] = (),
        close_analysers: Callable[[], None] = lambda: None,
    ) -> None:
        self._bank = bank
        self._lexicons = lexicons
        self._wordings = wordings
        self._vocabularies = vocabularies
        self._analysers = analysers
        self._workers = workers
        self._preload = tuple(preload)
        self._close_analysers = close_analysers
        self._warming: dict[Language, asyncio.Task[None]] = {}
        self._started = False
        self._words = lru_cache(maxsize=len(Language))(self._make_words)
        self._kept_case = lru_cache(maxsize=CASES_KEPT)(self._make_case)

    @property
    def info(self) -> EngineInfo:
        """See ReasoningEngine."""
        return EngineInfo(
            capability="language",
            name=NAME,
            version=f"rules {RULES_VERSION}, bank {self._bank.version}",
            quality=EngineQuality.STANDARD,
            languages=tuple(language.value for language in self._analysers),
            upgrade_hint="",
        )

    @property
    def role_families(self) -> tuple[str, ...]:
        """See ReasoningEngine."""
        return self._bank.role_families()

    @property
    def fallback(self) -> None:
        """See ReasoningEngine: there is nothing below this one."""
        return None

    @property
    def bank(self) -> Bank:
        """The questions; other engines build on them."""
        return self._bank

    @property
    def lexicons(self) -> Mapping[Language, Lexicon]:
        """The words of each language."""
        return self._lexicons

    @property
    def wordings(self) -> Mapping[Language, Wording]:
        """The sentences and rubric of each language."""
        return self._wordings

    def readiness(self) -> EngineReadiness:
        """See ReasoningEngine."""
        return EngineReadiness(self._started, "" if self._started else "loading language analysers")

    async def start(self) -> None:
        """Load the languages that are to be there from the start."""
        for language in self._preload:
            await self._workers.run(Priority.QUESTION, partial(self._load, language))
        self._started = True

    async def close(self) -> None:
        """Let what runs end, then end the analysers."""
        self._started = False
        warming = tuple(self._warming.values())
        for task in warming:
            task.cancel()
        await asyncio.gather(*warming, return_exceptions=True)
        await self._workers.close()
        await asyncio.to_thread(self._close_analysers)  # waits for a process to end

    async def plan(self, request: PlanRequest) -> AsyncIterator[PlannedQuestion]:
        """See ReasoningEngine. Begins to load the language's analyser, so that it is there when the first answer
        ends.
        """
        wording = self._wordings[request.language]
        planned = await self._workers.run(
            Priority.QUESTION, lambda: ground(request, tuple(plan(request, self._bank)), wording)
        )
        self._warm(request.language)
        for question in planned:
            yield question

    async def follow_up(
        self, language: Language, exchange: Exchange, earlier: Sequence[Exchange]
    ) -> Question | NoFollowUp:
        """See ReasoningEngine."""

        def choose() -> Question | NoFollowUp:
            texts = [exchange.transcript, *(each.transcript for each in earlier)]
            answer, *others = self._analysers[language].analyse(texts)
            return ask_follow_up(self._case(language, exchange.question), answer, tuple(earlier), others)

        return await self._workers.run(Priority.QUESTION, choose)

    async def stream_follow_up(
        self, language: Language, exchange: Exchange, earlier: Sequence[Exchange]
    ) -> AsyncGenerator[FollowUpPart, None]:
        """See ReasoningEngine. All of it is there at once."""
        for part in parts_of_whole(await self.follow_up(language, exchange, earlier)):
            yield part

    async def evaluate(self, language: Language, exchange: Exchange, quality: TranscriptQuality) -> Evaluation:
        """See ReasoningEngine."""

        def evaluated() -> Evaluation:
            (answer,) = self._analysers[language].analyse([exchange.transcript])
            return judge(self._case(language, exchange.question), answer, quality)

        return await self._workers.run(Priority.EVALUATION, evaluated)

    async def write_report(self, language: Language, role: str, exchanges: Sequence[EvaluatedExchange]) -> ReportProse:
        """See ReasoningEngine."""
        return await self._workers.run(Priority.EVALUATION, lambda: write_report(exchanges, self._wordings[language]))

    def _warm(self, language: Language) -> None:
        if language in self._warming:
            return
        warming = asyncio.ensure_future(self._workers.run(Priority.EVALUATION, lambda: self._load(language)))
        self._warming[language] = warming
        warming.add_done_callback(lambda done: self._warmed(language, done))

    def _warmed(self, language: Language, warming: asyncio.Task[None]) -> None:
        self._warming.pop(language, None)
        if not warming.cancelled() and (error := warming.exception()) is not None:
            # Not the plan's failure: whoever needs the analyser gets a typed error of their own.
            logger.warning("%s analyser is not there yet: %s", language, error)

    def _load(self, language: Language) -> None:
        self._words(language)
        (any_text,) = self._analysers[language].analyse(["."])  # starts again what went idle since the words were made
        any_text.model(any_text.sentences)  # reads the model of the language, where it is another one

    def _case(self, language: Language, question: Question) -> Case:
        if question.kind is QuestionKind.FOLLOW_UP or question.grounding_quote:
            return self._make_case(language, question)  # holds words of the candidate: not to be kept
        return self._kept_case(language, question)

    def _make_words(self, language: Language) -> WordSets:
        return WordSets.of(self._lexicons[language], self._analysers[language])

    def _make_case(self, language: Language, question: Question) -> Case:
        entry, words = self._bank.find(question), self._words(language)
        patterns = QuestionPatterns.of(question, entry, words, self._analysers[language], self._vocabularies[language])
        return Case(question, entry, patterns, words, self._lexicons[language], self._wordings[language])


def build(options: EngineOptions) -> BuiltinEngine:
    """The engine over the files of this installation. Raises BankError if one of them is wrong."""
    lexicons = {language: load_lexicon(language) for language in Language}
    bank = load_bank()
    korean = KoreanProcess(lexicons[Language.KOREAN].words, options.analyser_idle_s)
    return BuiltinEngine(
        bank=bank,
        lexicons=lexicons,
        wordings={language: load_wording(language) for language in Language},
        vocabularies={language: load_vocabularies(language) for language in Language},
        analysers=make_analysers(bank, lexicons, korean),
        workers=PriorityWorkers(options.threads, options.queue_size, "reasoning"),
        preload=options.preload,
        close_analysers=korean.close,
    )
