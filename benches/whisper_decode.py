"""Log-mel and decode loop against faster-whisper and transformers, on the same weights, audio and threads.

    python -m tools.make_whisper_model --size base --to FOLDER      (its docstring says what it needs)
    python -m benches.whisper_decode FOLDER --others PYTHON [--threads 1] [--rounds 7] [--tokens 64]

Not part of `make bench`: the others are not among the project's dependencies. PYTHON is an interpreter that has
faster-whisper, transformers and torch (`uv venv X; uv pip install --python X/bin/python faster-whisper transformers
torch`). Every engine is a process of its own that loads once and warms up once; then the engines take turns, one run
each per round, so that a busy machine slows all of them. Each run: samples to log-mel, encoder, and exactly `--tokens`
forced greedy tokens (the end token is suppressed in the model's generation_config.json). Figures: median seconds by the
clock and of processor time (which a busy machine changes less), the median over the rounds of ours/theirs in both, and
peak resident memory of each process.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

WORKER = Path(__file__).with_name("whisper_decode_worker.py")
ROOT = Path(__file__).resolve().parents[1]
OURS = ("ours-fp32-merged", "ours-fp32-split", "ours-int8-merged", "ours-int8-split")
FP32 = ("faster-whisper-fp32", "transformers-fp32")
INT8 = ("faster-whisper-int8",)


@dataclass(slots=True)
class Engine:
    """One process with one engine."""

    name: str
    process: subprocess.Popen[str]

    def ask(self, what: str) -> dict[str, Any]:
        """Sends a line, reads a JSON object."""
        _stream(self.process.stdin).write(what + "\n")
        _stream(self.process.stdin).flush()
        line = _stream(self.process.stdout).readline()
        if not line:
            raise SystemExit(f"{self.name} died")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _stream(stream: IO[str] | None) -> IO[str]:
    assert stream is not None  # noqa: S101  both are pipes
    return stream


CLOCKS = ("seconds", "cpu_seconds")
Times = dict[str, dict[str, list[float]]]
"""By clock and engine, one per round."""


def measure(arguments: argparse.Namespace, names: list[str]) -> Times:
    """Times per engine and round; prints what each engine says of itself."""
    with ExitStack() as stack:
        engines = [_start(stack, name, arguments) for name in names]
        for engine in engines:
            print(json.dumps({"engine": engine.name, **engine.ask("load"), **engine.ask("run")}), flush=True)
        times: Times = {clock: {name: [] for name in names} for clock in CLOCKS}
        for _ in range(arguments.rounds):
            for engine in engines:
                found = engine.ask("run")
                for clock in CLOCKS:
                    times[clock][engine.name].append(found[clock])
        for engine in engines:
            medians = {f"median_{clock}": _median(times[clock][engine.name]) for clock in CLOCKS}
            print(json.dumps({"engine": engine.name, **engine.ask("memory"), **medians}), flush=True)
    return times


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="folder that tools.make_whisper_model wrote")
    parser.add_argument("--others", type=Path, required=True, metavar="PYTHON")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=15.0, help="length of the audio")
    parser.add_argument("--engines", nargs="*", default=[*OURS, *FP32, *INT8])
    arguments = parser.parse_args()
    print(json.dumps({"load_average": os.getloadavg(), "cores": os.cpu_count(), "threads": arguments.threads}))
    names = list(arguments.engines)
    times = measure(arguments, names)
    for ours in (name for name in names if name.startswith("ours")):
        for theirs in (name for name in names if name in (INT8 if "int8" in ours else FP32)):
            pairs = {clock: zip(times[clock][ours], times[clock][theirs], strict=True) for clock in CLOCKS}
            ratios = {f"ratio_{clock}": _median([one / other for one, other in pairs[clock]]) for clock in CLOCKS}
            print(json.dumps({"ours": ours, "theirs": theirs, **ratios}))
    print(json.dumps({"load_average": os.getloadavg()}))
    return 0


def _start(stack: ExitStack, name: str, arguments: argparse.Namespace) -> Engine:
    python = sys.executable if name.startswith("ours") else str(arguments.others)
    command = [python, str(WORKER), name, str(arguments.model), str(arguments.threads)]
    command += [str(arguments.tokens), str(arguments.seconds)]
    threads = {name: str(arguments.threads) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS")}
    env = {**os.environ, **threads, "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"}
    process = stack.enter_context(
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)
    )
    stack.callback(process.kill)
    return Engine(name, process)


def _median(values: list[float]) -> float:
    return round(statistics.median(values), 4)


if __name__ == "__main__":
    raise SystemExit(main())
