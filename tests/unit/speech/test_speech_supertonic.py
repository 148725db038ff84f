"""Supertonic on generated weights of the published layout: loading, text, flow, types, and folders that are broken."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto

from inference.errors import InferenceFailed, Interrupted, ModelUnusable
from inference.supertonic.engine import NORMAL_SPEED, PAUSE_S, SupertonicEngine
from inference.supertonic.model_files import read_indexer
from inference.supertonic.text import CharacterIds, plain_text, runs
from services.speech.adapters import registry
from services.speech.adapters.voices import supertonic
from services.speech.domain.errors import EngineFailed, EngineUnavailable
from services.speech.ports import VoiceOptions
from tools.make_supertonic_model import RATE_HZ, SECONDS_PER_CHARACTER, Make, make


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("models") / "supertonic"
    make(made)
    return made


@pytest.fixture(scope="module")
def engine(folder: Path) -> SupertonicEngine:
    return SupertonicEngine(folder, providers=["cpu"])


def test_what_is_loaded_is_described(engine: SupertonicEngine) -> None:
    found = engine.description
    assert (found.languages, found.styles, found.rate_hz) == (("en", "ko"), ("F1", "M1"), RATE_HZ)
    assert found.version.startswith("supertonic-")


@pytest.mark.parametrize(("text", "language", "characters"), [("Hello.", "en", 6), ("안녕.", "ko", 7)])
def test_the_length_is_the_predicted_one(engine: SupertonicEngine, text: str, language: str, characters: int) -> None:
    # Hangul is read by its jamo (안녕 has six), between the tags <ko> and </ko>.
    seconds = (characters + len("<en></en>")) * SECONDS_PER_CHARACTER / NORMAL_SPEED
    assert len(engine.speak(text, language)) == pytest.approx(seconds * RATE_HZ, abs=2)


def test_the_flow_ends_at_speech_however_many_steps_it_takes(engine: SupertonicEngine) -> None:
    waves = [engine.speak("Good morning.", "en", steps=steps) for steps in (1, 2, 5)]
    expected = 0.3 * np.sin(np.arange(3_072) * 0.06)
    for wave in waves:
        assert wave[:3_072] == pytest.approx(expected, abs=0.01)


def test_the_same_text_sounds_the_same_and_another_voice_does_not(engine: SupertonicEngine) -> None:
    first, again = (engine.speak("Good morning.", "en", style="F1") for _ in range(2))
    assert np.array_equal(first, again)
    assert np.array_equal(first, engine.speak("Good morning.", "en"))
    other = engine.speak("Good morning.", "en", style="M1")
    assert len(other) == len(first)
    assert np.abs(other - first).max() > 0.1


def test_threads_may_speak_at_the_same_time(engine: SupertonicEngine) -> None:
    texts = ["One.", "Two, three.", "Four, five, six."] * 2
    alone = [engine.speak(text, "en") for text in texts]
    together: dict[int, Any] = {}
    threads = [
        threading.Thread(target=lambda index, text: together.update({index: engine.speak(text, "en")}), args=each)
        for each in enumerate(texts)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(alone[index], together[index]) for index in range(len(texts)))


def test_speed_shortens(engine: SupertonicEngine) -> None:
    slow, fast = (len(engine.speak("Good morning.", "en", speed=speed)) for speed in (0.5, 2.0))
    assert slow == pytest.approx(4 * fast, rel=0.01)


def test_long_texts_are_spoken_in_runs_with_a_pause(engine: SupertonicEngine) -> None:
    text = "가나다라마바사아자차, " * 15
    assert [len(run) <= 120 for run in runs(text, "ko")] == [True, True]
    sounding = np.flatnonzero(engine.speak(text, "ko"))
    assert np.diff(sounding).max() == pytest.approx(PAUSE_S * RATE_HZ, rel=0.01)


@pytest.mark.parametrize("text", ["word " * 200, "x" * 1_000, "마" * 500, "clause one, " * 60])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_runs_lose_nothing(text: str, language: str) -> None:
    pieces = runs(text, language)
    assert max(map(len, pieces)) <= (120 if language == "ko" else 300)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@pytest.mark.parametrize("text", ["", "  ", "🙂", "中文", "..."])
def test_what_the_model_cannot_say_is_silent(engine: SupertonicEngine, text: str) -> None:
    assert engine.speak(text, "en").size == 0


def test_text_is_made_plain() -> None:
    assert plain_text("“A—B” [c] 🙂  d ") == '"A-B" c d.'
    assert plain_text("각") == "\u1100\u1161\u11a8."
    assert plain_text("Really?") == "Really?"
    assert plain_text(" ") == ""


def test_the_first_supertonic_speaks_english_and_gets_no_tags(tmp_path: Path) -> None:
    make(tmp_path, multilingual=False)
    engine = SupertonicEngine(tmp_path, providers=["cpu"])
    assert engine.description.languages == ("en",)
    seconds = len("Hello.") * SECONDS_PER_CHARACTER / NORMAL_SPEED
    assert len(engine.speak("Hello.", "en")) == pytest.approx(seconds * RATE_HZ, abs=2)
    tagged = CharacterIds(read_indexer(tmp_path), tags=True)
    assert tagged("Hello.", "en").shape == (1, len("<en>Hello.</en>"))


@pytest.mark.parametrize(
    "kind", [Make(number=TensorProto.FLOAT16), Make(integer=TensorProto.INT32)], ids=["fp16", "int32"]
)
def test_types_are_the_files(tmp_path: Path, engine: SupertonicEngine, kind: Make) -> None:
    make(tmp_path, kind)
    wave = SupertonicEngine(tmp_path, providers=["cpu"]).speak("Hello.", "en")
    assert wave.dtype == np.float32
    assert len(wave) == pytest.approx(len(engine.speak("Hello.", "en")), rel=0.01)


def test_nobody_waits_for_a_speech_that_was_given_up(engine: SupertonicEngine) -> None:
    asked = iter([False, False, True])
    with pytest.raises(Interrupted):
        engine.speak("Hello.", "en", interrupted=lambda: next(asked, True))


@pytest.mark.parametrize("call", [{"language": "fr"}, {"style": "X9"}, {"steps": 0}])
def test_what_it_does_not_have_is_refused(engine: SupertonicEngine, call: dict[str, Any]) -> None:
    with pytest.raises(InferenceFailed):
        engine.speak(**{"text": "Hello.", "language": "en", **call})


@pytest.mark.parametrize("pace", [-1.0, 100.0, float("nan")])
def test_a_senseless_duration_is_a_fault_of_the_engine(tmp_path: Path, pace: float) -> None:
    make(tmp_path, Make(seconds_per_character=pace))
    with pytest.raises(InferenceFailed, match="duration"):
        SupertonicEngine(tmp_path, providers=["cpu"]).speak("Hello.", "en")
    voice = supertonic.build(VoiceOptions(model_folder=tmp_path))
    with pytest.raises(EngineFailed):
        voice.speak("Hello.", "en", 16_000, 1.0)


def _without(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def _with(name: str, text: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        (folder / name).write_text(text, encoding="utf-8")

    return spoil


def _styles(change: Callable[[dict[str, Any]], None]) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        path = folder / "voice_styles" / "F1.json"
        style = json.loads(path.read_text(encoding="utf-8"))
        change(style)
        path.write_text(json.dumps(style), encoding="utf-8")

    return edit


def _no_graphs(folder: Path) -> None:
    for path in folder.glob("onnx/*.onnx"):
        path.unlink()


def _no_styles(folder: Path) -> None:
    for path in (folder / "voice_styles").iterdir():
        path.unlink()


def _swapped(folder: Path) -> None:
    (folder / "onnx" / "vocoder.onnx").write_bytes((folder / "onnx" / "text_encoder.onnx").read_bytes())


SIZES = {"ae": {"sample_rate": 44_100, "base_chunk_size": 512}, "ttl": {"chunk_compress_factor": 6, "latent_dim": 24}}
BROKEN = {
    "no vocoder": (_without("onnx/vocoder.onnx"), "vocoder.onnx"),
    "no graph at all": (_no_graphs, "text_encoder.onnx"),
    "no config": (_without("onnx/tts.json"), "tts.json"),
    "config is no JSON": (_with("onnx/tts.json", "{"), "tts.json"),
    "config is a list": (_with("onnx/tts.json", "[]"), "tts.json"),
    "config lacks sizes": (_with("onnx/tts.json", '{"ae": {}, "ttl": {}}'), "tts.json"),
    "config has a zero": (_with("onnx/tts.json", json.dumps(SIZES).replace("512", "0")), "tts.json"),
    "config of another model": (_with("onnx/tts.json", json.dumps(SIZES).replace("24", "32")), "tts.json"),
    "no indexer": (_without("onnx/unicode_indexer.json"), "unicode_indexer.json"),
    "indexer is a dictionary": (_with("onnx/unicode_indexer.json", '{"a": 1}'), "unicode_indexer.json"),
    "indexer is short": (_with("onnx/unicode_indexer.json", "[1, 2]"), "unicode_indexer.json"),
    "no styles": (_no_styles, "voice_styles"),
    "style without tensor": (_styles(lambda style: style.pop("style_dp")), "F1.json"),
    "style of wrong size": (_styles(lambda style: style["style_dp"].update(dims=[1, 9, 16])), "F1.json"),
    "style of another model": (
        _styles(lambda style: style.update(style_dp={"data": [0.0] * 64, "dims": [1, 8, 8]})),
        "F1.json",
    ),
    "style that is no number": (_styles(lambda style: style["style_ttl"].update(data=["x"])), "F1.json"),
    "graph is no ONNX": (_with("onnx/vocoder.onnx", "not a model"), "vocoder.onnx"),
    "graphs are mixed up": (_swapped, "vocoder.onnx"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_folder_is_named_with_what_is_wrong(tmp_path: Path, fault: str) -> None:
    make(tmp_path)
    spoil, named = BROKEN[fault]
    spoil(tmp_path)
    with pytest.raises(ModelUnusable, match=named.replace(".", r"\.")):
        SupertonicEngine(tmp_path, providers=["cpu"])
    with pytest.raises(EngineUnavailable, match="PARLEY_SPEECH_VOICE_MODEL"):
        supertonic.build(VoiceOptions(model_folder=tmp_path))


def test_a_voice_that_the_model_lacks_is_named(folder: Path) -> None:
    with pytest.raises(EngineUnavailable, match="F1, M1"):
        supertonic.build(VoiceOptions(model_folder=folder, style="Z1"))


def test_auto_takes_the_model_where_there_is_one(folder: Path, tmp_path: Path) -> None:
    assert registry.choose_voice("auto", folder) == "supertonic"
    assert registry.choose_voice("auto", tmp_path) == "espeak"
    assert registry.choose_voice("espeak", folder) == "espeak"
