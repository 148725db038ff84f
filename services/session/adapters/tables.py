"""The database's tables. Migrations make them; a test demands that the two agree."""

from typing import Any, Final

from pgvector.sqlalchemy import Vector
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Interval,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.session.adapters.jsonb import Named, TypedJson
from services.session.domain.account import ConsentPurpose, Role
from services.session.domain.answers import AnswerOrigin, AnswerStatus
from services.session.domain.delivery_metrics import DeliveryMetrics
from services.session.domain.interview_settings import InterviewMode, TurnTaking
from services.session.domain.recording import PlaybackOutcome, RecordedMediaHealth
from services.session.domain.report import BehaviourRow, ReportStatus
from services.session.domain.resumes import Resume
from services.session.domain.state import Intent, NextAction, Stage
from services.session.domain.values import (
    EngineInfo,
    Evaluation,
    ExperienceLevel,
    Language,
    Question,
    Scenario,
    Utterance,
)
from services.session.domain.windows import BehaviourWindow

metadata: Final = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_index",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)


def _id(name: str, **options: Any) -> Column[str]:
    return Column(name, Uuid(as_uuid=False), nullable=False, **options)


def _owner(name: str, target: str, **options: Any) -> Column[str]:
    return Column(name, Uuid(as_uuid=False), ForeignKey(target, ondelete="CASCADE"), nullable=False, **options)


def _time(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _offset(name: str, *, nullable: bool = True) -> Column[Any]:
    return Column(name, Interval, nullable=nullable)


def _enum(name: str, kind: Any, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Named(kind), nullable=nullable)


def _json(name: str, kind: Any, *, nullable: bool = False) -> Column[Any]:
    return Column(name, TypedJson(kind), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, Text, nullable=nullable)


accounts: Final = Table(
    "accounts",
    metadata,
    _id("account_id", primary_key=True),
    _text("email"),
    _text("password_hash"),
    _text("display_name"),
    _enum("language", Language),
    _enum("role", Role),
    _time("create_time"),
    _id("request_id"),
    UniqueConstraint("email"),
)

refresh_tokens: Final = Table(
    "refresh_tokens",
    metadata,
    _id("token_id", primary_key=True),
    _id("family_id", index=True),
    _owner("account_id", "accounts.account_id", index=True),
    _time("expire_time"),
    _time("used_time", nullable=True),
)

deletions: Final = Table(
    "deletions",
    metadata,
    _id("request_id", primary_key=True),
    _id("account_id"),
    _time("delete_time"),
    Column("interview_count", Integer, nullable=False),
    Column("resume_count", Integer, nullable=False),
)

consents: Final = Table(
    "consents",
    metadata,
    _id("consent_id", primary_key=True),
    _owner("account_id", "accounts.account_id", index=True),
    _enum("purpose", ConsentPurpose),
    _text("text_version"),
    _text("shared_with"),
    _time("grant_time"),
    _time("withdraw_time", nullable=True),
)

requests: Final = Table(
    "requests",
    metadata,
    _owner("account_id", "accounts.account_id", primary_key=True),
    _id("request_id", primary_key=True),
    _text("method"),
    _id("subject_id"),
    _time("create_time"),
)

resumes: Final = Table(
    "resumes",
    metadata,
    _id("resume_id", primary_key=True),
    _owner("account_id", "accounts.account_id"),
    _text("filename"),
    _json("content", Resume),
    _time("create_time"),
    Index(None, "account_id", "resume_id"),
    Index("resumes_create_time_index", "create_time"),
)

resume_embeddings: Final = Table(  # not there in a database without pgvector
    "resume_embeddings",
    metadata,
    _owner("resume_id", "resumes.resume_id", primary_key=True),
    Column("section_index", Integer, primary_key=True, autoincrement=False),
    _text("engine"),
    Column("embedding", Vector(), nullable=False),  # of any length: engines differ
)

interviews: Final = Table(
    "interviews",
    metadata,
    _id("interview_id", primary_key=True),
    _owner("account_id", "accounts.account_id"),
    _enum("language", Language),
    _text("role"),
    _enum("scenario", Scenario),
    _enum("experience_level", ExperienceLevel),
    Column("difficulty", Integer, nullable=False),
    Column("question_count", Integer, nullable=False),
    _enum("mode", InterviewMode),
    _enum("turn_taking", TurnTaking),
    Column("max_follow_ups", Integer, nullable=False),
    _text("resume_id"),
    _time("create_time"),
    _enum("stage", Stage),
    _enum("next_action", NextAction),
    Column("revision", BigInteger, nullable=False),
    Column("current_question_id", Uuid(as_uuid=False)),
    Column("current_answer_id", Uuid(as_uuid=False)),
    _enum("turn_intent", Intent, nullable=True),
    _time("start_time", nullable=True),
    _time("end_time", nullable=True),
    _text("failure_message"),
    _json("planner", EngineInfo, nullable=True),
    Column("recorded", Boolean, nullable=False),
    Index(None, "account_id", "interview_id"),
    Index("interviews_create_time_index", "create_time"),
)

questions: Final = Table(
    "questions",
    metadata,
    _id("question_id", primary_key=True),
    _owner("interview_id", "interviews.interview_id", index=True),
    _json("question", Question),
    Column("plan_index", Integer),
    Column("index", Integer),
    Column("follows_question_id", Uuid(as_uuid=False)),
    Column("speech_id", Uuid(as_uuid=False)),
    _enum("speech_outcome", PlaybackOutcome, nullable=True),
    _offset("spoken_duration"),
    Column("unfinished", Boolean, nullable=False),
)

answers: Final = Table(
    "answers",
    metadata,
    _id("answer_id", primary_key=True),
    _owner("interview_id", "interviews.interview_id", index=True),
    Column(
        "question_id",
        Uuid(as_uuid=False),
        # Checked at commit: a follow-up and its first answer are inserted together, in whatever order.
        ForeignKey("questions.question_id", ondelete="CASCADE", deferrable=True, initially="DEFERRED"),
        nullable=False,
    ),
    Column("attempt", Integer, nullable=False),
    _enum("status", AnswerStatus),
    _enum("origin", AnswerOrigin, nullable=True),
    _text("typed_text", nullable=True),
    _text("corrected_text", nullable=True),
    Column("transcript_version", Integer, nullable=False),
    _offset("asked_offset"),
    _offset("start_offset"),
    _offset("end_offset"),
    _time("submit_time", nullable=True),
    _json("evaluation", Evaluation, nullable=True),
    _text("failure_message"),
    UniqueConstraint("question_id", "attempt"),
)

state_changes: Final = Table(
    "state_changes",
    metadata,
    _owner("interview_id", "interviews.interview_id", primary_key=True),
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    _enum("stage", Stage),
    _enum("intent", Intent),
    _enum("next_action", NextAction),
    _text("question_id"),
    Column("retry_count", Integer, nullable=False),
    _time("change_time"),
    _enum("scenario", Scenario),
)

recordings: Final = Table(
    "recordings",
    metadata,
    _owner("interview_id", "interviews.interview_id", primary_key=True),
    Column("epoch", BigInteger, nullable=False),
    Column("acknowledged_up_to", BigInteger, nullable=False),
    _offset("clock_offset", nullable=False),
    _text("peer_id"),
    _json("engines", tuple[EngineInfo, ...]),
)

utterances: Final = Table(
    "utterances",
    metadata,
    _owner("interview_id", "interviews.interview_id", primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    _text("utterance_id"),
    Column("answer_id", Uuid(as_uuid=False)),
    _offset("start_offset", nullable=False),
    _json("utterance", Utterance),
    _json("delivery", DeliveryMetrics, nullable=True),
    UniqueConstraint("interview_id", "utterance_id"),  # the same audio transcribed again after a replay
)

behaviour_windows: Final = Table(
    "behaviour_windows",
    metadata,
    _owner("interview_id", "interviews.interview_id", primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    _json("window", BehaviourWindow),
)

media_health: Final = Table(
    "media_health",
    metadata,
    _owner("interview_id", "interviews.interview_id", primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    _json("health", RecordedMediaHealth),
)

reports: Final = Table(
    "reports",
    metadata,
    _owner("interview_id", "interviews.interview_id", primary_key=True),
    _enum("status", ReportStatus),
    Column("summary", ARRAY(Text), nullable=False),
    Column("practice_points", ARRAY(Text), nullable=False),
    _json("writer", EngineInfo, nullable=True),
    Column("notices", ARRAY(Text), nullable=False),
    _json("rows", tuple[BehaviourRow, ...]),
    _json("average", BehaviourRow, nullable=True),
    _offset("duration"),
    Column("question_count", Integer, nullable=False),
    _time("create_time", nullable=True),
    _text("failure_message"),
)
