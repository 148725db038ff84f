"""Chooses what runs the graphs: TensorRT, CUDA or CPU."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inference.errors import ModelUnusable

PROVIDERS: Mapping[str, str] = {
    "tensorrt": "TensorrtExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "cpu": "CPUExecutionProvider",
}
"""Names for settings, best first, and ONNX Runtime's."""
_CUDA_DRIVER = "libcuda.so.1"
_TENSORRT = "libnvinfer.so.10"


@dataclass(frozen=True, kw_only=True, slots=True)
class Hardware:
    """What a session is made for."""

    providers: tuple[str, ...]
    """Names of PROVIDERS, best first; nodes that one cannot run go to the next."""
    threads: int = 1
    """Most CPU threads that one run uses."""
    engine_cache: Path | None = None
    """Where TensorRT keeps its built engines, which take minutes to build; None: built at every start."""
    bound: bool = False
    """Whether states and caches stay where they were computed instead of coming back as numpy arrays."""

    compact: bool = False
    """Whether to do without second copies of weights: transposed ones, and those in the order that kernels like."""

    @property
    def device(self) -> str:
        """ONNX Runtime's name of the memory that bound values stay in."""
        return "cpu" if self.providers[0] == "cpu" else "cuda"

    def for_session(self) -> list[tuple[str, dict[str, Any]]]:
        """As `InferenceSession(providers=…)` wants them."""
        options: dict[str, dict[str, Any]] = {}
        if self.engine_cache is not None:
            options["tensorrt"] = {
                "trt_engine_cache_enable": True,
                "trt_engine_cache_path": str(self.engine_cache),
                "trt_timing_cache_enable": True,
            }
        return [(PROVIDERS[name], options.get(name, {})) for name in self.providers]


def choose(
    wanted: Sequence[str] | None,
    *,
    split: bool,
    threads: int = 1,
    engine_cache: Path | None = None,
    compact: bool = False,
) -> Hardware:
    """The hardware to load a model on.

    `wanted`: names of PROVIDERS in order of preference; None: what this machine has. `split`: whether the decoder is
    split; TensorRT cannot take the merged one's `If`. Raises ModelUnusable for what is not there.
    """
    here = available()
    if wanted is None:
        names = [name for name in here if split or name != "tensorrt"]
    else:
        names = [*dict.fromkeys(wanted)]
        _check(names, here, split)
        if "cpu" not in names:  # there are always nodes that only the CPU runs
            names.append("cpu")
    return Hardware(
        providers=tuple(names),
        threads=threads,
        engine_cache=engine_cache,
        bound=names[0] in ("cuda", "tensorrt"),
        compact=compact,
    )


def available() -> list[str]:
    """Names of the PROVIDERS that this machine can run, best first.

    ONNX Runtime lists what it was compiled for; whether there is a device and a driver is another question.
    """
    import onnxruntime

    compiled = set(onnxruntime.get_available_providers())
    works = {"tensorrt": _cuda_devices() > 0 and _loads(_TENSORRT), "cuda": _cuda_devices() > 0, "cpu": True}
    return [name for name, theirs in PROVIDERS.items() if theirs in compiled and works[name]]


def _check(names: Sequence[str], here: Sequence[str], split: bool) -> None:
    for name in names:
        if name not in PROVIDERS:
            raise ModelUnusable(f"there is no provider {name!r}; choose from {', '.join(PROVIDERS)}")
        if name not in here:
            raise ModelUnusable(f"provider {name} does not work on this machine (it has {', '.join(here)})")
    if "tensorrt" in names and not split:
        raise ModelUnusable("TensorRT cannot run a merged decoder: choose the layout split, or leave tensorrt out")
    if not names:
        raise ModelUnusable(f"an empty list of providers; choose from {', '.join(PROVIDERS)}")


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _cuda_devices() -> int:
    try:
        driver = ctypes.CDLL(_CUDA_DRIVER)
    except OSError:
        return 0
    count = ctypes.c_int(0)
    if driver.cuInit(0) != 0 or driver.cuDeviceGetCount(ctypes.byref(count)) != 0:
        return 0
    return count.value
