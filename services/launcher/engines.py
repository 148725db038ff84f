"""Which engines a mesh uses, asked of its services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from parley.common.v1 import engine_pb2
from parley.reasoning.v1 import reasoning_service_pb2, reasoning_service_pb2_grpc
from parley.speech.v1 import speech_service_pb2, speech_service_pb2_grpc
from parley.vision.v1 import vision_service_pb2, vision_service_pb2_grpc

from services.kit.channels import Channel, open_channel
from services.launcher.mesh import IDENTITY

TIMEOUT_S = 5.0


async def engines_of(targets: Mapping[str, str], internal_secret: str) -> list[engine_pb2.EngineInfo]:
    """Engines of speech, vision and reasoning; ``targets`` maps these names to "host:port".

    Raises grpc.aio.AioRpcError if one does not answer.
    """
    found: list[engine_pb2.EngineInfo] = []
    for name, ask in (("speech", _speech), ("vision", _vision), ("reasoning", _reasoning)):
        target = f"dns:///{targets[name]}"
        async with open_channel(target, identity=IDENTITY, internal_secret=internal_secret) as channel:
            found.extend(await ask(channel))
    return found


async def _speech(channel: Channel) -> Sequence[engine_pb2.EngineInfo]:
    stub = speech_service_pb2_grpc.SpeechServiceStub(channel)
    reply = await stub.GetCapabilities(speech_service_pb2.GetCapabilitiesRequest(), timeout=TIMEOUT_S)
    return list(reply.engines)


async def _vision(channel: Channel) -> Sequence[engine_pb2.EngineInfo]:
    stub = vision_service_pb2_grpc.VisionServiceStub(channel)
    reply = await stub.GetCapabilities(vision_service_pb2.GetCapabilitiesRequest(), timeout=TIMEOUT_S)
    return [reply.engine]


async def _reasoning(channel: Channel) -> Sequence[engine_pb2.EngineInfo]:
    stub = reasoning_service_pb2_grpc.ReasoningServiceStub(channel)
    reply = await stub.GetCapabilities(reasoning_service_pb2.GetCapabilitiesRequest(), timeout=TIMEOUT_S)
    return list(reply.engines)
