"""Writes the words of every question of the bank, one file per language: `python -m tools.bank_vocabulary`.

Run it after a change of the bank or a lexicon, and commit what it writes; a test compares. Reading all phrases takes
an analyser some seconds, which no start of a service should wait for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from services.reasoning.adapters.analysers import make_analysers
from services.reasoning.adapters.bank_files import BANK_DIR, load_bank, load_lexicon
from services.reasoning.adapters.kiwi import KiwiMorphology
from services.reasoning.domain.bank import Bank
from services.reasoning.domain.patterns import PhraseTable, WordSets
from services.reasoning.domain.questions import Language
from services.reasoning.domain.text import TextAnalyser
from services.reasoning.domain.vocabulary import Counts, count_words


def vocabularies(language: Language, bank: Bank, analyser: TextAnalyser, everyday: frozenset[str]) -> dict[str, Counts]:
    """The words of each question of ``language``, by its id."""
    groups: dict[str, list[tuple[str, ...]]] = {
        entry.question.source_id: [
            *((point.text, *point.synonyms) for point in entry.question.expected_points),
            entry.topics,
        ]
        for family in bank.families(language)
        for entry in family.questions
    }
    phrases = PhraseTable(analyser, (text for of_one in groups.values() for group in of_one for text in group))
    return {
        question_id: count_words(map(phrases.of, groups_of_one), everyday)
        for question_id, groups_of_one in groups.items()
    }


def pages(bank: Bank, analysers: Mapping[Language, TextAnalyser]) -> dict[Path, str]:
    """What each file should hold for ``bank``; some seconds of ``analysers``' work."""
    everyday = {
        language: WordSets.of(load_lexicon(language), analyser).generic for language, analyser in analysers.items()
    }
    return {
        BANK_DIR / f"vocabulary.{language}.json": _page(vocabularies(language, bank, analyser, everyday[language]))
        for language, analyser in analysers.items()
    }


def _page(found: Mapping[str, Counts]) -> str:
    """A line per question, so that a change shows where it is."""
    lines = (
        f"{json.dumps(question_id)}: {json.dumps(counts, ensure_ascii=False, sort_keys=True, separators=(',', ':'))}"
        for question_id, counts in sorted(found.items())
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> None:
    """Entry point."""
    bank = load_bank()
    lexicons = {language: load_lexicon(language) for language in Language}
    analysers = make_analysers(bank, lexicons, KiwiMorphology(lexicons[Language.KOREAN].words))
    for path, text in pages(bank, analysers).items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
