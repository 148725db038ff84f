"""What every Transcribe stream of the process shares: engines, threads, rules, and how many streams there may be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from services.kit.clock import Clock
from services.kit.streams import BoundedQueue
from services.speech.domain.errors import Draining, Overloaded
from services.speech.domain.events import Event
from services.speech.domain.policies.choice import Policy
from services.speech.domain.segmenter import SegmentRules
from services.speech.domain.transcript import NoText
from services.speech.ports import DetectorFactory, InferencePool, Recogniser


@dataclass(frozen=True, kw_only=True, slots=True)
class Listening:
    """The parts and rules of every stream."""

    recogniser: Recogniser
    new_detector: DetectorFactory
    gate_name: str
    gate_version: str
    gate: InferencePool
    """Threads for voice activity."""
    measuring: InferencePool
    """Threads for the measures of a complete utterance."""
    clock: Clock
    rules: SegmentRules
    policy: Policy
    """How early texts become stable; not AUTO."""
    patience_s: float
    """Pause that ends a turn while answering, where the stream does not say."""
    partial_every_s: float
    """Least new audio between two partials, in seconds."""

    def refusal(self, language: str) -> NoText | None:
        """Why speech in `language` (BCP 47) gets no text, or None if it does."""
        languages = self.recogniser.capabilities.languages
        if not languages:
            return NoText.NO_ENGINE
        return None if language in languages else NoText.LANGUAGE_UNSUPPORTED

    def reads_early(self, language: str) -> bool:
        """Whether texts of speech in `language` can be had before the utterance is complete."""
        return self.recogniser.capabilities.partials and self.refusal(language) is None


class OpenStreams:
    """The streams that are open, at most so many."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._open: set[BoundedQueue[Event]] = set()
        self._draining = False

    def __len__(self) -> int:
        return len(self._open)

    @contextmanager
    def admit(self, events: BoundedQueue[Event]) -> Iterator[None]:
        """Counts a stream in for as long as the context lasts. Raises Overloaded or Draining."""
        if self._draining:
            raise Draining("this instance is shutting down; open the stream again and replay")
        if len(self._open) >= self.most:
            raise Overloaded(f"{self.most} streams are open, the most here; try again, or use another instance")
        self._open.add(events)
        try:
            yield
        finally:
            self._open.remove(events)

    def drain(self) -> None:
        """Ends all streams with Draining, after the events that they have already."""
        self._draining = True
        for events in self._open:
            events.close(Draining("this instance is shutting down; open the stream again and replay"))
