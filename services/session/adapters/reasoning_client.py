"""The reasoning service as ``ports.Reasoner``."""

from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import grpc
from parley.reasoning.v1 import reasoning_service_pb2 as pb
from parley.reasoning.v1 import reasoning_service_pb2_grpc as stubs

from services.kit.channels import Channel, closing
from services.session.convert.mirror import decode
from services.session.convert.reasoning import (
    evaluate_request,
    follow_up_request,
    follow_up_so_far,
    plan_request,
    report_request,
)
from services.session.domain.errors import ReasonerAway, ReasonerFailed, ReasonerSlow
from services.session.domain.interview_settings import InterviewSettings
from services.session.domain.resumes import Resume
from services.session.domain.values import (
    EngineInfo,
    EvaluatedExchange,
    Evaluation,
    Exchange,
    Language,
    Plan,
    Prose,
    QualityTier,
    Question,
)

_AWAY: Final[Mapping[grpc.StatusCode, type[Exception]]] = {
    grpc.StatusCode.UNAVAILABLE: ReasonerAway,
    grpc.StatusCode.RESOURCE_EXHAUSTED: ReasonerAway,
    grpc.StatusCode.ABORTED: ReasonerAway,
    grpc.StatusCode.CANCELLED: ReasonerAway,
    grpc.StatusCode.DEADLINE_EXCEEDED: ReasonerSlow,
}


class ReasoningClient:
    """``ports.Reasoner`` over one channel."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._stub: Any = stubs.ReasoningServiceStub(channel)

    async def close(self) -> None:
        """Close the channel."""
        await self._channel.close()

    async def plan(
        self,
        settings: InterviewSettings,
        asked_source_ids: Sequence[str],
        seed: int,
        timeout_s: float,
        resume: Resume | None = None,
    ) -> Plan:
        """Plan an interview."""
        request = plan_request(settings, asked_source_ids, seed, resume)
        planned: dict[int, pb.PlanInterviewResponse] = {}
        with plain_errors():
            async with closing(self._stub.PlanInterview(request, timeout=timeout_s)) as call:
                async for response in call:
                    planned[response.index] = response
        ordered = [planned[index] for index in sorted(planned)]
        return Plan(
            questions=tuple(decode(response.question, Question) for response in ordered),
            # One that stood in for the planner says more of the plan than the planner itself.
            planner=_engine(max(ordered, key=lambda each: bool(each.engine.fallback_for))) if ordered else None,
        )

    async def stream_follow_up(
        self, language: Language, exchange: Exchange, earlier: Sequence[Exchange], timeout_s: float
    ) -> AsyncGenerator[Question, None]:
        """A follow-up to an answer, as far as it is written."""
        request = follow_up_request(language, exchange, earlier)
        said: Question | None = None
        with plain_errors():
            async with closing(self._stub.StreamFollowUp(request, timeout=timeout_s)) as call:
                async for response in call:
                    found = follow_up_so_far(said, response)
                    if found is not None and found != said:
                        said = found
                        yield found

    async def evaluate(
        self, language: Language, exchange: Exchange, quality: QualityTier, timeout_s: float
    ) -> Evaluation:
        """Judge an answer."""
        with plain_errors():
            response = await self._stub.EvaluateAnswer(evaluate_request(language, exchange, quality), timeout=timeout_s)
        return decode(response.evaluation, Evaluation)

    async def write_report(
        self, language: Language, role: str, exchanges: Sequence[EvaluatedExchange], timeout_s: float
    ) -> Prose:
        """Write the prose of a report."""
        request = report_request(language, role, exchanges)
        with plain_errors():
            response = await self._stub.WriteReport(request, timeout=timeout_s)
        return Prose(tuple(response.summary), tuple(response.practice_points), _engine(response))


def _engine(response: Any) -> EngineInfo | None:
    return decode(response.engine, EngineInfo) if response.HasField("engine") else None


@contextmanager
def plain_errors() -> Iterator[None]:
    """Inside, an error of a call is ReasonerAway or ReasonerFailed."""
    try:
        yield
    except grpc.aio.AioRpcError as err:
        kind = _AWAY.get(err.code(), ReasonerFailed)
        raise kind(f"reasoning answered {err.code().name}") from err
