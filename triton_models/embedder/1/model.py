"""The Triton model `embedder`: the engine of `inference.e5` behind two tensors."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import triton_python_backend_utils as pb_utils

if find_spec("inference") is None:  # a checkout that nobody installed: this file is in its triton_models/embedder/1
    sys.path.append(str(Path(__file__).resolve().parents[3]))

_SETTINGS = {"folder": "", "threads": "1"}


class TritonPythonModel:
    """What Triton's python backend calls."""

    def initialize(self, args: Mapping[str, str]) -> None:
        """Loads the model and embeds a word. Raises TritonModelException: the server tells whoever loads it."""
        # Only now: ONNX Runtime looks for its devices when it is imported.
        from inference import errors
        from inference.e5.engine import E5Engine, Purpose
        from inference.memory import limit_heap

        limit_heap()
        settings = read_settings(json.loads(args["model_config"]).get("parameters", {}), os.environ)
        self._errors, self._purposes = errors, Purpose
        try:
            if not settings["folder"]:
                raise ValueError("no model: set the parameter `folder` in config.pbtxt, or E5_FOLDER, to an E5 export")
            self._engine = E5Engine(Path(settings["folder"]), threads=int(settings["threads"]))
            self._engine.embed(["warm"])
        except (errors.InferenceError, ValueError) as error:
            raise pb_utils.TritonModelException(str(error)) from error

    def execute(self, requests: Sequence[Any]) -> list[Any]:
        """Embeds what the server put together, all texts of one purpose in one run; one response per request."""
        responses: list[Any] = [None] * len(requests)
        groups: dict[Any, list[tuple[int, list[str]]]] = {}
        for place, request in enumerate(requests):
            try:
                purpose = self._purposes((_strings(request, "PURPOSE") or ["query"])[0] or "query")
                groups.setdefault(purpose, []).append((place, _strings(request, "TEXT")))
            except ValueError as error:
                responses[place] = _failed(f"INVALID_ARG: {error}", pb_utils.TritonError.INVALID_ARG)
        for purpose, entries in groups.items():
            self._answer(purpose, entries, responses)
        return responses

    def _answer(self, purpose: Any, entries: Sequence[tuple[int, list[str]]], responses: list[Any]) -> None:
        try:
            rows = self._engine.embed([text for _, texts in entries for text in texts], purpose)
        except self._errors.InferenceFailed as error:
            for place, _ in entries:
                responses[place] = _failed(f"INFERENCE_FAILED: {error}", pb_utils.TritonError.INTERNAL)
            return
        start = 0
        for place, texts in entries:
            tensor = pb_utils.Tensor("EMBEDDING", np.ascontiguousarray(rows[start : start + len(texts)]))
            responses[place] = pb_utils.InferenceResponse(output_tensors=[tensor])
            start += len(texts)


def read_settings(parameters: Mapping[str, Mapping[str, str]], environment: Mapping[str, str]) -> dict[str, str]:
    """The model's settings: the parameter in config.pbtxt, else the environment, else the default."""
    return {
        name: parameters.get(name, {}).get("string_value") or environment.get(f"E5_{name.upper()}") or usual
        for name, usual in _SETTINGS.items()
    }


def _strings(request: Any, name: str) -> list[str]:
    tensor = pb_utils.get_input_tensor_by_name(request, name)
    return [] if tensor is None else [each.decode("utf-8") for each in tensor.as_numpy().reshape(-1)]


def _failed(message: str, code: Any) -> Any:
    return pb_utils.InferenceResponse(error=pb_utils.TritonError(message, code))
