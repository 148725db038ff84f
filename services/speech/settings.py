"""Settings of the speech service, from the environment."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from services.kit.settings import CommonSettings, load, setting


def _between(least: float, most: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = least - 1
        if not least <= value <= most:
            raise ValueError(f"expected a number from {least:g} to {most:g}")
        return value

    return parse


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ValueError("expected a whole number, at least 1")
    return int(text)


def _cores() -> int:
    return os.cpu_count() or 1


@dataclass(frozen=True, kw_only=True)
class Settings(CommonSettings):
    """What the speech service can be told."""

    listen: str = setting("PARLEY_SPEECH_LISTEN", "127.0.0.1:7103", help="host:port of the service")
    metrics_listen: str = setting("PARLEY_SPEECH_METRICS_LISTEN", "", help="host:port of its metrics; empty: off")
    engine: str = setting(
        "PARLEY_SPEECH_ENGINE",
        "auto",
        help="transcription engine; auto: triton if its address is set, whisper if the model folder has a model, else"
        " pocketsphinx",
        choices=("auto", "triton", "whisper", "pocketsphinx", "none"),
    )
    model: Path = setting(
        "PARLEY_SPEECH_MODEL", None, help="folder of a Whisper model (default: whisper in the folder of models)"
    )
    precision: str = setting(
        "PARLEY_SPEECH_PRECISION", "fp32", help="which of the model's files to load", choices=("fp32", "fp16", "int8")
    )
    layout: str = setting(
        "PARLEY_SPEECH_LAYOUT",
        "auto",
        help="which decoder files to load; auto: merged where they are, else split",
        choices=("auto", "split", "merged"),
    )
    threads: int = setting(
        "PARLEY_SPEECH_THREADS", None, help="CPU threads of one recognition (default: at most 2)", parse=_count
    )
    workers: int = setting(
        "PARLEY_SPEECH_WORKERS", None, help="recognitions at a time (default: half the cores)", parse=_count
    )
    max_streams: int = setting(
        "PARLEY_SPEECH_MAX_STREAMS", 16, help="Transcribe streams at a time; more are refused", parse=_count
    )
    voice: str = setting(
        "PARLEY_SPEECH_VOICE",
        "auto",
        help="speech synthesis engine; auto: supertonic if the voice model's folder has a model, else espeak",
        choices=("auto", "supertonic", "espeak", "none"),
    )
    patience_s: float = setting(
        "PARLEY_SPEECH_PATIENCE",
        2.0,
        help="pause in s that ends a turn while answering, before text and speaker adapt it",
        parse=_between(0.3, 10),
    )
    end_silence_s: float = setting(
        "PARLEY_SPEECH_END_SILENCE", 0.6, help="pause in s that ends an utterance", parse=_between(0.3, 2)
    )
    partial_every_s: float = setting(
        "PARLEY_SPEECH_PARTIAL_EVERY", 0.4, help="least new speech in s between two partials", parse=_between(0.2, 10)
    )

    policy: str = setting(
        "PARLEY_SPEECH_POLICY",
        "auto",
        help="when text before the final is stable; auto: align_att for small models that export their attention",
        choices=("auto", "local_agreement", "align_att"),
    )
    beam: int = setting(
        "PARLEY_SPEECH_BEAM", 1, help="texts that Whisper follows at a time; more is slower, 1 is greedy", parse=_count
    )
    fallback: str = setting(
        "PARLEY_SPEECH_FALLBACK",
        "off",
        help="on: Whisper decodes a text that looks like a loop or a guess again, at rising temperatures",
        choices=("on", "off"),
    )
    batch: int | None = setting(
        "PARLEY_SPEECH_BATCH",
        None,
        help="utterances of several streams in one recognition (default: 8 on a GPU, else 1)",
        parse=_count,
    )

    triton: str = setting(
        "PARLEY_SPEECH_TRITON",
        "",
        help="gRPC target (host:port) of a Triton server with the whisper model; empty: none",
    )
    triton_model: str = setting("PARLEY_SPEECH_TRITON_MODEL", "whisper", help="name of the model on that server")

    voice_model: Path = setting(
        "PARLEY_SPEECH_VOICE_MODEL", None, help="folder of a voice model (default: supertonic in the folder of models)"
    )
    voice_style: str = setting(
        "PARLEY_SPEECH_VOICE_STYLE", "", help="which of the voice model's voices, such as F1; empty: its first"
    )
    voice_steps: int = setting(
        "PARLEY_SPEECH_VOICE_STEPS", 5, help="flow-matching steps of the voice model; fewer are faster", parse=_count
    )

    providers: tuple[str, ...] = setting(
        "PARLEY_SPEECH_PROVIDERS",
        (),
        help="what runs Whisper in this process, in order of preference: tensorrt, cuda, cpu; empty: what is here",
    )
    engine_cache: Path | None = setting(
        "PARLEY_SPEECH_ENGINE_CACHE", None, help="folder where TensorRT keeps its engines; empty: built at every start"
    )

    def __post_init__(self) -> None:
        """Fills in the defaults that depend on the machine or on other settings."""
        super().__post_init__()
        defaults = {
            "model": self.model_dir / "whisper",
            "voice_model": self.model_dir / "supertonic",
            "threads": min(2, _cores()),
            "workers": max(1, _cores() // 2),
        }
        for name, value in defaults.items():
            if getattr(self, name) is None:
                object.__setattr__(self, name, value)

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Reads the environment. Raises SettingsError with every problem."""
        return load(cls, "speech", env)
