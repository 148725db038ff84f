"""Puts the vision service together: the only place that names concrete adapters."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Final

import grpc
from parley.vision.v1 import vision_service_pb2_grpc

from services.kit.auth import TokenVerifier
from services.kit.clock import SystemClock
from services.kit.errors import ErrorMap, ErrorSpec
from services.kit.logs import configure_logging
from services.kit.server import Readiness, ServiceSpec
from services.kit.settings import SettingsError
from services.vision import convert
from services.vision.adapters import model_file, native_stderr
from services.vision.adapters.pictures import PictureDecoder
from services.vision.adapters.threads import ThreadWorkers
from services.vision.domain import errors
from services.vision.ports import LandmarkEngine
from services.vision.servicer import VisionServicer
from services.vision.settings import ENGINES, Settings
from services.vision.usecases.analyze import AnalyzeStreams

NAME: Final = "vision"
ERRORS: Final[ErrorMap] = {
    errors.StreamNotConfigured: ErrorSpec(grpc.StatusCode.FAILED_PRECONDITION, "STREAM_NOT_CONFIGURED"),
    errors.StreamAlreadyConfigured: ErrorSpec(grpc.StatusCode.FAILED_PRECONDITION, "STREAM_ALREADY_CONFIGURED"),
    errors.InvalidBaseline: ErrorSpec(grpc.StatusCode.INVALID_ARGUMENT, "INVALID_BASELINE"),
    errors.TooManyStreams: ErrorSpec(grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_STREAMS", True, 5.0),
    errors.AnalysisDraining: ErrorSpec(grpc.StatusCode.UNAVAILABLE, "DRAINING", True),
}


async def build() -> ServiceSpec:
    """The service of this process, from its environment. Raises SettingsError, also for an unusable model."""
    settings = Settings.from_env()
    native_stderr.divert()
    configure_logging(NAME, settings.log_level, settings.log_format)  # onto the standard error that is now Python's own
    workers = ThreadWorkers(settings.workers)
    try:
        engine = await workers.run(lambda: load_engine(settings))
    except errors.ModelUnusable as error:
        workers.close()
        raise SettingsError(NAME, [f"PARLEY_VISION_MODEL: {error}"]) from error
    return spec(settings, engine, workers)


def load_engine(settings: Settings) -> LandmarkEngine:
    """The engine that ``settings`` name, loaded and tried once. Blocking. Raises ModelUnusable."""
    model = model_file.read(model_file.locate(settings.model, settings.model_dir))
    module, _, function = ENGINES[settings.engine].partition(":")
    make: Callable[[model_file.FaceModel], LandmarkEngine] = getattr(importlib.import_module(module), function)
    return make(model)


def spec(settings: Settings, engine: LandmarkEngine, workers: ThreadWorkers) -> ServiceSpec:
    """What kit needs to serve vision on ``engine``; closing the service closes ``engine`` and ``workers``."""
    streams = AnalyzeStreams(engine, PictureDecoder(), workers, settings.max_streams)

    async def ready() -> Readiness:
        description = engine.description  # loaded and tried before the service was put together
        return Readiness(True, description.model_id, {convert.CAPABILITY: description.name})

    async def drain() -> None:
        streams.drain()

    async def close() -> None:
        await workers.run(engine.close)
        workers.close()

    return ServiceSpec(
        name=NAME,
        listen=settings.listen,
        servicers=[(vision_service_pb2_grpc.add_VisionServiceServicer_to_server, VisionServicer(streams))],
        verifier=TokenVerifier(settings.token_secret, settings.internal_secret, SystemClock()),
        errors=ERRORS,
        ready=ready,
        on_drain=drain,
        on_close=close,
        drain_grace_s=settings.drain_grace_s,
        metrics_listen=settings.metrics_listen,
    )
