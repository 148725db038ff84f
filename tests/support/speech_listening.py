"""The hearing half of speech on virtual time, over fakes unless told otherwise."""

from __future__ import annotations

from services.kit.clock import VirtualClock
from services.speech.domain.policies.choice import Policy
from services.speech.domain.segmenter import SegmentRules
from services.speech.ports import DetectorFactory, Recogniser
from services.speech.usecases.listening import Listening
from tests.support.speech_fakes import FakeDetector, InlinePool


def listening(
    recogniser: Recogniser,
    new_detector: DetectorFactory = FakeDetector,
    partial_every_s: float = 0.6,
    policy: Policy = Policy.LOCAL_AGREEMENT,
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
        policy=policy,
        patience_s=2.0,
        partial_every_s=partial_every_s,
    )
