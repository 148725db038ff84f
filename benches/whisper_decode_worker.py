"""One engine of `benches.whisper_decode` in a process of its own: reads load, run, memory; answers in JSON lines."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

Run = Callable[[Any], int]
"""Takes samples, returns how many tokens were made."""
PROMPT = [50258, 50259, 50359, 50363]
END = 50257


def ours(name: str, folder: Path, threads: int, tokens: int) -> tuple[Run, str]:
    """inference.whisper, in a process set up as its hosts set theirs up."""
    from inference.memory import limit_heap
    from inference.whisper.engine import DecodeOptions, WhisperEngine, Window

    limit_heap()
    _, precision, layout = name.split("-")
    engine = WhisperEngine(folder, precision=precision, layout=layout, threads=threads, providers=["cpu"])
    options = DecodeOptions(max_tokens=tokens)

    def run(samples: Any) -> int:
        return len(engine.transcribe([Window(samples, "en")], options)[0].tokens)

    return run, f"onnxruntime {version('onnxruntime-gpu')}"


def faster_whisper(name: str, folder: Path, threads: int, tokens: int) -> tuple[Run, str]:
    """CTranslate2, through faster-whisper's own feature extractor and CTranslate2's own greedy loop."""
    import ctranslate2
    from faster_whisper.feature_extractor import FeatureExtractor

    precision = "int8" if name.endswith("int8") else "float32"
    model = ctranslate2.models.Whisper(str(folder / "ct2"), compute_type=precision, intra_threads=threads)
    extract = FeatureExtractor(feature_size=80)

    def run(samples: Any) -> int:
        features = extract(np.pad(samples, (0, 480_000 - len(samples))))[:, :3000]
        view = ctranslate2.StorageView.from_array(np.ascontiguousarray(features[None], dtype=np.float32))
        (found,) = model.generate(
            view,
            [PROMPT],
            beam_size=1,
            max_length=2 * tokens,
            suppress_tokens=[-1, END],
            suppress_blank=False,
        )
        return len(found.sequences_ids[0])

    return run, f"faster-whisper {version('faster-whisper')}, ctranslate2 {ctranslate2.__version__}"


def transformers(name: str, folder: Path, threads: int, tokens: int) -> tuple[Run, str]:
    """torch, through transformers' processor and generate."""
    import torch
    import transformers as library

    torch.set_num_threads(threads)
    model = library.WhisperForConditionalGeneration.from_pretrained(str(folder / "hf")).eval()
    extract = library.WhisperFeatureExtractor.from_pretrained(str(folder / "hf"))

    def run(samples: Any) -> int:
        features = extract(samples, sampling_rate=16_000, return_tensors="pt").input_features
        with torch.inference_mode():
            found = model.generate(
                features,
                language="en",
                task="transcribe",
                min_new_tokens=tokens,
                max_new_tokens=tokens,
                do_sample=False,
            )
        return int(found.shape[-1])

    return run, f"transformers {library.__version__}, torch {torch.__version__}"


ENGINES = {"ours": ours, "faster": faster_whisper, "transformers": transformers}


def answer(what: str, load: Callable[[], tuple[Run, str]], samples: Any, state: dict[str, Any]) -> dict[str, Any]:
    """Carries out one line."""
    started, busy = time.perf_counter(), time.process_time()
    if what == "load":
        state["run"], label = load()
        return {"load_s": round(time.perf_counter() - started, 2), "versions": label}
    if what == "run":
        made = state["run"](samples)
        return {
            "seconds": time.perf_counter() - started,
            "cpu_seconds": time.process_time() - busy,
            "tokens": made,
        }
    return {"peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)}


def main() -> None:
    """Entry point."""
    name, folder, threads, tokens, seconds = sys.argv[1:]
    build = ENGINES[name.partition("-")[0]]
    noise = np.random.default_rng(0).normal(0, 0.05, round(float(seconds) * 16_000)).astype(np.float32)
    state: dict[str, Any] = {}
    for line in sys.stdin:
        found = answer(line.strip(), lambda: build(name, Path(folder), int(threads), int(tokens)), noise, state)
        sys.__stdout__.write(json.dumps(found) + "\n")  # type: ignore[union-attr]
        sys.__stdout__.flush()  # type: ignore[union-attr]


if __name__ == "__main__":
    main()
