"""Requests to the reasoning service."""

from collections.abc import Sequence
from dataclasses import replace

from parley.common.v1 import engine_pb2, evaluation_pb2, language_pb2, question_pb2
from parley.reasoning.v1 import reasoning_service_pb2 as pb
from parley.reasoning.v1 import resume_pb2

from services.session.convert.mirror import decode, encode, enum_name
from services.session.domain.interview_settings import InterviewSettings
from services.session.domain.resumes import Resume
from services.session.domain.values import EvaluatedExchange, Exchange, Language, QualityTier, Question

_LANGUAGE = language_pb2.DESCRIPTOR.enum_types_by_name["Language"]
_TIER = engine_pb2.DESCRIPTOR.enum_types_by_name["QualityTier"]
_SCENARIO = question_pb2.DESCRIPTOR.enum_types_by_name["Scenario"]
_LEVEL = question_pb2.DESCRIPTOR.enum_types_by_name["ExperienceLevel"]


def plan_request(
    settings: InterviewSettings, asked_source_ids: Sequence[str], seed: int, resume: Resume | None
) -> pb.PlanInterviewRequest:
    """Plan an interview."""
    return pb.PlanInterviewRequest(
        language=enum_name(_LANGUAGE, settings.language),
        role=settings.role,
        scenario=enum_name(_SCENARIO, settings.scenario),
        experience_level=enum_name(_LEVEL, settings.experience_level),
        difficulty=settings.difficulty,
        question_count=settings.question_count,
        asked_source_ids=asked_source_ids,
        seed=seed,
        resume=encode(resume, resume_pb2.Resume) if resume is not None else None,
    )


def follow_up_request(language: Language, exchange: Exchange, earlier: Sequence[Exchange]) -> pb.StreamFollowUpRequest:
    """Ask for a follow-up."""
    return pb.StreamFollowUpRequest(
        language=enum_name(_LANGUAGE, language),
        exchange=_exchange(exchange),
        earlier_follow_ups=[_exchange(entry) for entry in earlier],
    )


def follow_up_so_far(said: Question | None, response: pb.StreamFollowUpResponse) -> Question | None:
    """The follow-up with what ``response`` adds to what was ``said``; None while, or where, there is none."""
    if response.HasField("sentence"):
        begun = said or decode(response.sentence.question, Question)
        return replace(begun, text=(said.text if said is not None else "") + response.sentence.text)
    whole = response.follow_up
    return decode(whole.question, Question) if whole.HasField("question") else None


def evaluate_request(language: Language, exchange: Exchange, quality: QualityTier) -> pb.EvaluateAnswerRequest:
    """Judge an answer."""
    return pb.EvaluateAnswerRequest(
        language=enum_name(_LANGUAGE, language),
        exchange=_exchange(exchange),
        transcript_quality=enum_name(_TIER, quality),
    )


def report_request(language: Language, role: str, exchanges: Sequence[EvaluatedExchange]) -> pb.WriteReportRequest:
    """Write the prose of a report."""
    request = pb.WriteReportRequest(language=enum_name(_LANGUAGE, language), role=role)
    for entry in exchanges:
        part = request.exchanges.add(exchange=_exchange(entry.exchange))
        if entry.evaluation is not None:
            part.evaluation.CopyFrom(encode(entry.evaluation, evaluation_pb2.Evaluation))
    return request


def _exchange(exchange: Exchange) -> pb.Exchange:
    return pb.Exchange(question=encode(exchange.question, question_pb2.Question), transcript=exchange.transcript)
