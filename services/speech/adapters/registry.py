"""Engines by name. An engine is one file and one line here; it is imported only if it is chosen.

A recogniser's entry takes RecogniserOptions and returns a Recogniser. It runs in a thread, outside any event loop: an
engine that needs a connection makes it in `open`. Engines of this process hand over
`batching(engine, options)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from inference.supertonic import model_files as supertonic_files
from inference.whisper.model_files import is_model_folder
from services.speech.adapters.voices.lexicon import read_lexicons
from services.speech.adapters.voices.pronounced import PronouncedVoice
from services.speech.domain.errors import EngineUnavailable
from services.speech.domain.pronunciation import Pronunciation
from services.speech.ports import Recogniser, RecogniserOptions, Voice, VoiceOptions

RECOGNISERS: Mapping[str, str] = {
    "triton": "services.speech.adapters.recognisers.triton:build",
    "whisper": "services.speech.adapters.recognisers.whisper:build",
    "pocketsphinx": "services.speech.adapters.recognisers.pocketsphinx:build",
    "none": "services.speech.adapters.recognisers.none:build",
}
VOICES: Mapping[str, str] = {
    "supertonic": "services.speech.adapters.voices.supertonic:build",
    "espeak": "services.speech.adapters.voices.espeak:build",
}


def choose_recogniser(name: str, model_folder: Path, triton: str) -> str:
    """The registry name for a setting.

    `auto` is triton if there is an address of a server, whisper if `model_folder` has a model, else pocketsphinx.
    """
    if name != "auto":
        return name
    if triton:
        return "triton"
    return "whisper" if is_model_folder(model_folder) else "pocketsphinx"


def build_recogniser(name: str, options: RecogniserOptions) -> Recogniser:
    """Loads a recogniser: seconds. Raises EngineUnavailable."""
    engine: Recogniser = _builder(RECOGNISERS, name)(options)
    return engine


def choose_voice(name: str, model_folder: Path) -> str:
    """The registry name for a setting: `auto` is supertonic if `model_folder` has a model, else espeak."""
    if name != "auto":
        return name
    return "supertonic" if supertonic_files.is_model_folder(model_folder) else "espeak"


def build_voice(name: str, options: VoiceOptions) -> Voice:
    """Loads a voice, which speaks numbers and foreign words as people do. Raises EngineUnavailable."""
    voice: Voice = _builder(VOICES, name)(options)
    return PronouncedVoice(voice, Pronunciation(read_lexicons()))


def _builder(registry: Mapping[str, str], name: str) -> Callable[..., Any]:
    module, _, function = registry[name].partition(":")
    try:
        builder: Callable[..., Any] = getattr(import_module(module), function)
    except ImportError as error:
        raise EngineUnavailable(f"engine {name!r} needs a package that is not installed: {error}") from error
    return builder
