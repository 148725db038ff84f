"""The golden set's files: schema, the bank's questions, ranges, and what a paraphrase and a padded answer must keep."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from services.reasoning.adapters.bank_files import load_bank
from services.reasoning.domain.questions import Language

GOLDEN = Path(__file__).resolve().parents[3] / "benches" / "golden"
FILES = sorted(GOLDEN.glob("??/*.yaml"))
CONTENTLESS = {"empty", "nonsense", "off_topic"}
MOST_SHARED = {"en": 0.35, "ko": 0.15}  # of the trigrams of both texts: a Hangul syllable says more than a Latin letter
HANGUL = re.compile(r"[가-힣]")


@cache
def _load(path: Path) -> Any:
    return yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)


@cache
def _points_by_question() -> dict[str, tuple[str, bool]]:
    """The family of each question of the bank, and whether it has expected points."""
    return {
        entry.question.source_id: (family.family_id, bool(entry.question.expected_points))
        for bank in [load_bank()]
        for language in Language
        for family in bank.families(language)
        for entry in family.questions
    }


def _answers(language: Language) -> list[dict[str, Any]]:
    return [answer for path in FILES if path.parent.name == language for answer in _load(path)["answers"]]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _trigrams(text: str) -> set[str]:
    """Of characters, so that Korean endings count as little as they should."""
    flat = re.sub(r"[\W\d]+", "", text.lower())
    return {flat[i : i + 3] for i in range(len(flat) - 2)}


_each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
_each_language = pytest.mark.parametrize("language", list(Language), ids=str)


@_each_file
def test_file_matches_the_schema(path: Path) -> None:
    validator = Draft202012Validator(json.loads((GOLDEN / "schema.json").read_text()))
    assert [f"{list(error.absolute_path)}: {error.message}" for error in validator.iter_errors(_load(path))] == []


@_each_file
def test_file_is_about_a_question_of_the_bank(path: Path) -> None:
    data = _load(path)
    assert (path.stem, path.parent.name) == (data["question"], data["language"])
    family_id, has_points = _points_by_question()[data["question"]]
    assert family_id == data["family"]
    for answer in data["answers"]:
        assert ("technical_accuracy" in answer["expected"]) == has_points, answer["id"]
    assert [answer["id"] for answer in data["answers"]] == [f"{path.stem}-{letter}" for letter in "abcde"]


@_each_file
def test_ranges_are_narrow_and_empty_answers_are_never_above_level_one(path: Path) -> None:
    for answer in _load(path)["answers"]:
        for judgement in answer["expected"].values():
            low, high = judgement["range"]
            assert 0 <= high - low <= 1, answer["id"]
            if answer["kind"] in CONTENTLESS:
                assert high == 1, answer["id"]


@_each_file
def test_padding_adds_about_half_and_keeps_every_word(path: Path) -> None:
    for answer in _load(path)["answers"]:
        if "padded" in answer:
            assert 1.3 <= len(answer["padded"]) / len(answer["text"]) <= 1.6, answer["id"]
            padded = iter(_words(answer["padded"]))
            assert all(word in padded for word in _words(answer["text"])), answer["id"]


@_each_file
def test_a_paraphrase_keeps_the_figures_and_changes_the_words(path: Path) -> None:
    for answer in _load(path)["answers"]:
        if "paraphrase" in answer:
            text, other = answer["text"], answer["paraphrase"]
            assert set(re.findall(r"\d+", other)) == set(re.findall(r"\d+", text)), answer["id"]
            shared = _trigrams(text) & _trigrams(other)
            assert len(shared) / len(_trigrams(text) | _trigrams(other)) < MOST_SHARED[path.parent.name], answer["id"]
            assert 0.65 <= len(other) / len(text) <= 1.5, answer["id"]


@_each_language
def test_the_set_is_as_large_and_as_mixed_as_promised(language: Language) -> None:
    files = [_load(path) for path in FILES if path.parent.name == language]
    answers = _answers(language)
    assert (len(files), len(answers)) == (12, 60)
    assert len({data["family"] for data in files} - {"behavioural"}) >= 5
    assert Counter(data["half"] for data in files) == {"development": 6, "held_out": 6}
    kinds = json.loads((GOLDEN / "schema.json").read_text())["$defs"]["answer"]["properties"]["kind"]["enum"]
    assert {answer["kind"] for answer in answers} == set(kinds)
    assert sum("paraphrase" in answer for answer in answers) >= 24
    assert sum("padded" in answer for answer in answers) >= 24


@_each_language
def test_every_level_of_every_criterion_is_expected_somewhere(language: Language) -> None:
    expected: dict[str, Counter[int]] = {}
    for answer in _answers(language):
        for criterion, judgement in answer["expected"].items():
            expected.setdefault(criterion, Counter()).update(set(judgement["range"]))
    assert len(expected) == 5
    for criterion, levels in expected.items():
        assert all(levels[level] >= 5 for level in range(1, 6)), f"{criterion}: {levels}"


@_each_file
def test_the_readme_lists_the_half_of_each_question(path: Path) -> None:
    data = _load(path)
    rows = [line.split("|") for line in (GOLDEN / "README.md").read_text().splitlines() if f"`{path.stem}`" in line]
    assert len(rows) == 1
    assert f"`{path.stem}`" in rows[0][2 if data["half"] == "development" else 3]


@_each_language
def test_texts_are_in_their_language_and_never_the_same_twice(language: Language) -> None:
    variants = ("text", "paraphrase", "retold", "padded")
    texts = [answer[field] for answer in _answers(language) for field in variants if field in answer]
    assert len(set(texts)) == len(texts)
    for text in texts:
        if language is Language.ENGLISH:
            assert not HANGUL.search(text)
    spoken = "".join(texts)
    assert (len(HANGUL.findall(spoken)) / len(spoken) > 0.5) == (language is Language.KOREAN)
