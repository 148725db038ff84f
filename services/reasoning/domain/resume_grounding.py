"""Questions about lines of a résumé, quoted word for word, in place of a third of a plan.

Pure and deterministic as the plan is: the same request with the same seed gets the same questions. A line is asked
about under one aspect at a time, and not again under one that was asked before.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from services.reasoning.domain.questions import Language, PlannedQuestion, PlanRequest, Question, QuestionKind
from services.reasoning.domain.resume import CELL_MARK, Resume, Section, SectionKind
from services.reasoning.domain.resume_identifiers import holds_identifier
from services.reasoning.domain.resume_lexicon import BULLETS
from services.reasoning.domain.resume_patterns import SENTENCE_END
from services.reasoning.domain.resume_periods import find_period, without_period
from services.reasoning.domain.wording import Wording

GROUNDED_SHARE = 1 / 3
# Which of the plan's questions give way first; the later ones of a kind before the earlier ones.
GIVE_WAY = (QuestionKind.EXPERIENCE, QuestionKind.BEHAVIOURAL, QuestionKind.TECHNICAL, QuestionKind.MOTIVATION)
# Templates (bank/prose.*.yaml) for each kind of line, one for each aspect that it can be asked about.
ASPECTS: Mapping[str, tuple[str, ...]] = {
    "work": ("resume.work.part", "resume.work.difficulty"),
    "figure": ("resume.work.part", "resume.work.difficulty"),
    "result": ("resume.result.measure", "resume.result.choice"),
    "project": ("resume.project.goal", "resume.project.again"),
    "introduction": ("resume.introduction.example",),
    "skill": ("resume.skill.use", "resume.skill.limit"),
    "merit": ("resume.merit.learnt",),
}
WEIGHTS: Mapping[str, float] = {
    "result": 4,
    "figure": 3.5,
    "work": 3,
    "project": 2.5,
    "introduction": 1.5,
    "skill": 1,
    "merit": 0.5,
}
MOST_OF_KIND: Mapping[str, int] = {"introduction": 1, "skill": 1, "merit": 1}  # in one plan, while others are left
REPEATED_SECTION_COST = 0.7
VARIETY = 1.2  # how far the seed may prefer a weaker line
LEAST_CHARS: Mapping[Language, int] = {Language.KOREAN: 8, Language.ENGLISH: 15}
LONGEST_QUOTE: Mapping[Language, int] = {Language.KOREAN: 70, Language.ENGLISH: 130}
SUGGESTED_S = 120

_NUMBER = re.compile(r"\d")
# A change that somebody must have measured.
_CHANGE = re.compile(
    r"\d\s?(?:%|％|퍼센트|배)|줄(?:였|임|여)|높(?:였|임)|낮(?:췄|춤)|올(?:렸|림)|늘(?:렸|림)|단축|개선|향상|절감|감소|증가"
    r"|\b(?:cut|reduc|increas|improv|rais|lower|doubl|halv|boost|grew|sav|accelerat)\w*\b",
    re.IGNORECASE,
)
_LINKED = re.compile(
    r"(?:다만|그러나|하지만|따라서|그래서|그리고|또한|이후|이를|그 결과"
    r"|but|however|so|and|then|this|these|that|there)\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"(?<=[,;])\s|\s(?=(?:by|and|which|that|while|using|so that)\s)|(?<=[고며서해여])\s")
_HANGUL = re.compile("[가-힣]")


@dataclass(frozen=True, slots=True)
class _Anchor:
    """A phrase that can be asked about; ``section`` is its section's place."""

    kind: str
    quote: str
    section: int


def ground(request: PlanRequest, planned: Sequence[PlannedQuestion], wording: Wording) -> tuple[PlannedQuestion, ...]:
    """``planned`` with at least a third of its questions about the résumé, as far as it has lines for them."""
    if request.resume is None or not planned:
        return tuple(planned)
    wanted = math.ceil(len(planned) * GROUNDED_SHARE)
    places = sorted(planned, key=lambda each: (GIVE_WAY.index(each.question.kind), -each.index))[:wanted]
    chosen = _choose(request, tuple(_anchors(request.resume)), wanted)
    grounded = {
        place.index: _question(request, place.question, anchor, aspect, wording)
        for place, (anchor, aspect) in zip(sorted(places, key=lambda each: each.index), chosen, strict=False)
    }
    return tuple(replace(each, question=grounded.get(each.index, each.question)) for each in planned)


def _anchors(resume: Resume) -> Iterator[_Anchor]:
    """Everything in the résumé that can be asked about, each phrase once."""
    seen: set[str] = set()
    for place, section in enumerate(resume.sections):
        for kind, line in _askable(section):
            if (quote := _quote(line)) and quote not in seen and not holds_identifier(line):
                seen.add(quote)
                yield _Anchor(kind, quote, place)
    for skill in resume.skills:
        if skill not in seen and not holds_identifier(skill):
            yield _Anchor("skill", skill, len(resume.sections))


def _askable(section: Section) -> Iterator[tuple[str, str]]:
    """Lines of a section with the kind of question that they give."""
    roles = {entry.first_line for entry in section.entries if entry.role}  # those lines name a post, not a project
    for place, line in enumerate(section.lines):
        item = line.lstrip(BULLETS + " ").strip()
        dated = find_period(item) is not None
        if section.kind in (SectionKind.EXPERIENCE, SectionKind.PROJECTS):
            if dated or CELL_MARK in item or (place == 0 and item == line):
                if section.kind is SectionKind.PROJECTS and place not in roles:
                    yield "project", without_period(item).split(CELL_MARK)[0].strip(" ()|,:")
            else:
                yield _kind_of_work(item), item
        elif section.kind is SectionKind.SELF_INTRODUCTION:
            sentences = (sentence for sentence in SENTENCE_END.split(item) if not _LINKED.match(sentence))
            yield from (("introduction", sentence) for sentence in sentences)
        elif section.kind is SectionKind.AWARDS:
            yield "merit", without_period(item).split(CELL_MARK)[0].strip(" ()|,:")


def _kind_of_work(text: str) -> str:
    if not _NUMBER.search(text):
        return "work"
    return "result" if _CHANGE.search(text) else "figure"


def _quote(text: str) -> str:
    """``text`` without its full stop, cut at the end of a clause if it is too long to say; empty if too short."""
    language = Language.KOREAN if _HANGUL.search(text) else Language.ENGLISH
    whole = text.strip().rstrip(" .。;,:")
    longest = LONGEST_QUOTE[language]
    if len(whole) > longest:
        ends = [found.start() for found in _CLAUSE_END.finditer(whole) if found.start() <= longest]
        cut = ends[-1] if ends and ends[-1] > longest / 3 else whole.rfind(" ", 0, longest)
        whole = whole[: cut if cut > 0 else longest].rstrip(" .,;:")
    return whole if len(whole) >= LEAST_CHARS[language] else ""


def _choose(request: PlanRequest, anchors: Sequence[_Anchor], wanted: int) -> list[tuple[_Anchor, str]]:
    """The phrases to ask about, each under its first aspect that was not asked before."""
    asked = frozenset(request.asked_ids)
    left: dict[_Anchor, list[str]] = {}
    for anchor in anchors:
        fresh = [aspect for aspect in ASPECTS[anchor.kind] if _source_id(request.language, anchor, aspect) not in asked]
        if fresh:
            left[anchor] = fresh
    chosen: list[tuple[_Anchor, str]] = []
    while left and len(chosen) < wanted:
        taken = [each for each, _ in chosen]
        best = max(left, key=lambda anchor: _worth(request.seed, anchor, left[anchor], taken))
        said = {aspect for _, aspect in chosen}  # the same sentence twice in one plan sounds like a form
        fresh = left.pop(best)
        chosen.append((best, next((aspect for aspect in fresh if aspect not in said), fresh[0])))
    return chosen


def _worth(seed: int, anchor: _Anchor, fresh: Sequence[str], chosen: Sequence[_Anchor]) -> float:
    same_kind = sum(each.kind == anchor.kind for each in chosen)
    same_section = sum(each.section == anchor.section for each in chosen)
    worth = WEIGHTS[anchor.kind] - REPEATED_SECTION_COST * same_section
    if same_kind >= MOST_OF_KIND.get(anchor.kind, same_kind + 1):
        worth -= sum(WEIGHTS.values())
    if len(fresh) < len(ASPECTS[anchor.kind]):
        worth -= 2 * WEIGHTS["result"]  # the line was asked about before: others first
    return worth + VARIETY * _chance(f"{seed}:{anchor.quote}")


def _question(request: PlanRequest, base: Question, anchor: _Anchor, aspect: str, wording: Wording) -> Question:
    return Question(
        source_id=_source_id(request.language, anchor, aspect),
        text=wording.say(aspect, quote=anchor.quote),
        kind=QuestionKind.EXPERIENCE,
        competency=wording.say("resume.competency"),
        difficulty=base.difficulty,
        suggested_s=SUGGESTED_S,
        grounding_quote=anchor.quote,
    )


def _source_id(language: Language, anchor: _Anchor, aspect: str) -> str:
    """The same line and aspect have the same id in every upload; the id tells nothing of the line."""
    digest = hashlib.blake2b(" ".join(anchor.quote.casefold().split()).encode(), digest_size=8).hexdigest()
    return f"resume-{language.value}-{digest}-{aspect.rpartition('.')[2]}"


def _chance(text: str) -> float:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") / 2**64
