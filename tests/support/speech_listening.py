"""The hearing half of speech over fakes, on virtual time."""

from __future__ import annotations

from collections.abc import Callable

from services.kit.clock import VirtualClock
from services.speech.domain.policies.choice import Policy
from services.speech.domain.segmenter import SegmentRules
from services.speech.ports import Recogniser
from services.speech.usecases.listening import Listening
from tests.support.speech_fakes import FakeDetector, InlinePool


def listening(
    recogniser: Recogniser, new_detector: Callable[[], FakeDetector] = FakeDetector, partial_every_s: float = 0.6
) -> Listening:
    """What Transcribe works with; the gate and the measuring run in the caller."""
    return Listening(
        recogniser=recogniser,
        new_detector=new_detector,
        gate_name="fake",
        gate_version="1",
        gate=InlinePool(),
        measuring=InlinePool(),
        clock=VirtualClock(),
        rules=SegmentRules(),
        policy=Policy.LOCAL_AGREEMENT,
        patience_s=2.0,
        partial_every_s=partial_every_s,
    )
