"""A vision service that sees one face in everything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from parley.common.v1 import behaviour_pb2, engine_pb2
from parley.vision.v1 import analysis_pb2, vision_service_pb2, vision_service_pb2_grpc

from services.kit.rpc import Context
from tests.support.media_fakes import RATE, Awaited, Process, duration, samples


class FakeVision(vision_service_pb2_grpc.VisionServiceServicer):
    """Sees one face in every frame, and a window each second of frames."""

    def __init__(self) -> None:
        self.configs: list[Any] = []
        self.frames: list[Any] = []
        self.seen = Awaited()
        self.process = Process("vision", vision_service_pb2_grpc.add_VisionServiceServicer_to_server, self)

    async def Analyze(self, requests: AsyncIterator[Any], context: Context) -> AsyncIterator[Any]:
        """See the contract."""
        first = await anext(requests)
        self.configs.append(first.config)
        self.seen.changed()
        window_from = 0
        count = 0
        async for request in requests:
            if request.HasField("start_calibration"):
                baseline = analysis_pb2.Baseline(model_id="fake")
                result = analysis_pb2.CalibrationResult(baseline=baseline)
                yield vision_service_pb2.AnalyzeResponse(calibration=result)
                continue
            frame = request.frame
            self.frames.append(frame)
            count += 1
            place = samples(frame.offset)
            yield vision_service_pb2.AnalyzeResponse(observation=_observation(frame))
            if place - window_from >= RATE:
                window = _window(window_from, place, count)
                window_from, count = place, 0
                yield vision_service_pb2.AnalyzeResponse(window=window)
            self.seen.changed()
        if count:
            yield vision_service_pb2.AnalyzeResponse(window=_window(window_from, window_from + RATE, count))

    async def GetCapabilities(self, request: Any, context: Context) -> Any:
        """The fake's engine."""
        engine = engine_pb2.EngineInfo(capability="landmarks", name="fake")
        return vision_service_pb2.GetCapabilitiesResponse(engine=engine, max_streams=8)


def _observation(frame: Any) -> Any:
    return analysis_pb2.Observation(
        sequence=frame.sequence,
        offset=frame.offset,
        face_state=behaviour_pb2.FACE_STATE_DETECTED,
        measurements=analysis_pb2.FaceMeasurements(center_x=0.5, center_y=0.4, interocular_pixels=90),
    )


def _window(start: int, end: int, count: int) -> Any:
    share = behaviour_pb2.FaceStateShare(state=behaviour_pb2.FACE_STATE_DETECTED, share=1.0)
    return behaviour_pb2.BehaviourWindow(
        start_offset=duration(start),
        end_offset=duration(end),
        frames_analyzed=count,
        frames_valid=count,
        face_states=[share],
        metrics=behaviour_pb2.BehaviourMetrics(looked_at_screen_share=1.0),
        model_id="fake",
    )
