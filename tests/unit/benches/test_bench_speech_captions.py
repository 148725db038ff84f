"""What the speech benchmark makes of responses whose figures can be worked out by hand."""

from __future__ import annotations

import pytest
from google.protobuf.duration_pb2 import Duration
from parley.common.v1 import transcript_pb2
from parley.speech.v1 import speech_service_pb2, transcription_pb2

from benches.speech_captions import captions, changed_words, false_cuts, false_turn_ends, word_errors, word_latencies_s
from benches.speech_client import Heard


def place(seconds: float) -> Duration:
    found = Duration()
    found.FromNanoseconds(round(seconds * 1e9))
    return found


def partial(at_s: float, text: str, name: str = "u") -> Heard:
    message = transcription_pb2.PartialTranscript(utterance_id=name, text=text)
    return Heard(at_s, speech_service_pb2.TranscribeResponse(partial=message))


def ended(at_s: float, end_s: float, name: str = "u") -> Heard:
    message = transcription_pb2.SpeechEnded(utterance_id=name, end_offset=place(end_s))
    return Heard(at_s, speech_service_pb2.TranscribeResponse(speech_ended=message))


def final(at_s: float, text: str, name: str = "u") -> Heard:
    utterance = transcript_pb2.Utterance(utterance_id=name, text=text)
    return Heard(
        at_s, speech_service_pb2.TranscribeResponse(final=transcription_pb2.FinalTranscript(utterance=utterance))
    )


def turn_ended(at_s: float, end_s: float) -> Heard:
    message = transcription_pb2.TurnEnded(end_offset=place(end_s))
    return Heard(at_s, speech_service_pb2.TranscribeResponse(turn_ended=message))


SAID = [partial(1.5, "one too"), partial(2.5, "one two"), ended(4.0, 3.0), final(4.25, "one two six")]


def test_a_word_counts_from_when_it_was_shown_and_stayed() -> None:
    (caption,) = captions(SAID).utterances
    # nine letters from 0 s to 3 s: the words end at 1, 2 and 3 s
    assert word_latencies_s(caption, 0.0, 3.0) == pytest.approx([0.5, 0.5, 1.25])


def test_a_word_that_was_taken_back_counts_from_its_last_appearance() -> None:
    (caption,) = captions([partial(1, "a"), partial(2, "b"), partial(3, "a"), ended(4, 1), final(5, "a")]).utterances
    assert word_latencies_s(caption, 0.0, 1.0) == pytest.approx([2.0])
    assert changed_words(caption) == 2


def test_a_word_that_disappears_is_a_change_and_one_that_is_added_is_none() -> None:
    (caption,) = captions(SAID).utterances
    assert changed_words(caption) == 1
    (shorter,) = captions([partial(1, "a b c"), ended(2, 1), final(3, "a b")]).utterances
    assert changed_words(shorter) == 1


def test_the_end_of_speech_is_the_earlier_of_clip_and_gate() -> None:
    (caption,) = captions([ended(4.0, 2.0), final(4.25, "word")]).utterances
    assert word_latencies_s(caption, 0.0, 3.0) == pytest.approx([2.25])
    assert (caption.ended_at_s, caption.final_at_s) == (4.0, 4.25)


def test_turns_and_utterances_that_end_too_early_are_counted() -> None:
    found = captions([final(1, "a", "u1"), turn_ended(3, 1.0), final(5, "b", "u2"), turn_ended(7, 4.0)])
    assert false_turn_ends(found, answer_end_s=4.2) == 1
    assert (false_cuts(found, 1), false_cuts(found, 2)) == (1, 0)


@pytest.mark.parametrize(
    ("reference", "found", "errors"),
    [("a b c", "a b c", 0), ("a b c", "a c", 1), ("a b", "a x b", 1), ("a b", "", 2), ("", "a", 1)],
)
def test_word_errors_are_the_edit_distance(reference: str, found: str, errors: int) -> None:
    assert word_errors(reference.split(), found.split()) == errors
