"""Plans: which questions, in which order. Pure and deterministic: the same request with the same seed is the same
plan.

A plan mixes kinds by scenario, asks about each competency once while others are left, opens easily, never gets
easier, and repeats nothing that this candidate was asked while anything else is left.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.reasoning.domain.bank import Bank, BankQuestion, Family
from services.reasoning.domain.questions import (
    ExperienceLevel,
    PlannedQuestion,
    PlanRequest,
    QuestionKind,
    Scenario,
)
from services.reasoning.domain.roles import match_role

EASIEST, HARDEST = 1, 5
DIFFICULTY_OF: Mapping[ExperienceLevel, int] = {
    ExperienceLevel.NEW_GRADUATE: 1,
    ExperienceLevel.JUNIOR: 2,
    ExperienceLevel.MID: 3,
    ExperienceLevel.SENIOR: 4,
}
# Share of questions about the craft of the role; the rest fit every role.
CRAFT_SHARE: Mapping[Scenario, float] = {
    Scenario.TECHNICAL: 1.0,
    Scenario.BEHAVIOURAL: 0.0,
    Scenario.COMBINED: 0.6,
    Scenario.CAREER_CHANGE: 0.4,
}
EXPERIENCE_EVERY = 3  # every third craft question is about own work, the others about knowledge and judgement
LEAST_FOR_OPENING = 3  # plans shorter than this have no room for a question that only opens the talk
KIND_ORDER = (QuestionKind.MOTIVATION, QuestionKind.BEHAVIOURAL, QuestionKind.EXPERIENCE, QuestionKind.TECHNICAL)
# Common sets that only some candidates are asked from; every other set fits everybody.
ONLY_IN_SCENARIO: Mapping[str, Scenario] = {"career_change": Scenario.CAREER_CHANGE}
ONLY_AT_LEVEL: Mapping[str, ExperienceLevel] = {"new_graduate": ExperienceLevel.NEW_GRADUATE}

# Costs of choosing a question that is not ideal, in steps of difficulty.
SAME_COMPETENCY_COST = 4.0
OTHER_KIND_COST = 1.5
SUITS_SCENARIO_GAIN = 3.0
OWN_SET_GAIN = 0.5
VARIETY = 1.4  # how far the seed may prefer one question over a better-fitting one


@dataclass(frozen=True, slots=True)
class _Slot:
    craft: bool
    kind: QuestionKind | None
    difficulty: float


def plan(request: PlanRequest, bank: Bank) -> Iterator[PlannedQuestion]:
    """The questions of a plan, in order: ``request.count`` of them, or all that the bank has."""
    families = bank.families(request.language)
    role = match_role(request.role, bank.all_families)
    common = [entry for family in families if _is_asked_of(request, family) for entry in family.questions]
    craft = [entry for family in families if family.family_id == role.family_id for entry in family.questions]
    chosen = _choose(request, craft, common)
    ordered = sorted(chosen, key=lambda entry: (entry.question.difficulty, KIND_ORDER.index(entry.question.kind)))
    for index, entry in enumerate(ordered):
        yield PlannedQuestion(index, entry.question, role.match, role.family_id)


def _is_asked_of(request: PlanRequest, family: Family) -> bool:
    """Whether ``family`` is a common set that makes sense for this candidate."""
    scenario = ONLY_IN_SCENARIO.get(family.family_id, request.scenario)
    level = ONLY_AT_LEVEL.get(family.family_id, request.experience)
    return family.common and scenario is request.scenario and level is request.experience


def _choose(request: PlanRequest, craft: Sequence[BankQuestion], common: Sequence[BankQuestion]) -> list[BankQuestion]:
    chosen: list[BankQuestion] = []
    for slot in _slots(request, has_craft=bool(craft)):
        preferred, other = (craft, common) if slot.craft else (common, craft)
        entry = _best(request, slot, chosen, preferred, other)
        if entry is None:
            break
        chosen.append(entry)
    return chosen


def _slots(request: PlanRequest, *, has_craft: bool) -> list[_Slot]:
    """What to look for at each place: an even mix of craft and common questions, difficulty rising through the plan."""
    share = CRAFT_SHARE[request.scenario] if has_craft else 0.0
    middle = request.difficulty or DIFFICULTY_OF[request.experience]
    low, high = max(EASIEST, middle - 1), min(HARDEST, middle + 1)
    slots: list[_Slot] = []
    crafts = 0
    for place in range(request.count):
        craft = round((place + 1) * share) > crafts
        crafts += craft
        rise = place / max(request.count - 1, 1)
        kind = (QuestionKind.TECHNICAL if crafts % EXPERIENCE_EVERY else QuestionKind.EXPERIENCE) if craft else None
        slots.append(_Slot(craft, kind, low + (high - low) * rise))
    if share < 1 and request.count >= LEAST_FOR_OPENING:
        first = next(place for place, slot in enumerate(slots) if not slot.craft)
        slots[first] = _Slot(craft=False, kind=QuestionKind.MOTIVATION, difficulty=EASIEST)
    return slots


def _best(
    request: PlanRequest,
    slot: _Slot,
    chosen: Sequence[BankQuestion],
    preferred: Sequence[BankQuestion],
    other: Sequence[BankQuestion],
) -> BankQuestion | None:
    """The best new question of the preferred pool, else of the other one, else the one whose asking is longest ago."""
    asked = {source_id: place for place, source_id in enumerate(request.asked_ids)}
    left = [entry for entry in preferred if entry not in chosen]
    left_other = [entry for entry in other if entry not in chosen]
    for pool in (left, left_other):
        new = [entry for entry in pool if entry.question.source_id not in asked]
        if new:
            return min(new, key=lambda entry: _cost(request, slot, chosen, entry))
    repeated = left or left_other
    return max(repeated, key=lambda entry: asked[entry.question.source_id], default=None)


def _cost(request: PlanRequest, slot: _Slot, chosen: Sequence[BankQuestion], entry: BankQuestion) -> float:
    question = entry.question
    cost = abs(question.difficulty - slot.difficulty)
    if any(entry.competency_id == each.competency_id for each in chosen):
        cost += SAME_COMPETENCY_COST
    if slot.kind is not None and question.kind is not slot.kind:
        cost += OTHER_KIND_COST
    if request.scenario in entry.suits:
        cost -= SUITS_SCENARIO_GAIN
    if entry.family_id in ONLY_AT_LEVEL:
        cost -= OWN_SET_GAIN
    return cost + VARIETY * _chance(request.seed, question.source_id)


def _chance(seed: int, source_id: str) -> float:
    """A number in 0..1 that only depends on the seed and the question, on every machine."""
    digest = hashlib.blake2b(f"{seed}:{source_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64
