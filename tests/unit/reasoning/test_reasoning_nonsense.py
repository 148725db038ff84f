"""Words thrown together are nonsense, however they were; what people really say never is."""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from benches.golden_set import GoldenAnswer, load_golden_set, load_injections
from services.reasoning.domain.character import find_character
from services.reasoning.domain.evaluations import Character
from services.reasoning.domain.evidence import gather
from services.reasoning.domain.questions import Language
from tests.support import reasoning_bench as bench

both = pytest.mark.parametrize("language", list(Language), ids=str)

FOLDER = Path(bench.__file__).parent / "nonsense"
QUESTION = {Language.ENGLISH: "en-backend-index-cost", Language.KOREAN: "ko-backend-index-tradeoff"}
SHUFFLED_LENGTH = {Language.ENGLISH: 25, Language.KOREAN: 18}  # words; of fewer not even a reader could be sure
# Precision first: a salad that passes is judged by what it says, which is little.
LEAST_FOUND = 0.65  # of each make
LEAST_SHUFFLED = {Language.ENGLISH: 0.95, Language.KOREAN: 0.65}  # Korean words may stand in many orders


def texts(name: str, language: Language) -> Any:
    return yaml.safe_load((FOLDER / f"{name}.{language}.yaml").read_text("utf-8"))


@cache
def golden(language: Language) -> tuple[GoldenAnswer, ...]:
    return tuple(each for each in load_golden_set() if each.language is language and each.half == "development")


def is_nonsense(text: str, language: Language, question: str = "") -> bool:
    return character_of(text, language, question) is Character.NONSENSE


def character_of(text: str, language: Language, question: str = "") -> Character:
    case = bench.case(bench.entry(question or QUESTION[language]).question, language)
    (answer,) = bench.analyser(language).analyse([text])
    evidence = gather(answer, case.patterns, case.words, case.lexicon)
    return find_character(evidence, case)


@both
def test_what_people_say_is_never_nonsense(language: Language) -> None:
    said = texts("real", language)
    assert len(said) >= 40
    assert [text for text in said if is_nonsense(text, language)] == []


@both
def test_no_answer_of_the_golden_set_is_nonsense_but_those_that_are(language: Language) -> None:
    called = {
        each.answer_id
        for each in golden(language)
        for text in (each.text, each.paraphrase, each.padded)
        if text and is_nonsense(text, language, each.question_id)
    }
    assert called == {each.answer_id for each in golden(language) if each.kind == "nonsense"}


@both
def test_a_salad_is_not_saved_by_asking_for_a_score(language: Language) -> None:
    asking = load_injections()[language]
    for salads in texts("salad", language).values():
        for text in salads:
            if is_nonsense(text, language):
                found = {character_of(f"{text} {sentence}", language) for sentence in asking}
                assert found <= {Character.NONSENSE, Character.OFF_TOPIC}, text


@both
def test_salads_are_nonsense_however_they_were_made(language: Language) -> None:
    for make, salads in texts("salad", language).items():
        found = [is_nonsense(text, language) for text in salads]
        assert sum(found) / len(found) >= LEAST_FOUND, make


@both
def test_good_answers_with_their_words_shuffled_are_nonsense(language: Language) -> None:
    said = [*texts("real", language), *(each.text for each in golden(language) if each.kind in ("excellent", "good"))]
    order = random.Random(11)  # noqa: S311  # the same orders in every run
    found = []
    for text in said:
        words = re.findall(r"\w+(?:['’]\w+)?", text)
        if len(words) >= SHUFFLED_LENGTH[language]:
            order.shuffle(words)
            found.append(is_nonsense(" ".join(words), language))
    assert len(found) >= 20
    assert sum(found) / len(found) >= LEAST_SHUFFLED[language]
