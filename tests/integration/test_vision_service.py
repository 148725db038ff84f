"""The contract of Analyze over real gRPC, on an engine that the test controls."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import grpc
import pytest
import pytest_asyncio
from parley.common.v1 import behaviour_pb2
from parley.vision.v1 import analysis_pb2, vision_service_pb2, vision_service_pb2_grpc

from services.kit.auth import InternalTokens
from services.kit.channels import closing
from services.kit.clock import SystemClock
from services.kit.errors import ServiceError, from_rpc_error
from tests.support.vision_engines import FakeEngine, marked
from tests.support.vision_service import (
    Request,
    Vision,
    calibration,
    config,
    duration,
    jpeg_frame,
    observations,
    problems,
    raw_frame,
    rest,
    rgb_frame,
    serving,
    states,
    until_answered,
    windows,
)

FACE, EMPTY = marked(300), marked()


@pytest_asyncio.fixture
async def engine() -> FakeEngine:
    return FakeEngine()


@pytest_asyncio.fixture
async def vision(engine: FakeEngine) -> AsyncIterator[Vision]:
    async with serving(engine, max_streams="2") as made:
        yield made
    assert not engine.open_trackers
    assert engine.closed


async def reached(signal: threading.Semaphore) -> None:
    """Returns once ``signal`` was released."""
    assert await asyncio.to_thread(signal.acquire, timeout=10)


async def refusal(vision: Vision, *requests: Request) -> ServiceError:
    """The error that a stream of ``requests`` ends with."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await vision.answers(requests)
    return from_rpc_error(caught.value)


async def test_each_frame_is_answered_in_order_and_the_window_comes_last(vision: Vision) -> None:
    pictures = [FACE, FACE, EMPTY, marked(100, 400), FACE]
    answers = await vision.answers([config(), *(rgb_frame(n + 1, n / 5, each) for n, each in enumerate(pictures))])
    assert [seen.sequence for seen in observations(answers)] == [1, 2, 3, 4, 5]
    assert states(answers) == ["DETECTED", "DETECTED", "ABSENT", "MULTIPLE", "DETECTED"]
    assert [seen.HasField("measurements") for seen in observations(answers)] == [True, True, False, False, True]
    assert answers[-1].HasField("window")
    (window,) = windows(answers)
    assert (window.frames_analyzed, window.frames_valid) == (5, 3)
    assert window.no_metrics_reason == behaviour_pb2.NO_METRICS_REASON_TOO_FEW_FRAMES
    assert window.model_id == "synthetic-1"


async def test_windows_of_the_asked_for_length_follow_their_observations(vision: Vision) -> None:
    requests = [config(window=duration(1)), *(rgb_frame(n + 1, n / 10, FACE) for n in range(25))]
    answers = await vision.answers(requests)
    assert [answer.WhichOneof("event") for answer in answers[:22]] == [
        *["observation"] * 10,
        "window",
        *["observation"] * 10,
        "window",
    ]
    assert [window.end_offset.ToMilliseconds() for window in windows(answers)] == [1000, 2000, 2400]


async def test_frames_that_are_no_images_are_answered_and_the_stream_goes_on(vision: Vision) -> None:
    answers = await vision.answers(
        [
            config(),
            raw_frame(1, 0.0, b"garbage" * 1000),
            jpeg_frame(2, 0.1, FACE),
            raw_frame(3, 0.2, b"123", encoding=analysis_pb2.FRAME_ENCODING_RGB24, width=640, height=480),
            rgb_frame(4, 0.3, marked(broken=True)),
            rgb_frame(5, 0.3, FACE),
            rgb_frame(6, 0.1, FACE),
            rgb_frame(7, 0.4, FACE),
        ]
    )
    assert problems(answers) == [
        (1, "NOT_AN_IMAGE"),
        (3, "NOT_AN_IMAGE"),
        (4, "ANALYSIS_FAILED"),
        (5, "OUT_OF_ORDER"),
        (6, "OUT_OF_ORDER"),
    ]
    assert [seen.sequence for seen in observations(answers)] == [2, 7]
    assert windows(answers)[0].frames_analyzed == 2


async def test_a_burst_is_answered_frame_by_frame_in_order(vision: Vision, engine: FakeEngine) -> None:
    engine.gate.clear()
    async with closing(vision.analyze()) as call:
        await call.write(config())
        await call.write(rgb_frame(1, 0.0, FACE))
        await reached(engine.entered)
        for sequence in range(2, 31):
            await call.write(jpeg_frame(sequence, sequence / 10, FACE))
        engine.gate.set()
        await call.done_writing()
        answers = await rest(call)
    told = [answer.observation.sequence or answer.frame_problem.sequence for answer in answers[:-1]]
    assert told == list(range(1, 31))
    seen = [each.sequence for each in observations(answers)]
    assert (seen[0], seen[-1]) == (1, 30)
    assert {reason for _, reason in problems(answers)} <= {"SUPERSEDED"}
    assert windows(answers)[0].frames_analyzed == len(seen)


async def test_a_calibration_gives_a_baseline_for_the_next_stream(vision: Vision) -> None:
    frames = [rgb_frame(n + 1, n / 10, FACE) for n in range(12)]
    answers = await vision.answers([config(), calibration(1), *frames])
    (result,) = [answer.calibration for answer in answers if answer.HasField("calibration")]
    assert result.problem == analysis_pb2.CALIBRATION_PROBLEM_UNSPECIFIED
    assert result.baseline.model_id == "synthetic-1"
    again = await vision.answers([config(baseline=result.baseline), *frames])
    assert observations(again)[0].measurements.looked_at_screen
    assert windows(again)[0].basis == behaviour_pb2.BASELINE_BASIS_CALIBRATED
    assert windows(again)[0].metrics.head_steadiness == pytest.approx(1.0)


async def test_a_calibration_without_a_face_fails_with_its_reason(vision: Vision) -> None:
    answers = await vision.answers([config(), calibration(1), *(rgb_frame(n + 1, n / 2, EMPTY) for n in range(3))])
    (result,) = [answer.calibration for answer in answers if answer.HasField("calibration")]
    assert not result.HasField("baseline")
    assert result.problem == analysis_pb2.CALIBRATION_PROBLEM_NO_STEADY_FACE


async def test_a_stream_begins_with_one_config(vision: Vision) -> None:
    for requests in ([rgb_frame(1, 0.0, FACE)], []):
        error = await refusal(vision, *requests)
        assert (error.code, error.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "STREAM_NOT_CONFIGURED")
    error = await refusal(vision, config(), config())
    assert (error.code, error.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "STREAM_ALREADY_CONFIGURED")


@pytest.mark.parametrize(
    ("request_message", "field"),
    [
        (config(stream_id=""), "config.stream_id"),
        (config(window=duration(0.5)), "config.window"),
        (raw_frame(1, 0.0, b""), "frame.data"),
        (raw_frame(1, 0.0, bytes(4 * 1024 * 1024 + 1)), "frame.data"),
        (raw_frame(1, 0.0, b"x", width=5000), "frame.width"),
        (raw_frame(1, 0.0, b"x", encoding=analysis_pb2.FRAME_ENCODING_UNSPECIFIED), "frame.encoding"),
        (calibration(60), "start_calibration.duration"),
        (Request(), "request"),
    ],
)
async def test_what_the_contract_forbids_is_named(vision: Vision, request_message: Request, field: str) -> None:
    head = [] if request_message.HasField("config") else [config()]
    error = await refusal(vision, *head, request_message)
    assert error.code is grpc.StatusCode.INVALID_ARGUMENT
    assert [violated for violated, _ in error.violations] == [field]


async def test_an_oversized_message_ends_only_its_own_stream(vision: Vision) -> None:
    # Not through kit's channel, which would not even send it.
    unlimited = (("grpc.max_send_message_length", -1),)
    async with grpc.aio.insecure_channel(vision.server.address, options=unlimited) as channel:
        token = (("authorization", InternalTokens("media", "i" * 40, SystemClock()).authorization()),)
        call = vision_service_pb2_grpc.VisionServiceStub(channel).Analyze(metadata=token, timeout=10)
        await call.write(config())
        await call.write(raw_frame(1, 0.0, bytes(17 * 1024 * 1024)))
        assert await call.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert states(await vision.answers([config(), rgb_frame(1, 0.0, FACE)])) == ["DETECTED"]


async def test_an_unusable_baseline_is_refused(vision: Vision) -> None:
    error = await refusal(vision, config(baseline=analysis_pb2.Baseline(model_id="synthetic-1")))
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_BASELINE")
    assert error.violations[0][0] == "config.baseline.features"


async def test_more_streams_than_allowed_are_refused_with_advice_to_retry(vision: Vision) -> None:
    async with closing(vision.analyze()) as one, closing(vision.analyze()) as two:
        for call in (one, two):
            await call.write(config())
            await call.write(rgb_frame(1, 0.0, FACE))
            await until_answered(call, 1)
        error = await refusal(vision, config())
        assert (error.code, error.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_STREAMS")
        assert error.retryable
        assert error.retry_after_s == 5.0
        await one.done_writing()
        assert [answer.WhichOneof("event") for answer in await rest(one)] == ["window"]
        assert states(await vision.answers([config(), rgb_frame(1, 0.0, FACE)])) == ["DETECTED"]


async def test_a_cancelled_stream_leaves_no_tracker(vision: Vision, engine: FakeEngine) -> None:
    engine.gate.clear()
    call = vision.analyze()
    await call.write(config())
    await call.write(rgb_frame(1, 0.0, FACE))
    await reached(engine.entered)
    call.cancel()
    assert await call.code() is grpc.StatusCode.CANCELLED
    assert len(engine.open_trackers) == 1, "it is inside of native code, which cannot be cancelled"
    engine.gate.set()
    await reached(engine.left)
    assert not engine.open_trackers
    assert (await capabilities(vision)).active_streams == 0


async def capabilities(vision: Vision) -> vision_service_pb2.GetCapabilitiesResponse:
    response = await vision.stub.GetCapabilities(vision_service_pb2.GetCapabilitiesRequest(), timeout=5)
    assert isinstance(response, vision_service_pb2.GetCapabilitiesResponse)
    return response


async def test_concurrent_streams_do_not_mix(vision: Vision, engine: FakeEngine) -> None:
    here = [config(), *(rgb_frame(n + 1, n / 10, marked(300)) for n in range(20))]
    there = [config(stream_id="interview-2"), *(rgb_frame(n + 1, 100 + n / 10, marked(500)) for n in range(20))]
    left, right = await asyncio.gather(vision.answers(here), vision.answers(there))
    assert {round(seen.measurements.center_x * 640) for seen in observations(left)} == {300}
    assert {round(seen.measurements.center_x * 640) for seen in observations(right)} == {500}
    assert [seen.offset.seconds for seen in observations(right)] == [100] * 10 + [101] * 10
    assert windows(left)[0].start_offset.seconds == 0
    assert windows(right)[0].start_offset.seconds == 100
    assert len(engine.trackers) == 2


async def test_capabilities_say_what_is_in_use(vision: Vision) -> None:
    idle = await capabilities(vision)
    assert (idle.engine.capability, idle.engine.name, idle.engine.version) == ("landmarks", "fake", "synthetic-1")
    assert (idle.active_streams, idle.max_streams) == (0, 2)
    async with closing(vision.analyze()) as call:
        await call.write(config())
        await call.write(rgb_frame(1, 0.0, FACE))
        await until_answered(call, 1)
        assert (await capabilities(vision)).active_streams == 1


async def test_draining_ends_the_window_and_tells_the_caller_to_come_back(engine: FakeEngine) -> None:
    async with serving(engine) as vision, closing(vision.analyze()) as call:
        await call.write(config())
        await call.write(rgb_frame(1, 0.0, FACE))
        await until_answered(call, 1)
        stopping = asyncio.create_task(vision.server.stop(5))
        assert (await call.read()).HasField("window")
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call.read()
        await stopping
    error = from_rpc_error(caught.value)
    assert (error.code, error.reason, error.retryable) == (grpc.StatusCode.UNAVAILABLE, "DRAINING", True)
