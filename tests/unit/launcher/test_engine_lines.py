"""What `parley up` says of engines."""

from __future__ import annotations

from parley.common.v1 import engine_pb2

from services.launcher.console import engine_lines


def test_an_engine_in_anothers_place_says_whose_and_why() -> None:
    engine = engine_pb2.EngineInfo(
        capability="language",
        name="builtin",
        quality=engine_pb2.QUALITY_TIER_STANDARD,
        fallback_for="llm-openai",
        fallback_reason=engine_pb2.FALLBACK_REASON_SLOW_START,
    )
    first, second = engine_lines([engine])
    assert "builtin" in first
    assert "in the place of llm-openai: slow start" in second


def test_a_chosen_engine_says_nothing_of_others() -> None:
    assert len(list(engine_lines([engine_pb2.EngineInfo(capability="language", name="builtin")]))) == 1
