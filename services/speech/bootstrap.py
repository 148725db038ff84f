"""Puts the speech service together: the one place that names concrete adapters."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

import grpc
import numpy as np
from parley.speech.v1 import speech_service_pb2_grpc as service_pb2_grpc

from inference.memory import limit_heap
from services.kit.auth import TokenVerifier
from services.kit.clock import Clock, SystemClock
from services.kit.errors import ErrorMap, ErrorSpec
from services.kit.memory import settle
from services.kit.server import Readiness, ServiceSpec
from services.kit.settings import SettingsError
from services.speech.adapters import registry
from services.speech.adapters.memory import release_freed, release_regularly
from services.speech.adapters.pool import ThreadPool
from services.speech.adapters.recordings import RecordingFiles
from services.speech.adapters.silero import SileroDetector
from services.speech.domain import errors
from services.speech.domain.audio import RATE_HZ, in_frames
from services.speech.domain.policies.choice import Policy, choose
from services.speech.domain.segmenter import SegmentRules
from services.speech.ports import Priority, Recogniser, RecogniserOptions, Speech, Voice, VoiceOptions
from services.speech.servicer import SpeechServicer
from services.speech.settings import Settings
from services.speech.usecases.listening import Listening, OpenStreams
from services.speech.usecases.synthesize import Speaking

_INVALID = grpc.StatusCode.INVALID_ARGUMENT
_STATE = grpc.StatusCode.FAILED_PRECONDITION
ERRORS: ErrorMap = {
    errors.EncodingUnsupported: ErrorSpec(_INVALID, "AUDIO_ENCODING_UNSUPPORTED"),
    errors.RateUnsupported: ErrorSpec(_INVALID, "AUDIO_RATE_UNSUPPORTED"),
    errors.ChannelsUnsupported: ErrorSpec(_INVALID, "AUDIO_CHANNELS_UNSUPPORTED"),
    errors.AudioTruncated: ErrorSpec(_INVALID, "AUDIO_TRUNCATED"),
    errors.OffsetReversed: ErrorSpec(_INVALID, "AUDIO_OFFSET_REVERSED"),
    errors.StreamNotConfigured: ErrorSpec(_STATE, "STREAM_NOT_CONFIGURED"),
    errors.StreamAlreadyConfigured: ErrorSpec(_STATE, "STREAM_ALREADY_CONFIGURED"),
    errors.NothingToSpeak: ErrorSpec(_INVALID, "NOTHING_TO_SPEAK"),
    errors.LanguageUnsupported: ErrorSpec(_STATE, "LANGUAGE_UNSUPPORTED"),
    errors.VoiceMissing: ErrorSpec(_STATE, "VOICE_MISSING"),
    errors.RecordingUnreadable: ErrorSpec(_INVALID, "RECORDING_UNREADABLE"),
    errors.RecordingHasNoAudio: ErrorSpec(_INVALID, "RECORDING_HAS_NO_AUDIO"),
    errors.RecordingTooLong: ErrorSpec(_INVALID, "RECORDING_TOO_LONG"),
    errors.RecordingTooLarge: ErrorSpec(_INVALID, "RECORDING_TOO_LARGE"),
    errors.Overloaded: ErrorSpec(grpc.StatusCode.RESOURCE_EXHAUSTED, "SPEECH_OVERLOADED", retryable=True),
    errors.Draining: ErrorSpec(grpc.StatusCode.UNAVAILABLE, "SPEECH_DRAINING", retryable=True),
    errors.EngineFailed: ErrorSpec(grpc.StatusCode.INTERNAL, "SPEECH_ENGINE_FAILED"),
    errors.EngineUnavailable: ErrorSpec(grpc.StatusCode.UNAVAILABLE, "SPEECH_ENGINE_UNAVAILABLE", retryable=True),
}
_MOST_SENTENCES_WAITING = 64
_DECODERS = 2
"""Recordings that are decoded at a time."""
_WARM_UP_RATE_HZ = 48_000


async def build() -> ServiceSpec:
    """The service as the environment says. Raises SettingsError."""
    limit_heap()  # here and not in `assemble`: the process is this service's
    spec = assemble(Settings.from_env(), SystemClock())

    async def start() -> None:
        await spec.on_start()
        settle()

    return replace(spec, on_start=start)


def assemble(settings: Settings, clock: Clock) -> ServiceSpec:
    """The service of `settings`; its `on_start` loads the engines and raises SettingsError where one cannot be."""
    speech = _Service(settings, clock)
    return ServiceSpec(
        name="speech",
        listen=settings.listen,
        servicers=[(service_pb2_grpc.add_SpeechServiceServicer_to_server, speech.servicer)],
        verifier=TokenVerifier(settings.token_secret, settings.internal_secret, clock),
        errors=ERRORS,
        ready=speech.ready,
        on_start=speech.load,
        on_drain=speech.drain,
        on_close=speech.close,
        drain_grace_s=settings.drain_grace_s,
        metrics_listen=settings.metrics_listen,
    )


class _Service:
    """The parts of one speech service and their life: made, loaded, drained, closed."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._streams = OpenStreams(settings.max_streams)
        self.servicer = SpeechServicer(self._streams)
        # A stream has at most one job in each pool, so neither ever refuses one that was admitted.
        self._gate = ThreadPool("speech-gate", 1, settings.max_streams)
        self._measuring = ThreadPool("speech-measuring", 1, settings.max_streams)
        self._files = ThreadPool("speech-files", 1, settings.max_streams)
        self._decoding = ThreadPool("speech-recordings", _DECODERS, settings.max_streams)
        self._voicing = ThreadPool("speech-voice", 1, _MOST_SENTENCES_WAITING)
        self._memory = ThreadPool("speech-memory", 1, 1)
        self._recogniser: Recogniser | None = None
        self._voice: Voice | None = None
        self._releasing: asyncio.Task[None] | None = None

    async def load(self) -> None:
        """Loads the engines, in the threads that will run them, and lets the servicer have them."""
        try:
            self._recogniser = await self._measuring.run(partial(_load_recogniser, self._settings), Priority.FINAL)
            await self._recogniser.open()
            await _warm_up(self._recogniser)
            await self._memory.run(release_freed, Priority.FINAL)
            policy = _policy(self._settings, self._recogniser)
            self._voice = await self._voicing.run(partial(_load_voice, self._settings), Priority.FINAL)
        except errors.EngineUnavailable as error:
            raise SettingsError("speech", [str(error)]) from error
        self.servicer.equip(
            self._listening(self._recogniser, policy),
            Speaking(self._voice, self._voicing),
            RecordingFiles(self._files, self._decoding),
        )
        self._releasing = asyncio.create_task(release_regularly(self._clock, self._memory), name="speech-memory")

    async def ready(self) -> Readiness:
        """Whether the engines are loaded, and the recogniser is there."""
        engines = {
            "transcription": self._recogniser.capabilities.name if self._recogniser else "none",
            "voice_activity": SileroDetector.NAME,
            "speech_synthesis": self._voice.capabilities.name if self._voice else "none",
        }
        trouble = await self._recogniser.trouble() if self._recogniser else "the engines are not loaded"
        return Readiness(not trouble, trouble, engines)

    async def drain(self) -> None:
        """Ends the open streams: their callers go on elsewhere from their replay points."""
        self._streams.drain()

    async def close(self) -> None:
        """Ends the threads, which may take as long as one recognition, then what ran in them."""
        if self._releasing is not None:
            self._releasing.cancel()
            await asyncio.gather(self._releasing, return_exceptions=True)
        if self._recogniser is not None:
            await self._recogniser.close()
        for pool in (self._gate, self._measuring, self._files, self._decoding, self._voicing, self._memory):
            await asyncio.to_thread(pool.close)
        if self._voice is not None:
            self._voice.close()

    def _listening(self, recogniser: Recogniser, policy: Policy) -> Listening:
        return Listening(
            recogniser=recogniser,
            new_detector=SileroDetector,
            gate_name=SileroDetector.NAME,
            gate_version=SileroDetector.VERSION,
            gate=self._gate,
            measuring=self._measuring,
            clock=self._clock,
            rules=SegmentRules(end=in_frames(self._settings.end_silence_s)),
            patience_s=self._settings.patience_s,
            policy=policy,
            partial_every_s=self._settings.partial_every_s,
        )


def _load_recogniser(settings: Settings) -> Recogniser:
    options = RecogniserOptions(
        model_folder=settings.model,
        precision=settings.precision,
        layout=settings.layout,
        threads=settings.threads,
        workers=settings.workers,
        batch=settings.batch,
        beam=settings.beam,
        fallback=settings.fallback == "on",
        most_waiting=settings.max_streams,
        triton=settings.triton,
        triton_model=settings.triton_model,
        providers=settings.providers,
        engine_cache=settings.engine_cache,
    )
    name = registry.choose_recogniser(settings.engine, settings.model, settings.triton)
    return registry.build_recogniser(name, options)


def _policy(settings: Settings, recogniser: Recogniser) -> Policy:
    ears = recogniser.capabilities
    return choose(Policy(settings.policy), aligned=ears.aligned, size=ears.size)


async def _warm_up(recogniser: Recogniser) -> None:
    """Recognises silence: the first run allocates, and must not while somebody waits."""
    silence = np.zeros(RATE_HZ, dtype=np.float32)
    for language in recogniser.capabilities.languages[:1]:
        try:
            await recogniser.recognise(Speech(silence, language), Priority.FINAL)
        except errors.Overloaded:
            pass  # a shared engine that is busy is warm


def _load_voice(settings: Settings) -> Voice | None:
    if settings.voice == "none":
        return None
    options = VoiceOptions(
        model_folder=settings.voice_model,
        style=settings.voice_style,
        steps=settings.voice_steps,
        threads=settings.threads,
    )
    voice = registry.build_voice(registry.choose_voice(settings.voice, settings.voice_model), options)
    try:
        for language in voice.capabilities.languages[:1]:  # the first run allocates: not while somebody waits
            voice.speak("Hello.", language, _WARM_UP_RATE_HZ, 1.0)
    except errors.EngineFailed as error:
        raise errors.EngineUnavailable(f"the voice does not speak: {error}") from error
    return voice
