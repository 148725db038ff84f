"""Nothing but words reaches the judgement of an answer: behaviour, loudness and lighting can't change a score."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from google.protobuf.descriptor import Descriptor
from parley.reasoning.v1 import reasoning_service_pb2

# Everything that the requests carry, nested messages included. A new field has to be put here by somebody who has asked
# whether it is words.
EXCHANGE = """
Exchange.question Question.source_id Question.text Question.kind Question.competency Question.difficulty
Question.suggested_seconds Question.expected_points ExpectedPoint.point_id ExpectedPoint.text ExpectedPoint.synonyms
Question.grounding_quote Question.follows_source_id Exchange.transcript
"""
CARRIED = {
    "EvaluateAnswerRequest": "language exchange transcript_quality",
    "AskFollowUpRequest": "language exchange earlier_follow_ups",
    "StreamFollowUpRequest": "language exchange earlier_follow_ups",
}
# How somebody looked or sounded, and where: what would let it into a judgement or into the prose of a report.
NOT_WORDS = re.compile(
    "behavio|gaze|smile|face|head|posture|eye|blink|composure|camera|video|image|frame|light|bright|vision|audio"
    "|loud|volume|noise|dbfs|pitch|voice|accent|delivery|pace|pause|filler|articulation|photo|gender|age$|birth"
)
JUDGING = (*CARRIED, "WriteReportRequest")
MAY_BE_CARRIED = frozenset({"language"})  # ends in age


@pytest.mark.parametrize("name", CARRIED)
def test_only_the_question_and_words_are_judged(name: str) -> None:
    own = {f"{name}.{field}" for field in CARRIED[name].split()}
    request = reasoning_service_pb2.DESCRIPTOR.message_types_by_name[name]
    assert set(_fields(request, set())) == own | set(EXCHANGE.split())


@pytest.mark.parametrize("name", JUDGING)
def test_nothing_of_looks_or_sound_can_be_sent_to_be_judged(name: str) -> None:
    request = reasoning_service_pb2.DESCRIPTOR.message_types_by_name[name]
    fields = {field.rpartition(".")[2] for field in _fields(request, set())}
    assert [field for field in sorted(fields - MAY_BE_CARRIED) if NOT_WORDS.search(field)] == []


def _fields(message: Descriptor, seen: set[str]) -> Iterator[str]:
    seen.add(message.full_name)
    for field in message.fields:
        yield f"{message.name}.{field.name}"
        nested = field.message_type
        if nested is not None and nested.full_name not in seen:
            yield from _fields(nested, seen)
