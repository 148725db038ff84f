"""The model repository: what is written in it agrees with the code that both sides run."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

from inference.whisper import wire

REPOSITORY = Path(__file__).resolve().parents[3] / "triton_models"
DATATYPES = {"TYPE_FP32": "FP32", "TYPE_INT32": "INT32", "TYPE_STRING": "BYTES", "TYPE_BOOL": "BOOL"}
CODE = sorted(REPOSITORY.rglob("*.py"))


def config() -> model_config_pb2.ModelConfig:
    text = (REPOSITORY / "whisper" / "config.pbtxt").read_text(encoding="utf-8")
    return text_format.Parse(text, model_config_pb2.ModelConfig())


@pytest.mark.parametrize(("kind", "specs"), [("input", wire.INPUTS), ("output", wire.OUTPUTS)])
def test_the_config_declares_the_tensors_of_the_wire(kind: str, specs: tuple[wire.TensorSpec, ...]) -> None:
    declared = [
        wire.TensorSpec(
            each.name, DATATYPES[model_config_pb2.DataType.Name(each.data_type)], tuple(map(int, each.dims))
        )
        for each in getattr(config(), kind)
    ]
    assert declared == list(specs)


def test_audio_of_different_lengths_is_batched_and_the_language_may_be_missing() -> None:
    inputs = {each.name: each for each in config().input}
    assert inputs["AUDIO"].allow_ragged_batch
    assert inputs["LANGUAGE"].optional


def test_every_priority_has_a_bounded_queue_that_refuses() -> None:
    batching = config().dynamic_batching
    assert batching.priority_levels == batching.default_priority_level == 4
    assert sorted(batching.priority_queue_policy) == [1, 2, 3, 4]
    for policy in batching.priority_queue_policy.values():
        assert policy.timeout_action == model_config_pb2.ModelQueuePolicy.REJECT
        assert policy.max_queue_size > 0
        assert policy.default_timeout_microseconds > 0


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_models_import_no_service(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert not {name.split(".")[0] for name in names} & {"services", "parley", "tests", "tools"}


def test_there_is_code_to_look_at() -> None:
    assert REPOSITORY / "whisper" / "1" / "model.py" in CODE
