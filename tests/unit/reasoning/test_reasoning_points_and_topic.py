"""What an answer is worth by the points that it makes, and by whether it is about the question."""

from __future__ import annotations

import pytest

from benches.golden_set import load_golden_set
from services.reasoning.domain.evaluations import Abstention, Character, Criterion
from tests.support import reasoning_bench as bench
from tests.support.reasoning_answers import ANSWERS

# Three quarters of the points, weighted, and nothing else.
FEW_WORDS = {
    "en-backend-index-cost": (
        "Reads get faster because the database touches fewer rows and needs no full table scan. Every insert and "
        "update has to maintain the index on disk too. I look at the execution plan to see that the query uses it. "
        "And I compare the latency before and after under real load. An index on a boolean column with two values is "
        "useless anyway."
    ),
    "ko-backend-index-tradeoff": (
        "트리 구조로 정렬되어 있어서 찾을 범위가 금방 좁아집니다. 그래서 풀 스캔 없이 필요한 행만 읽습니다. 대신 "
        "데이터를 넣을 때마다 인덱스도 갱신해야 해서 쓰기가 느려집니다. 값의 종류가 몇 개뿐인 컬럼에는 걸어도 효과가 "
        "별로 없습니다."
    ),
}
# About databases from end to end, in many words, and nothing of what was asked.
NO_POINT = {
    "en-backend-index-cost": (
        "An index is a database thing for a table that people query a lot, and I have seen many a table with many of "
        "them on it. A query comes in, the database takes the table, and a column in the query tells the database "
        "where its rows are. I like to keep queries small, with one column or two in the condition, and I ask my "
        "colleagues to name the columns of a table in a way that a query reads well. In our shop the table of "
        "customers had a column for the name, another column for the street, a column for the city and a column for "
        "the phone. People would query the table by the name column all day, and some would query it by the city "
        "column in the evening. The database kept the table on one disk, and the disk was rather old. Our database "
        "team kept the queries in a big file, and a query in the file had the name of the table and the columns for "
        "it. Somebody would open the file, copy a query, change a column and send the query to the database. I think "
        "an index on a table is a good thing for a database, and queries on a table with an index are queries that "
        "people like. There was a table of suppliers as well, and its queries asked for the country column, the "
        "price column and the colour column. Another table held invoices, and the query for it read the table by the "
        "month column and the customer column."
    ),
    "ko-backend-index-tradeoff": (
        "인덱스는 데이터베이스에서 테이블을 다룰 때 빠질 수 없는 개념이라고 생각합니다. 쿼리를 작성하는 개발자라면 "
        "테이블과 컬럼을 보면서 인덱스를 떠올리게 됩니다. 저희 쇼핑몰 데이터베이스에는 회원 테이블과 주문 테이블과 "
        "상품 테이블이 있었습니다. 회원 테이블에는 이름 컬럼과 주소 컬럼과 전화 컬럼이 있었고 주문 테이블에는 날짜 "
        "컬럼과 금액 컬럼이 있었습니다. 개발자들은 아침마다 회원 테이블을 이름 컬럼으로 조회했고 저녁에는 주문 "
        "테이블을 날짜 컬럼으로 조회했습니다. 조회 화면을 만드는 동료는 쿼리에 조건 컬럼을 넣어서 데이터베이스에 "
        "보냈습니다. 저는 인덱스 이름을 지을 때 테이블 이름과 컬럼 이름을 붙여서 알아보게 했습니다. 데이터베이스 "
        "담당자는 쿼리 파일을 모아 두고 테이블마다 조회 쿼리를 정리했습니다. 새로 들어온 개발자는 그 파일에서 쿼리를 "
        "복사하고 컬럼 이름을 바꿔서 조회했습니다. 상품 테이블은 색상 컬럼과 크기 컬럼과 가격 컬럼으로 조회하는 "
        "쿼리가 있었습니다. 인덱스 이야기가 나오면 저희 데이터베이스 담당자가 테이블 그림을 칠판에 그리고 컬럼을 "
        "하나씩 짚어 줬습니다."
    ),
}
A_POINT = {
    "en-backend-index-cost": " It works like the back of a book, so it jumps straight to the row of the customer.",
    "ko-backend-index-tradeoff": " 인덱스가 있으면 풀 스캔 없이 회원 주소를 금방 찾아냅니다.",
}
STORY = {
    "en-common-disagreement": (
        "Two years ago I worked for a bakery chain whose ovens failed every week. My task was to halve the repairs "
        "before Christmas. First I noted every failure for 30 days in a notebook and found that 70 percent of them "
        "came from one brand of thermostat. Then I ordered ten spare thermostats, wrote a checklist for the morning "
        "shift and trained the bakers in all six shops. I also called the supplier and bought a longer warranty for "
        "the oldest ovens. As a result the repairs fell from nine a month to three, and we saved about 4,000 euros "
        "by January."
    ),
    "ko-common-disagreement": (
        "재작년에 저는 빵집 여섯 곳의 오븐을 관리했습니다. 성탄절 전까지 오븐 고장을 절반으로 줄이는 일을 "
        "맡았습니다. 먼저 30일 동안 고장을 수첩에 전부 기록해서 70퍼센트가 온도 조절기 한 종류에서 나온다는 사실을 "
        "찾았습니다. 그리고 예비 조절기 10개를 주문하고 아침에 쓰는 점검표를 만들어서 제빵사들을 가르쳤습니다. "
        "오래된 오븐은 납품 업체에 전화해서 보증 기간을 늘렸습니다. 그 결과 고장이 한 달에 아홉 건에서 세 건으로 "
        "줄었고 1월까지 수리비 400만 원을 아꼈습니다."
    ),
}
TOPIC_WORD = {
    "en-common-disagreement": " The owner had disagreed with the warranty at first.",
    "ko-common-disagreement": " 사장님은 처음에 보증 연장을 반대하셨습니다.",
}
ELSEWHERE = [  # question of knowledge, and a long answer to one of another family
    ("en-backend-index-cost", "en-marketing-campaign-a"),
    ("en-backend-charged-once", "en-common-disagreement-a"),
    ("en-data-too-many-rows", "en-backend-live-migration-a"),
    ("ko-backend-index-tradeoff", "ko-pm-priority-a"),
    ("ko-backend-stock-race", "ko-common-failure-a"),
    ("ko-pm-priority", "ko-common-why-this-work-a"),
]
LONG_ANSWER = 250  # characters


@pytest.mark.parametrize("source_id", FEW_WORDS)
def test_three_quarters_of_the_points_are_right_in_few_words(source_id: str) -> None:
    judged = bench.evaluate(source_id, FEW_WORDS[source_id])
    points = bench.entry(source_id).question.expected_points
    assert len(judged.evaluation.covered_point_ids) / len(points) >= 0.75
    assert len(FEW_WORDS[source_id]) < len(ANSWERS[source_id].excellent)
    assert (judged.level(Criterion.TECHNICAL_ACCURACY) or 0) >= 4


@pytest.mark.parametrize("source_id", NO_POINT)
def test_without_a_point_an_answer_is_half_right_at_most_however_long(source_id: str) -> None:
    judged = bench.evaluate(source_id, NO_POINT[source_id])
    assert judged.evaluation.character is Character.ON_TOPIC
    assert judged.evaluation.covered_point_ids == ()
    assert len(NO_POINT[source_id]) >= 1.5 * len(ANSWERS[source_id].excellent)
    assert (judged.level(Criterion.TECHNICAL_ACCURACY) or 0) <= 3


@pytest.mark.parametrize("source_id", NO_POINT)
def test_a_point_in_such_an_answer_lifts_it(source_id: str) -> None:
    without = bench.evaluate(source_id, NO_POINT[source_id])
    with_one = bench.evaluate(source_id, NO_POINT[source_id] + A_POINT[source_id])
    assert len(with_one.evaluation.covered_point_ids) == 1
    accuracy = Criterion.TECHNICAL_ACCURACY
    assert (with_one.level(accuracy) or 0) > (without.level(accuracy) or 0)


@pytest.mark.parametrize("source_id", STORY)
def test_a_rich_story_without_a_word_of_the_topic_is_judged_but_for_relevance(source_id: str) -> None:
    judged = bench.evaluate(source_id, STORY[source_id])
    assert judged.evaluation.character is Character.ON_TOPIC
    relevance = next(each for each in judged.evaluation.judgements if each.criterion is Criterion.RELEVANCE)
    assert (relevance.level, relevance.abstention) == (None, Abstention.NO_EVIDENCE)
    wording = bench.wording(bench.language_of(source_id))
    assert relevance.explanation == wording.say("explain.relevance.unknown")
    assert judged.evaluation.strengths == ()
    for criterion in (Criterion.LOGIC, Criterion.SPECIFICITY, Criterion.COMMUNICATION):
        assert judged.level(criterion) is not None, criterion


@pytest.mark.parametrize("source_id", STORY)
def test_the_same_story_with_a_word_of_the_topic_is_judged_for_relevance(source_id: str) -> None:
    judged = bench.evaluate(source_id, STORY[source_id] + TOPIC_WORD[source_id])
    assert judged.level(Criterion.RELEVANCE) is not None
    assert judged.evaluation.strengths


@pytest.mark.parametrize(("source_id", "answer_id"), ELSEWHERE)
def test_a_long_answer_to_another_question_is_beside_a_question_of_knowledge(source_id: str, answer_id: str) -> None:
    text = next(each.text for each in load_golden_set() if each.answer_id == answer_id)
    judged = bench.evaluate(source_id, text)
    assert len(text) >= LONG_ANSWER
    assert judged.evaluation.character is Character.OFF_TOPIC
    assert set(judged.levels.values()) == {1}
    assert judged.evaluation.strengths == ()


@pytest.mark.parametrize(
    ("source_id", "said", "denied"),
    [
        (
            "en-data-too-many-rows",
            "A key matches several rows, so I would just put a distinct on it.",
            "A key matches several rows, so I wouldn't just put a distinct on it.",
        ),
        (
            "ko-qa-sometimes-fails",
            "저라면 그냥 다시 돌립니다. 실패한 로그를 모으는 것은 나중 일입니다.",
            "저라면 그냥 다시 돌리지는 않겠습니다. 실패한 로그를 모으는 것이 먼저입니다.",
        ),
        (
            "ko-backend-index-tradeoff",
            "모든 컬럼에 인덱스를 걸겠습니다. 읽기가 빨라지기 때문입니다.",
            "모든 컬럼에 인덱스를 걸지는 않겠습니다. 쓰기가 느려지기 때문입니다.",
        ),
    ],
)
def test_what_one_would_not_just_do_is_no_misconception(source_id: str, said: str, denied: str) -> None:
    corrections = [each.text for each in bench.entry(source_id).misconceptions]
    assert _corrected(bench.evaluate(source_id, said), corrections)
    assert not _corrected(bench.evaluate(source_id, denied), corrections)


def _corrected(judged: bench.Judged, corrections: list[str]) -> bool:
    return any(correction in line for correction in corrections for line in judged.evaluation.weaknesses)


@pytest.mark.parametrize(
    ("source_id", "more_than", "denied", "point"),
    [
        (
            "en-backend-index-cost",
            "Not only do reads get faster, sorting does as well.",
            "No, the reads do not get faster.",
            "reads_narrow",
        ),
        (
            "ko-backend-index-tradeoff",
            "쓰기가 느려지는 것만이 아니라 잠금도 길어집니다.",
            "아니요, 쓰기가 느려지지는 않습니다.",
            "write_cost",
        ),
        (
            "ko-backend-index-tradeoff",
            "쓰기가 느려질 뿐만 아니라 잠금도 길어집니다.",
            "아니요, 쓰기가 느려지지는 않습니다.",
            "write_cost",
        ),
        (
            "ko-backend-index-tradeoff",
            "쓰기가 느려질 뿐 아니라 잠금도 길어집니다.",
            "아니요, 쓰기가 느려지지는 않습니다.",
            "write_cost",
        ),
    ],
)
def test_not_just_something_still_says_it(source_id: str, more_than: str, denied: str, point: str) -> None:
    assert bench.evaluate(source_id, more_than).evaluation.covered_point_ids == (point,)
    assert bench.evaluate(source_id, denied).evaluation.covered_point_ids == ()


def test_not_just_a_misconception_still_says_it() -> None:
    said = "It doesn't just use distinct on the joined rows, it counts them per key as well."
    corrections = [each.text for each in bench.entry("en-data-too-many-rows").misconceptions]
    assert _corrected(bench.evaluate("en-data-too-many-rows", said), corrections)
