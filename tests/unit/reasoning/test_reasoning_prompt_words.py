"""What is sent to a language model asks for no judgement of a person and no reading of a feeling."""

from __future__ import annotations

from pathlib import Path

import pytest

import services.reasoning
from services.reasoning.domain.questions import Language
from tests.support import reasoning_bench as bench

PROMPTS = sorted((Path(services.reasoning.__file__).parent / "prompts").glob("*.yaml"))


def test_there_are_prompts_in_both_languages() -> None:
    assert {language.value for language in Language} <= {part for path in PROMPTS for part in path.name.split(".")}


@pytest.mark.parametrize("path", PROMPTS, ids=lambda path: path.name)
def test_no_word_of_a_prompt_judges_a_person(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for language in Language:
        found = bench.lexicon(language).judgement_finder.find(text)
        assert [text[span.start : span.end] for span in found] == []
