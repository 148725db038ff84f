"""eSpeak NG from the package `espeakng_loader` through ctypes: robotic, instant, in Korean and English, no download."""

from __future__ import annotations

import ctypes
import threading
from importlib.metadata import version

import numpy as np

from services.speech.adapters.voices.mastering import master
from services.speech.domain.errors import EngineFailed, EngineUnavailable, SynthesisInterrupted
from services.speech.ports import FloatSamples, Interrupted, PcmSamples, Quality, VoiceCapabilities, VoiceOptions

# espeak-ng/speak_lib.h
_AUDIO_OUTPUT_SYNCHRONOUS = 2
_INITIALIZE_DONT_EXIT = 0x8000
_POSITION_CHARACTER = 1
_CHARS_UTF8 = 1
_RATE = 1
_EE_OK = 0
_CONTINUE, _STOP = 0, 1

_NORMAL_WORDS_PER_MINUTE = 165
_LEAST_WORDS_PER_MINUTE, _MOST_WORDS_PER_MINUTE = 80, 450
_VOICES = {"en": b"en-us", "ko": b"ko"}

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
# The library keeps voice, rate and callback in C globals: whoever speaks holds this from the first to the last call.
_library_in_use = threading.Lock()


class EspeakVoice:
    """Voice over the process's one eSpeak library. Thread-safe: speakers take turns."""

    capabilities = VoiceCapabilities(
        name="espeak",
        version=version("espeakng_loader"),
        languages=tuple(sorted(_VOICES)),
        quality=Quality.STANDARD,
        upgrade_hint="parley models pull supertonic",
    )

    def __init__(self) -> None:
        """Loads the library: milliseconds. Raises EngineUnavailable."""
        self._samples: list[PcmSamples] = []
        self._interrupted: Interrupted | None = None
        self._callback = _Callback(self._on_samples)  # kept: C does not
        self._library = _load()
        with _library_in_use:
            self._rate_hz = _initialise(self._library)

    def speak(
        self, sentence: str, language: str, rate_hz: int, speed: float, interrupted: Interrupted | None = None
    ) -> PcmSamples:
        """See Voice."""
        pace = round(_NORMAL_WORDS_PER_MINUTE * speed)
        with _library_in_use:
            self._interrupted = interrupted
            self._prepare(_VOICES[language], min(max(pace, _LEAST_WORDS_PER_MINUTE), _MOST_WORDS_PER_MINUTE))
            spoken = self._synthesise(sentence.encode())
        if interrupted is not None and interrupted():
            raise SynthesisInterrupted("nobody listens any more")
        return master(spoken, self._rate_hz, rate_hz)

    def close(self) -> None:
        """Nothing to give back: the library lives as long as the process."""

    def _prepare(self, voice: bytes, words_per_minute: int) -> None:
        self._library.espeak_SetSynthCallback(self._callback)
        outcomes = (
            self._library.espeak_SetVoiceByName(voice),
            self._library.espeak_SetParameter(_RATE, words_per_minute, 0),
        )
        if any(outcome != _EE_OK for outcome in outcomes):
            raise EngineFailed(f"eSpeak NG refused voice {voice.decode()} or its rate: {outcomes}")

    def _synthesise(self, text: bytes) -> FloatSamples:
        self._samples = []
        outcome = self._library.espeak_Synth(text, len(text) + 1, 0, _POSITION_CHARACTER, 0, _CHARS_UTF8, None, None)
        spoken, self._samples = self._samples, []
        if outcome != _EE_OK:
            raise EngineFailed(f"eSpeak NG failed with code {outcome}")
        samples: FloatSamples = np.concatenate([np.zeros(0, np.int16), *spoken]).astype(np.float32) / np.float32(32_768)
        return samples

    def _on_samples(self, samples: ctypes._Pointer[ctypes.c_short], count: int, _events: int) -> int:
        if self._interrupted is not None and self._interrupted():
            return _STOP
        if count > 0:
            self._samples.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return _CONTINUE


def build(options: VoiceOptions) -> EspeakVoice:
    """Registry entry; eSpeak NG has no options."""
    return EspeakVoice()


def _load() -> ctypes.CDLL:
    import espeakng_loader

    try:
        return ctypes.CDLL(espeakng_loader.get_library_path())
    except OSError as error:
        raise EngineUnavailable(f"eSpeak NG cannot be loaded ({error}); reinstall espeakng-loader") from error


def _initialise(library: ctypes.CDLL) -> int:
    """Returns the rate of the library's samples."""
    import espeakng_loader

    data = espeakng_loader.get_data_path().encode()
    rate_hz = int(library.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 0, data, _INITIALIZE_DONT_EXIT))
    if rate_hz <= 0:
        raise EngineUnavailable("eSpeak NG does not find its voice data; reinstall espeakng-loader")
    return rate_hz
