"""protobuf ↔ domain."""

from __future__ import annotations

import numpy as np
import pytest
from google.protobuf.duration_pb2 import Duration
from parley.common.v1 import transcript_pb2
from parley.speech.v1 import speech_service_pb2, transcription_pb2

from services.speech import convert
from services.speech.domain import errors, events
from services.speech.domain.audio import RATE_HZ, Span
from services.speech.domain.delivery import measure
from services.speech.domain.transcript import NoText, Utterance, Word, WordTimeSource
from services.speech.domain.turn import TurnState
from services.speech.usecases.synthesize import Piece
from tests.support.speech_service import LANGUAGES, audio, config, finish, turn_state


@pytest.mark.parametrize("samples", [0, 1, 15_999, 16_000, 3_600 * RATE_HZ * 10 + 7])
def test_places_on_the_session_clock_survive_the_wire(samples: int) -> None:
    assert convert.samples_of(convert.duration_of(samples)) == samples


def test_a_place_between_samples_is_the_nearest() -> None:
    assert convert.samples_of(Duration(nanos=62_500 + 31_000)) == 1
    assert convert.samples_of(Duration(nanos=62_500 + 32_000)) == 2


def test_a_config_with_everything_and_with_the_least() -> None:
    full = config(
        "ko",
        start_offset=Duration(seconds=2),
        partials=True,
        patience=Duration(seconds=1, nanos=500_000_000),
        turn_state="TURN_STATE_THINKING",
    )
    assert convert.message(full) == events.StreamConfig("interview", "ko", 32_000, True, 1.5, TurnState.THINKING)
    assert convert.message(config("en")) == events.StreamConfig("interview", "en")


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("sample_rate_hz", 8_000, errors.RateUnsupported),
        ("sample_rate_hz", 48_000, errors.RateUnsupported),
        ("sample_rate_hz", 0, errors.RateUnsupported),
        ("channel_count", 2, errors.ChannelsUnsupported),
        ("encoding", "AUDIO_ENCODING_UNSPECIFIED", errors.EncodingUnsupported),
    ],
)
def test_other_audio_formats_are_refused_by_field(field: str, value: object, error: type[errors.BadAudio]) -> None:
    with pytest.raises(error) as refused:
        convert.message(config("en", **{field: value}))
    assert refused.value.violations[0][0] == f"config.{field}"


def test_audio_and_commands() -> None:
    message = convert.message(audio(1_600, np.array([1, -2, 32_767], dtype=np.int16)))
    assert isinstance(message, events.Audio)
    assert (message.offset, message.samples.tolist()) == (1_600, [1, -2, 32_767])
    assert convert.message(finish("m")) == events.FinishUtterance("m")
    assert convert.message(turn_state("TURN_STATE_CONFIRMING")) == events.ChangeTurnState(TurnState.CONFIRMING)


def test_half_a_sample_is_refused() -> None:
    chunk = transcription_pb2.AudioChunk(samples=b"abc")
    with pytest.raises(errors.AudioTruncated):
        convert.message(speech_service_pb2.TranscribeRequest(audio=chunk))


def final(utterance: Utterance) -> transcription_pb2.FinalTranscript:
    samples = np.full(RATE_HZ, 3_000, dtype=np.int16)
    delivery = measure(samples, Span(0, RATE_HZ), utterance.span, [utterance.span], utterance.text, "en")
    return convert.response(events.Final(utterance, delivery, 0.25)).final


def test_a_final_with_text() -> None:
    words = (Word("hello", Span(0, 4_000)), Word("there.", Span(4_000, 8_000), 0.5))
    sent = final(Utterance("u", Span(0, 8_000), "hello there.", words, WordTimeSource.INTERPOLATED, None, 0.9))
    assert sent.utterance.text == "hello there."
    assert [word.HasField("confidence") for word in sent.utterance.words] == [False, True]
    assert sent.utterance.words[1].start_offset == Duration(nanos=250_000_000)
    assert sent.utterance.word_time_source == transcript_pb2.WORD_TIME_SOURCE_INTERPOLATED
    assert sent.utterance.no_text_reason == transcript_pb2.NO_TEXT_REASON_UNSPECIFIED
    assert sent.delivery.pace_per_minute == pytest.approx(240)
    assert sent.processing_time == Duration(nanos=250_000_000)


@pytest.mark.parametrize("reason", NoText)
def test_a_final_without_text_says_why(reason: NoText) -> None:
    sent = final(Utterance("u", Span(0, 8_000), no_text=reason))
    assert transcript_pb2.NoTextReason.Name(sent.utterance.no_text_reason) == f"NO_TEXT_REASON_{reason.name}"
    assert sent.utterance.text == ""
    assert not sent.utterance.HasField("confidence")
    assert not sent.delivery.HasField("pace_per_minute")


def test_defaults_of_a_synthesis() -> None:
    request = speech_service_pb2.SynthesizeRequest(text="네", language=LANGUAGES["ko"])
    assert convert.speech_request(request).rate_hz == 48_000
    assert convert.speech_request(request).speed == 1.0
    request.speed = 0.1
    assert convert.speech_request(request).speed == 0.5


def test_a_piece_of_speech_lies_on_its_own_clock() -> None:
    piece = convert.piece(Piece(np.array([1, 2], dtype=np.int16), 3, "네.", 24_000), 48_000)
    assert piece.samples == b"\x01\x00\x02\x00"
    assert piece.offset == Duration(nanos=500_000_000)
    assert (piece.sentence_index, piece.sentence_text) == (3, "네.")
