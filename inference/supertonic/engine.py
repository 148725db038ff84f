"""Supertonic: text in, waveform out, by flow matching.

The duration of the whole text is predicted first; noise of that length becomes speech in `steps` steps of the vector
estimator, which integrates inside the graph (it is given the step and their number); the vocoder makes samples of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from inference.errors import InferenceFailed, Interrupted, ModelUnusable
from inference.supertonic import model_files
from inference.supertonic.model_files import Style
from inference.supertonic.text import CharacterIds, runs
from inference.whisper import providers as hardware
from inference.whisper.session import Graph

Wave = npt.NDArray[np.float32]
"""Mono samples, about -1..1."""

Tensor = npt.NDArray[Any]

NORMAL_SPEED = 1.05
"""Upstream's default: at 1 the voices are a little slow."""
PAUSE_S = 0.3
"""Silence between two runs of one text, as upstream puts it."""
LONGEST_RUN_S = 60.0
"""A prediction beyond this is a fault: 300 characters take some 25 s."""
_SEED = 20_26
_INTEGERS: Mapping[str, type[np.signedinteger]] = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}
_INPUTS: Mapping[str, Sequence[str]] = {
    "duration_predictor": ("text_ids", "style_dp", "text_mask"),
    "text_encoder": ("text_ids", "style_ttl", "text_mask"),
    "vector_estimator": (
        *("noisy_latent", "text_emb", "style_ttl", "text_mask", "latent_mask", "current_step", "total_step"),
    ),
    "vocoder": ("latent",),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class VoiceDescription:
    """What is loaded."""

    version: str
    """Folder and the first digits of the vector estimator's SHA-256."""
    languages: tuple[str, ...]
    """BCP 47 codes."""
    styles: tuple[str, ...]
    """Names of the voices."""
    rate_hz: int
    """Rate of the waveforms."""


class SupertonicEngine:
    """A loaded model. `speak` is thread-safe: sessions are, and nothing else is written."""

    def __init__(self, folder: Path, *, threads: int = 1, providers: Sequence[str] | None = None) -> None:
        """Loads the model: seconds.

        `threads`: most CPU threads of one call. `providers`: cuda, cpu in order of preference; None: what this
        machine has. Raises ModelUnusable with what is wrong and what to do.
        """
        paths = model_files.find_graphs(folder)
        self._geometry = model_files.read_geometry(folder)
        self._characters = CharacterIds(model_files.read_indexer(folder), tags=not self._geometry.english_only)
        self._styles = model_files.read_styles(folder)
        # Not TensorRT: it would build an engine for every new length of text, in the middle of an interview.
        where = hardware.choose(providers, split=False, threads=threads)
        self._graphs = {name: _load(name, path, where) for name, path in paths.items()}
        self._check()
        self.description = VoiceDescription(
            version=f"{folder.name}-{_fingerprint(paths['vector_estimator'])}",
            languages=self._characters.languages,
            styles=tuple(self._styles),
            rate_hz=self._geometry.rate_hz,
        )

    def speak(
        self,
        text: str,
        language: str,
        *,
        style: str = "",
        steps: int = 5,
        speed: float = 1.0,
        interrupted: Callable[[], bool] | None = None,
    ) -> Wave:
        """Speaks `text`; the same arguments give the same samples, at the description's rate.

        `language`: one of the description's. `style`: one of its styles, empty for the first. `steps`: of the flow, 1
        or more; 2 is quick, 5 usual, 10 a little cleaner. `speed`: tempo against normal. A text without a character
        that the model knows gives no samples. Raises InferenceFailed, or Interrupted soon after `interrupted` is true.
        """
        if language not in self.description.languages or (style and style not in self._styles) or steps < 1:
            raise InferenceFailed(f"no language {language!r}, style {style!r} or flow of {steps} steps here")
        voice = self._styles[style or self.description.styles[0]]
        pause = np.zeros(round(PAUSE_S * self._geometry.rate_hz), dtype=np.float32)
        waves: list[Wave] = []
        for run in runs(text, language):
            if self._characters.speakable(run):
                waves += [pause, self._run(run, language, voice, steps, speed, interrupted)]
        return np.concatenate(waves[1:]) if waves else np.zeros(0, np.float32)

    def _run(
        self, text: str, language: str, voice: Style, steps: int, speed: float, interrupted: Callable[[], bool] | None
    ) -> Wave:
        ids = self._characters(text, language)
        about: dict[str, Tensor] = {"text_ids": ids, "text_mask": np.ones((1, 1, ids.shape[1])), "style_ttl": voice.ttl}
        seconds = self._infer("duration_predictor", {**about, "style_dp": voice.dp}, interrupted)
        length = self._samples(float(seconds.reshape(-1)[0]) / (speed * NORMAL_SPEED))
        frames = -(-length // self._geometry.frame_samples)
        latent = np.random.default_rng(_SEED).standard_normal((1, self._geometry.channels, frames), dtype=np.float32)
        about |= {
            "text_emb": self._infer("text_encoder", about, interrupted),
            "latent_mask": np.ones((1, 1, frames)),
            "total_step": np.array([steps]),
        }
        for step in range(steps):
            feed = {**about, "noisy_latent": latent, "current_step": np.array([step])}
            latent = self._infer("vector_estimator", feed, interrupted)
        wave = self._infer("vocoder", {"latent": latent}, interrupted).reshape(-1).astype(np.float32)
        if len(wave) < length or not np.isfinite(wave).all():
            raise InferenceFailed(f"the vocoder gave {len(wave)} samples for {length}, or some that are no numbers")
        return wave[:length]

    def _samples(self, seconds: float) -> int:
        if not 0 < seconds <= LONGEST_RUN_S:
            raise InferenceFailed(f"a duration of {seconds:g} s was predicted for one run of text")
        return max(1, int(seconds * self._geometry.rate_hz))

    def _infer(
        self, name: str, values: Mapping[str, Tensor], interrupted: Callable[[], bool] | None
    ) -> npt.NDArray[np.float32]:
        """The first output of a graph for those of `values` that it takes, in the types that it takes."""
        if interrupted is not None and interrupted():
            raise Interrupted
        graph = self._graphs[name]
        feed = {each: values[each].astype(_type(graph, each)) for each in _INPUTS[name]}
        (output,) = [*graph.outputs][:1]
        result: npt.NDArray[np.float32] = graph.run([output], feed, interrupted=interrupted)[output]
        return result

    def _check(self) -> None:
        """That the files belong together. Raises ModelUnusable."""
        self._graphs["vector_estimator"].require_size("noisy_latent", 1, self._geometry.channels, "tts.json")
        self._graphs["vocoder"].require_size("latent", 1, self._geometry.channels, "tts.json")
        for name, style in self._styles.items():
            for axis in (1, 2):
                source = f"voice_styles/{name}.json"
                self._graphs["text_encoder"].require_size("style_ttl", axis, style.ttl.shape[axis], source)
                self._graphs["duration_predictor"].require_size("style_dp", axis, style.dp.shape[axis], source)


def _load(name: str, path: Path, where: hardware.Hardware) -> Graph:
    graph = Graph(path, where)
    lacks = [each for each in _INPUTS[name] if each not in graph.inputs]
    strange = [each for each in graph.inputs if each not in _INPUTS[name]]
    if lacks or strange or not graph.outputs:
        raise ModelUnusable(
            f"{path} takes {', '.join(graph.inputs)}, wanted are {', '.join(_INPUTS[name])}: this is another layout;"
            " fetch the model that Supertone published"
        )
    for each in graph.inputs:
        _type(graph, each)
    return graph


def _type(graph: Graph, name: str) -> type[np.number]:
    return _INTEGERS.get(graph.inputs[name].type) or graph.dtype(name)


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:8]
