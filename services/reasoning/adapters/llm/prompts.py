"""Reads the prompts and the patterns of checks (services/reasoning/prompts) and fills them in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any, Final

import yaml

from services.reasoning.domain.errors import BankError
from services.reasoning.domain.questions import Language

PROMPTS_DIR: Final = Path(__file__).resolve().parents[2] / "prompts"
VERSION: Final = 1


@dataclass(frozen=True)
class PromptSet:
    """One language's prompts and checks."""

    language: Language
    tasks: Mapping[str, Mapping[str, Template]]
    corrections: Mapping[str, str]
    words: Mapping[str, str]
    refusals: tuple[re.Pattern[str], ...]
    steering: tuple[re.Pattern[str], ...]
    private: tuple[re.Pattern[str], ...]

    def fill(self, task: str, part: str, **slots: str) -> str:
        """The part of a task filled in. Raises KeyError for a slot that it needs and is not given."""
        return self.tasks[task][part].substitute(slots).strip()


def load_prompts(folder: Path = PROMPTS_DIR) -> Mapping[Language, PromptSet]:
    """The prompts of this version. Raises BankError naming the file that is wrong."""
    return {language: _load(folder, language) for language in Language}


def prompts_version(folder: Path = PROMPTS_DIR) -> str:
    """The version with a digest of the files, for EngineInfo."""
    digest = hashlib.blake2b(digest_size=4)
    for path in sorted(folder.glob("*.yaml")):
        digest.update(path.read_bytes())
    return f"{VERSION} {digest.hexdigest()}"


def _load(folder: Path, language: Language) -> PromptSet:
    prompts, checks = folder / f"{language.value}.v{VERSION}.yaml", folder / f"checks.{language.value}.yaml"
    try:
        data, patterns = _read(prompts), _read(checks)
        return PromptSet(
            language=language,
            tasks={
                task: {part: Template(text) for part, text in parts.items()}
                for task, parts in data.items()
                if task not in ("language", "version", "corrections", "words")
            },
            corrections=data["corrections"],
            words=data["words"],
            refusals=_patterns(patterns["refusals"]),
            steering=_patterns(patterns["steering"]),
            private=_patterns(patterns["private"]),
        )
    except (OSError, yaml.YAMLError, KeyError, AttributeError, re.error) as error:
        raise BankError(f"prompts in {language.value} ({prompts.name}, {checks.name}) are wrong: {error}") from error


def _read(path: Path) -> Any:
    return yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)


def _patterns(texts: list[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(text, re.IGNORECASE | re.DOTALL) for text in texts)
