"""Makes the utterance that is recorded out of its audio and the recogniser's hypothesis."""

from __future__ import annotations

import math
from dataclasses import dataclass

from services.speech.domain.audio import Pcm, Span
from services.speech.domain.delivery import Delivery, measure
from services.speech.domain.hallucination import Sound, judge
from services.speech.domain.segmenter import UtteranceClosed
from services.speech.domain.transcript import Hypothesis, NoText, Utterance, Word, WordTimeSource
from services.speech.domain.word_times import interpolate


@dataclass(frozen=True, slots=True)
class Closed:
    """An utterance that is complete but for its text."""

    utterance_id: str
    shape: UtteranceClosed
    samples: Pcm
    language: str


def finish(closed: Closed, heard: Hypothesis | NoText) -> tuple[Utterance, Delivery]:
    """The utterance and how it was said; `heard`: what the recogniser made of it, or why nothing."""
    utterance = _without_text(closed, heard) if isinstance(heard, NoText) else _with_text(closed, heard)
    shape = closed.shape
    delivery = measure(closed.samples, shape.audio, shape.speech, shape.voiced, utterance.text, closed.language)
    return utterance, delivery


def _with_text(closed: Closed, hypothesis: Hypothesis) -> Utterance:
    start = closed.shape.audio.start
    voiced = [Span(each.start - start, each.end - start) for each in closed.shape.voiced]
    judged = judge(hypothesis, Sound(closed.shape.strength, voiced))
    if isinstance(judged, NoText):
        return _without_text(closed, judged)
    aligned = bool(judged.words)
    log_probability = judged.mean_log_probability
    return Utterance(
        closed.utterance_id,
        closed.shape.speech,
        text=judged.text,
        words=_shifted(judged, closed.shape) if aligned else interpolate(judged.text, closed.shape.voiced),
        word_times=WordTimeSource.ALIGNED if aligned else WordTimeSource.INTERPOLATED,
        confidence=None if log_probability is None else math.exp(min(0.0, log_probability)),
    )


def _without_text(closed: Closed, reason: NoText) -> Utterance:
    return Utterance(closed.utterance_id, closed.shape.speech, no_text=reason)


def _shifted(hypothesis: Hypothesis, shape: UtteranceClosed) -> tuple[Word, ...]:
    start = shape.audio.start
    return tuple(
        Word(word.text, Span(start + word.span.start, start + word.span.end), word.confidence)
        for word in hypothesis.words
    )
