"""A fake of the reasoning service: a real gRPC server under kit, with short fixed rules instead of a bank.

``test_session_fake_reasoning.py`` holds it to what session relies on, and the real service to the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from parley.common.v1 import engine_pb2, evaluation_pb2, language_pb2, question_pb2
from parley.reasoning.v1 import reasoning_service_pb2 as pb
from parley.reasoning.v1 import reasoning_service_pb2_grpc, resume_pb2

from services.kit.errors import Internal, InvalidArgument, Unavailable
from services.kit.rpc import Context
from services.kit.server import RunningServer, ServiceSpec, start
from tests.support.kit_mesh import verifier

ENGINE = engine_pb2.EngineInfo(
    capability="language", name="fake", version="1", quality=engine_pb2.QUALITY_TIER_STANDARD, languages=["en", "ko"]
)
FOLLOW_UP_WORD = "slow"  # an answer that says this is asked about it
SENTENCES = (f"You said '{FOLLOW_UP_WORD}'.", " Why was that?")  # of one that is written sentence by sentence


@dataclass
class FakeReasoning(reasoning_service_pb2_grpc.ReasoningServiceServicer):
    """Plans "Question n?", asks about the word "slow", gives level 3 with the first word as its quote.

    ``broken`` names RPCs that answer INTERNAL, ``away`` those that answer UNAVAILABLE; ``gate`` holds evaluation back.
    With ``in_sentences`` a streamed follow-up comes in SENTENCES, what is behind the first after ``rest`` is set; with
    ``lost_after_first`` it breaks off there. ``left`` is set when a caller went away from a follow-up.
    """

    broken: set[str] = field(default_factory=set)
    away: set[str] = field(default_factory=set)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    slow_follow_up: bool = False
    in_sentences: bool = False
    lost_after_first: bool = False
    rest: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)
    false_quotes: bool = False
    calls: list[str] = field(default_factory=list)
    evaluated: list[pb.EvaluateAnswerRequest] = field(default_factory=list)
    planned: list[pb.PlanInterviewRequest] = field(default_factory=list)
    follow_ups: list[pb.AskFollowUpRequest | pb.StreamFollowUpRequest] = field(default_factory=list)
    reports: list[pb.WriteReportRequest] = field(default_factory=list)
    read: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gate.set()

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if name in self.broken:
            raise Internal("broken by the test")
        if name in self.away:
            raise Unavailable("away by the test")

    async def PlanInterview(
        self, request: pb.PlanInterviewRequest, context: Context
    ) -> AsyncIterator[pb.PlanInterviewResponse]:
        self.planned.append(request)
        self._called("PlanInterview")
        for index in range(request.question_count):
            question = question_pb2.Question(
                source_id=f"fake.{request.seed % 1000}.{index}",
                text=f"Question {index + 1}?",
                kind=question_pb2.QUESTION_KIND_TECHNICAL,
                competency="testing",
                difficulty=2,
                suggested_seconds=60,
                expected_points=[question_pb2.ExpectedPoint(point_id="p1", text="a point", synonyms=["one point"])],
            )
            yield pb.PlanInterviewResponse(
                index=index, question=question, role_match=pb.ROLE_MATCH_EXACT, role_family="backend", engine=ENGINE
            )

    async def AskFollowUp(self, request: pb.AskFollowUpRequest, context: Context) -> pb.AskFollowUpResponse:
        self.follow_ups.append(request)
        self._called("AskFollowUp")
        if self.slow_follow_up:
            await asyncio.Event().wait()  # until the caller's deadline
        return self._follow_up(request)

    async def StreamFollowUp(
        self, request: pb.StreamFollowUpRequest, context: Context
    ) -> AsyncIterator[pb.StreamFollowUpResponse]:
        self.follow_ups.append(request)
        self._called("StreamFollowUp")
        try:
            if self.slow_follow_up:
                await asyncio.Event().wait()  # until the caller's deadline
            whole = self._follow_up(request)
            if whole.HasField("question"):
                async for sentence in self._sentences(whole.question):
                    yield pb.StreamFollowUpResponse(sentence=sentence)
            yield pb.StreamFollowUpResponse(follow_up=whole)
        except (asyncio.CancelledError, GeneratorExit):
            self.left.set()
            raise

    async def _sentences(self, question: question_pb2.Question) -> AsyncIterator[pb.FollowUpSentence]:
        told = question_pb2.Question.FromString(question.SerializeToString())
        told.ClearField("text")
        if not self.in_sentences:
            yield pb.FollowUpSentence(text=question.text, question=told)
            return
        yield pb.FollowUpSentence(text=SENTENCES[0], question=told)
        await self.rest.wait()
        if self.lost_after_first:
            raise Unavailable("away by the test")
        for sentence in SENTENCES[1:]:
            yield pb.FollowUpSentence(text=sentence)

    def _follow_up(self, request: pb.AskFollowUpRequest | pb.StreamFollowUpRequest) -> pb.AskFollowUpResponse:
        answers = [request.exchange.transcript, *(entry.transcript for entry in request.earlier_follow_ups)]
        if FOLLOW_UP_WORD not in answers[-1]:
            return pb.AskFollowUpResponse(no_follow_up_reason=pb.NO_FOLLOW_UP_REASON_COMPLETE, engine=ENGINE)
        question = question_pb2.Question(
            source_id=f"{request.exchange.question.source_id}.f{len(request.earlier_follow_ups)}",
            text="".join(SENTENCES) if self.in_sentences else f"You said '{FOLLOW_UP_WORD}': why?",
            kind=question_pb2.QUESTION_KIND_FOLLOW_UP,
            grounding_quote=FOLLOW_UP_WORD,
            follows_source_id=request.exchange.question.source_id,
        )
        return pb.AskFollowUpResponse(question=question, engine=ENGINE)

    async def EvaluateAnswer(self, request: pb.EvaluateAnswerRequest, context: Context) -> pb.EvaluateAnswerResponse:
        self.evaluated.append(request)
        self._called("EvaluateAnswer")
        await self.gate.wait()
        text = request.exchange.transcript
        words = text.split()
        level = 3 if words else 1
        quotes = [_quote(text, words[0])] if words else []
        if self.false_quotes:
            quotes = [evaluation_pb2.Quote(text="never said", start_char=0, end_char=10)]
        criterion = evaluation_pb2.CriterionEvaluation(
            criterion=evaluation_pb2.CRITERION_LOGIC,
            level=level,
            range=evaluation_pb2.LevelRange(low=level, high=level + 1),
            quotes=quotes,
            anchor="holds together",
            explanation="It does.",
            next_step="Say why.",
        )
        character = evaluation_pb2.ANSWER_CHARACTER_ON_TOPIC if words else evaluation_pb2.ANSWER_CHARACTER_EMPTY
        evaluation = evaluation_pb2.Evaluation(
            criteria=[criterion], character=character, score=(level - 1) * 25, engine=ENGINE
        )
        return pb.EvaluateAnswerResponse(evaluation=evaluation)

    async def WriteReport(self, request: pb.WriteReportRequest, context: Context) -> pb.WriteReportResponse:
        self.reports.append(request)
        self._called("WriteReport")
        count = len(request.exchanges)
        return pb.WriteReportResponse(
            summary=[f"{count} answers.", "Some were strong.", "Practise more."],
            practice_points=["Say why."],
            engine=ENGINE,
        )

    async def GetCapabilities(self, request: pb.GetCapabilitiesRequest, context: Context) -> pb.GetCapabilitiesResponse:
        return pb.GetCapabilitiesResponse(engines=[ENGINE], role_families=["backend_engineer"])

    async def ReadResume(self, request: pb.ReadResumeRequest, context: Context) -> pb.ReadResumeResponse:
        self.read.append(request.filename)
        self._called("ReadResume")
        lines = request.data.decode("utf-8", "replace").split("\n")
        if lines == [""] or lines == ["x"]:
            raise InvalidArgument("the file holds no text; upload the résumé itself", reason="RESUME_EMPTY")
        entry = resume_pb2.ResumeEntry(first_line=0, line_count=len(lines), start=resume_pb2.ResumeMonth(year=2020))
        section = resume_pb2.ResumeSection(
            kind=resume_pb2.RESUME_SECTION_KIND_EXPERIENCE, heading="Experience", lines=lines, entries=[entry]
        )
        resume = resume_pb2.Resume(
            sections=[section],
            target_position="Backend engineer",
            skills=["Python"],
            dropped=[resume_pb2.DROPPED_IDENTIFIER_NAME],
            language=language_pb2.LANGUAGE_ENGLISH,
        )
        return pb.ReadResumeResponse(resume=resume)

    async def EmbedTexts(self, request: pb.EmbedTextsRequest, context: Context) -> pb.EmbedTextsResponse:
        self._called("EmbedTexts")
        engine = engine_pb2.EngineInfo(capability="embeddings", name="fake", version="1")
        return pb.EmbedTextsResponse(embeddings=[pb.Embedding(values=[0.6, 0.8])] * len(request.texts), engine=engine)


def _quote(text: str, word: str) -> evaluation_pb2.Quote:
    begin = text.index(word)
    return evaluation_pb2.Quote(text=word, start_char=begin, end_char=begin + len(word))


def reasoning_spec(fake: FakeReasoning, listen: str = "127.0.0.1:0") -> ServiceSpec:
    """The fake as a service."""
    add = reasoning_service_pb2_grpc.add_ReasoningServiceServicer_to_server
    return ServiceSpec(name="reasoning", listen=listen, servicers=[(add, fake)], verifier=verifier())


@asynccontextmanager
async def running_reasoning(fake: FakeReasoning, listen: str = "127.0.0.1:0") -> AsyncIterator[RunningServer]:
    """The fake, served."""
    server = await start(reasoning_spec(fake, listen))
    try:
        yield server
    finally:
        await server.stop(0)
