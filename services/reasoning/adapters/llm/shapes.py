"""What the model is to write, task by task: flat objects of bounded integers, enums and short strings.

One class is both the schema that constrains the server and the check of what came. Order matters: it is the order of
writing, and evidence comes before what is concluded from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from types import GenericAlias
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from services.reasoning.domain.evaluations import HIGHEST_LEVEL, LOWEST_LEVEL, Criterion

LONGEST_SENTENCE = 400  # characters
LONGEST_WRITTEN_QUOTE = 220
LONGEST_QUESTION = 400
MOST_POINTS = 5

Sentence = Annotated[str, Field(max_length=LONGEST_SENTENCE)]
Written = Annotated[str, Field(max_length=LONGEST_WRITTEN_QUOTE)]
Level = Annotated[int, Field(ge=LOWEST_LEVEL, le=HIGHEST_LEVEL)]


class Shape(BaseModel):
    """Nothing more than its fields, nothing converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class QuestionShape(Shape):
    """A question in the place of one of the bank."""

    text: Annotated[str, Field(min_length=8, max_length=LONGEST_QUESTION)]
    quote: Written
    competency: Annotated[str, Field(max_length=80)]
    points: Annotated[list[Annotated[str, Field(min_length=4, max_length=160)]], Field(max_length=MOST_POINTS)]


class FollowUpShape(Shape):
    """A follow-up; ``missing`` is one of the ids that were offered."""

    ask: bool
    missing: Annotated[str, Field(max_length=80)]
    quote: Written
    question: Annotated[str, Field(max_length=LONGEST_QUESTION)]


class ReportShape(Shape):
    """The prose of a report."""

    strong: Annotated[str, Field(min_length=4, max_length=LONGEST_SENTENCE)]
    weak: Annotated[str, Field(min_length=4, max_length=LONGEST_SENTENCE)]
    practise: Annotated[str, Field(min_length=4, max_length=LONGEST_SENTENCE)]
    points: Annotated[list[Sentence], Field(max_length=MOST_POINTS)]


class EvaluationShape(Shape):
    """What every judge writes beside the criteria: see ``evaluation_shape``."""

    character: Literal["on_topic", "off_topic", "nonsense"]


@lru_cache(maxsize=64)
def follow_up_shape(missing: tuple[str, ...]) -> type[FollowUpShape]:
    """The follow-up's shape where only these ids may be missing, or none."""
    return create_model("FollowUp", __base__=FollowUpShape, missing=(_one_of("", *missing), ...))


@lru_cache(maxsize=256)
def evaluation_shape(criteria: tuple[Criterion, ...], point_ids: tuple[str, ...], prose: bool) -> type[EvaluationShape]:
    """The shape of one judge's work over ``criteria``, in this order. See ``judged``."""
    fields: dict[str, Any] = {}
    for criterion in criteria:
        fields[f"{criterion.value}_quote"] = (Written, ...)
        fields[f"{criterion.value}_level"] = (Level, ...)
        fields[f"{criterion.value}_why"] = (Sentence, ...)
        fields[f"{criterion.value}_next"] = (Sentence, ...)
    if point_ids:
        fields["covered"] = (
            Annotated[GenericAlias(list, (_one_of(*point_ids),)), Field(max_length=len(point_ids))],
            ...,
        )
    if prose:
        sentences = Annotated[list[Sentence], Field(max_length=3)]
        fields |= {"strengths": (sentences, ...), "weaknesses": (sentences, ...)}
        fields["stronger"] = (Annotated[str, Field(max_length=1500)], ...)
    return create_model("Evaluation", __base__=EvaluationShape, **fields)


def _one_of(*texts: str) -> Any:
    return Literal[texts]  # of names that are known at run time only


def rotated(criteria: Sequence[Criterion], judge: int) -> tuple[Criterion, ...]:
    """The order in which judge number ``judge`` works: each begins elsewhere, so that no order colours all of them."""
    start = judge % max(len(criteria), 1)
    return (*criteria[start:], *criteria[:start])
