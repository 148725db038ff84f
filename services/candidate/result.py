"""A rehearsal's findings as one JSON object (the contract of `parley rehearse --json`)."""

from __future__ import annotations

from typing import Any

from google.protobuf import json_format
from google.protobuf.duration_pb2 import Duration
from parley.common.v1 import behaviour_pb2, delivery_pb2, engine_pb2, evaluation_pb2, question_pb2, transcript_pb2
from parley.session.v1 import interview_pb2, report_pb2

from services.candidate.domain.latency import SpokenWord, summary_ms
from services.candidate.plan import Findings

Json = dict[str, Any]
_SCORES = ("gaze", "voice", "smile", "posture", "composure", "total")


def to_json(findings: Findings) -> Json:
    """The object; times in seconds on the session clock unless the name says ms. Needs a report."""
    if findings.report is None:
        raise ValueError("there is no report")
    report = findings.report
    return {
        "interview_id": findings.interview_id,
        "engines": [_engine(engine) for engine in report.engines],
        "questions": [_question(row.question) for row in report.questions],
        "answers": [_answer(row.answer, findings) for row in report.questions if _was_given(row)],
        "behaviour": _behaviour(report.behaviour) if report.HasField("behaviour") else None,
        "latency_ms": _latency(findings),
        "notices": findings.notices,
        "report": json_format.MessageToDict(report, preserving_proto_field_name=True),
    }


def _was_given(row: report_pb2.QuestionReport) -> bool:
    """Questions that were open when the recordings were used up have no answer to speak of."""
    return row.HasField("answer") and row.answer.status != interview_pb2.ANSWER_STATUS_SKIPPED


def _engine(engine: engine_pb2.EngineInfo) -> Json:
    return {
        "capability": engine.capability,
        "name": engine.name,
        "version": engine.version,
        "quality": _word(engine_pb2.QualityTier.Name(engine.quality), "QUALITY_TIER_"),
    }


def _question(row: interview_pb2.InterviewQuestion) -> Json:
    return {
        "question_id": row.question_id,
        "text": row.question.text,
        "kind": _word(question_pb2.QuestionKind.Name(row.question.kind), "QUESTION_KIND_"),
        "spoken_ms": round(seconds(row.spoken_duration) * 1000) if row.HasField("spoken_duration") else None,
    }


def _answer(answer: interview_pb2.Answer, findings: Findings) -> Json:
    captions = [findings.captions.get(row.utterance_id) for row in answer.utterances]
    return {
        "question_id": answer.question_id,
        "status": _word(interview_pb2.AnswerStatus.Name(answer.status), "ANSWER_STATUS_"),
        "transcript": answer.transcript,
        "utterances": len(answer.utterances),
        "captions": sum(len(history.arrivals) for history in captions if history is not None),
        "words": [_word_times(word) for row in answer.utterances for word in row.words],
        "evaluation": _evaluation(answer),
        "delivery": _delivery(answer.delivery) if answer.HasField("delivery") else None,
    }


def _word_times(word: transcript_pb2.Word) -> Json:
    return {"text": word.text, "start_s": seconds(word.start_offset), "end_s": seconds(word.end_offset)}


def _evaluation(answer: interview_pb2.Answer) -> Json:
    if not answer.HasField("evaluation"):
        status = _word(interview_pb2.AnswerStatus.Name(answer.status), "ANSWER_STATUS_")
        return {"criteria": [], "reason": answer.failure_message or status}
    evaluation = answer.evaluation
    return {
        "character": _word(evaluation_pb2.AnswerCharacter.Name(evaluation.character), "ANSWER_CHARACTER_"),
        "score": round(evaluation.score, 1) if evaluation.HasField("score") else None,
        "criteria": [_criterion(row) for row in evaluation.criteria],
        "strengths": list(evaluation.strengths),
        "weaknesses": list(evaluation.weaknesses),
    }


def _criterion(row: evaluation_pb2.CriterionEvaluation) -> Json:
    name = _word(evaluation_pb2.Criterion.Name(row.criterion), "CRITERION_")
    if not row.HasField("level"):
        reason = _word(evaluation_pb2.AbstentionReason.Name(row.abstention_reason), "ABSTENTION_REASON_")
        return {"name": name, "level": None, "range": None, "quotes": [], "reason": reason}
    quotes = [
        {
            "text": quote.text,
            "start_s": seconds(quote.start_offset) if quote.HasField("start_offset") else None,
            "end_s": seconds(quote.end_offset) if quote.HasField("end_offset") else None,
        }
        for quote in row.quotes
    ]
    return {"name": name, "level": row.level, "range": [row.range.low, row.range.high], "quotes": quotes}


def _delivery(row: delivery_pb2.DeliveryMetrics) -> Json:
    return json_format.MessageToDict(row, preserving_proto_field_name=True)


def _behaviour(behaviour: report_pb2.BehaviourReport) -> Json:
    return {
        "windows": [_window(row) for row in behaviour.windows],
        "face_states": _shares(behaviour.face_states),
        "rows": [_row(row) for row in behaviour.rows],
        "averages": _row(behaviour.average),
    }


def _window(row: behaviour_pb2.BehaviourWindow) -> Json:
    shape: Json = {
        "start_s": seconds(row.start_offset),
        "end_s": seconds(row.end_offset),
        "frames": row.frames_analyzed,
        "face_states": _shares(row.face_states),
    }
    if row.HasField("metrics"):
        shape["metrics"] = json_format.MessageToDict(
            row.metrics, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
        )
    else:
        shape["reason"] = _word(behaviour_pb2.NoMetricsReason.Name(row.no_metrics_reason), "NO_METRICS_REASON_")
    return shape


def _shares(rows: Any) -> Json:
    return {_word(behaviour_pb2.FaceState.Name(row.state), "FACE_STATE_"): round(row.share, 3) for row in rows}


def _row(row: report_pb2.BehaviourRow) -> Json:
    shape: Json = {"label": row.label, "question_id": row.question_id or None}
    for name in _SCORES:
        score: report_pb2.TableScore = getattr(row, name)
        shape[name] = round(score.value, 1) if score.HasField("value") else None
        if not score.HasField("value"):
            reason = _word(report_pb2.NoScoreReason.Name(score.reason), "NO_SCORE_REASON_")
            shape.setdefault("reasons", {})[name] = reason
    return shape


def _latency(findings: Findings) -> Json:
    to_final: list[float] = []
    to_caption: list[float] = []
    for utterance in _utterances(findings):
        history = findings.captions.get(utterance.utterance_id)
        if history is None or not utterance.text:
            continue
        final = history.final_delay(seconds(utterance.end_offset), findings.clock)
        to_final += [] if final is None else [final]
        words = [SpokenWord(word.text, seconds(word.end_offset)) for word in utterance.words]
        to_caption += history.word_delays(words, findings.clock)
    return {
        "answer_end_to_voice": summary_ms(findings.answer_end_to_voice_s, 0.5, 0.95),
        "speech_end_to_final": summary_ms(to_final, 0.5, 0.95),
        "word_to_caption": summary_ms(to_caption, 0.5),
    }


def _utterances(findings: Findings) -> list[transcript_pb2.Utterance]:
    rows = findings.report.questions if findings.report is not None else []
    return [utterance for row in rows if row.HasField("answer") for utterance in row.answer.utterances]


def seconds(duration: Duration) -> float:
    """A Duration in seconds."""
    return duration.ToNanoseconds() / 1e9


def _word(name: str, prefix: str) -> str:
    return name.removeprefix(prefix).lower()
