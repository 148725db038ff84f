"""The fixture video through the real service, model and gRPC: what is told is what its README row says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from parley.common.v1 import behaviour_pb2

from services.vision.adapters import mediapipe_engine, model_file
from tests.support.fixtures import needs_shared
from tests.support.vision_pictures import dimmed, embedded_model, shrunk, video
from tests.support.vision_service import Response, Vision, config, jpeg_frame, observations, serving, states, windows

pytestmark = needs_shared
RATE = 5  # frames a second, as media sends them; the video has ten


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def vision() -> AsyncIterator[Vision]:
    engine = mediapipe_engine.build(model_file.read(embedded_model()))
    async with serving(engine) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def answers(vision: Vision) -> list[Response]:
    """The service's answers to the whole video at five frames a second."""
    frames = [(time, picture) for time, picture in video() if round(time * 10) % (10 // RATE) == 0]
    requests = [jpeg_frame(n + 1, time, picture) for n, (time, picture) in enumerate(frames)]
    return await vision.answers([config(), *requests])


def during(answers: list[Response], start_s: float, end_s: float) -> set[str]:
    """The face states that were told of this part of the video."""
    part = [
        answer
        for answer in answers
        if answer.HasField("observation") and start_s <= answer.observation.offset.ToMilliseconds() / 1000 < end_s
    ]
    assert len(part) == round((end_s - start_s) * RATE)
    return set(states(part))


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("start_s", "end_s", "state"),
    [
        (0, 5, "DETECTED"),
        (5, 8, "ABSENT"),
        (8, 12, "DETECTED"),
        (12, 16, "DETECTED"),
        (16, 18, "TOO_DARK"),
        (18, 20, "DETECTED"),
    ],
)
async def test_each_part_has_its_face_state(answers: list[Response], start_s: float, end_s: float, state: str) -> None:
    assert during(answers, start_s, end_s) == {state}


@pytest.mark.asyncio(loop_scope="module")
async def test_every_frame_is_answered_once_and_in_order(answers: list[Response]) -> None:
    assert [seen.sequence for seen in observations(answers)] == list(range(1, 20 * RATE + 1))
    assert all(
        seen.HasField("measurements") == (seen.face_state == behaviour_pb2.FACE_STATE_DETECTED)
        for seen in observations(answers)
    )


@pytest.mark.asyncio(loop_scope="module")
async def test_motion_and_tilt_are_measured(answers: list[Response]) -> None:
    measured = {
        seen.offset.ToMilliseconds() / 1000: seen.measurements
        for seen in observations(answers)
        if seen.HasField("measurements")
    }
    moving = [640 * one.center_x for second, one in measured.items() if 8 <= second < 12]
    rolling = [one.roll_degrees for second, one in measured.items() if 12 <= second < 16]
    nearing = [one.interocular_pixels for second, one in measured.items() if 12 <= second < 16]
    steady = [one.roll_degrees for second, one in measured.items() if 1 <= second < 5]
    assert max(moving) - min(moving) == pytest.approx(140, abs=12)
    assert max(rolling) - min(rolling) == pytest.approx(28, abs=4)
    assert max(nearing) / min(nearing) > 1.15
    assert max(steady) - min(steady) < 1.0


@pytest.mark.asyncio(loop_scope="module")
async def test_windows_tell_steady_absent_moving_and_dark_apart(answers: list[Response]) -> None:
    first, second, third, fourth = windows(answers)
    assert [window.end_offset.seconds for window in (first, second, third)] == [5, 10, 15]
    assert {window.basis for window in windows(answers)} == {behaviour_pb2.BASELINE_BASIS_PROVISIONAL}
    assert [(window.frames_analyzed, window.frames_valid) for window in windows(answers)] == [
        (25, 25),
        (25, 10),
        (25, 25),
        (25, 15),
    ]
    assert first.metrics.head_steadiness > 0.95
    assert first.metrics.looked_at_screen_share == 1.0
    assert first.metrics.composure > 0.95
    assert [share.state for share in second.face_states] == [
        behaviour_pb2.FACE_STATE_ABSENT,
        behaviour_pb2.FACE_STATE_DETECTED,
    ]
    assert second.metrics.head_steadiness < 0.5
    assert third.metrics.head_steadiness < 0.3
    assert fourth.face_states[1].state == behaviour_pb2.FACE_STATE_TOO_DARK
    assert fourth.face_states[1].share == pytest.approx(0.4)
    assert all(window.metrics.smile_share == 0 for window in windows(answers)), "the neutral face of this one smiles"


@pytest.mark.asyncio(loop_scope="module")
async def test_two_streams_at_once_do_not_mix(vision: Vision, answers: list[Response]) -> None:
    whole = [jpeg_frame(n + 1, time, picture) for n, (time, picture) in enumerate(video()[:50])]
    edited = [
        jpeg_frame(n + 1, time, shrunk(picture, 0.35) if n < 25 else dimmed(picture, 0.1))
        for n, (time, picture) in enumerate(video()[:50])
    ]
    left, right = await asyncio.gather(
        vision.answers([config(), *whole]), vision.answers([config(stream_id="interview-2"), *edited])
    )
    assert set(states(left)) == {"DETECTED"}
    assert set(states(right)[5:25]) == {"TOO_SMALL"}
    assert set(states(right)[25:]) == {"TOO_DARK"}
    assert windows(right)[0].no_metrics_reason == behaviour_pb2.NO_METRICS_REASON_NO_MEASURABLE_FACE
