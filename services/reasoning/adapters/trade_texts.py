"""The bank's own words: what the models of the languages learn the trades' terms from."""

from __future__ import annotations

from collections.abc import Iterator

from services.reasoning.domain.bank import Bank, BankQuestion
from services.reasoning.domain.questions import Language


def trade_texts(bank: Bank, language: Language) -> Iterator[str]:
    """Everything that the bank's questions of ``language`` say of their subjects."""
    for family in bank.families(language):
        for entry in family.questions:
            yield from _texts(entry)


def _texts(entry: BankQuestion) -> Iterator[str]:
    yield entry.question.text
    for point in entry.question.expected_points:
        yield from (point.text, *point.synonyms)
    for anchors in entry.anchors.values():
        yield from anchors.values()
    for misconception in entry.misconceptions:
        yield from (*misconception.says, misconception.text, misconception.probe)
    yield from entry.topics
    yield from entry.point_probes.values()
    yield from entry.part_probes.values()
