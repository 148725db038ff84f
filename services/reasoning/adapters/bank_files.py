"""Reads the bank, lexicons, rubrics and wording from the YAML files beside this service.

Adding a family is adding ``bank/<language>/<family>.yaml``. JSON Schemas (``bank/schema``) are checked in tests; what
is checked here is what a wrong file would otherwise break at run time, with the file and the place in the message.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml

from services.reasoning.domain.bank import Bank, BankQuestion, Family, Misconception, Part, parts_of
from services.reasoning.domain.errors import BankError
from services.reasoning.domain.evaluations import Criterion
from services.reasoning.domain.lexicon import Connective, Lexicon
from services.reasoning.domain.questions import ExpectedPoint, Language, Question, QuestionKind, Scenario
from services.reasoning.domain.vocabulary import Vocabularies
from services.reasoning.domain.wording import Wording

T = TypeVar("T")

BANK_DIR: Final = Path(__file__).resolve().parents[1] / "bank"


def load_bank(folder: Path = BANK_DIR) -> Bank:
    """The whole bank. Raises BankError naming the file and the place of the first fault."""
    families: list[Family] = []
    digest = hashlib.blake2b(digest_size=4)
    for language in Language:
        for path in sorted((folder / language.value).glob("*.yaml")):
            digest.update(path.read_bytes())
            families.append(_checked(path, _family))
    _reject_duplicates(families)
    return Bank(families, version=digest.hexdigest())


def load_lexicon(language: Language, folder: Path = BANK_DIR) -> Lexicon:
    """The lexicon of ``language``. Raises BankError."""
    return _checked(folder / f"lexicon.{language.value}.yaml", _lexicon)


def load_wording(language: Language, folder: Path = BANK_DIR) -> Wording:
    """Templates and rubric of ``language``. Raises BankError."""
    rubric = _checked(folder / f"rubric.{language.value}.yaml", lambda data: data["criteria"])
    return _checked(folder / f"prose.{language.value}.yaml", lambda data: _wording(data, rubric))


def load_vocabularies(language: Language, folder: Path = BANK_DIR) -> Vocabularies:
    """The words of all questions of ``language``, as tools/bank_vocabulary.py made them. Raises BankError."""
    path = folder / f"vocabulary.{language.value}.json"
    try:
        found = json.loads(path.read_bytes())
        return Vocabularies({str(question): dict(counts) for question, counts in found.items()})
    except FileNotFoundError as exc:
        raise BankError(f"{path.name}: the file is missing from the installation; install Parley again") from exc
    except (ValueError, TypeError, AttributeError) as exc:
        raise BankError(f"{path.name}: not the words of questions; run `python -m tools.bank_vocabulary`") from exc


def _checked(path: Path, build: Callable[[Any], T]) -> T:
    try:
        return build(yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader))
    except FileNotFoundError as exc:
        raise BankError(f"{path.name}: the file is missing from the installation; install Parley again") from exc
    except yaml.YAMLError as exc:
        raise BankError(f"{path.name}: not valid YAML: {exc}") from exc
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise BankError(f"{path.name}: {type(exc).__name__}: {exc}; see bank/schema for what is expected") from exc


def _reject_duplicates(families: Sequence[Family]) -> None:
    seen: set[str] = set()
    for family in families:
        for entry in family.questions:
            if entry.question.source_id in seen:
                raise BankError(f"question id {entry.question.source_id} is used twice; ids are unique over all files")
            seen.add(entry.question.source_id)


def _family(data: Mapping[str, Any]) -> Family:
    competencies = data["competencies"]
    return Family(
        family_id=data["family"],
        language=Language(data["language"]),
        name=data["name"],
        common=data["audience"] == "common",
        same=tuple(data["titles"]["same"]),
        near=tuple(data["titles"]["near"]),
        questions=tuple(_entry(question, data["family"], competencies) for question in data["questions"]),
    )


def _entry(data: Mapping[str, Any], family_id: str, competencies: Mapping[str, str]) -> BankQuestion:
    points = data["points"]
    kind = QuestionKind(data["kind"])
    probes = {Part(part): text for part, text in data["probes"].items()}
    if set(probes) != set(parts_of(kind)):
        raise ValueError(f"{data['id']}: probes must be for exactly {', '.join(parts_of(kind))}")
    return BankQuestion(
        question=Question(
            source_id=data["id"],
            text=data["text"],
            kind=kind,
            competency=competencies[data["competency"]],
            difficulty=data["difficulty"],
            suggested_s=data["time_s"],
            expected_points=tuple(ExpectedPoint(p["id"], p["text"], tuple(p["synonyms"])) for p in points),
        ),
        family_id=family_id,
        competency_id=data["competency"],
        topics=tuple(data["topics"]),
        core_point_ids=frozenset(point["id"] for point in points if point["core"]),
        misconceptions=tuple(
            Misconception(m["id"], tuple(m["says"]), m["text"], m["probe"]) for m in data["misconceptions"]
        ),
        anchors={Criterion(criterion): anchors for criterion, anchors in data["anchors"].items()},
        point_probes={point["id"]: point["probe"] for point in points},
        part_probes=probes,
        suits=frozenset(Scenario(scenario) for scenario in data.get("suits", ())),
    )


def _lexicon(data: Mapping[str, Any]) -> Lexicon:
    known = {field.name for field in fields(Lexicon)}
    values: dict[str, Any] = {name: _frozen(data[name]) for name in known}
    values["language"] = Language(data["language"])
    values["cues"] = {Part(part): tuple(phrases) for part, phrases in data["cues"].items()}
    values["connectives"] = {Connective(kind): tuple(phrases) for kind, phrases in data["connectives"].items()}
    return Lexicon(**values)


def _wording(data: Mapping[str, Any], rubric: Mapping[str, Any]) -> Wording:
    return Wording(
        templates={key: _frozen(text) for key, text in data["templates"].items()},
        criterion_names={Criterion(criterion): entry["name"] for criterion, entry in rubric.items()},
        anchors={Criterion(criterion): entry["anchors"] for criterion, entry in rubric.items()},
    )


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
