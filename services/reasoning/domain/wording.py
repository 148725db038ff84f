"""The sentences that the builtin engine says, as templates with slots. Filled from ``bank/prose.*.yaml`` and
``rubric.*.yaml``.

A slot may carry a Korean particle pair after a colon: ``{name:이/가}``; with a quotation mark first, the value is
quoted: ``{quote:‘이라고/라고}`` gives ‘인덱스를 추가했습니다’라고. Other languages use ``{quote:“}``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.reasoning.domain.evaluations import Criterion
from services.reasoning.domain.particles import particle

QUOTES = {"‘": "’", "“": "”"}


class _Slot(str):
    """A value that knows how to be quoted and how to take its particle."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        opening, forms = (spec[0], spec[1:]) if spec[:1] in QUOTES else ("", spec)
        shown = f"{opening}{self}{QUOTES[opening]}" if opening else str(self)
        if not forms:
            return shown
        after_final, after_vowel = forms.split("/")
        return shown + particle(self, after_final, after_vowel)


@dataclass(frozen=True)
class Wording:
    """One language's templates by key, and the rubric: names and written anchors of levels 1..5 per criterion."""

    templates: Mapping[str, str | tuple[str, ...]]
    criterion_names: Mapping[Criterion, str]
    anchors: Mapping[Criterion, Mapping[int, str]]

    def say(self, key: str, /, variety: str = "", **slots: object) -> str:
        """The template ``key`` filled. Where it has variants, ``variety`` chooses one, always the same for the same
        text.

        Raises KeyError for an unknown key or a slot that the template needs and is not given.
        """
        template = self.templates[key]
        if not isinstance(template, str):
            template = template[_bucket(variety, len(template))]
        return template.format(**{name: _Slot(value) for name, value in slots.items()})

    def join(self, items: Sequence[str]) -> str:
        """``items`` as a list in a sentence: "a, b and c"."""
        if len(items) <= 1:
            return "".join(items)
        last = str(self.templates["list.last"]).format(_Slot(items[-2]), _Slot(items[-1]))
        return str(self.templates["list.between"]).join([*items[:-2], last])


def _bucket(text: str, size: int) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest(), "big") % size
