"""Plans: mixed by scenario, rising, without repetition, the same for the same seed; and roles found in free text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.reasoning.domain.planning import DIFFICULTY_OF, plan
from services.reasoning.domain.questions import (
    ExperienceLevel,
    Language,
    PlannedQuestion,
    PlanRequest,
    QuestionKind,
    RoleMatch,
    Scenario,
)
from services.reasoning.domain.roles import match_role
from tests.support import reasoning_bench as bench

CRAFT = {QuestionKind.TECHNICAL, QuestionKind.EXPERIENCE}
COMMON = {QuestionKind.BEHAVIOURAL, QuestionKind.MOTIVATION}
ROLE = {Language.KOREAN: "백엔드 개발자", Language.ENGLISH: "Backend engineer"}
SEEDS = range(12)

both = pytest.mark.parametrize("language", list(Language), ids=str)
each_scenario = pytest.mark.parametrize("scenario", list(Scenario), ids=str)


def request(language: Language, scenario: Scenario = Scenario.COMBINED, **changes: object) -> PlanRequest:
    asked = PlanRequest(language, ROLE[language], scenario, ExperienceLevel.JUNIOR, None, 6)
    return replace(asked, **changes)  # type: ignore[arg-type]


def planned(asked: PlanRequest) -> list[PlannedQuestion]:
    return list(plan(asked, bench.bank()))


def ids(questions: list[PlannedQuestion]) -> list[str]:
    return [each.question.source_id for each in questions]


def kinds(questions: list[PlannedQuestion]) -> list[QuestionKind]:
    return [each.question.kind for each in questions]


@both
@each_scenario
@pytest.mark.parametrize("count", [1, 2, 3, 6, 12, 20])
def test_a_plan_has_as_many_questions_as_asked(language: Language, scenario: Scenario, count: int) -> None:
    questions = planned(request(language, scenario, count=count))
    assert [each.index for each in questions] == list(range(count))
    assert len(set(ids(questions))) == count
    assert all(each.question.source_id.startswith(language) for each in questions)


@both
@each_scenario
@pytest.mark.parametrize("difficulty", [None, 1, 3, 5])
def test_a_plan_never_gets_easier(language: Language, scenario: Scenario, difficulty: int | None) -> None:
    for seed in SEEDS:
        questions = planned(request(language, scenario, difficulty=difficulty, seed=seed))
        difficulties = [each.question.difficulty for each in questions]
        assert difficulties == sorted(difficulties)


@both
@each_scenario
def test_harder_is_harder(language: Language, scenario: Scenario) -> None:
    def mean(difficulty: int) -> float:
        plans = [planned(request(language, scenario, difficulty=difficulty, seed=seed)) for seed in SEEDS]
        return sum(each.question.difficulty for questions in plans for each in questions) / len(plans)

    assert mean(1) < mean(3) < mean(5)


@both
def test_difficulty_follows_the_experience_where_it_is_not_stated(language: Language) -> None:
    for level, difficulty in DIFFICULTY_OF.items():
        assert ids(planned(request(language, experience=level))) == ids(
            planned(request(language, experience=level, difficulty=difficulty))
        )


@both
@each_scenario
def test_the_same_seed_gives_the_same_plan_and_another_gives_variety(language: Language, scenario: Scenario) -> None:
    plans = [ids(planned(request(language, scenario, seed=seed))) for seed in SEEDS]
    assert plans == [ids(planned(request(language, scenario, seed=seed))) for seed in SEEDS]
    assert len({tuple(each) for each in plans}) > len(SEEDS) // 3


@both
def test_kinds_follow_the_scenario(language: Language) -> None:
    for seed in SEEDS:
        technical = kinds(planned(request(language, Scenario.TECHNICAL, seed=seed)))
        assert set(technical) == CRAFT
        assert technical.count(QuestionKind.EXPERIENCE) >= 1
        assert set(kinds(planned(request(language, Scenario.BEHAVIOURAL, seed=seed)))) <= COMMON
        combined = kinds(planned(request(language, Scenario.COMBINED, seed=seed)))
        assert 3 <= sum(kind in CRAFT for kind in combined) <= 4


@both
def test_changing_profession_asks_what_carries_over(language: Language) -> None:
    suited = {e.question.source_id for e in bench.entries(language) if Scenario.CAREER_CHANGE in e.suits}
    for seed in SEEDS:
        assert suited & set(ids(planned(request(language, Scenario.CAREER_CHANGE, seed=seed))))


@both
@pytest.mark.parametrize("scenario", [Scenario.BEHAVIOURAL, Scenario.COMBINED, Scenario.CAREER_CHANGE], ids=str)
def test_talk_is_opened_easily(language: Language, scenario: Scenario) -> None:
    for level in ExperienceLevel:
        first = planned(request(language, scenario, experience=level))[0].question
        assert (first.kind, first.difficulty) == (QuestionKind.MOTIVATION, 1)


@both
@each_scenario
def test_competencies_are_asked_once_while_others_are_left(language: Language, scenario: Scenario) -> None:
    for seed in SEEDS:
        competencies = [each.question.competency for each in planned(request(language, scenario, seed=seed))]
        assert len(set(competencies)) == len(competencies)


@both
@each_scenario
def test_nothing_is_asked_again_while_anything_else_is_left(language: Language, scenario: Scenario) -> None:
    families = bench.bank().families(language)
    other = {"new_graduate"} | ({"career_change"} - {scenario})  # sets that this candidate is not asked from
    fitting = [f for f in families if (f.common and f.family_id not in other) or f.family_id == BACKEND]
    left = {entry.question.source_id for family in fitting for entry in family.questions}
    asked: list[str] = []
    while left:
        count = min(5, len(left))
        new = ids(planned(request(language, scenario, asked_ids=tuple(asked), seed=len(asked), count=count)))
        assert set(new) <= left
        assert len(set(new)) == count
        left -= set(new)
        asked += new


def families_of(questions: list[PlannedQuestion]) -> set[str]:
    entries = (bench.entry(each.question.source_id) for each in questions)
    return {entry.family_id for entry in entries}


@both
@each_scenario
def test_only_who_changes_profession_is_asked_about_the_change(language: Language, scenario: Scenario) -> None:
    for seed in SEEDS:
        asked_from = families_of(planned(request(language, scenario, seed=seed, count=20)))
        assert ("career_change" in asked_from) is (scenario is Scenario.CAREER_CHANGE)


@both
@pytest.mark.parametrize("scenario", [Scenario.BEHAVIOURAL, Scenario.COMBINED], ids=str)
def test_only_new_graduates_are_asked_about_their_studies(language: Language, scenario: Scenario) -> None:
    for level in ExperienceLevel:
        for seed in SEEDS:
            asked_from = families_of(planned(request(language, scenario, experience=level, seed=seed)))
            assert ("new_graduate" in asked_from) is (level is ExperienceLevel.NEW_GRADUATE)


@both
def test_when_everything_was_asked_the_longest_ago_comes_back(language: Language) -> None:
    newest_first = [entry.question.source_id for entry in bench.entries(language)]
    craft = [source_id for source_id in newest_first if "-backend-" in source_id]
    again = planned(request(language, Scenario.TECHNICAL, asked_ids=tuple(newest_first), count=3))
    assert set(ids(again)) == set(craft[-3:])


@both
def test_a_role_that_no_family_fits_gets_common_questions_and_says_so(language: Language) -> None:
    for scenario in Scenario:
        questions = planned(request(language, scenario, role="간호사" if language is Language.KOREAN else "nurse"))
        assert {(each.role_match, each.role_family) for each in questions} == {(RoleMatch.NONE, "")}
        assert set(kinds(questions)) <= COMMON


BACKEND, FRONTEND = "backend_engineer", "frontend_engineer"


@pytest.mark.parametrize(
    ("role", "match", "family"),
    [
        ("backend_engineer", RoleMatch.EXACT, BACKEND),
        ("Backend Engineer", RoleMatch.EXACT, BACKEND),
        ("Senior back-end developer (payments)", RoleMatch.EXACT, BACKEND),
        ("백엔드 개발자", RoleMatch.EXACT, BACKEND),
        ("백엔드개발자", RoleMatch.EXACT, BACKEND),
        ("신입 서버 개발자", RoleMatch.EXACT, BACKEND),
        ("Java developer", RoleMatch.NEAREST, BACKEND),
        ("Software Engineer II", RoleMatch.NEAREST, BACKEND),
        ("backned developer", RoleMatch.NEAREST, BACKEND),
        ("자바 개발자 (스프링)", RoleMatch.NEAREST, BACKEND),
        ("풀스택 엔지니어", RoleMatch.NEAREST, BACKEND),
        ("Frontend developer", RoleMatch.EXACT, FRONTEND),
        ("React developer", RoleMatch.EXACT, FRONTEND),
        ("프론트엔드 개발자", RoleMatch.EXACT, FRONTEND),
        ("자바스크립트 개발자 (신입)", RoleMatch.EXACT, FRONTEND),
        ("웹 퍼블리셔", RoleMatch.NEAREST, FRONTEND),
        ("Vue.js developer", RoleMatch.EXACT, FRONTEND),
        ("React Native developer", RoleMatch.EXACT, "mobile_engineer"),
        ("안드로이드 개발자", RoleMatch.EXACT, "mobile_engineer"),
        ("iOS 개발 (Swift)", RoleMatch.NEAREST, "mobile_engineer"),
        ("Senior Data Engineer", RoleMatch.EXACT, "data_engineer"),
        ("빅데이터 엔지니어", RoleMatch.EXACT, "data_engineer"),
        ("Machine Learning Engineer", RoleMatch.EXACT, "data_scientist"),
        ("AI 엔지니어 (신입)", RoleMatch.EXACT, "data_scientist"),
        ("Data analyst", RoleMatch.NEAREST, "data_scientist"),
        ("Site Reliability Engineer (SRE)", RoleMatch.EXACT, "devops_engineer"),
        ("클라우드 엔지니어", RoleMatch.EXACT, "devops_engineer"),
        ("Penetration tester", RoleMatch.EXACT, "security_engineer"),
        ("정보보안 담당자", RoleMatch.EXACT, "security_engineer"),
        ("Software Engineer in Test", RoleMatch.EXACT, "qa_engineer"),
        ("QA엔지니어", RoleMatch.EXACT, "qa_engineer"),
        ("site manager", RoleMatch.NONE, ""),
        ("machine operator", RoleMatch.NONE, ""),
        ("Technical Product Manager", RoleMatch.EXACT, "product_manager"),
        ("서비스 기획자 (신입)", RoleMatch.EXACT, "product_manager"),
        ("Senior Product Designer", RoleMatch.EXACT, "ux_designer"),
        ("UXUI 디자이너", RoleMatch.EXACT, "ux_designer"),
        ("Digital marketing manager", RoleMatch.EXACT, "marketing"),
        ("퍼포먼스 마케터", RoleMatch.EXACT, "marketing"),
        ("Account Executive, EMEA", RoleMatch.EXACT, "sales"),
        ("해외영업 담당자", RoleMatch.EXACT, "sales"),
        ("HR Business Partner", RoleMatch.EXACT, "hr"),
        ("채용 담당자", RoleMatch.EXACT, "hr"),
        ("Senior Accountant", RoleMatch.EXACT, "finance_accounting"),
        ("재무회계 담당자", RoleMatch.EXACT, "finance_accounting"),
        ("Security guard", RoleMatch.NONE, ""),
        ("night security guard (entry level)", RoleMatch.NONE, ""),
        ("보안요원", RoleMatch.NONE, ""),
        ("보안 검색 요원 (신입)", RoleMatch.NONE, ""),
        ("아파트 보안 경비원", RoleMatch.NONE, ""),
        ("mobile crane operator", RoleMatch.NONE, ""),
        ("personal trainer", RoleMatch.NONE, ""),
        ("데이터 분석 강사", RoleMatch.NONE, ""),
        ("Information security officer", RoleMatch.NEAREST, "security_engineer"),
        ("보안 담당자", RoleMatch.EXACT, "security_engineer"),
        ("Linux driver developer", RoleMatch.NEAREST, "devops_engineer"),
        ("모바일 운전 앱 개발자", RoleMatch.EXACT, "mobile_engineer"),
        ("nurse", RoleMatch.NONE, ""),
        ("요리사", RoleMatch.NONE, ""),
        ("mango developer", RoleMatch.NONE, ""),
        ("behavioural", RoleMatch.NONE, ""),
        ("developer", RoleMatch.NONE, ""),
        ("!?", RoleMatch.NONE, ""),
    ],
)
def test_roles_in_free_text(role: str, match: RoleMatch, family: str) -> None:
    found = match_role(role, bench.bank().all_families)
    assert (found.match, found.family_id) == (match, family)


def test_every_title_of_the_bank_still_names_a_family() -> None:
    families = [family for family in bench.bank().all_families if not family.common]
    titles = [title for family in families for title in (family.name, *family.same, *family.near)]
    assert [title for title in titles if match_role(title, families).match is RoleMatch.NONE] == []
