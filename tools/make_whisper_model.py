"""Makes Whisper models with random weights: tiny ones for tests, and one of Whisper-base shape for comparisons.

    python -m tools.make_whisper_model TO [--kind multilingual|v3|english] [--half]
    uv run --no-project --with torch --with transformers --with "optimum-onnx[onnxruntime]" --with accelerate \\
        --with ctranslate2 --with onnx python -m tools.make_whisper_model TO --size base --tokenizer FOLDER

Without `--size base`: a toy in the file layout that Hugging Face Optimum writes, with a byte-level tokenizer of its own
and the special tokens of its kind, built with `onnx` alone in a second. Its text means nothing; it proves that names,
shapes, types and token ids are read from the files.

With `--size base`: transformers makes the weights, Optimum's own exporter writes the graphs (what people have), ONNX
Runtime quantises matrix products and embeddings, and CTranslate2's converter writes the same weights for
faster-whisper: TO/onnx, TO/hf, TO/ct2. FOLDER has tokenizer.json, generation_config.json and
preprocessor_config.json of a multilingual Whisper. The end token is suppressed, so that a benchmark can force any
number of tokens. These packages are not among the project's.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper

KINDS = ("multilingual", "v3", "english")
BYTES = 256
TIMESTAMPS = 1501
JSON_FILES = ("tokenizer.json", "generation_config.json", "preprocessor_config.json")


def special_tokens(kind: str) -> list[str]:
    """In the order of Whisper's ids; v3 has one language more, English-only models have other names for two."""
    languages = {"multilingual": ["en", "ko"], "v3": ["en", "ko", "yue"], "english": ["en"]}[kind]
    no_speech = "<|nocaptions|>" if kind == "english" else "<|nospeech|>"
    names = ["<|endoftext|>", "<|startoftranscript|>", *(f"<|{code}|>" for code in languages), "<|translate|>"]
    return [*names, "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", no_speech, "<|notimestamps|>"]


def make_toy(folder: Path, kind: str = "multilingual", *, half: bool = False, layers: int = 2) -> Path:
    """Writes a toy model (split and merged decoders) and returns `folder`."""
    from tools import whisper_graphs as graphs

    specials = special_tokens(kind)
    shape = graphs.Shape(
        vocabulary=BYTES + len(specials) + TIMESTAMPS, bands=128 if kind == "v3" else 80, layers=layers, half=half
    )
    suffix = "_fp16" if half else ""
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    makers = {
        "encoder_model": graphs.encoder,
        "decoder_model": graphs.decoder,
        "decoder_with_past_model": graphs.decoder_with_past,
        "decoder_model_merged": graphs.merged_decoder,
    }
    for name, make in makers.items():
        onnx.save(make(shape), str(folder / "onnx" / f"{name}{suffix}.onnx"))
    _write_tokenizer(folder / "tokenizer.json", specials)
    for name, content in _descriptions(shape, kind, specials).items():
        (folder / name).write_text(json.dumps(content, indent=1), encoding="utf-8")
    return folder


def _descriptions(shape: Any, kind: str, specials: list[str]) -> dict[str, dict[str, Any]]:
    ids = {name: BYTES + place for place, name in enumerate(specials)}
    first_task = ids["<|translate|>"]
    generation: dict[str, Any] = {
        "eos_token_id": ids["<|endoftext|>"],
        "no_timestamps_token_id": ids["<|notimestamps|>"],
        "is_multilingual": kind != "english",
        "suppress_tokens": [ids["<|startoftranscript|>"], *range(first_task, ids["<|notimestamps|>"])],
        "begin_suppress_tokens": [ord(" "), ids["<|endoftext|>"]],
        "alignment_heads": [[1, 0], [1, 1]],
    }
    if kind != "english":
        generation["lang_to_id"] = {name: ids[name] for name in specials[2 : specials.index("<|translate|>")]}
    config = {
        "d_model": shape.d_model,
        "decoder_attention_heads": shape.heads,
        "decoder_layers": shape.layers,
        "max_target_positions": shape.positions,
        "vocab_size": shape.vocabulary,
    }
    preprocessor = {"feature_size": shape.bands}
    return {"config.json": config, "generation_config.json": generation, "preprocessor_config.json": preprocessor}


def _write_tokenizer(path: Path, specials: list[str]) -> None:
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={letter: place for place, letter in enumerate(letters)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(name, special=True, normalized=False) for name in specials])
    tokenizer.save(str(path))


def make_base(folder: Path, tokenizer: Path) -> None:
    """Writes the model of Whisper-base shape for comparisons, in every form. Needs the packages named above."""
    import torch
    import transformers
    from ctranslate2.converters import TransformersConverter
    from optimum.exporters.onnx import main_export

    torch.manual_seed(0)
    wide = {"d_model": 512, "encoder_layers": 6, "decoder_layers": 6}
    heads = {"encoder_attention_heads": 8, "decoder_attention_heads": 8}
    inner = {"encoder_ffn_dim": 2048, "decoder_ffn_dim": 2048}
    config = transformers.WhisperConfig(vocab_size=51865, num_mel_bins=80, **wide, **heads, **inner)
    transformers.WhisperForConditionalGeneration(config).eval().save_pretrained(str(folder / "hf"))
    for name in JSON_FILES:
        shutil.copyfile(tokenizer / name, folder / "hf" / name)
    main_export(
        str(folder / "hf"), str(folder / "onnx"), task="automatic-speech-recognition-with-past", do_validation=False
    )
    TransformersConverter(str(folder / "hf"), copy_files=list(JSON_FILES[::2])).convert(str(folder / "ct2"), force=True)
    _quantise(folder / "onnx")
    for path in (folder / "hf").glob("*.json"):
        shutil.copyfile(path, folder / path.name)
    generation = json.loads((folder / "generation_config.json").read_text(encoding="utf-8"))
    generation["suppress_tokens"] = sorted({*generation["suppress_tokens"], generation["eos_token_id"]})
    (folder / "generation_config.json").write_text(json.dumps(generation), encoding="utf-8")


def _quantise(onnx_folder: Path) -> None:
    """int8 by dynamic quantisation of matrix products and embeddings; the merged decoder is made of the split ones."""
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from optimum.onnx import merge_decoders

    for name in ("encoder_model", "decoder_model", "decoder_with_past_model"):
        plain = onnx_folder / f"{name}_folded.onnx"
        model = onnx.load(str(onnx_folder / f"{name}.onnx"))
        fold_transposed_weights(model.graph)
        onnx.save(model, str(plain))
        target = onnx_folder / f"{name}_quantized.onnx"
        quantize_dynamic(plain, target, op_types_to_quantize=["MatMul", "Gather"], weight_type=QuantType.QInt8)
        plain.unlink()
    parts = [onnx_folder / f"decoder{part}_model_quantized.onnx" for part in ("", "_with_past")]
    merge_decoders(*parts, save_path=onnx_folder / "decoder_model_merged_quantized.onnx", strict=False)


def fold_transposed_weights(graph: onnx.GraphProto) -> None:
    """Stores transposed weights as such: only a product with a stored matrix is quantised (the tied embedding)."""
    stored = {weight.name: weight for weight in graph.initializer}
    for node in list(graph.node):
        if node.op_type == "Transpose" and node.input[0] in stored:
            order = [place for attribute in node.attribute for place in attribute.ints]  # none: all axes reversed
            turned = np.ascontiguousarray(numpy_helper.to_array(stored[node.input[0]]).transpose(order or None))
            graph.initializer.append(numpy_helper.from_array(turned, node.output[0]))
            graph.node.remove(node)


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("to", type=Path)
    parser.add_argument("--size", choices=("toy", "base"), default="toy")
    parser.add_argument("--kind", choices=KINDS, default=KINDS[0])
    parser.add_argument("--half", action="store_true", help="float16 weights and caches")
    parser.add_argument("--tokenizer", type=Path, help="for --size base: folder with the JSON files")
    chosen = parser.parse_args()
    if chosen.size == "toy":
        make_toy(chosen.to, chosen.kind, half=chosen.half)
    elif chosen.tokenizer is None:
        parser.error("--size base needs --tokenizer")
    else:
        make_base(chosen.to, chosen.tokenizer)
    print(f"written to {chosen.to}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
