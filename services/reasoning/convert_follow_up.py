"""Parts of a follow-up to protobuf. Pure."""

from __future__ import annotations

from dataclasses import replace

from parley.reasoning.v1 import reasoning_service_pb2 as pb

from services.reasoning.convert import follow_up_message, question_message
from services.reasoning.domain.follow_up_parts import FollowUpPart, FollowUpWritten
from services.reasoning.ports import EngineInfo


class FollowUpMessages:
    """The messages of one stream: the first sentence comes with all of the question but its text."""

    def __init__(self) -> None:
        self._begun = False

    def message(self, part: FollowUpPart, engine: EngineInfo) -> pb.StreamFollowUpResponse:
        """The next message."""
        if isinstance(part, FollowUpWritten):
            return pb.StreamFollowUpResponse(follow_up=follow_up_message(part.result, engine))
        first, self._begun = not self._begun, True
        question = question_message(replace(part.question, text="")) if first else None
        return pb.StreamFollowUpResponse(sentence=pb.FollowUpSentence(text=part.text, question=question))
