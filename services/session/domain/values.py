"""Values of the whole domain. Field names are the contract's (``parley.common.v1``); durations are ``timedelta``.

Enumerations hold the contract's names without prefix, in lower case; ``unspecified`` is a member only where the
contract gives it a meaning. Offsets are on the session clock: zero is the first audio sample of the interview's media.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Language(StrEnum):
    """A language that Parley interviews in."""

    KOREAN = "korean"
    ENGLISH = "english"


class Scenario(StrEnum):
    """What an interview is about."""

    TECHNICAL = "technical"
    BEHAVIOURAL = "behavioural"
    COMBINED = "combined"
    CAREER_CHANGE = "career_change"


class ExperienceLevel(StrEnum):
    """How experienced the candidate is in the role."""

    NEW_GRADUATE = "new_graduate"
    JUNIOR = "junior"
    MID = "mid"
    SENIOR = "senior"


class QualityTier(StrEnum):
    """How far an engine's results can be trusted."""

    UNSPECIFIED = "unspecified"
    LOW = "low"
    STANDARD = "standard"
    HIGH = "high"


class FallbackReason(StrEnum):
    """Why another engine than the chosen one produced a result; see the contract for each."""

    UNSPECIFIED = "unspecified"
    UNAVAILABLE = "unavailable"
    BUSY = "busy"
    MISCONFIGURED = "misconfigured"
    SLOW_START = "slow_start"
    TIMEOUT = "timeout"
    TOO_LONG = "too_long"
    TRUNCATED = "truncated"
    MALFORMED = "malformed"
    LOOPING = "looping"
    REFUSED = "refused"
    WRONG_LANGUAGE = "wrong_language"
    INVENTED_QUOTE = "invented_quote"
    INVENTED_FACT = "invented_fact"
    FORBIDDEN_WORDS = "forbidden_words"
    UNSUITABLE = "unsuitable"
    SUSPECT_ANSWER = "suspect_answer"


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What produced a result; see the contract for each field."""

    capability: str
    name: str
    version: str = ""
    quality: QualityTier = QualityTier.UNSPECIFIED
    languages: tuple[str, ...] = ()
    upgrade_hint: str = ""
    fallback_for: str = ""
    fallback_reason: FallbackReason = FallbackReason.UNSPECIFIED

    @property
    def model_chosen(self) -> bool:
        """Whether a full model is the engine of choice here, at work or not."""
        return self.quality is QualityTier.HIGH or bool(self.fallback_for)


class QuestionKind(StrEnum):
    """What kind of question it is."""

    UNSPECIFIED = "unspecified"
    TECHNICAL = "technical"
    BEHAVIOURAL = "behavioural"
    EXPERIENCE = "experience"
    MOTIVATION = "motivation"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True)
class ExpectedPoint:
    """A point that a complete answer makes."""

    point_id: str
    text: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question as planned or generated: enough to ask it, to follow up and to evaluate the answer."""

    source_id: str
    text: str
    kind: QuestionKind = QuestionKind.UNSPECIFIED
    competency: str = ""
    difficulty: int = 0
    suggested_seconds: int = 0
    expected_points: tuple[ExpectedPoint, ...] = ()
    grounding_quote: str = ""
    follows_source_id: str = ""


class WordTimeSource(StrEnum):
    """Where a word's times come from."""

    UNSPECIFIED = "unspecified"
    ALIGNED = "aligned"
    INTERPOLATED = "interpolated"


class NoTextReason(StrEnum):
    """Why an utterance has no text; ``unspecified`` where it has one."""

    UNSPECIFIED = "unspecified"
    NOT_SPEECH = "not_speech"
    SUPPRESSED = "suppressed"
    LANGUAGE_UNSUPPORTED = "language_unsupported"
    ENGINE_FAILED = "engine_failed"
    NO_ENGINE = "no_engine"


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word."""

    text: str
    start_offset: timedelta
    end_offset: timedelta
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Utterance:
    """A finished stretch of speech between pauses; ``text`` is empty exactly if ``no_text_reason`` is set."""

    utterance_id: str
    start_offset: timedelta
    end_offset: timedelta
    text: str
    words: tuple[Word, ...] = ()
    word_time_source: WordTimeSource = WordTimeSource.UNSPECIFIED
    no_text_reason: NoTextReason = NoTextReason.UNSPECIFIED
    confidence: float | None = None


class Criterion(StrEnum):
    """What an answer is judged by."""

    TECHNICAL_ACCURACY = "technical_accuracy"
    LOGIC = "logic"
    SPECIFICITY = "specificity"
    RELEVANCE = "relevance"
    COMMUNICATION = "communication"


class AbstentionReason(StrEnum):
    """Why a criterion has no level; ``unspecified`` where it has one."""

    UNSPECIFIED = "unspecified"
    TOO_SHORT = "too_short"
    LOW_TRANSCRIPT_QUALITY = "low_transcript_quality"
    JUDGES_DISAGREE = "judges_disagree"
    NOT_APPLICABLE = "not_applicable"
    NO_EVIDENCE = "no_evidence"


class AnswerCharacter(StrEnum):
    """What an answer is as a whole."""

    UNSPECIFIED = "unspecified"
    ON_TOPIC = "on_topic"
    OFF_TOPIC = "off_topic"
    EMPTY = "empty"
    NONSENSE = "nonsense"


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the candidate, their place in the transcript (code points), and when they were said."""

    text: str
    start_char: int
    end_char: int
    start_offset: timedelta | None = None
    end_offset: timedelta | None = None


@dataclass(frozen=True, slots=True)
class LevelRange:
    """The plausible levels, 1..5."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class CriterionEvaluation:
    """A level with evidence, or the reason why there is none."""

    criterion: Criterion
    level: int | None = None
    range: LevelRange | None = None
    quotes: tuple[Quote, ...] = ()
    abstention_reason: AbstentionReason = AbstentionReason.UNSPECIFIED
    anchor: str = ""
    explanation: str = ""
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The judgement on one answer; ``score`` is 0..100, None if no criterion has a level."""

    criteria: tuple[CriterionEvaluation, ...] = ()
    character: AnswerCharacter = AnswerCharacter.UNSPECIFIED
    strengths: tuple[str, ...] = ()
    weaknesses: tuple[str, ...] = ()
    stronger_answer: str = ""
    covered_point_ids: tuple[str, ...] = ()
    score: float | None = None
    engine: EngineInfo | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with its answer's transcript."""

    question: Question
    transcript: str


@dataclass(frozen=True, slots=True)
class EvaluatedExchange:
    """An exchange with its evaluation, if there is one."""

    exchange: Exchange
    evaluation: Evaluation | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The planned questions, in order, and what planned them."""

    questions: tuple[Question, ...]
    planner: EngineInfo | None


@dataclass(frozen=True, slots=True)
class Prose:
    """The prose of a report."""

    summary: tuple[str, ...]
    practice_points: tuple[str, ...]
    writer: EngineInfo | None
