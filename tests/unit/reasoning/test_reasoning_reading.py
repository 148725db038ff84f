"""How answers are read: tokens, sentences, who acts, numbers, and whether something is said."""

from __future__ import annotations

import pytest

from services.reasoning.domain.evidence import gather
from services.reasoning.domain.matching import Phrase, find
from services.reasoning.domain.numbers import find_numbers
from services.reasoning.domain.questions import Language
from services.reasoning.domain.text import AnalysedText, Role, Subject
from tests.support import reasoning_bench as bench

KO, EN = Language.KOREAN, Language.ENGLISH


def read(language: Language, text: str) -> AnalysedText:
    (analysed,) = bench.analyser(language).analyse([text])
    return analysed


def says(language: Language, text: str, phrase: str, *, ordered: bool = False) -> bool:
    wanted = Phrase.of(read(language, phrase))
    wanted = Phrase(wanted.lemmas, wanted.negated, ordered)
    return any(find(wanted, sentence) is not None for sentence in read(language, text).sentences)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (EN, "We cut it by 99.9 percent. It's in v2.1! Why? Because."),
        (EN, "  “Quoted.”  Then more,\nand a new line  "),
        (EN, "naïve café — 100% 한국어 mixed 😀 in."),
        (KO, "저는 v2.1로 올렸습니다. 그래서 40% 줄었어요! 정말요?"),
        (KO, "  저희 팀이요\n\n그 일을 했습니다  "),
        (KO, "REST API 😀 를 썼습니다."),
    ],
)
def test_spans_are_characters_of_the_text(language: Language, text: str) -> None:
    analysed = read(language, text)
    assert analysed.sentences
    last = 0
    for sentence in analysed.sentences:
        assert last <= sentence.span.start < sentence.span.end <= len(text)
        assert analysed.of(sentence.span).strip() == analysed.of(sentence.span)
        last = sentence.span.end
        for token in sentence.tokens:
            assert sentence.span.start <= token.span.start <= token.span.end <= sentence.span.end


@pytest.mark.parametrize(
    ("language", "text", "sentences"),
    [
        (EN, "It fell by 99.9 percent. Then it rose.", 2),
        (
            EN,
            "so I was working on the search service and it was slow and we looked at the profile for two days because "
            "nobody knew why it was slow and then I found one query that took most of the time so I added an index and "
            "as a result it became fast",
            5,
        ),
        (KO, "저는 결제를 맡았습니다 그 결과 시간이 줄었습니다 제 강점은 소통입니다", 3),
        (KO, "v2.1로 올렸습니다. 그리고 배포했습니다.", 2),
    ],
)
def test_sentences_are_found_with_and_without_full_stops(language: Language, text: str, sentences: int) -> None:
    assert len(read(language, text).sentences) == sentences


@pytest.mark.parametrize(
    ("language", "text", "subject"),
    [
        (EN, "I measured it.", Subject.SELF),
        (EN, "We measured it.", Subject.GROUP),
        (EN, "The latency dropped.", Subject.OTHER),
        (KO, "제가 측정했습니다.", Subject.SELF),
        (KO, "저는 인덱스를 추가했습니다.", Subject.SELF),
        (KO, "저희 팀이 측정했습니다.", Subject.GROUP),
        (KO, "우리는 인덱스를 추가했습니다.", Subject.GROUP),
        (KO, "응답 시간이 줄었습니다.", Subject.OTHER),
        (KO, "가장 어려웠던 점은 시간이었습니다.", Subject.OTHER),
        (KO, "느린 쿼리를 측정하고 인덱스를 추가했습니다.", Subject.UNSTATED),
        (KO, "쓰는 사람이 많은 도구로 결정했습니다.", Subject.UNSTATED),
        (KO, "제 강점은 소통입니다.", Subject.OTHER),
    ],
)
def test_who_a_sentence_is_about(language: Language, text: str, subject: Subject) -> None:
    assert [sentence.subject for sentence in read(language, text).sentences] == [subject]


@pytest.mark.parametrize(
    ("language", "text", "own", "group"),
    [
        (EN, "I led the migration. I wrote the tests.", 2, 0),
        (EN, "We built it. We shipped it.", 0, 2),
        (EN, "I was responsible. I needed time. I think so.", 0, 0),
        (KO, "제가 이전을 이끌었습니다. 테스트를 작성했습니다.", 2, 0),
        (KO, "저희 팀이 만들었습니다. 우리는 배포했습니다.", 0, 2),
        (KO, "저는 힘들었습니다. 시간이 부족했습니다.", 0, 0),
    ],
)
def test_own_actions_are_told_from_the_teams(language: Language, text: str, own: int, group: int) -> None:
    source_id = f"{language}-common-strength"
    case = bench.case(bench.entry(source_id).question, language)
    evidence = gather(read(language, text), case.patterns, case.words, case.lexicon)
    assert (len(evidence.own_actions), len(evidence.group_actions)) == (own, group)


@pytest.mark.parametrize(
    ("language", "text", "phrase"),
    [
        (EN, "We were measuring the slow queries", "measure slow query"),
        (EN, "I wrote it", "write"),
        (EN, "The latency was cut in half", "reduced latency"),
        (EN, "It keeps the keys sorted, in B-tree order", "b-tree"),
        (EN, "Not only reads get faster", "reads get faster"),
        (EN, "It builds without blocking writes", "not blocking writes"),
        (KO, "인덱스를 추가했더니", "인덱스 추가"),
        (KO, "응답시간이 줄어들었어요", "응답 시간이 줄었다"),
        (KO, "응답 시간을 확 줄였고", "응답 시간이 줄었다"),
        (KO, "쓰기가 느려집니다", "쓰기가 느리다"),
        (KO, "중복이 생기지 않도록 처리합니다", "중복 처리"),
        (KO, "기다리지 않고 응답합니다", "기다리지 않는다"),
        (KO, "디비를 나눴습니다", "데이터베이스를 나누다"),
    ],
)
def test_a_phrase_is_found_in_other_forms(language: Language, text: str, phrase: str) -> None:
    assert says(language, text, phrase)


@pytest.mark.parametrize(
    ("language", "text", "phrase"),
    [
        (EN, "An index does not make writes faster", "make writes faster"),
        (EN, "We never retry", "retry"),
        (EN, "It blocks writes", "not blocking writes"),
        (EN, "The same row gave another result", "same result today"),
        (EN, "The cat sat on the mat", "index"),
        (KO, "쓰기가 느려지지 않습니다", "쓰기가 느리다"),
        (KO, "캐시를 쓰지 않았습니다", "캐시 쓰다"),
        (KO, "재시도를 안 합니다", "기다리지 않는다"),
        (KO, "날씨가 좋았습니다", "인덱스"),
    ],
)
def test_a_phrase_is_not_found_where_it_is_denied_or_absent(language: Language, text: str, phrase: str) -> None:
    assert not says(language, text, phrase)


def test_order_counts_where_it_changes_the_meaning() -> None:
    said = "Reads get faster and every write gets slower."
    assert says(EN, said, "writes get faster")
    assert not says(EN, said, "writes get faster", ordered=True)
    assert says(EN, "I think writes will get faster", "writes get faster", ordered=True)


def test_a_negation_stays_in_its_clause() -> None:
    assert says(EN, "It did not work at first, so I added an index", "add an index")
    assert says(EN, "It makes writes not faster but slower because each write updates it", "each write")
    assert says(KO, "캐시를 안 쓰고 인덱스를 추가했습니다", "인덱스 추가")
    assert not says(KO, "캐시를 안 썼습니다", "캐시 쓰다")


@pytest.mark.parametrize(
    ("language", "text", "numbers"),
    [
        (EN, "by forty percent, from 1,200 ms to 80ms", ["forty percent", "1,200 ms", "80ms"]),
        (EN, "twice as fast for two weeks with 3 people", ["twice", "two weeks", "3 people"]),
        (EN, "one of the first things, for once, on S3 with p99", []),
        (EN, "twenty-five engineers halved it", ["twenty-five engineers", "halved"]),
        (KO, "사십 퍼센트 줄고 2초에서 80ms로", ["사십 퍼센트", "2초", "80ms"]),
        (KO, "두 배 빨라졌고 세 명이 이틀, 삼 개월 동안", ["두 배", "세 명", "삼 개월"]),
        (KO, "한 번 한 가지 첫 번째 이 개발자와 구분하고 대기하고 배포했습니다", []),
        (KO, "만약 천천히 이분이 일을 백업하면", []),
        (KO, "1,000건을 절반으로 줄였고 99.9%", ["1,000건", "절반으로", "99.9%"]),
    ],
)
def test_numbers_that_state_a_fact(language: Language, text: str, numbers: list[str]) -> None:
    assert [text[span.start : span.end] for span in find_numbers(text, language)] == numbers


def test_the_same_number_counts_once() -> None:
    assert len(find_numbers("40% and again 40 %", EN)) == 1


def test_names_are_seen_in_both_languages() -> None:
    english = [t.lemma for t in read(EN, "We moved from MySQL to kafka with Grafana. It was fine.").tokens if t.name]
    korean = [t.lemma for t in read(KO, "MySQL에서 카프카로 옮기고 Grafana를 썼습니다.").tokens if t.name]
    assert len(english) == len(korean) == 3


def test_function_words_are_not_content() -> None:
    for language, text in ((EN, "and so it was in the end of it"), (KO, "그리고 그것은 이것이었습니다")):
        assert {token.role for token in read(language, text).tokens} & {Role.FUNCTION, Role.BREAK}
        assert len(read(language, text).content) <= 1
