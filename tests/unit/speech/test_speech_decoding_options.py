"""What the settings make of decoding."""

from __future__ import annotations

from pathlib import Path

from services.speech.adapters.recognisers.transcriptions import decode_options
from services.speech.ports import RecogniserOptions


def test_unless_asked_decoding_is_greedy_and_happens_once() -> None:
    found = decode_options(RecogniserOptions(model_folder=Path("unused")))
    assert (found.beam_size, found.temperatures, found.word_times) == (1, (0.0,), True)


def test_the_fallback_rises_from_zero_and_the_beam_is_as_wide_as_asked() -> None:
    found = decode_options(RecogniserOptions(model_folder=Path("unused"), beam=4, fallback=True))
    assert found.beam_size == 4
    assert found.temperatures[0] == 0
    assert list(found.temperatures) == sorted(set(found.temperatures))
    assert found.temperatures[-1] == 1
