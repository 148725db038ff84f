"""Says which engines are in use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.speech.ports import Quality
from services.speech.usecases.listening import Listening, OpenStreams
from services.speech.usecases.synthesize import Speaking


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine in use; `name` is "none" where there is none."""

    capability: str
    """transcription, voice_activity or speech_synthesis."""
    name: str
    version: str
    quality: Quality
    languages: tuple[str, ...]
    upgrade_hint: str = ""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What this process can do, and how busy it is."""

    engines: Sequence[Engine]
    active_streams: int
    most_streams: int


def capabilities(listening: Listening, speaking: Speaking, streams: OpenStreams) -> Capabilities:
    """The engines and the load as they are now."""
    ears = listening.recogniser.capabilities
    engines = [
        Engine("transcription", ears.name, ears.version, ears.quality, ears.languages, ears.upgrade_hint),
        Engine("voice_activity", listening.gate_name, listening.gate_version, Quality.HIGH, ()),
        _voice(speaking),
    ]
    return Capabilities(engines, len(streams), streams.most)


def _voice(speaking: Speaking) -> Engine:
    if speaking.voice is None:
        return Engine("speech_synthesis", "none", "", Quality.LOW, (), "set PARLEY_SPEECH_VOICE=auto")
    voice = speaking.voice.capabilities
    return Engine("speech_synthesis", voice.name, voice.version, voice.quality, voice.languages, voice.upgrade_hint)
