"""A speech service whose recogniser is an energy gate: voice is whatever is louder than -40 dBFS.

What it hears gets the next of the scripted texts, so that a test knows by its text which sound became which utterance.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from google.protobuf.duration_pb2 import Duration
from parley.common.v1 import delivery_pb2, engine_pb2, transcript_pb2
from parley.speech.v1 import speech_service_pb2, speech_service_pb2_grpc, transcription_pb2

from services.kit.errors import Aborted, FailedPrecondition, Unimplemented
from services.kit.rpc import Context
from tests.support.media_fakes import RATE, Awaited, Process, duration, samples

_BLOCK = 320  # 20 ms
_VOICE_RMS = 330.0  # -40 dBFS


@dataclass
class Transcription:
    """What one Transcribe stream received."""

    config: transcription_pb2.TranscribeConfig
    audio: list[tuple[int, bytes]] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    states: list[int] = field(default_factory=list)
    half_closed: bool = False

    @property
    def end(self) -> int:
        """Place after the last sample."""
        return self.audio[-1][0] + len(self.audio[-1][1]) // 2 if self.audio else 0

    @property
    def gaps(self) -> list[int]:
        """Missing samples before each piece of audio."""
        ends = [offset + len(pcm) // 2 for offset, pcm in self.audio]
        return [offset - end for (offset, _), end in zip(self.audio[1:], ends[:-1], strict=True)]


class Gate:
    """Utterances by energy. ``events`` are what the stream has to say."""

    def __init__(self, speech: FakeSpeech, stream: Transcription) -> None:
        self._speech = speech
        self._stream = stream
        self._rest = np.zeros(0, np.int16)
        self._place = samples(stream.config.start_offset)
        self._began: int | None = None
        self._voiced_to = 0
        self._voiced = 0
        self._partial = False
        self._told = self._place
        self._final_to = self._place
        self._turn: list[str] = []
        self.events: list[Any] = []

    @property
    def name(self) -> str:
        """The open utterance's id."""
        return f"{self._stream.config.stream_id}/{self._began}"

    def hear(self, offset: int, pcm: bytes) -> None:
        """Audio at its place; a jump is silence."""
        if offset > self._place + len(self._rest):
            self._silence(offset - self._place - len(self._rest))
        self._rest = np.concatenate([self._rest, np.frombuffer(pcm, np.int16)])
        while len(self._rest) >= _BLOCK:
            block, self._rest = self._rest[:_BLOCK], self._rest[_BLOCK:]
            self._block(block)

    def finish(self) -> None:
        """Close the open utterance."""
        if self._began is not None:
            self._close()

    def _silence(self, count: int) -> None:
        self._rest = np.concatenate([self._rest, np.zeros(min(count, 30 * RATE), np.int16)])
        while len(self._rest) >= _BLOCK:
            block, self._rest = self._rest[:_BLOCK], self._rest[_BLOCK:]
            self._block(block)

    def _block(self, block: np.ndarray[Any, Any]) -> None:
        loud = float(np.sqrt(np.mean(block.astype(np.float64) ** 2))) > _VOICE_RMS
        start, self._place = self._place, self._place + _BLOCK
        if loud:
            self._voice(start)
        elif self._began is not None and self._place - self._voiced_to >= self._speech.pause_samples:
            self._close()
        state = self._stream.states[-1] if self._stream.states else self._stream.config.turn_state
        silent = self._place - self._voiced_to
        if (
            self._turn
            and self._began is None
            and silent >= 2 * RATE
            and state == transcription_pb2.TURN_STATE_ANSWERING
        ):
            ended = transcription_pb2.TurnEnded(end_offset=duration(self._voiced_to), utterance_ids=self._turn)
            self.events.append(speech_service_pb2.TranscribeResponse(turn_ended=ended))
            self._turn = []
        if self._place - self._told >= RATE // 2:
            self._progress()

    def _voice(self, start: int) -> None:
        if self._began is None:
            self._began, self._voiced, self._partial = start, 0, False
            began = transcription_pb2.SpeechStarted(utterance_id=self.name, start_offset=duration(start))
            self.events.append(speech_service_pb2.TranscribeResponse(speech_started=began))
        self._voiced_to = self._place
        self._voiced += _BLOCK
        if self._voiced >= self._speech.partial_samples and not self._partial:
            self._partial = True
            text = self._speech.text_of(self._began)
            if text:
                partial = transcription_pb2.PartialTranscript(
                    utterance_id=self.name,
                    start_offset=duration(self._began),
                    end_offset=duration(self._place),
                    text=text,
                    stable_chars=3,
                )
                self.events.append(speech_service_pb2.TranscribeResponse(partial=partial))

    def _close(self) -> None:
        began = self._began
        assert began is not None
        ended = transcription_pb2.SpeechEnded(utterance_id=self.name, end_offset=duration(self._voiced_to))
        self.events.append(speech_service_pb2.TranscribeResponse(speech_ended=ended))
        text = self._speech.text_of(began)
        utterance = transcript_pb2.Utterance(
            utterance_id=self.name,
            start_offset=duration(began),
            end_offset=duration(self._voiced_to),
            text=text,
            no_text_reason=None if text else transcript_pb2.NO_TEXT_REASON_NOT_SPEECH,
        )
        if text:
            word = transcript_pb2.Word(
                text=text[:100], start_offset=duration(began), end_offset=duration(self._voiced_to)
            )
            utterance.words.append(word)
        delivery = delivery_pb2.DeliveryMetrics(voiced_duration=duration(self._voiced))
        final = transcription_pb2.FinalTranscript(utterance=utterance, delivery=delivery)
        self.events.append(speech_service_pb2.TranscribeResponse(final=final))
        self._turn.append(self.name)
        self._began = None
        self._final_to = self._voiced_to
        self._progress()

    def _progress(self) -> None:
        self._told = self._place
        needed = self._place if self._began is None else self._began
        progress = transcription_pb2.StreamProgress(
            processed_offset=duration(self._place), replay_from_offset=duration(max(needed, self._final_to))
        )
        self.events.append(speech_service_pb2.TranscribeResponse(progress=progress))


class FakeSpeech(speech_service_pb2_grpc.SpeechServiceServicer):
    """Hears by energy, speaks tones. ``texts``: for utterances in the order of their places, "" for a cough."""

    def __init__(self, texts: list[str] | None = None) -> None:
        self.texts = texts or []
        self.pause_samples = RATE * 2 // 5
        self.partial_samples = RATE * 3 // 10
        self.streams: list[Transcription] = []
        self.spoken: list[str] = []
        self.piece_s = 0.2
        self.sentence_s = 0.6
        self.break_after_pieces: int | None = None
        self.hold_finals = asyncio.Event()
        self.hold_finals.set()
        self.seen = Awaited()
        self._starts: list[int] = []
        self.process = Process("speech", speech_service_pb2_grpc.add_SpeechServiceServicer_to_server, self)

    @property
    def stream(self) -> Transcription:
        """The latest stream."""
        return self.streams[-1]

    def text_of(self, start: int) -> str:
        """The scripted text of the utterance that begins there; the same one when it is heard again."""
        near = [place for place in self._starts if abs(place - start) < RATE // 10]
        if not near:
            self._starts.append(start)
        index = self._starts.index(near[0] if near else start)
        return self.texts[index] if index < len(self.texts) else f"utterance {index}"

    async def Transcribe(self, requests: AsyncIterator[Any], context: Context) -> AsyncIterator[Any]:
        """See the contract."""
        first = await anext(requests)
        if first.WhichOneof("request") != "config":
            raise FailedPrecondition("config first", reason="STREAM_NOT_CONFIGURED")
        stream = Transcription(first.config)
        self.streams.append(stream)
        self.seen.changed()
        gate = Gate(self, stream)
        async for request in requests:
            for event in self._hear(request, stream, gate):
                if event.WhichOneof("event") in ("final", "finished"):
                    await self.hold_finals.wait()
                yield event
            self.seen.changed()
        stream.half_closed = True
        gate.finish()
        for event in gate.events:
            yield event
        self.seen.changed()

    async def Synthesize(self, request: Any, context: Context) -> AsyncIterator[Any]:
        """A tone of ``sentence_s`` for each sentence."""
        self.spoken.append(request.text)
        self.seen.changed()
        place = 0
        sent = 0
        for index, sentence in enumerate(_sentences(request.text)):
            for number, piece in enumerate(_pieces(request.sample_rate_hz, self.sentence_s, self.piece_s)):
                if self.break_after_pieces is not None and sent >= self.break_after_pieces:
                    self.break_after_pieces = None
                    raise Aborted("the voice broke")
                text = "" if number else sentence
                offset = Duration(nanos=0)
                offset.FromNanoseconds(round(place / request.sample_rate_hz * 1e9))
                yield speech_service_pb2.SynthesizeResponse(
                    samples=piece, sentence_index=index, sentence_text=text, offset=offset
                )
                place += len(piece) // 2
                sent += 1

    async def TranscribeRecording(self, request_iterator: AsyncIterator[Any], context: Context) -> AsyncIterator[Any]:
        """Media sends no files."""
        raise Unimplemented("the fake takes live speech only")
        yield None

    async def GetCapabilities(self, request: Any, context: Context) -> Any:
        """Engines of the fakes."""
        names = {"transcription": "gate", "voice_activity": "gate", "speech_synthesis": "tone"}
        engines = [
            engine_pb2.EngineInfo(capability=capability, name=name, languages=["ko", "en"])
            for capability, name in names.items()
        ]
        return speech_service_pb2.GetCapabilitiesResponse(engines=engines, max_streams=8)

    def _hear(self, request: Any, stream: Transcription, gate: Gate) -> list[Any]:
        match request.WhichOneof("request"):
            case "audio":
                offset = samples(request.audio.offset)
                stream.audio.append((offset, request.audio.samples))
                gate.hear(offset, request.audio.samples)
            case "set_turn_state":
                stream.states.append(request.set_turn_state.turn_state)
            case "finish_utterance":
                mark = request.finish_utterance.mark
                stream.marks.append(mark)
                gate.finish()
                finished = transcription_pb2.Finished(mark=mark, end_offset=duration(stream.end))
                gate.events.append(speech_service_pb2.TranscribeResponse(finished=finished))
        events, gate.events = gate.events, []
        return events


def _sentences(text: str) -> list[str]:
    return [f"{part.strip()}." for part in text.split(".") if part.strip()]


def _pieces(rate: int, seconds: float, piece_s: float) -> list[bytes]:
    time = np.arange(round(rate * seconds)) / rate
    tone = (np.sin(2 * np.pi * 440 * time) * 8000).astype(np.int16)
    step = round(rate * piece_s)
    return [tone[place : place + step].tobytes() for place in range(0, len(tone), step)]
