"""ReasoningService on the wire: decode, use case, encode."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing

from parley.reasoning.v1 import reasoning_service_pb2 as pb
from parley.reasoning.v1 import reasoning_service_pb2_grpc

from services.kit.rpc import Context
from services.reasoning import convert
from services.reasoning.convert_follow_up import FollowUpMessages
from services.reasoning.convert_resume import resume_message
from services.reasoning.usecases import Reasoning


class ReasoningServicer(reasoning_service_pb2_grpc.ReasoningServiceServicer):
    """See proto/parley/reasoning/v1/reasoning_service.proto."""

    def __init__(self, reasoning: Reasoning) -> None:
        self._reasoning = reasoning

    async def PlanInterview(
        self, request: pb.PlanInterviewRequest, context: Context
    ) -> AsyncIterator[pb.PlanInterviewResponse]:
        """Each question of the plan as soon as it exists."""
        async for made in self._reasoning.plan_interview(convert.plan_request(request)):
            yield convert.planned_message(made.result, made.engine)

    async def AskFollowUp(self, request: pb.AskFollowUpRequest, context: Context) -> pb.AskFollowUpResponse:
        """A follow-up, or why there is none."""
        made = await self._reasoning.ask_follow_up(
            convert.language_of(request.language),
            convert.exchange_of(request.exchange),
            [convert.exchange_of(exchange) for exchange in request.earlier_follow_ups],
        )
        return convert.follow_up_message(made.result, made.engine)

    async def StreamFollowUp(
        self, request: pb.StreamFollowUpRequest, context: Context
    ) -> AsyncIterator[pb.StreamFollowUpResponse]:
        """A follow-up's sentences as they are written, then the whole."""
        messages = FollowUpMessages()
        parts = self._reasoning.stream_follow_up(
            convert.language_of(request.language),
            convert.exchange_of(request.exchange),
            [convert.exchange_of(exchange) for exchange in request.earlier_follow_ups],
        )
        async with aclosing(parts):
            async for made in parts:
                yield messages.message(made.result, made.engine)

    async def EvaluateAnswer(self, request: pb.EvaluateAnswerRequest, context: Context) -> pb.EvaluateAnswerResponse:
        """The evaluation of an answer."""
        made = await self._reasoning.evaluate_answer(
            convert.language_of(request.language),
            convert.exchange_of(request.exchange),
            convert.quality_of(request.transcript_quality),
        )
        return pb.EvaluateAnswerResponse(evaluation=convert.evaluation_message(made.result, made.engine))

    async def WriteReport(self, request: pb.WriteReportRequest, context: Context) -> pb.WriteReportResponse:
        """The prose of a report."""
        made = await self._reasoning.write_report(
            convert.language_of(request.language),
            request.role,
            [convert.evaluated_of(exchange) for exchange in request.exchanges],
        )
        return convert.report_message(made.result, made.engine)

    async def ReadResume(self, request: pb.ReadResumeRequest, context: Context) -> pb.ReadResumeResponse:
        """The résumé in a file; it tells its format and language itself."""
        return pb.ReadResumeResponse(resume=resume_message(await self._reasoning.read_resume(request.data)))

    async def EmbedTexts(self, request: pb.EmbedTextsRequest, context: Context) -> pb.EmbedTextsResponse:
        """One vector per text."""
        vectors = await self._reasoning.embed_texts(request.texts)
        return pb.EmbedTextsResponse(
            embeddings=[pb.Embedding(values=vector) for vector in vectors],
            engine=convert.engine_message(self._reasoning.embedder.info),
        )

    async def GetCapabilities(self, request: pb.GetCapabilitiesRequest, context: Context) -> pb.GetCapabilitiesResponse:
        """The engines in use and the job families."""
        return pb.GetCapabilitiesResponse(
            engines=[convert.engine_message(info) for info in self._reasoning.engines()],
            role_families=self._reasoning.engine.role_families,
        )
