"""Chat formats as plain text, for servers that take one text: Triton's ``llm`` contract knows no messages.

The format belongs to the model's weights (its ``chat_template``); a wrong one still works, and makes worse text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from services.reasoning.adapters.llm.model import Message


def _chatml(messages: Sequence[Message]) -> str:
    turns = "".join(f"<|im_start|>{each.role}\n{each.content}<|im_end|>\n" for each in messages)
    return f"{turns}<|im_start|>assistant\n"


def _llama3(messages: Sequence[Message]) -> str:
    turns = "".join(f"<|start_header_id|>{each.role}<|end_header_id|>\n\n{each.content}<|eot_id|>" for each in messages)
    return f"{turns}<|start_header_id|>assistant<|end_header_id|>\n\n"


def _mistral(messages: Sequence[Message]) -> str:
    return f"[INST] {_plain_text(messages)} [/INST]"


def _gemma(messages: Sequence[Message]) -> str:
    return f"<start_of_turn>user\n{_plain_text(messages)}<end_of_turn>\n<start_of_turn>model\n"


def _plain(messages: Sequence[Message]) -> str:
    return f"{_plain_text(messages)}\n\n"


def _plain_text(messages: Sequence[Message]) -> str:
    return "\n\n".join(each.content for each in messages)


FORMATS: Final[Mapping[str, Callable[[Sequence[Message]], str]]] = {
    "chatml": _chatml,  # Qwen, SmolLM, and most others
    "llama3": _llama3,
    "mistral": _mistral,
    "gemma": _gemma,
    "plain": _plain,
}
