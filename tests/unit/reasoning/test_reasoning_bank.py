"""The bank as data: schema, balance, native wording, and what must never be asked or said."""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from services.reasoning.adapters.bank_files import BANK_DIR, load_bank
from services.reasoning.domain.bank import FOLLOW_UP_MARK, BankQuestion
from services.reasoning.domain.errors import BankError
from services.reasoning.domain.matching import find_any
from services.reasoning.domain.questions import Language, QuestionKind, Scenario
from tests.support import reasoning_bench as bench

FILES = {
    "family": sorted(BANK_DIR.glob("??/*.yaml")),
    "lexicon": sorted(BANK_DIR.glob("lexicon.*.yaml")),
    "rubric": sorted(BANK_DIR.glob("rubric.*.yaml")),
    "prose": sorted(BANK_DIR.glob("prose.*.yaml")),
}

# What INTERVIEW.md promises: families of a job, and sets that every role is asked, with the least number of questions.
FAMILIES = {
    "backend_engineer", "frontend_engineer", "mobile_engineer", "data_engineer", "data_scientist", "devops_engineer",
    "security_engineer", "qa_engineer", "product_manager", "ux_designer", "marketing", "sales", "hr",
    "finance_accounting",
}  # fmt: skip
SETS = {"behavioural", "company_fit", "career_change", "new_graduate"}
LEAST_PER_FAMILY, LEAST_PER_SET = 10, 20
MOST_OF_ONE_DIFFICULTY = 0.5
LEAST_OF_A_KIND = 2
# Questions that share more of their letters, three by three, ask nearly the same (Jaccard index of trigrams).
MOST_SHARED = 0.45
LEAST_LENGTH = 20

# 채용절차법 4조의3, 남녀고용평등법 7조, 장애인차별금지법 10조;
# EU directives 2000/43, 2000/78 and 2006/54, GDPR article 9.
FORBIDDEN = {
    Language.KOREAN: (
        "나이|연령|몇 살|생년|결혼|기혼|미혼|혼인|배우자|남편|(?<![가-힣])아내|애인|연애|임신|출산|육아|자녀|아이가|"
        "부모|아버지|어머니|형제|자매|가족|고향|출신 지역|출신지|출신 학교|본적|거주지|사는 곳|재산|부동산|"
        "키가|몸무게|체중|외모|용모|종교|교회|신앙|정치|정당|지지하는|노조|노동조합|장애인|장애가 있으|질병|병력|"
        "건강 상태|군대|병역|미필|성적 지향|성 정체성|국적|인종|주량|혈액형|이혼|시댁|시어머니|"
        "친정|며느리|자택|자가 소유|월세로|전세로|학자금|신용 불량|전과 기록|전과가 있|흡연|담배|직전 연봉|"
        "이전 연봉|연봉은 얼마|통근 거리|생리|폐경|사귀는|동거"
    ),
    Language.ENGLISH: (
        r"\b(?:how old|your age|date of birth|married|marital|spouse|husband|wife|boyfriend|girlfriend|pregnan\w*|"
        r"children|kids|family plans|your family|your parents|religio\w*|church|belief|political|party member|union|"
        r"disabilit\w*|illness|health|medical|sexual|gender|nationality|native country|where are you from|"
        r"your race|racial|ethnic\w*|skin|weight|height|your looks|wealth|property you own|criminal|arrested|"
        r"military service|alcohol|blood type|divorce\w*|engaged to|partner's job|childcare|maternity|paternity|"
        r"in-laws|mother tongue|native speaker|country of birth|birthplace|citizenship|immigration|smoke|smoker|"
        r"credit score|previous salary|salary history|current salary|how much do you earn|sick days|depress\w*|"
        r"therap\w*|retirement age|year did you graduate)\b"
    ),
}


def _data(path: Path) -> Any:
    """The file as JSON knows it: keys are strings."""
    return json.loads(json.dumps(yaml.safe_load(path.read_text())))


def _languages(test: Any) -> Any:
    return pytest.mark.parametrize("language", list(Language), ids=str)(test)


@pytest.mark.parametrize(
    ("schema", "path"),
    [(schema, path) for schema, paths in FILES.items() for path in paths],
    ids=lambda x: getattr(x, "name", x),
)
def test_file_matches_its_schema(schema: str, path: Path) -> None:
    validator = Draft202012Validator(json.loads((BANK_DIR / "schema" / f"{schema}.schema.json").read_text()))
    problems = [f"{list(error.absolute_path)}: {error.message}" for error in validator.iter_errors(_data(path))]
    assert problems == []


def test_every_kind_of_file_is_there_in_every_language() -> None:
    for kind in ("lexicon", "rubric", "prose"):
        assert [path.name for path in FILES[kind]] == [f"{kind}.{language}.yaml" for language in sorted(Language)]
    assert {path.stem for path in FILES["family"] if path.parent.name == "ko"} == {
        path.stem for path in FILES["family"] if path.parent.name == "en"
    }


@_languages
def test_every_promised_family_and_set_is_there(language: Language) -> None:
    families = bench.bank().families(language)
    assert {family.family_id for family in families if not family.common} >= FAMILIES
    assert {family.family_id for family in families if family.common} == SETS


@_languages
def test_each_family_and_set_has_enough_questions_of_every_difficulty(language: Language) -> None:
    for family in bench.bank().families(language):
        difficulties = Counter(entry.question.difficulty for entry in family.questions)
        assert difficulties.total() >= (LEAST_PER_SET if family.common else LEAST_PER_FAMILY), family.family_id
        assert set(difficulties) == {1, 2, 3, 4, 5}, f"{family.family_id}: every difficulty is there"
        assert max(difficulties.values()) <= MOST_OF_ONE_DIFFICULTY * difficulties.total(), family.family_id


@_languages
def test_kinds_and_competencies_are_balanced(language: Language) -> None:
    for family in bench.bank().families(language):
        competencies = Counter(entry.competency_id for entry in family.questions)
        assert max(competencies.values()) <= 2, f"{family.family_id}: {competencies}"
        kinds = Counter(entry.question.kind for entry in family.questions)
        expected = (
            {QuestionKind.BEHAVIOURAL, QuestionKind.MOTIVATION}
            if family.common
            else {QuestionKind.TECHNICAL, QuestionKind.EXPERIENCE}
        )
        assert set(kinds) == expected, family.family_id
        assert min(kinds.values()) >= LEAST_OF_A_KIND, f"{family.family_id}: {kinds}"


@_languages
def test_changing_profession_has_questions_of_its_own(language: Language) -> None:
    for entry in bench.entries(language):
        if entry.family_id == "career_change":
            assert Scenario.CAREER_CHANGE in entry.suits, entry.question.source_id


def test_ids_texts_and_probes_are_unique() -> None:
    every = [entry for language in Language for entry in bench.entries(language)]
    ids = [entry.question.source_id for entry in every]
    assert len(set(ids)) == len(ids)
    assert not any(FOLLOW_UP_MARK in source_id for source_id in ids)
    texts = [entry.question.text for entry in every]
    assert len(set(texts)) == len(texts)
    for entry in every:
        assert entry.question.source_id.startswith(bench.language_of(entry.question.source_id))
        probes = [*entry.point_probes.values(), *entry.part_probes.values(), *(m.probe for m in entry.misconceptions)]
        assert len(set(probes)) == len(probes), entry.question.source_id


def _trigrams(text: str) -> frozenset[str]:
    letters = "".join(re.findall(r"[^\W_]+", text.casefold()))
    return frozenset(letters[at : at + 3] for at in range(len(letters) - 2))


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)


@_languages
def test_no_question_asks_nearly_what_another_asks(language: Language) -> None:
    letters = {each.question.source_id: _trigrams(each.question.text) for each in bench.entries(language)}
    for one, other in combinations(letters, 2):
        assert _shared(letters[one], letters[other]) <= MOST_SHARED, (one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Tell me about a release where engineering told you it wouldn't all fit. What did you take out?",
            "Tell me about a release where the engineers told you it would not all fit. What did you leave out?",
        ),
        (
            "결제 전환율이 지난주보다 20% 떨어졌습니다. 원인을 어떤 순서로 찾으시겠어요?",
            "결제 전환율이 지난달보다 30% 떨어졌습니다. 원인을 어떤 순서로 좁히시겠어요?",
        ),
    ],
)
def test_the_check_for_near_duplicates_finds_them(one: str, other: str) -> None:
    assert _shared(_trigrams(one), _trigrams(other)) > MOST_SHARED


@_languages
def test_questions_are_in_their_language_and_can_be_spoken(language: Language) -> None:
    hangul = re.compile("[가-힣]")
    limit = 140 if language is Language.KOREAN else 220
    for entry in bench.entries(language):
        text = entry.question.text
        assert bool(hangul.search(text)) is (language is Language.KOREAN)
        assert LEAST_LENGTH <= len(text) <= limit, f"{entry.question.source_id}: can't be heard once"
        assert text.count("?") <= 3


@_languages
def test_an_analyst_finds_every_phrase_and_none_is_given_away_by_the_question(language: Language) -> None:
    """A phrase without lemmas never matches; one made of the question's own or of everyday words always would."""
    generic = bench.words(language).generic
    for entry in bench.entries(language):
        patterns = bench.case(entry.question, language).patterns
        for point, phrases in patterns.points.items():
            for phrase in phrases[1:]:  # the first is the point's own text
                where = f"{entry.question.source_id}/{point}: {phrase}"
                assert phrase.lemmas, where
                assert phrase.negated or len(phrase.lemmas) > 1 or phrase.lemmas[0] not in generic, where
                assert phrase.negated or len(phrase.lemmas) > 1 or phrase.lemmas[0] not in patterns.echo, where
        assert all(phrase.lemmas for phrases in patterns.misconceptions.values() for phrase in phrases)


@_languages
def test_what_is_right_to_say_is_no_misconception(language: Language) -> None:
    for entry in bench.entries(language):
        case = bench.case(entry.question, language)
        texts = [text for point in entry.question.expected_points for text in (point.text, *point.synonyms)]
        said = [sentence for text in bench.analyser(language).analyse(texts) for sentence in text.sentences]
        for misconception, phrases in case.patterns.misconceptions.items():
            assert not any(find_any(phrases, each) for each in said), f"{entry.question.source_id}/{misconception}"


def test_asking_the_question_back_makes_no_point() -> None:
    for language in Language:
        for entry in bench.entries(language):
            judged = bench.evaluate(entry.question.source_id, entry.question.text)
            assert judged.evaluation.strengths == (), entry.question.source_id
            assert judged.evaluation.covered_point_ids == (), entry.question.source_id


def _said_to_candidates(entry: BankQuestion) -> list[str]:
    question = entry.question
    return [
        question.text,
        question.competency,
        *(point.text for point in question.expected_points),
        *entry.point_probes.values(),
        *entry.part_probes.values(),
        *(text for each in entry.misconceptions for text in (each.text, each.probe)),
        *(anchor for anchors in entry.anchors.values() for anchor in anchors.values()),
    ]


@_languages
def test_nothing_is_asked_that_the_law_forbids_to_ask(language: Language) -> None:
    forbidden = re.compile(FORBIDDEN[language], re.IGNORECASE)
    for entry in bench.entries(language):
        for text in _said_to_candidates(entry):
            assert not forbidden.search(text), f"{entry.question.source_id}: {text}"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (Language.KOREAN, "결혼은 하셨나요?"),
        (Language.KOREAN, "아버지께서는 무슨 일을 하시나요?"),
        (Language.KOREAN, "고향이 어디신가요?"),
        (Language.KOREAN, "키가 몇이고 몸무게는 얼마인가요?"),
        (Language.KOREAN, "아이가 생기면 육아는 누가 하나요?"),
        (Language.KOREAN, "부동산 같은 재산이 있으신가요?"),
        (Language.KOREAN, "형제자매의 학력은 어떻게 되나요?"),
        (Language.KOREAN, "지지하는 정당이 있나요?"),
        (Language.KOREAN, "노조에 가입하신 적이 있나요?"),
        (Language.KOREAN, "종교가 있으신가요?"),
        (Language.KOREAN, "군대는 다녀오셨나요?"),
        (Language.KOREAN, "직전 연봉은 얼마였나요?"),
        (Language.ENGLISH, "Are you married?"),
        (Language.ENGLISH, "How old are you?"),
        (Language.ENGLISH, "Which church do you go to?"),
        (Language.ENGLISH, "Do you plan to have children?"),
        (Language.ENGLISH, "Do you have a disability?"),
        (Language.ENGLISH, "Are you a member of a union?"),
        (Language.ENGLISH, "What is your nationality?"),
        (Language.ENGLISH, "What does your husband do?"),
        (Language.ENGLISH, "How many sick days did you take last year?"),
        (Language.ENGLISH, "Which party member are you?"),
        (Language.ENGLISH, "What was your previous salary?"),
        (Language.ENGLISH, "Are you a native speaker?"),
    ],
)
def test_the_check_for_forbidden_questions_finds_them(language: Language, text: str) -> None:
    assert re.search(FORBIDDEN[language], text, re.IGNORECASE)


@_languages
def test_no_word_judges_a_person_or_reads_a_feeling(language: Language) -> None:
    judging = bench.lexicon(language).judgement_finder
    for path in [*FILES["family"], *FILES["rubric"], *FILES["prose"]]:
        if path.parent.name == language or f".{language}." in path.name:
            for number, line in enumerate(path.read_text().splitlines(), start=1):
                assert not judging.within(line), f"{path.name}:{number}: {line.strip()}"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (Language.ENGLISH, "You seem nervous."),
        (Language.ENGLISH, "An honest and confident answer"),
        (Language.KOREAN, "긴장한 것 같습니다"),
        (Language.KOREAN, "자신감이 있고 솔직합니다"),
        (Language.ENGLISH, "Who is the most passionate person in your team?"),
        (Language.KOREAN, "성격의 장단점을 말씀해 주세요"),
    ],
)
def test_the_check_for_judging_words_finds_them(language: Language, text: str) -> None:
    assert bench.lexicon(language).judgement_finder.within(text)


def test_a_family_is_added_by_adding_a_file(tmp_path: Path) -> None:
    (tmp_path / "ko").mkdir()
    (tmp_path / "en").mkdir()
    data = yaml.safe_load((BANK_DIR / "en" / "backend_engineer.yaml").read_text())
    data |= {"family": "data_engineer", "name": "Data engineer"}
    (tmp_path / "en" / "data_engineer.yaml").write_text(yaml.safe_dump(data))
    assert load_bank(tmp_path).role_families() == ("data_engineer",)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"language": "fr"}, "backend_engineer.yaml: ValueError"),
        ({"questions": [{"id": "en-x"}]}, "backend_engineer.yaml: KeyError"),
        ({"titles": None}, "backend_engineer.yaml: TypeError"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    (tmp_path / "en").mkdir()
    data = yaml.safe_load((BANK_DIR / "en" / "backend_engineer.yaml").read_text()) | change
    (tmp_path / "en" / "backend_engineer.yaml").write_text(yaml.safe_dump(data))
    with pytest.raises(BankError, match=said):
        load_bank(tmp_path)


def test_an_id_that_is_used_twice_is_named(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    text = (BANK_DIR / "en" / "backend_engineer.yaml").read_text()
    for name in ("a", "b"):
        (tmp_path / "en" / f"{name}.yaml").write_text(text)
    with pytest.raises(BankError, match="en-backend-status-codes is used twice"):
        load_bank(tmp_path)
