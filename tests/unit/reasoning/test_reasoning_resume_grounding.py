"""Questions about a résumé: how many, about what, quoted word for word, never again, never about a personal fact."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from services.reasoning.adapters.bank_files import load_bank, load_wording
from services.reasoning.adapters.resumes.lexicon import load_resume_lexicon
from services.reasoning.adapters.resumes.plain import read_plain
from services.reasoning.domain.planning import plan
from services.reasoning.domain.questions import (
    ExperienceLevel,
    Language,
    PlannedQuestion,
    PlanRequest,
    QuestionKind,
    Scenario,
)
from services.reasoning.domain.resume import Resume, Section, SectionKind
from services.reasoning.domain.resume_grounding import ground
from services.reasoning.domain.resume_reading import read
from tests.support import resume_files as files

BANK = load_bank()
WORDINGS = {language: load_wording(language) for language in Language}
LEXICON = load_resume_lexicon()
LONG_LINES = {
    Language.KOREAN: (
        "- 주문 서비스의 데이터베이스를 월 단위 파티션으로 나누고, 오래된 파티션을 저렴한 저장소로 옮기는 배치를 "
        "만들었으며, 그 과정을 문서로 남겨 다른 팀에 세 번 발표했습니다"
    ),
    Language.ENGLISH: (
        "- Split the order database into monthly partitions, moved the old ones to cheap storage in a nightly batch, "
        "and documented the whole way so that three other teams could follow it without asking"
    ),
}
both = pytest.mark.parametrize("language", Language)
each_resume = pytest.mark.parametrize("name", files.NAMES)


def resume_named(name: str) -> Resume:
    return read(read_plain(files.as_text(files.marked(name)).encode()), LEXICON)


def planned(
    language: Language,
    resume: Resume | None,
    *,
    count: int = 6,
    seed: int = 1,
    asked: Sequence[str] = (),
    scenario: Scenario = Scenario.COMBINED,
) -> tuple[PlannedQuestion, ...]:
    request = PlanRequest(
        language=language,
        role="backend_engineer",
        scenario=scenario,
        experience=ExperienceLevel.JUNIOR,
        difficulty=None,
        count=count,
        asked_ids=tuple(asked),
        seed=seed,
        resume=resume,
    )
    return ground(request, tuple(plan(request, BANK)), WORDINGS[language])


@each_resume
@pytest.mark.parametrize(
    ("count", "scenario"),
    [(1, Scenario.COMBINED), (2, Scenario.TECHNICAL), (5, Scenario.BEHAVIOURAL), (10, Scenario.CAREER_CHANGE)],
)
def test_a_third_of_the_questions_quote_the_resume(name: str, count: int, scenario: Scenario) -> None:
    resume = resume_named(name)
    lines = [line for section in resume.sections for line in section.lines]
    questions = [each.question for each in planned(Language(name[:2]), resume, count=count, scenario=scenario)]
    grounded = [question for question in questions if question.grounding_quote]
    assert len(questions) == count
    assert len(grounded) >= math.ceil(count / 3)
    for question in grounded:
        assert question.grounding_quote in question.text
        assert any(question.grounding_quote in line for line in lines)
        assert question.kind is QuestionKind.EXPERIENCE
        assert question.competency
    assert len({question.source_id for question in questions}) == count


@each_resume
def test_lines_about_work_come_first(name: str) -> None:
    resume = resume_named(name)
    work = [
        line
        for section in resume.sections
        if section.kind in (SectionKind.EXPERIENCE, SectionKind.PROJECTS)
        for line in section.lines
    ]
    for seed in range(3):
        for each in planned(Language(name[:2]), resume, seed=seed):
            quote = each.question.grounding_quote
            assert not quote or any(quote in line for line in work)


@each_resume
def test_nothing_is_asked_twice_until_nothing_is_left(name: str) -> None:
    resume, asked = resume_named(name), list[str]()
    for seed in range(18):
        new = [each.question for each in planned(Language(name[:2]), resume, seed=seed, asked=asked)]
        assert not {question.source_id for question in new if question.grounding_quote} & set(asked)
        asked = [*(question.source_id for question in new), *asked]
    assert not any(each.question.grounding_quote for each in planned(Language(name[:2]), resume, count=3, asked=asked))


@both
def test_the_same_request_gets_the_same_questions(language: Language) -> None:
    resume = resume_named(f"{language.value}_backend")
    assert planned(language, resume) == planned(language, resume)


@both
def test_without_a_resume_or_with_one_of_no_use_the_plan_is_the_banks(language: Language) -> None:
    bank = planned(language, None)
    assert not any(each.question.grounding_quote for each in bank)
    assert planned(language, Resume(())) == bank
    hobbies = Resume((Section(SectionKind.OTHER, "Interests", ("Hiking",)),))
    assert planned(language, hobbies) == bank


@pytest.mark.parametrize(
    "line",
    [
        "- 010-1234-5678로 30% 할인 문의를 받았습니다",
        "- Call +44 7911 123456 for the 40% discount that I negotiated",
        "나이: 29세",
    ],
)
def test_a_line_with_a_personal_fact_is_asked_about_by_nobody(line: str) -> None:
    resume = Resume((Section(SectionKind.EXPERIENCE, "", ("네오페이 2020.03 ~ 현재", line)),))
    assert not any(each.question.grounding_quote for each in planned(Language.KOREAN, resume))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("- Kafka를 도입해 처리량을 3배로 높임", "‘Kafka를 도입해 처리량을 3배로 높임’이라고"),
        ("- Redis 캐시로 응답 시간을 40% 줄였습니다.", "‘Redis 캐시로 응답 시간을 40% 줄였습니다’라고"),
        ("- 사내 배포 시스템 구축", "‘사내 배포 시스템 구축’이라고"),
        ("- 결제 서버를 Kotlin으로 재작성하고 테스트를 자동화", "자동화’라고"),
    ],
)
def test_korean_particles_follow_the_quote(line: str, said: str) -> None:
    resume = Resume((Section(SectionKind.EXPERIENCE, "", ("네오페이 2020.03 ~ 현재", line)),))
    texts = [each.question.text for each in planned(Language.KOREAN, resume) if each.question.grounding_quote]
    assert len(texts) == 1
    assert said in texts[0]


@both
def test_a_long_line_is_cut_where_a_clause_ends(language: Language) -> None:
    long = LONG_LINES[language]
    resume = Resume((Section(SectionKind.EXPERIENCE, "", ("Acme 2020.03 ~ 2021.02", long)),))
    (quote,) = [each.question.grounding_quote for each in planned(language, resume) if each.question.grounding_quote]
    assert quote in long
    assert len(quote) <= 130
    after = long[long.index(quote) + len(quote)]
    assert after in ", "
