"""Hashed n-grams: unit vectors, the same everywhere, near for near spellings."""

from __future__ import annotations

import math

import pytest

from services.reasoning.domain.embedding import DIMENSIONS, embed


def similarity(first: str, second: str) -> float:
    return sum(a * b for a, b in zip(embed(first), embed(second), strict=True))


@pytest.mark.parametrize("text", ["a", "Backend engineer", "백엔드 개발자", "데이터 \n 분석 😀", "x" * 20_000])
def test_vectors_have_unit_length(text: str) -> None:
    vector = embed(text)
    assert len(vector) == DIMENSIONS
    assert math.isclose(math.sqrt(sum(value * value for value in vector)), 1.0, rel_tol=1e-9)


@pytest.mark.parametrize("text", ["", "  \n\t "])
def test_a_blank_text_is_zeros(text: str) -> None:
    assert embed(text) == (0.0,) * DIMENSIONS


def test_case_and_blanks_do_not_count() -> None:
    assert embed(" Backend\n ENGINEER ") == embed("backend engineer")


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("I led the migration of our payment service", "leading a payment services migration", "my cat likes the sun"),
        ("결제 서비스를 이전했습니다", "결제 서비스 이전을 맡았습니다", "주말에 산에 다녀왔어요"),
    ],
)
def test_similar_spellings_are_near(text: str, near: str, far: str) -> None:
    assert similarity(text, near) > similarity(text, far) + 0.2


def test_a_vector_never_changes() -> None:
    """Stored vectors are compared with new ones: a change needs a new version in the embedder's EngineInfo."""
    vector = embed("백엔드 engineer")
    assert [place for place, value in enumerate(vector) if value][:8] == [1, 2, 11, 13, 32, 43, 54, 61]
    assert math.isclose(sum(vector), 0.3244428422615252, rel_tol=1e-9)
