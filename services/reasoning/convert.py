"""Protobuf to domain and back. Pure; requests are already validated by the interceptor."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar, cast

from parley.common.v1 import engine_pb2, evaluation_pb2, language_pb2, question_pb2
from parley.reasoning.v1 import reasoning_service_pb2 as pb
from parley.reasoning.v1 import resume_pb2

from services.reasoning.convert_resume import resume_of
from services.reasoning.domain.evaluations import (
    Abstention,
    Character,
    Criterion,
    Evaluation,
    Judgement,
    Level,
    Quote,
    TranscriptQuality,
)
from services.reasoning.domain.followup import NoFollowUp
from services.reasoning.domain.llm_failures import FallbackReason
from services.reasoning.domain.questions import (
    Exchange,
    ExpectedPoint,
    ExperienceLevel,
    Language,
    PlannedQuestion,
    PlanRequest,
    Question,
    QuestionKind,
    RoleMatch,
    Scenario,
)
from services.reasoning.domain.report import EvaluatedExchange, ReportProse
from services.reasoning.ports import EngineInfo, EngineQuality

E = TypeVar("E", bound=StrEnum)

_LANGUAGES: Mapping[int, Language] = {
    language_pb2.LANGUAGE_KOREAN: Language.KOREAN,
    language_pb2.LANGUAGE_ENGLISH: Language.ENGLISH,
}
_SCENARIOS: Mapping[int, Scenario] = {
    question_pb2.SCENARIO_UNSPECIFIED: Scenario.COMBINED,
    question_pb2.SCENARIO_TECHNICAL: Scenario.TECHNICAL,
    question_pb2.SCENARIO_BEHAVIOURAL: Scenario.BEHAVIOURAL,
    question_pb2.SCENARIO_COMBINED: Scenario.COMBINED,
    question_pb2.SCENARIO_CAREER_CHANGE: Scenario.CAREER_CHANGE,
}
_EXPERIENCE: Mapping[int, ExperienceLevel] = {
    question_pb2.EXPERIENCE_LEVEL_UNSPECIFIED: ExperienceLevel.JUNIOR,
    question_pb2.EXPERIENCE_LEVEL_NEW_GRADUATE: ExperienceLevel.NEW_GRADUATE,
    question_pb2.EXPERIENCE_LEVEL_JUNIOR: ExperienceLevel.JUNIOR,
    question_pb2.EXPERIENCE_LEVEL_MID: ExperienceLevel.MID,
    question_pb2.EXPERIENCE_LEVEL_SENIOR: ExperienceLevel.SENIOR,
}
# A transcript of unknown quality is taken at its word: typed answers have none.
_QUALITIES: Mapping[int, TranscriptQuality] = {
    engine_pb2.QUALITY_TIER_UNSPECIFIED: TranscriptQuality.STANDARD,
    engine_pb2.QUALITY_TIER_LOW: TranscriptQuality.LOW,
    engine_pb2.QUALITY_TIER_STANDARD: TranscriptQuality.STANDARD,
    engine_pb2.QUALITY_TIER_HIGH: TranscriptQuality.HIGH,
}
_KINDS: Mapping[QuestionKind, question_pb2.QuestionKind] = {
    QuestionKind.TECHNICAL: question_pb2.QUESTION_KIND_TECHNICAL,
    QuestionKind.BEHAVIOURAL: question_pb2.QUESTION_KIND_BEHAVIOURAL,
    QuestionKind.EXPERIENCE: question_pb2.QUESTION_KIND_EXPERIENCE,
    QuestionKind.MOTIVATION: question_pb2.QUESTION_KIND_MOTIVATION,
    QuestionKind.FOLLOW_UP: question_pb2.QUESTION_KIND_FOLLOW_UP,
}
_ROLE_MATCHES: Mapping[RoleMatch, pb.RoleMatch] = {
    RoleMatch.EXACT: pb.ROLE_MATCH_EXACT,
    RoleMatch.NEAREST: pb.ROLE_MATCH_NEAREST,
    RoleMatch.NONE: pb.ROLE_MATCH_NONE,
}
_NO_FOLLOW_UPS: Mapping[NoFollowUp, pb.NoFollowUpReason] = {
    NoFollowUp.COMPLETE: pb.NO_FOLLOW_UP_REASON_COMPLETE,
    NoFollowUp.LIMIT_REACHED: pb.NO_FOLLOW_UP_REASON_LIMIT_REACHED,
    NoFollowUp.NOTHING_TO_QUOTE: pb.NO_FOLLOW_UP_REASON_NOTHING_TO_QUOTE,
}
_CRITERIA: Mapping[Criterion, evaluation_pb2.Criterion] = {
    Criterion.TECHNICAL_ACCURACY: evaluation_pb2.CRITERION_TECHNICAL_ACCURACY,
    Criterion.LOGIC: evaluation_pb2.CRITERION_LOGIC,
    Criterion.SPECIFICITY: evaluation_pb2.CRITERION_SPECIFICITY,
    Criterion.RELEVANCE: evaluation_pb2.CRITERION_RELEVANCE,
    Criterion.COMMUNICATION: evaluation_pb2.CRITERION_COMMUNICATION,
}
_ABSTENTIONS: Mapping[Abstention, evaluation_pb2.AbstentionReason] = {
    Abstention.TOO_SHORT: evaluation_pb2.ABSTENTION_REASON_TOO_SHORT,
    Abstention.LOW_TRANSCRIPT_QUALITY: evaluation_pb2.ABSTENTION_REASON_LOW_TRANSCRIPT_QUALITY,
    Abstention.JUDGES_DISAGREE: evaluation_pb2.ABSTENTION_REASON_JUDGES_DISAGREE,
    Abstention.NOT_APPLICABLE: evaluation_pb2.ABSTENTION_REASON_NOT_APPLICABLE,
    Abstention.NO_EVIDENCE: evaluation_pb2.ABSTENTION_REASON_NO_EVIDENCE,
}
_CHARACTERS: Mapping[Character, evaluation_pb2.AnswerCharacter] = {
    Character.UNKNOWN: evaluation_pb2.ANSWER_CHARACTER_UNSPECIFIED,
    Character.ON_TOPIC: evaluation_pb2.ANSWER_CHARACTER_ON_TOPIC,
    Character.OFF_TOPIC: evaluation_pb2.ANSWER_CHARACTER_OFF_TOPIC,
    Character.EMPTY: evaluation_pb2.ANSWER_CHARACTER_EMPTY,
    Character.NONSENSE: evaluation_pb2.ANSWER_CHARACTER_NONSENSE,
}
_TIERS: Mapping[EngineQuality, engine_pb2.QualityTier] = {
    EngineQuality.LOW: engine_pb2.QUALITY_TIER_LOW,
    EngineQuality.STANDARD: engine_pb2.QUALITY_TIER_STANDARD,
    EngineQuality.HIGH: engine_pb2.QUALITY_TIER_HIGH,
}


def language_of(value: int) -> Language:
    """The interview's language; the field is required and checked before."""
    return _LANGUAGES[value]


def quality_of(value: int) -> TranscriptQuality:
    """How far the transcript can be trusted."""
    return _QUALITIES[value]


def plan_request(message: pb.PlanInterviewRequest) -> PlanRequest:
    """The plan that is asked for."""
    return PlanRequest(
        language=language_of(message.language),
        role=message.role,
        scenario=_SCENARIOS[message.scenario],
        experience=_EXPERIENCE[message.experience_level],
        difficulty=message.difficulty or None,
        count=message.question_count,
        asked_ids=tuple(message.asked_source_ids),
        seed=message.seed,
        resume_lines=_resume_lines(message),
        resume=resume_of(message.resume) if message.HasField("resume") else None,
    )


def _resume_lines(message: pb.PlanInterviewRequest) -> tuple[str, ...]:
    """The lines that say what somebody has done; bare lists of skills and degrees give little to ask about."""
    told = (resume_pb2.RESUME_SECTION_KIND_EXPERIENCE, resume_pb2.RESUME_SECTION_KIND_PROJECTS)
    lines = (line.strip() for section in message.resume.sections if section.kind in told for line in section.lines)
    return tuple(line for line in lines if line)


def planned_message(planned: PlannedQuestion, engine: EngineInfo) -> pb.PlanInterviewResponse:
    """One question of a plan."""
    return pb.PlanInterviewResponse(
        index=planned.index,
        question=question_message(planned.question),
        role_match=_ROLE_MATCHES[planned.role_match],
        role_family=planned.role_family,
        engine=engine_message(engine),
    )


def question_message(question: Question) -> question_pb2.Question:
    """A question with its expected points."""
    return question_pb2.Question(
        source_id=question.source_id,
        text=question.text,
        kind=_KINDS[question.kind],
        competency=question.competency,
        difficulty=question.difficulty,
        suggested_seconds=question.suggested_s,
        expected_points=[
            question_pb2.ExpectedPoint(point_id=point.point_id, text=point.text, synonyms=point.synonyms)
            for point in question.expected_points
        ],
        grounding_quote=question.grounding_quote,
        follows_source_id=question.follows_source_id,
    )


def question_of(message: question_pb2.Question) -> Question:
    """A question as a caller gives it back. A kind that is not stated is technical if it has expected points."""
    default = QuestionKind.TECHNICAL if message.expected_points else QuestionKind.BEHAVIOURAL
    return Question(
        source_id=message.source_id,
        text=message.text,
        kind=_inverse(_KINDS).get(message.kind, default),
        competency=message.competency,
        difficulty=message.difficulty,
        suggested_s=message.suggested_seconds,
        expected_points=tuple(
            ExpectedPoint(point.point_id, point.text, tuple(point.synonyms)) for point in message.expected_points
        ),
        grounding_quote=message.grounding_quote,
        follows_source_id=message.follows_source_id,
    )


def exchange_of(message: pb.Exchange) -> Exchange:
    """A question with its answer."""
    return Exchange(question_of(message.question), message.transcript)


def follow_up_message(found: Question | NoFollowUp, engine: EngineInfo) -> pb.AskFollowUpResponse:
    """A follow-up, or why there is none."""
    if isinstance(found, NoFollowUp):
        return pb.AskFollowUpResponse(no_follow_up_reason=_NO_FOLLOW_UPS[found], engine=engine_message(engine))
    return pb.AskFollowUpResponse(question=question_message(found), engine=engine_message(engine))


def evaluation_message(evaluation: Evaluation, engine: EngineInfo) -> evaluation_pb2.Evaluation:
    """An evaluation; quotes without times, which this service does not know."""
    return evaluation_pb2.Evaluation(
        criteria=[_judgement_message(judgement) for judgement in evaluation.judgements],
        character=_CHARACTERS[evaluation.character],
        strengths=evaluation.strengths,
        weaknesses=evaluation.weaknesses,
        stronger_answer=evaluation.stronger_answer,
        covered_point_ids=evaluation.covered_point_ids,
        score=evaluation.score,
        engine=engine_message(engine),
    )


def _judgement_message(judgement: Judgement) -> evaluation_pb2.CriterionEvaluation:
    level, abstention = judgement.level, judgement.abstention
    return evaluation_pb2.CriterionEvaluation(
        criterion=_CRITERIA[judgement.criterion],
        level=level.value if level is not None else None,
        range=evaluation_pb2.LevelRange(low=level.low, high=level.high) if level is not None else None,
        quotes=[evaluation_pb2.Quote(text=q.text, start_char=q.start, end_char=q.end) for q in judgement.quotes],
        abstention_reason=_ABSTENTIONS[abstention] if abstention is not None else None,
        anchor=judgement.anchor,
        explanation=judgement.explanation,
        next_step=judgement.next_step,
    )


def evaluated_of(message: pb.EvaluatedExchange) -> EvaluatedExchange:
    """An exchange with its evaluation, None where it has none."""
    evaluation = _evaluation_of(message.evaluation) if message.HasField("evaluation") else None
    return EvaluatedExchange(exchange_of(message.exchange), evaluation)


def _evaluation_of(message: evaluation_pb2.Evaluation) -> Evaluation:
    known = _inverse(_CRITERIA)
    return Evaluation(
        judgements=tuple(
            _judgement_of(each, known[each.criterion]) for each in message.criteria if each.criterion in known
        ),
        character=_inverse(_CHARACTERS).get(message.character, Character.UNKNOWN),
        strengths=tuple(message.strengths),
        weaknesses=tuple(message.weaknesses),
        stronger_answer=message.stronger_answer,
        covered_point_ids=tuple(message.covered_point_ids),
    )


def _judgement_of(message: evaluation_pb2.CriterionEvaluation, criterion: Criterion) -> Judgement:
    level = None
    if message.HasField("level"):
        low, high = message.range.low or message.level, message.range.high or message.level
        level = Level(message.level, low, high)
    reason = _inverse(_ABSTENTIONS).get(message.abstention_reason, Abstention.NO_EVIDENCE)
    return Judgement(
        criterion=criterion,
        level=level,
        abstention=reason if level is None else None,
        quotes=tuple(Quote(quote.text, quote.start_char, quote.end_char) for quote in message.quotes),
        anchor=message.anchor,
        explanation=message.explanation,
        next_step=message.next_step,
    )


def report_message(prose: ReportProse, engine: EngineInfo) -> pb.WriteReportResponse:
    """The prose of a report."""
    return pb.WriteReportResponse(
        summary=prose.summary, practice_points=prose.practice_points, engine=engine_message(engine)
    )


def engine_message(info: EngineInfo) -> engine_pb2.EngineInfo:
    """What produced a result."""
    return engine_pb2.EngineInfo(
        capability=info.capability,
        name=info.name,
        version=info.version,
        quality=_TIERS[info.quality],
        languages=info.languages,
        upgrade_hint=info.upgrade_hint,
        fallback_for=info.fallback_for,
        fallback_reason=_fallback_reason(info.fallback_reason),
    )


def _fallback_reason(reason: FallbackReason | None) -> engine_pb2.FallbackReason:
    # By name; a test holds the two lists to each other.
    number: int = engine_pb2.FallbackReason.Value(f"FALLBACK_REASON_{reason.name if reason else 'UNSPECIFIED'}")
    return cast(engine_pb2.FallbackReason, number)


def _inverse(table: Mapping[E, int]) -> dict[int, E]:
    return {number: value for value, number in table.items()}
