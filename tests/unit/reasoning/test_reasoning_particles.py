"""Korean particles follow the sound before them, and templates attach them."""

from __future__ import annotations

import pytest

from services.reasoning.domain.particles import with_particle
from services.reasoning.domain.questions import Language
from services.reasoning.domain.wording import Wording
from tests.support import reasoning_bench as bench


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("인덱스 튜닝", "인덱스 튜닝이라고"),
        ("메시지 큐", "메시지 큐라고"),
        ("응답 시간이 줄었습니다", "응답 시간이 줄었습니다라고"),
        ("롤백했음", "롤백했음이라고"),
        ("줄었습니다.", "줄었습니다.라고"),
        ("40%", "40%라고"),
        ("3", "3이라고"),
        ("2", "2라고"),
        ("100", "100이라고"),
        ("API", "API라고"),
        ("SQL", "SQL이라고"),
        ("MySQL", "MySQL이라고"),
        ("Redis", "Redis라고"),
        ("Kafka", "Kafka라고"),
        ("Python", "Python이라고"),
        ("Spring", "Spring이라고"),
        ("Oracle", "Oracle이라고"),
        ("Git", "Git이라고"),
        ("Slack", "Slack이라고"),
        ("React", "React라고"),
        ("Boot", "Boot라고"),
        ("Docker", "Docker라고"),
        ("", "라고"),
    ],
)
def test_particle_follows_the_sound(text: str, said: str) -> None:
    assert with_particle(text, "이라고", "라고") == said


def test_templates_quote_and_attach_the_particle() -> None:
    wording = Wording({"x": "{quote:‘이라고/라고} 하셨는데, {part:은/는} 무엇인가요?"}, {}, {})
    assert wording.say("x", quote="캐시 적용", part="이유") == "‘캐시 적용’이라고 하셨는데, 이유는 무엇인가요?"
    assert wording.say("x", quote="캐시를 썼다", part="결론") == "‘캐시를 썼다’라고 하셨는데, 결론은 무엇인가요?"


def test_braces_in_what_a_candidate_says_are_just_text() -> None:
    assert Wording({"x": "{quote:“}!"}, {}, {}).say("x", quote="{quote} {0} {") == "“{quote} {0} {”!"


@pytest.mark.parametrize(
    ("items", "joined"),
    [((), ""), (("a",), "a"), (("a", "b"), "a and b"), (("a", "b", "c"), "a, b and c")],
)
def test_lists_in_sentences(items: tuple[str, ...], joined: str) -> None:
    assert bench.wording(Language.ENGLISH).join(items) == joined


def test_both_languages_have_the_same_templates() -> None:
    korean, english = (bench.wording(language).templates for language in Language)
    assert korean.keys() == english.keys()
