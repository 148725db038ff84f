"""Nothing but words reaches the judgement of an answer: behaviour, loudness and lighting can't change a score."""

from __future__ import annotations

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


@pytest.mark.parametrize("name", CARRIED)
def test_only_the_question_and_words_are_judged(name: str) -> None:
    own = {f"{name}.{field}" for field in CARRIED[name].split()}
    request = reasoning_service_pb2.DESCRIPTOR.message_types_by_name[name]
    assert set(_fields(request, set())) == own | set(EXCHANGE.split())


def _fields(message: Descriptor, seen: set[str]) -> Iterator[str]:
    seen.add(message.full_name)
    for field in message.fields:
        yield f"{message.name}.{field.name}"
        nested = field.message_type
        if nested is not None and nested.full_name not in seen:
            yield from _fields(nested, seen)
