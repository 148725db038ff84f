"""The Triton model `llm_onnx`: ONNX Runtime GenAI behind the tensors of vLLM's backend (see `llm`).

One process per instance. Each request is written by one of a few threads, token by token; a cancelled one stops at the
next token. Of `sampling_parameters` it knows max_tokens, temperature, top_p, top_k, seed and structured_outputs (json).
"""

from __future__ import annotations

import json
import os
import queue
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import triton_python_backend_utils as pb_utils

_SETTINGS = {"folder": "", "streams": "2", "waiting": "32", "threads": ""}
_DEFAULT_TOKENS = 256
_SEARCH = ("temperature", "top_p", "top_k")
_CLOSE_LIMIT_S = 5.0


class Refused(Exception):
    """The request is wrong; the text says how."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a request asks for."""

    prompt: str
    max_tokens: int
    search: Mapping[str, Any]
    schema: Mapping[str, Any] | None
    stream: bool


class TritonPythonModel:
    """What Triton's python backend calls."""

    def initialize(self, args: Mapping[str, str]) -> None:
        """Loads the model and writes a word with it. Raises TritonModelException: the server tells whoever loads it."""
        settings = read_settings(json.loads(args["model_config"]).get("parameters", {}), os.environ)
        try:
            self._writer = Writer(settings)
            for _ in self._writer.write(Order("Hello", 1, {}, None, True)):
                pass
        except (Refused, RuntimeError, ValueError) as error:
            message = f"{error} (folder {settings['folder']!r})"
            raise pb_utils.TritonModelException(message) from error
        self._waiting: queue.Queue[Any] = queue.Queue(int(settings["waiting"]))
        self._closing = threading.Event()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(int(settings["streams"]))]
        for thread in self._threads:
            thread.start()

    def execute(self, requests: Sequence[Any]) -> None:
        """Takes the requests; their responses follow through their senders. What finds the queue full is refused."""
        for request in requests:
            sender = request.get_response_sender()
            try:
                order = read_order(request, self._writer.longest)
                self._waiting.put_nowait((order, sender))
            except Refused as error:
                _fail(sender, f"INVALID_ARG: {error}", pb_utils.TritonError.INVALID_ARG)
            except queue.Full:
                _fail(sender, "BUSY: too many requests wait for this model", pb_utils.TritonError.UNAVAILABLE)

    def finalize(self) -> None:
        """Ends the threads at their next token."""
        self._closing.set()
        for thread in self._threads:
            thread.join(_CLOSE_LIMIT_S)

    def _work(self) -> None:
        while not self._closing.is_set():
            try:
                order, sender = self._waiting.get(timeout=0.1)
            except queue.Empty:
                continue
            try:
                self._serve(order, sender)
            except Refused as error:
                _fail(sender, f"INVALID_ARG: {error}", pb_utils.TritonError.INVALID_ARG)
            except Exception as error:  # noqa: BLE001  # the thread outlives whatever one request does to it
                _fail(sender, f"INFERENCE_FAILED: {type(error).__name__}", pb_utils.TritonError.INTERNAL)

    def _serve(self, order: Order, sender: Any) -> None:
        whole: list[str] = []
        for text, finish in self._writer.write(order):
            if sender.is_cancelled() or self._closing.is_set():
                _fail(sender, "CANCELLED: nobody waits for this text any more", pb_utils.TritonError.CANCELLED)
                return
            whole.append(text)
            if order.stream and (text or finish):
                _send(sender, text, finish)
            elif finish:
                _send(sender, "".join(whole), finish)
        sender.send(flags=pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL)


class Writer:
    """The model itself; `write` may run in several threads at a time."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        if not settings["folder"]:
            raise Refused("no model: set the parameter `folder` in config.pbtxt, or LLM_FOLDER, to a GenAI model")
        for name in ("streams", "waiting"):
            if not settings[name].isdecimal() or int(settings[name]) < 1:
                raise Refused(f"{name} is a whole number, at least 1")
        # Only now: ONNX Runtime looks for its devices when it is imported.
        import onnxruntime_genai as genai

        genai.disable_telemetry_events()
        self._genai = genai
        config = genai.Config(settings["folder"])
        if settings["threads"]:
            options = {"intra_op_num_threads": int(settings["threads"])}
            config.overlay(json.dumps({"model": {"decoder": {"session_options": options}}}))
        self._model = genai.Model(config)
        self._tokenizer = genai.Tokenizer(self._model)
        with open(os.path.join(settings["folder"], "genai_config.json"), encoding="utf-8") as file:
            self.longest = int(json.load(file)["model"]["context_length"])
        self._ends = set(self._tokenizer.eos_token_ids)

    def write(self, order: Order) -> Iterator[tuple[str, str]]:
        """The text in pieces, each with the reason why it ended ("" before the last). Raises Refused."""
        tokens = self._tokenizer.encode(order.prompt)
        if len(tokens) + order.max_tokens > self.longest:
            raise Refused(f"prompt and max_tokens together are longer than the {self.longest} tokens of the model")
        params = self._genai.GeneratorParams(self._model)
        params.set_search_options(max_length=len(tokens) + order.max_tokens, **order.search)
        if order.schema is not None:
            params.set_guidance("json_schema", json.dumps(order.schema))
        generator = self._genai.Generator(self._model, params)
        generator.append_tokens(tokens)
        decoder = self._tokenizer.create_stream()
        for _ in range(order.max_tokens):
            generator.generate_next_token()
            token = int(generator.get_next_tokens()[0])
            if token in self._ends:
                yield "", "stop"
                return
            yield decoder.decode(token), ""
            if generator.is_done():
                break
        yield "", "length"


def read_settings(parameters: Mapping[str, Mapping[str, str]], environment: Mapping[str, str]) -> dict[str, str]:
    """The model's settings: the parameter in config.pbtxt, else the environment, else the default."""
    return {
        name: parameters.get(name, {}).get("string_value") or environment.get(f"LLM_{name.upper()}") or usual
        for name, usual in _SETTINGS.items()
    }


def read_order(request: Any, longest: int) -> Order:
    """What `request` asks for. Raises Refused."""
    try:
        given = json.loads(_string(request, "sampling_parameters") or "{}")
        max_tokens = int(given.get("max_tokens", _DEFAULT_TOKENS))
        guide = given.get("structured_outputs")
        guide = json.loads(guide) if isinstance(guide, str) else guide
        schema = guide["json"] if guide else None
        search = {
            name: float(given[name]) if name != "top_k" else int(given[name]) for name in _SEARCH if name in given
        }
    except (ValueError, TypeError, KeyError) as error:
        raise Refused(f"sampling_parameters are not what this model reads ({type(error).__name__})") from error
    if not 1 <= max_tokens < longest:
        raise Refused(f"max_tokens is 1 to {longest - 1}")
    sampled = search.get("temperature", 0.0) > 0
    if not sampled:
        search = {}
    search |= {"do_sample": sampled, "random_seed": int(given.get("seed", 0))} if sampled else {"do_sample": False}
    if schema is not None and guide.get("disable_any_whitespace"):
        # Without this a weak model may write blanks between the parts until its tokens are used up.
        schema = {**schema, "x-guidance": {"whitespace_flexible": False}}
    prompt = _string(request, "text_input")
    if not prompt:
        raise Refused("text_input is empty")
    return Order(prompt, max_tokens, search, schema, _flag(request, "stream"))


def _string(request: Any, name: str) -> str:
    tensor = pb_utils.get_input_tensor_by_name(request, name)
    return "" if tensor is None else str(tensor.as_numpy().reshape(-1)[0].decode("utf-8"))


def _flag(request: Any, name: str) -> bool:
    tensor = pb_utils.get_input_tensor_by_name(request, name)
    return tensor is not None and bool(tensor.as_numpy().reshape(-1)[0])


def _send(sender: Any, text: str, finish: str) -> None:
    tensors = [
        pb_utils.Tensor(name, np.array([value.encode("utf-8")], dtype=np.object_))
        for name, value in (("text_output", text), ("finish_reason", finish or "None"))
    ]
    sender.send(pb_utils.InferenceResponse(output_tensors=tensors))


def _fail(sender: Any, message: str, code: Any) -> None:
    sender.send(
        pb_utils.InferenceResponse(error=pb_utils.TritonError(message, code)),
        flags=pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL,
    )
