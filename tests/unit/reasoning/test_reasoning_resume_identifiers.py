"""No personal fact gets through, in whatever form and place; work that looks like one does."""

from __future__ import annotations

import json
import random

import pytest

from services.reasoning.adapters.resumes.lexicon import load_resume_lexicon
from services.reasoning.adapters.resumes.plain import read_plain
from services.reasoning.adapters.resumes.wire import from_json, to_json
from services.reasoning.domain.resume import Identifier, Line, Resume
from services.reasoning.domain.resume_identifiers import Redactor, holds_identifier
from services.reasoning.domain.resume_reading import read
from tests.support import resume_files as files

LEXICON = load_resume_lexicon()
SECRETS = {
    "ko_backend": [
        "김민수",
        "1995",
        "31세",
        "950302",
        "010-1234",
        "minsu",
        "테헤란로",
        "강남구",
        "병장",
        "부산",
        "장남",
    ],
    "ko_marketing": ["이서연", "27세", "미혼", "월드컵로", "마포", "seoyeon", "9876", "이정훈", "박은주", "58세"],
    "ko_graduate": ["박지훈", "2001년", "대한민국", "천주교", "178", "O형", "5555", "부모님", "화목", "전역"],
    "en_backend": [
        "Emily",
        "Carter",
        "Baker Street",
        "7911",
        "linkedin",
        "1995",
        "British",
        "children",
        "John",
        "7946",
    ],
    "en_nurse_to_pm": ["MARIA", "GONZALEZ", "Maple", "62704", "555-0132", "gonzalez@", "Madrid", "parents"],
    "en_graduate": ["Arjun", "Patel", "2003", "Male", "Hindu", "178", "98765", "arjunp", "Pune", "father"],
}


def read_text(text: str) -> Resume:
    return read(read_plain(text.encode()), LEXICON)


@pytest.mark.parametrize("name", files.NAMES)
def test_nothing_personal_leaves_the_reader(name: str) -> None:
    resume = read_text(files.as_text(files.marked(name)))
    wire = json.dumps(to_json(resume), ensure_ascii=False)
    assert [secret for secret in SECRETS[name] if secret in wire] == []
    assert from_json(json.loads(wire)) == resume
    assert not any(holds_identifier(line) for section in resume.sections for line in section.lines)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("주민등록번호 950302-1234567", Identifier.RESIDENT_NUMBER),
        ("950302 - 1******", Identifier.RESIDENT_NUMBER),
        ("9503021234567", Identifier.RESIDENT_NUMBER),
        ("950302-1●●●●●●", Identifier.RESIDENT_NUMBER),
        ("(950302-1)", Identifier.RESIDENT_NUMBER),
        ("SSN: 078-05-1120", Identifier.RESIDENT_NUMBER),
        ("생년월일: 1995년 3월 2일", Identifier.BIRTH_DATE),
        ("1995.03.02생", Identifier.BIRTH_DATE),
        ("95년생입니다", Identifier.BIRTH_DATE),
        ("(만 29세)", Identifier.BIRTH_DATE),
        ("Date of birth: 12 May 1995", Identifier.BIRTH_DATE),
        ("born on 3 March 1995", Identifier.BIRTH_DATE),
        ("I am 29 years old", Identifier.BIRTH_DATE),
        ("성  별 : 여", Identifier.GENDER),
        ("김민수 (남)", Identifier.GENDER),
        ("Gender: Female", Identifier.GENDER),
        ("저는 2남 1녀 중 막내로 자랐습니다.", Identifier.FAMILY),
        ("부모님께 성실함을 배웠습니다.", Identifier.FAMILY),
        ("My father taught me to solder.", Identifier.FAMILY),
        ("결혼 여부: 기혼", Identifier.MARITAL_STATUS),
        ("Marital status: Single", Identifier.MARITAL_STATUS),
        ("I am happily married.", Identifier.MARITAL_STATUS),
        ("서울특별시 강남구 테헤란로 123, 101동 1202호", Identifier.HOME_REGION),
        ("경기도 성남시 분당구 정자일로 95", Identifier.HOME_REGION),
        ("고향은 대구입니다.", Identifier.HOME_REGION),
        ("저는 부산에서 태어나 자랐습니다.", Identifier.HOME_REGION),
        ("221B Baker Street, London", Identifier.HOME_REGION),
        ("I grew up in Leeds.", Identifier.HOME_REGION),
        ("010-1234-5678", Identifier.PHONE),
        ("01012345678", Identifier.PHONE),
        ("+82 10 1234 5678", Identifier.PHONE),
        ("010-****-5678", Identifier.PHONE),
        ("02-555-1234", Identifier.PHONE),
        ("+44 7911 123456", Identifier.PHONE),
        ("(415) 555-0132", Identifier.PHONE),
        ("kim.minsu+cv@mail.example.co.kr", Identifier.EMAIL),
        ("kim (at) example.com", Identifier.EMAIL),
        ("https://github.com/kim", Identifier.PERSONAL_PAGE),
        ("kim.tistory.com", Identifier.PERSONAL_PAGE),
        ("국적: 대한민국", Identifier.NATIONALITY),
        ("Nationality: British", Identifier.NATIONALITY),
        ("육군 병장 만기전역", Identifier.MILITARY_SERVICE),
        ("군 복무 중 통신병으로 일했습니다.", Identifier.MILITARY_SERVICE),
        ("Honorably discharged from the Army.", Identifier.MILITARY_SERVICE),
        ("종교: 불교", Identifier.RELIGION),
        ("I am a devout Catholic.", Identifier.RELIGION),
        ("신장: 178cm", Identifier.PHYSICAL_TRAITS),
        ("혈액형 : O형", Identifier.PHYSICAL_TRAITS),
        ("장애 3급 판정을 받았습니다.", Identifier.PROTECTED_STATUS),
        ("보훈대상: 해당", Identifier.PROTECTED_STATUS),
        ("재산: 부동산 2억", Identifier.PROPERTY),
    ],
)
def test_a_personal_fact_is_taken_out_and_its_kind_listed(text: str, kind: Identifier) -> None:
    redactor = Redactor()
    left = redactor.text(text)
    assert kind in redactor.dropped
    digits = [sign for sign in left if sign.isdigit()]
    assert len(digits) < 4
    redactor.text(left)  # nothing comes up that a second look would find


@pytest.mark.parametrize(
    "text",
    [
        "2019.03 ~ 2021.02 네오페이",
        "응답 시간을 420ms에서 180ms로 줄였습니다.",
        "월 1,200만 건의 결제를 처리했습니다.",
        "- 2023-01-15 장애를 40분 만에 복구했습니다.",
        "새로 태어난 서비스의 첫 화면을 설계했습니다.",
        "문제 형태로 정리했습니다.",
        "가족 단위 고객의 재방문율을 12% 높였습니다.",
        "여성 의류 카테고리의 매출을 2배로 늘렸습니다.",
        "20대 고객 연령대별 분석을 했습니다.",
        "서울 지하철 혼잡도를 예측했습니다.",
        "Led 12 engineers in 3 teams, 2019 - 2021.",
        "Cut costs from $1,200,000 to $800,000.",
        "Wrote the parent process supervisor and its child processes.",
        "Served +1200000 users with 99.95% availability.",
        "Managed a single sign-on migration for 40 services.",
        "Address validation: built a parser for 30 countries.",
        "Version 3.11.2019 of the protocol, RFC 9110.",
    ],
)
def test_work_stays_as_it_is_written(text: str) -> None:
    redactor = Redactor()
    kept = redactor.line(Line((text,)))
    assert kept is not None
    assert (kept.text, redactor.dropped) == (text, ())


def test_a_name_is_taken_out_wherever_it_stands() -> None:
    resume = read_text(
        "성명: 김민수\n자기소개서\n저 김민수는 끝까지 확인하는 개발자입니다.\nExperience\n- Paper by Kim, 2020"
    )
    assert "김민수" not in json.dumps(to_json(resume), ensure_ascii=False)
    assert any("끝까지 확인하는" in line for section in resume.sections for line in section.lines)


@pytest.mark.parametrize("separator", [" / ", " | ", ", ", "\n", "   "])
def test_made_up_people_are_not_in_what_is_kept(separator: str) -> None:
    """Numbers drawn at random in every usual form, in the head and in the middle of a section."""
    chance = random.Random(11)  # noqa: S311  # the same people each time
    for _ in range(40):
        tail = f"{chance.randrange(1000, 9999)}"
        birth = f"{chance.randrange(70, 99)}0{chance.randrange(1, 9)}1{chance.randrange(0, 9)}"
        phone = chance.choice([f"010-77{tail[:2]}-{tail}", f"010 77{tail[:2]} {tail}", f"+82-10-77{tail[:2]}-{tail}"])
        number = chance.choice([f"{birth}-1{tail}23", f"{birth}–2{tail}23", f"{birth}1{tail}23", f"{birth}-1******"])
        mail = f"person{tail}@example.{chance.choice(['com', 'co.kr', 'org'])}"
        facts = separator.join([phone, number, mail])
        text = f"{facts}\n경력사항\n네오페이 2020.03 ~ 현재\n- 캐시를 도입했습니다.\n{facts}\n- 부하를 35% 낮췄습니다."
        resume = read_text(text)
        wire = json.dumps(to_json(resume), ensure_ascii=False)
        assert [fact for fact in (tail, birth, mail) if fact in wire] == []
        assert {Identifier.PHONE, Identifier.RESIDENT_NUMBER, Identifier.EMAIL} <= set(resume.dropped)
        assert "부하를 35% 낮췄습니다." in wire
