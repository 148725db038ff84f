"""The Triton model `whisper`: the engine of `inference.whisper` behind the tensors of `inference.whisper.wire`.

One process per instance. The server makes the batches; a batch is read together, in groups of equal options.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import triton_python_backend_utils as pb_utils

if find_spec("inference") is None:  # a checkout that nobody installed: this file is in its triton_models/whisper/1
    sys.path.append(str(Path(__file__).resolve().parents[3]))

_CANCEL_CHECK_S = 0.02
"""Least time between two questions to the server whether a request was cancelled: each is a message to it."""
_SETTINGS = {
    "folder": "",
    "precision": "fp32",
    "layout": "auto",
    "threads": "1",
    "providers": "",
    "engine_cache": "",
}


@dataclass(frozen=True, slots=True)
class Job:
    """One request that is to be read."""

    request: Any
    sender: Any
    window: Any
    options: Any
    waited_for: bool
    """Whether somebody waits for the text: else it is read after what is."""


class TritonPythonModel:
    """What Triton's python backend calls."""

    def initialize(self, args: Mapping[str, str]) -> None:
        """Loads the model and reads silence with it. Raises TritonModelException: the server tells whoever loads it."""
        settings = read_settings(json.loads(args["model_config"]).get("parameters", {}), os.environ)
        _choose_device(args)
        # Only now: ONNX Runtime looks for its devices when it is imported.
        from inference import errors
        from inference.memory import limit_heap
        from inference.whisper import engine, wire

        limit_heap()
        self._errors, self._wire, self._engines = errors, wire, engine
        try:
            self._engine = _load(settings, engine.WhisperEngine)
            self._describe(settings)
            self._engine.transcribe([self._silence()], engine.DecodeOptions())
        except (errors.InferenceError, ValueError) as error:
            raise pb_utils.TritonModelException(f"{error} (folder {settings['folder']!r})") from error
        self._metrics = Metrics({"model": args["model_name"], "version": args["model_version"]})

    def execute(self, requests: Sequence[Any]) -> None:
        """Reads a batch and answers each request as soon as its text is there: what is waited for first."""
        groups: dict[Any, list[Job]] = {}
        for request in requests:
            sender = request.get_response_sender()
            answered = self._answer_at_once(request)
            if answered is not None:
                _send(sender, answered)
                continue
            try:
                job = self._job(request, sender)
            except self._wire.RequestInvalid as error:
                _send(sender, _failed(str(error), pb_utils.TritonError.INVALID_ARG))
            else:
                groups.setdefault((not job.waited_for, job.options), []).append(job)
        for later in (False, True):
            for (is_later, _), jobs in groups.items():
                if is_later == later:
                    self._read(jobs)

    def finalize(self) -> None:
        """Nothing to give back: the process ends after this."""

    def _describe(self, settings: Mapping[str, str]) -> None:
        said = self._engine.description
        self._description = self._wire.Description(
            contract=self._wire.CONTRACT,
            version=said.version,
            languages=said.languages,
            has_alignment=said.has_alignment,
            d_model=said.d_model,
            decoder_layers=said.decoder_layers,
            max_samples=self._engines.WINDOW_SAMPLES,
            providers=tuple(getattr(said, "providers", ())),
        )

    def _silence(self) -> Any:
        import numpy as np

        return self._engines.Window(np.zeros(self._engines.RATE_HZ, dtype=np.float32), self._description.languages[0])

    def _answer_at_once(self, request: Any) -> Any | None:
        if request.is_cancelled():
            return _failed("CANCELLED: nobody waits for this window any more", pb_utils.TritonError.CANCELLED)
        if set(request.requested_output_names()) == {"DESCRIPTION"}:
            return _response(request, {"DESCRIPTION": self._said()})
        return None

    def _job(self, request: Any, sender: Any) -> Job:
        """What a request asks for. Raises RequestInvalid."""
        window = self._wire.read_window(
            _input(request, "AUDIO"),
            _input(request, "LANGUAGE"),
            self._description.languages,
            self._description.max_samples,
        )
        parameters = json.loads(request.parameters() or "{}")
        level = self._wire.read_priority(parameters)
        return Job(request, sender, window, self._wire.read_options(parameters), level <= self._wire.WAITED_FOR)

    def _read(self, jobs: Sequence[Job]) -> None:
        """Reads jobs of equal options together; if that fails, one by one, so that one bad window spoils no other."""
        started = time.monotonic()
        try:
            found = self._engine.transcribe([job.window for job in jobs], jobs[0].options, _nobody_waits(jobs))
        except self._errors.Interrupted:
            for job in jobs:
                _send(job.sender, _failed("CANCELLED: interrupted", pb_utils.TritonError.CANCELLED))
        except self._errors.InferenceFailed as error:
            if len(jobs) == 1:
                _send(jobs[0].sender, _failed(f"INFERENCE_FAILED: {error}", pb_utils.TritonError.INTERNAL))
                return
            for job in jobs:
                self._read([job])
        except Exception as error:  # noqa: BLE001  whatever it is: a request without an answer would wait for ever
            for job in jobs:
                _send(job.sender, _failed(f"INFERENCE_FAILED: {type(error).__name__}", pb_utils.TritonError.INTERNAL))
        else:
            self._metrics.count(jobs, found, time.monotonic() - started)
            for job, each in zip(jobs, found, strict=True):
                tensors = {**self._wire.write_transcription(each), "DESCRIPTION": self._said()}
                _send(job.sender, _response(job.request, tensors))

    def _said(self) -> Any:
        return self._wire.write_text(self._description.to_json())


class Metrics:
    """Counters on the server's metrics page, added up over the instances of a model."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        # Triton forgets a family with its last Python object, and its counters with it: keep both.
        self._families = {
            name: pb_utils.MetricFamily(
                name=f"parley_whisper_{name}_total", description=text, kind=pb_utils.MetricFamily.COUNTER
            )
            for name, text in (
                ("windows", "Windows read"),
                ("audio_seconds", "Audio read, in seconds"),
                ("decode_seconds", "Time spent reading, in seconds"),
                ("fallbacks", "Windows read again at a higher temperature"),
            )
        }
        self._counters = {name: family.Metric(labels=dict(labels)) for name, family in self._families.items()}

    def count(self, jobs: Sequence[Job], found: Sequence[Any], took_s: float) -> None:
        """Adds one run."""
        self._counters["windows"].increment(len(jobs))
        self._counters["audio_seconds"].increment(sum(len(job.window.samples) for job in jobs) / 16_000)
        self._counters["decode_seconds"].increment(took_s)
        self._counters["fallbacks"].increment(sum(each.temperature > 0 for each in found))


def read_settings(parameters: Mapping[str, Mapping[str, str]], environment: Mapping[str, str]) -> dict[str, str]:
    """The model's settings: the parameter in config.pbtxt, else the environment, else the default."""
    return {
        name: parameters.get(name, {}).get("string_value") or environment.get(f"WHISPER_{name.upper()}") or usual
        for name, usual in _SETTINGS.items()
    }


def _load(settings: Mapping[str, str], engine: Callable[..., Any]) -> Any:
    if not settings["folder"]:
        raise ValueError("no model: set the parameter `folder` in config.pbtxt, or WHISPER_FOLDER, to a Whisper export")
    if settings["precision"] not in ("fp32", "fp16", "int8") or settings["layout"] not in ("split", "merged", "auto"):
        raise ValueError("precision is fp32, fp16 or int8; layout is split, merged or auto")
    if not settings["threads"].isdecimal() or int(settings["threads"]) < 1:
        raise ValueError("threads is a whole number, at least 1")
    cache = {"engine_cache": Path(settings["engine_cache"])} if settings["engine_cache"] else {}
    return engine(
        Path(settings["folder"]),
        precision=settings["precision"],
        layout=settings["layout"],
        threads=int(settings["threads"]),
        providers=settings["providers"].split() or None,
        **cache,
    )


def _choose_device(args: Mapping[str, str]) -> None:
    """Shows this process only the GPU that Triton gave its instance, or none."""
    visible = [name for name in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if name]
    number = int(args["model_instance_device_id"])
    if args["model_instance_kind"] == "GPU":
        os.environ["CUDA_VISIBLE_DEVICES"] = visible[number] if visible else str(number)


def _nobody_waits(jobs: Sequence[Job]) -> Callable[[], bool]:
    """Whether every request of a batch was cancelled; asks the server at most once in `_CANCEL_CHECK_S`."""
    waiting = [job.request for job in jobs]
    asked = time.monotonic()

    def interrupted() -> bool:
        nonlocal asked
        if waiting and time.monotonic() - asked >= _CANCEL_CHECK_S:
            asked = time.monotonic()
            waiting[:] = [request for request in waiting if not request.is_cancelled()]
        return not waiting

    return interrupted


def _input(request: Any, name: str) -> Any | None:
    tensor = pb_utils.get_input_tensor_by_name(request, name)
    return None if tensor is None else tensor.as_numpy()


def _response(request: Any, tensors: Mapping[str, Any]) -> Any:
    wanted = request.requested_output_names()
    return pb_utils.InferenceResponse(
        output_tensors=[pb_utils.Tensor(name, value) for name, value in tensors.items() if name in wanted]
    )


def _send(sender: Any, response: Any) -> None:
    sender.send(response, flags=pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL)


def _failed(message: str, code: Any) -> Any:
    return pb_utils.InferenceResponse(error=pb_utils.TritonError(message, code))
