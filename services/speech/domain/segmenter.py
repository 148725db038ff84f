"""Cuts a stream into utterances by the voice activity of its frames. Pure, on the sample clock: no wall time.

| state    | frame is   | and                                | next     | event                          |
|----------|------------|------------------------------------|----------|--------------------------------|
| silent   | voiced     |                                    | rising   |                                |
| rising   | voiced     | voiced long enough to be sure      | speaking | SpeechBegan                    |
| rising   | silent     |                                    | silent   |                                |
| speaking | silent     |                                    | trailing |                                |
| trailing | voiced     |                                    | speaking |                                |
| trailing | silent     | silent for `suspect`               | trailing | EndSuspected                   |
| trailing | silent     | silent for `end`                   | silent   | UtteranceClosed (pause)        |
| open (speaking, trailing) | any | audio as long as `longest` | speaking | UtteranceClosed (length), SpeechBegan |
| open (speaking, trailing) |     | finish() was called        | silent   | UtteranceClosed (finished)     |

An utterance that grew too long is cut at its quietest place; the second half is no utterance if no voice is in it.

A frame is voiced if its probability reaches `onset`; once speech has begun, `release` is enough (hysteresis).
The audio of an utterance is its speech with `pre_roll` before (so that first syllables survive) and `suspect` silence
after, so an utterance that is suspected to have ended and one that did end have exactly the same audio, and one
decoding serves both.

A detector remembers what it heard, so the same frames would be judged otherwise in a stream that replays them.
Therefore it starts afresh `settle` frames after each utterance, and now and then in long silence. A replay that begins
`settle` frames before such a place starts afresh there too, and has the same utterances with the same ids from then on.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from services.speech.domain.audio import FRAME_SAMPLES, Span, in_frames
from services.speech.domain.frame_log import FrameLog

_SPLIT_SEARCH_SHARE = 0.6


@dataclass(frozen=True, kw_only=True, slots=True)
class SegmentRules:
    """Thresholds (probabilities of speech) and lengths (frames of 32 ms)."""

    onset: float = 0.5
    release: float = 0.35
    sure: int = in_frames(0.1)
    """Voice that is needed to believe in speech: shorter is a click."""
    pre_roll: int = in_frames(0.256)
    """At least 1."""
    suspect: int = in_frames(0.224)
    end: int = in_frames(0.608)
    longest: int = in_frames(28.0)
    """Longest audio of an utterance; recognisers take 30 s."""
    settle: int = in_frames(0.384)
    """Silence after which the detector starts afresh, longer than the pre-roll."""
    afresh: int = in_frames(4.096)
    """In long silence it starts afresh this often."""


class Cause(Enum):
    """Why an utterance was closed."""

    PAUSE = "pause"
    LENGTH = "length"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    """Speech that starts at sample `start`."""

    start: int


@dataclass(frozen=True, slots=True)
class EndSuspected:
    """The open utterance has probably ended; `audio` is what it then consists of."""

    start: int
    audio: Span


@dataclass(frozen=True, slots=True)
class UtteranceClosed:
    """An utterance is complete."""

    speech: Span
    audio: Span
    voiced: tuple[Span, ...]
    """The voiced stretches of the audio, in order."""
    cause: Cause
    strength: float
    """How sure the gate was at its surest: the mean probability of the six surest voiced frames, 0..1."""


GateEvent = SpeechBegan | EndSuspected | UtteranceClosed


@dataclass(slots=True)
class _Open:
    """The utterance that is being heard; all in frame indices."""

    audio_start: int
    speech_start: int
    last_voiced: int


class Segmenter:
    """The state machine of one stream. Frames are numbered on the session clock."""

    def __init__(self, rules: SegmentRules, first: int) -> None:
        """`first`: index of the first frame that will come."""
        self._rules = rules
        self._next = first
        self._floor = first
        """Audio before it belongs to an earlier utterance, or is silence that no pre-roll reaches."""
        self._settled = False
        """Whether the detector started afresh since the floor."""
        self._replay_from = first
        self._voice_end = first
        """Where the latest utterance's voice ended."""
        self._rising: int | None = None
        self._open: _Open | None = None
        self._log = FrameLog(first)

    @property
    def position(self) -> int:
        """Sample up to which frames have been heard."""
        return self._next * FRAME_SAMPLES

    @property
    def open_audio(self) -> Span | None:
        """Audio so far of the open utterance."""
        return _span(self._open.audio_start, self._next) if self._open else None

    @property
    def open_start(self) -> int | None:
        """Sample at which the speech of the open utterance starts."""
        return self._open.speech_start * FRAME_SAMPLES if self._open else None

    @property
    def hears_voice(self) -> bool:
        """Whether the open utterance goes on: its latest frame, or the one before, was voiced."""
        return self._open is not None and self._next - 1 - self._open.last_voiced <= 1

    @property
    def silent_since(self) -> int | None:
        """Sample at which the silence began that is heard; None while an utterance is open whose end is not suspected.

        Voice that is not sure to be speech is silence.
        """
        if self._open is None:
            return self._voice_end * FRAME_SAMPLES
        return None if self.suspected_audio is None else (self._open.last_voiced + 1) * FRAME_SAMPLES

    @property
    def suspected_audio(self) -> Span | None:
        """What the open utterance consists of if it has ended; None while voice is heard."""
        if self._open is None or self._next - 1 - self._open.last_voiced < self._rules.suspect:
            return None
        return _span(self._open.audio_start, self._tail_end(self._open))

    @property
    def open_strength(self) -> float:
        """See UtteranceClosed.strength; of the open utterance so far, 0 if there is none."""
        return self._log.strength(self._open.speech_start, self._next) if self._open else 0.0

    @property
    def needed_from(self) -> int:
        """Sample before which audio is never needed again: where the open utterance, or one to come, has its audio."""
        if self._open:
            return self._open.audio_start * FRAME_SAMPLES
        start = self._next if self._rising is None else self._rising
        return max(self._floor, start - self._rules.pre_roll) * FRAME_SAMPLES

    @property
    def replay_from(self) -> int:
        """Sample from which the same audio, in a new stream, gives the open utterance and all later ones again."""
        return self._replay_from * FRAME_SAMPLES

    @property
    def starts_afresh(self) -> bool:
        """Whether the detector must forget what it heard before the next frame."""
        return self._open is None and self._rising is None and self._next >= self._afresh_at

    def start_afresh(self) -> None:
        """Notes that the detector did."""
        self._floor = self._replay_from = max(self._floor, self._next - self._rules.settle)
        self._settled = True

    def frames_at_once(self, end: int) -> int:
        """How many frames can be judged together: in none of them but the last can `starts_afresh` become true.

        `end`: the least frames of silence that can close an utterance.
        """
        if self._open is not None:
            return max(1, end - (self._next - 1 - self._open.last_voiced))
        if self._rising is not None:
            return 1
        return max(1, min(self._rules.sure + end, self._afresh_at - self._next))

    def hear(self, probability: float, energy: float, end: int | None = None) -> list[GateEvent]:
        """Takes the next frame.

        `probability`: of speech, 0..1; `energy`: mean square; `end`: frames of silence that close an utterance, if
        other than the rules say. Returns what follows from it, in order.
        """
        idle = self._open is None and self._rising is None
        voiced = probability >= (self._rules.onset if idle else self._rules.release)
        frame = self._next
        self._next += 1
        self._log.add(probability, energy, voiced=voiced)
        self._log.forget(self.needed_from // FRAME_SAMPLES)
        if self._open is None:
            return self._listen(frame, voiced)
        return self._follow(self._open, frame, voiced, end or self._rules.end)

    def finish(self) -> list[GateEvent]:
        """Closes the open utterance now, if there is one."""
        self._rising = None
        return [self._close(self._open, self._tail_end(self._open), Cause.FINISHED)] if self._open else []

    def skip_to(self, frame: int) -> list[GateEvent]:
        """Goes on at a later frame; an open utterance ends where the audio did."""
        events = self.finish()
        self._next = self._floor = self._replay_from = frame
        self._settled = False
        self._log = FrameLog(frame)
        return events

    @property
    def _afresh_at(self) -> int:
        return self._floor + (self._rules.afresh if self._settled else self._rules.settle)

    def _listen(self, frame: int, voiced: bool) -> list[GateEvent]:
        if not voiced:
            self._rising = None
            return []
        if self._rising is None:
            self._rising = frame
        if frame - self._rising + 1 < self._rules.sure:
            return []
        start, self._rising = self._rising, None
        self._open = _Open(max(self._floor, start - self._rules.pre_roll), start, frame)
        return [SpeechBegan(start * FRAME_SAMPLES)]

    def _follow(self, opened: _Open, frame: int, voiced: bool, end: int) -> list[GateEvent]:
        if voiced:
            opened.last_voiced = frame
        silent = frame - opened.last_voiced
        if silent >= end:
            return [self._close(opened, self._tail_end(opened), Cause.PAUSE)]
        if self._next - opened.audio_start >= self._rules.longest:
            return self._split(opened)
        if silent == self._rules.suspect:
            audio = _span(opened.audio_start, self._next)
            return [EndSuspected(opened.speech_start * FRAME_SAMPLES, audio)]
        return []

    def _split(self, opened: _Open) -> list[GateEvent]:
        split = self._quietest(opened)
        events: list[GateEvent] = [self._close(opened, split, Cause.LENGTH)]
        # Bounds what is replayed of a monologue; only here may the detector judge a replay otherwise for a few frames.
        self._replay_from = split
        voiced = self._log.voiced(split, self._next)
        if voiced:
            self._open = _Open(split, voiced[0], voiced[-1])
            events.append(SpeechBegan(voiced[0] * FRAME_SAMPLES))
        return events

    def _quietest(self, opened: _Open) -> int:
        """Where to cut: in the later part of the open utterance."""
        return self._log.quietest(opened.audio_start + int(self._rules.longest * _SPLIT_SEARCH_SHARE), self._next)

    def _tail_end(self, opened: _Open) -> int:
        return min(opened.last_voiced + 1 + self._rules.suspect, self._next)

    def _close(self, opened: _Open, audio_end: int, cause: Cause) -> UtteranceClosed:
        self._open = None
        self._voice_end = opened.last_voiced + 1
        self._floor, self._settled = audio_end, False
        voiced = self._log.voiced_spans(opened.speech_start, audio_end)
        speech = Span(opened.speech_start * FRAME_SAMPLES, voiced[-1].end)
        strength = self._log.strength(opened.speech_start, audio_end)
        return UtteranceClosed(speech, _span(opened.audio_start, audio_end), voiced, cause, strength)


def _span(first: int, end: int) -> Span:
    return Span(first * FRAME_SAMPLES, end * FRAME_SAMPLES)
