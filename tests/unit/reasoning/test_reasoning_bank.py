"""The bank as data: schema, balance, native wording, and what must never be asked or said."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from services.reasoning.adapters.bank_files import BANK_DIR, load_bank
from services.reasoning.domain.bank import FOLLOW_UP_MARK, BankQuestion
from services.reasoning.domain.errors import BankError
from services.reasoning.domain.questions import Language, QuestionKind, Scenario
from tests.support import reasoning_bench as bench

FILES = {
    "family": sorted(BANK_DIR.glob("??/*.yaml")),
    "lexicon": sorted(BANK_DIR.glob("lexicon.*.yaml")),
    "rubric": sorted(BANK_DIR.glob("rubric.*.yaml")),
    "prose": sorted(BANK_DIR.glob("prose.*.yaml")),
}

# 채용절차법 4조의3, 남녀고용평등법 7조, 장애인차별금지법 10조;
# EU directives 2000/43, 2000/78 and 2006/54, GDPR article 9.
FORBIDDEN = {
    Language.KOREAN: (
        "나이|연령|몇 살|생년|결혼|기혼|미혼|혼인|배우자|남편|(?<![가-힣])아내|애인|연애|임신|출산|육아|자녀|아이가|"
        "부모|아버지|어머니|형제|자매|가족|고향|출신 지역|출신지|출신 학교|본적|거주지|사는 곳|재산|부동산|"
        "키가|몸무게|체중|외모|용모|종교|교회|신앙|정치|정당|지지하는|노조|노동조합|장애인|장애가 있으|질병|병력|"
        "건강 상태|군대|병역|미필|성적 지향|성 정체성|국적|인종|주량|혈액형"
    ),
    Language.ENGLISH: (
        r"\b(?:how old|your age|date of birth|married|marital|spouse|husband|wife|boyfriend|girlfriend|pregnan\w*|"
        r"children|kids|family plans|your family|your parents|religio\w*|church|belief|political|party member|union|"
        r"disabilit\w*|illness|health|medical|sexual|gender|nationality|native country|where are you from|"
        r"your race|racial|ethnic\w*|skin|weight|height|your looks|wealth|property you own|criminal|arrested|"
        r"military service|alcohol|blood type)\b"
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
def test_each_family_has_ten_questions_of_rising_difficulty(language: Language) -> None:
    for family in bench.bank().families(language):
        difficulties = [entry.question.difficulty for entry in family.questions]
        assert len(difficulties) >= 10
        assert set(difficulties) == {1, 2, 3, 4, 5}, f"{family.family_id}: every difficulty is there"


@_languages
def test_kinds_and_competencies_are_balanced(language: Language) -> None:
    for family in bench.bank().families(language):
        competencies = Counter(entry.competency_id for entry in family.questions)
        assert max(competencies.values()) <= 2, f"{family.family_id}: {competencies}"
        kinds = {entry.question.kind for entry in family.questions}
        expected = (
            {QuestionKind.BEHAVIOURAL, QuestionKind.MOTIVATION}
            if family.common
            else {QuestionKind.TECHNICAL, QuestionKind.EXPERIENCE}
        )
        assert kinds == expected


@_languages
def test_changing_profession_has_questions_of_its_own(language: Language) -> None:
    suited = [entry for entry in bench.entries(language) if Scenario.CAREER_CHANGE in entry.suits]
    assert len(suited) >= 2


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


@_languages
def test_questions_are_in_their_language_and_can_be_spoken(language: Language) -> None:
    hangul = re.compile("[가-힣]")
    limit = 140 if language is Language.KOREAN else 220
    for entry in bench.entries(language):
        text = entry.question.text
        assert bool(hangul.search(text)) is (language is Language.KOREAN)
        assert len(text) <= limit, f"{entry.question.source_id}: too long to be heard once"
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
        (Language.ENGLISH, "Are you married?"),
        (Language.ENGLISH, "How old are you?"),
        (Language.ENGLISH, "Which church do you go to?"),
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
