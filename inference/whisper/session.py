"""One loaded ONNX file; the only module here that runs ONNX Runtime."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from inference.errors import InferenceFailed, Interrupted, ModelUnusable
from inference.whisper.fusion import fuse_attention
from inference.whisper.providers import PROVIDERS, Hardware

Array = npt.NDArray[Any]
Tensor = Any
"""A numpy array, or an OrtValue that stays on its device."""

_NUMPY_TYPES: Mapping[str, type[np.floating[Any]]] = {"tensor(float)": np.float32, "tensor(float16)": np.float16}
_POLL_S = 0.01


class Graph:
    """One loaded ONNX file. Names, shapes and types are read from it, so fp16 and other head counts need no code."""

    def __init__(self, path: Path, hardware: Hardware, *, fused: bool = False) -> None:
        """`fused`: on a CPU, with attention in one operator, where the file has it in a form that is known.

        Raises ModelUnusable if the file is no usable model or the hardware does not take it.
        """
        import onnxruntime

        self._runtime = onnxruntime
        self._hardware = hardware
        self.name = path.name
        try:
            if hardware.device == "cuda":
                onnxruntime.preload_dlls()  # finds CUDA's libraries where they are Python packages
            with _rewritten(path) if fused and hardware.device == "cpu" else nullcontext(path) as source:
                self._session = onnxruntime.InferenceSession(
                    str(source),
                    _options(onnxruntime, hardware),
                    providers=hardware.for_session(),
                    # Folding would store the tied embedding a second time, transposed for the logits.
                    disabled_optimizers=["ConstantFolding"] if hardware.compact else None,
                )
        except Exception as error:  # ONNX Runtime's exceptions have no common base
            raise ModelUnusable(f"{path} cannot be loaded ({error}): fetch or export the model again") from error
        if hardware.device == "cuda" and PROVIDERS[hardware.providers[0]] not in self._session.get_providers():
            raise ModelUnusable(f"{path.name} does not run on {hardware.providers[0]}: are its libraries installed?")
        self.inputs = {value.name: value for value in self._session.get_inputs()}
        self.outputs = {value.name: value for value in self._session.get_outputs()}

    def require(self, inputs: Collection[str], outputs: Collection[str]) -> None:
        """Raises ModelUnusable if the graph lacks one of the names."""
        lacks = [name for name in inputs if name not in self.inputs]
        lacks += [name for name in outputs if name not in self.outputs]
        if lacks:
            raise ModelUnusable(f"{self.name} has no {', '.join(lacks)}: it is no Optimum export of a Whisper model")

    def require_size(self, name: str, axis: int, size: int, source: str) -> None:
        """Raises ModelUnusable if a fixed size of an input or output is not what `source` says."""
        shape = (self.inputs.get(name) or self.outputs[name]).shape
        found = shape[axis] if axis < len(shape) and -axis <= len(shape) else None
        if isinstance(found, int) and found != size:
            raise ModelUnusable(
                f"{self.name}: {name} has {found} on axis {axis}, {source} says {size}: files of two models are mixed"
            )

    def dtype(self, name: str) -> type[np.floating[Any]]:
        """The numpy type of a floating-point input. Raises ModelUnusable if it is another type."""
        found = self.inputs[name].type
        if found not in _NUMPY_TYPES:
            raise ModelUnusable(f"{self.name}: {name} is {found}; known are {', '.join(_NUMPY_TYPES)}")
        return _NUMPY_TYPES[found]

    def run(
        self,
        outputs: Sequence[str],
        feed: Mapping[str, Tensor],
        *,
        stay: Collection[str] = (),
        interrupted: Callable[[], bool] | None = None,
    ) -> dict[str, Tensor]:
        """One run; returns the outputs asked for by name.

        `stay`: outputs that may stay on the device. `interrupted`: asked every 10 ms by another thread; a run that
        is in hand is stopped at its next node. Raises InferenceFailed, or Interrupted.
        """
        try:
            with self._stoppable(interrupted) as options:
                if self._hardware.bound:
                    return self._run_bound(outputs, feed, stay, options)
                results = self._session.run(list(outputs), dict(feed), options)
        except Exception as error:
            if interrupted is not None and options.terminate:
                raise Interrupted from error
            raise InferenceFailed(f"ONNX Runtime failed on {self.name}: {type(error).__name__}") from error
        return dict(zip(outputs, results, strict=True))

    def _run_bound(
        self, outputs: Sequence[str], feed: Mapping[str, Tensor], stay: Collection[str], options: Any
    ) -> dict[str, Tensor]:
        binding = self._session.io_binding()
        for name, value in feed.items():
            if isinstance(value, np.ndarray):
                binding.bind_cpu_input(name, np.ascontiguousarray(value))
            else:
                binding.bind_ortvalue_input(name, value)
        for name in outputs:
            binding.bind_output(name, self._hardware.device if name in stay else "cpu")
        self._session.run_with_iobinding(binding, options)
        values = zip(outputs, binding.get_outputs(), strict=True)
        return {name: value if name in stay else value.numpy() for name, value in values}

    @contextmanager
    def _stoppable(self, interrupted: Callable[[], bool] | None) -> Iterator[Any]:
        options = self._runtime.RunOptions()
        if interrupted is None:
            yield options
            return
        over = threading.Event()

        def watch() -> None:
            while not over.wait(_POLL_S):
                if interrupted():
                    options.terminate = True
                    return

        watcher = threading.Thread(target=watch, name="whisper-interrupt")
        watcher.start()
        try:
            yield options
        finally:
            over.set()
            watcher.join()


def rows(value: Tensor, sources: Sequence[int], device: str) -> Tensor:
    """The rows `sources` of a value, on the same device."""
    if isinstance(value, np.ndarray):
        return value[list(sources)]
    import onnxruntime

    # ONNX Runtime has no gather of its own outside a graph; this passes through the host's memory.
    taken = np.ascontiguousarray(value.numpy()[list(sources)])
    return onnxruntime.OrtValue.ortvalue_from_numpy(taken, device, 0)


@contextmanager
def _rewritten(path: Path) -> Iterator[Path]:
    """Where the model with fused attention is meanwhile; `path` where there is nothing to fuse.

    In a file without a name: of a model given as bytes, an InferenceSession keeps the bytes.
    """
    pieces = fuse_attention(path) if hasattr(os, "memfd_create") else None  # Linux
    if pieces is None:
        yield path
        return
    with os.fdopen(os.memfd_create(path.name), "wb") as file:
        file.writelines(pieces)
        file.flush()
        yield Path(f"/proc/self/fd/{file.fileno()}")


def _options(onnxruntime: Any, hardware: Hardware) -> Any:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = hardware.threads
    options.inter_op_num_threads = 1
    # Spinning workers would burn a core while nobody speaks.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # The arena would keep the encoder's scratch between utterances.
    options.enable_cpu_mem_arena = False
    options.add_session_config_entry("session.disable_prepacking", "1" if hardware.compact else "0")
    return options
