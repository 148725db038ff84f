"""Messages and dataclasses: every pair agrees with its contract, both ways."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from google.protobuf.message import Message
from parley.common.v1 import behaviour_pb2, delivery_pb2, engine_pb2, evaluation_pb2, question_pb2, transcript_pb2
from parley.session.v1 import interview_pb2, recorder_pb2, recorder_service_pb2, report_pb2

from services.session.adapters.jsonb import from_json, to_json
from services.session.convert.interviews import page_start, page_token
from services.session.convert.interviews import settings as convert_settings
from services.session.convert.mirror import decode, encode
from services.session.convert.records import hello, numbered_entry
from services.session.domain import interview_settings, recording, report, values, views, windows
from services.session.domain.answers import StateChange
from services.session.domain.delivery_metrics import DeliveryMetrics
from services.session.domain.errors import Invalid
from tests.support.session_media import utterance_of, window_of

# dataclass → message; fields that the dataclass lacks on purpose
PAIRS: list[tuple[type[Any], type[Message], set[str]]] = [
    (values.EngineInfo, engine_pb2.EngineInfo, set()),
    (values.Question, question_pb2.Question, set()),
    (values.Word, transcript_pb2.Word, set()),
    (values.Utterance, transcript_pb2.Utterance, set()),
    (DeliveryMetrics, delivery_pb2.DeliveryMetrics, set()),
    (values.Quote, evaluation_pb2.Quote, set()),
    (values.CriterionEvaluation, evaluation_pb2.CriterionEvaluation, set()),
    (values.Evaluation, evaluation_pb2.Evaluation, set()),
    (windows.BehaviourWindow, behaviour_pb2.BehaviourWindow, set()),
    (windows.BehaviourMetrics, behaviour_pb2.BehaviourMetrics, set()),
    (interview_settings.InterviewSettings, interview_pb2.InterviewSettings, set()),
    (views.QuestionView, interview_pb2.InterviewQuestion, set()),
    (views.AnswerView, interview_pb2.Answer, set()),
    (views.InterviewView, interview_pb2.Interview, set()),
    (StateChange, interview_pb2.StateChange, set()),
    (views.ReportView, report_pb2.Report, set()),
    (views.BehaviourReport, report_pb2.BehaviourReport, set()),
    (report.BehaviourRow, report_pb2.BehaviourRow, set()),
    (report.CriterionSummary, report_pb2.CriterionSummary, set()),
    (recording.RecordHello, recorder_pb2.RecordHello, set()),
    (recording.RecordedUtterance, recorder_pb2.RecordedUtterance, set()),
    (recording.RecordedPlayback, recorder_pb2.RecordedPlayback, set()),
    (recording.RecordedMediaHealth, recorder_pb2.RecordedMediaHealth, set()),
    (recording.Welcome, recorder_pb2.RecordWelcome, set()),
    (recording.CurrentQuestion, recorder_pb2.CurrentQuestion, set()),
    (recording.Speak, recorder_pb2.Speak, set()),
]


@pytest.mark.parametrize(("kind", "message", "left_out"), PAIRS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_dataclass_has_the_fields_of_its_message(kind: type[Any], message: type[Message], left_out: set[str]) -> None:
    mine = {field.name for field in dataclasses.fields(kind)}
    assert mine == {field.name for field in message.DESCRIPTOR.fields} - left_out


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (utterance_of("I did it", 2.5, "u1"), values.Utterance),
        (window_of(5.0, looked_at_screen_share=0.5), windows.BehaviourWindow),
        (window_of(5.0), windows.BehaviourWindow),
        (engine_pb2.EngineInfo(capability="language", name="x", languages=["ko"]), values.EngineInfo),
        (
            question_pb2.Question(
                source_id="s",
                text="?",
                kind=question_pb2.QUESTION_KIND_FOLLOW_UP,
                expected_points=[question_pb2.ExpectedPoint(point_id="p", text="t", synonyms=["u", "v"])],
            ),
            values.Question,
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_message_survives_the_way_through_domain_and_database(message: Message, kind: type[Any]) -> None:
    value = decode(message, kind)
    stored = from_json(kind, to_json(value))
    assert stored == value
    assert encode(stored, type(message)) == message


def test_unset_times_and_levels_stay_unset() -> None:
    quote = decode(evaluation_pb2.Quote(text="x"), values.Quote)
    assert (quote.start_offset, quote.end_offset) == (None, None)
    criterion = encode(values.CriterionEvaluation(values.Criterion.LOGIC), evaluation_pb2.CriterionEvaluation)
    assert not criterion.HasField("level")
    zero = decode(transcript_pb2.Word(text="x"), values.Word)
    assert zero.start_offset == timedelta()


def test_an_enumeration_value_of_a_newer_peer_counts_as_unspecified() -> None:
    newer = engine_pb2.EngineInfo(capability="x", name="y")
    newer.ParseFromString(newer.SerializeToString() + b"\x20\x63")  # quality = 99
    assert decode(newer, values.EngineInfo).quality is values.QualityTier.UNSPECIFIED


def test_a_dataclass_field_that_the_message_lacks_is_an_error() -> None:
    with pytest.raises(TypeError, match="has no field"):
        encode(recording.Acknowledgement(3), recorder_pb2.EndMedia)


def test_settings_get_their_defaults() -> None:
    message = interview_pb2.InterviewSettings(language="LANGUAGE_KOREAN", role="백엔드")
    settings = convert_settings(message)
    assert (settings.question_count, settings.max_follow_ups) == (5, 1)
    assert settings.scenario is values.Scenario.COMBINED
    assert settings.turn_taking is interview_settings.TurnTaking.AUTOMATIC
    message.max_follow_ups = 0
    assert convert_settings(message).max_follow_ups == 0


def test_a_page_token_leads_back_to_its_id() -> None:
    some_id = "019a0000-0000-7000-8000-000000000000"
    assert page_start(page_token(some_id)) == some_id
    assert page_start("") is None
    for wrong in ("x", "!!!!", "AAAA"):
        with pytest.raises(Invalid) as caught:
            page_start(wrong)
        assert caught.value.violations[0][0] == "page_token"


def test_a_record_stream_begins_with_its_only_hello() -> None:
    first = recorder_service_pb2.RecordRequest(hello=recorder_pb2.RecordHello(interview_id="i", account_id="a"))
    assert hello(first).interview_id == "i"
    with pytest.raises(Invalid):
        numbered_entry(first)
    unnumbered = recorder_service_pb2.RecordRequest(media_health=recorder_pb2.RecordedMediaHealth())
    for wrong in (hello, numbered_entry):
        with pytest.raises(Invalid):
            wrong(unnumbered)
