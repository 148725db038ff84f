"""Follow-ups: a phrase of the answer word for word, one missing thing, nothing twice, at most two."""

from __future__ import annotations

import json
import re

import pytest

from services.reasoning.domain.bank import follow_up_target
from services.reasoning.domain.followup import NoFollowUp
from services.reasoning.domain.questions import Exchange, Language, Question, QuestionKind
from services.reasoning.domain.quoting import LONGEST_PHRASE
from tests.support import reasoning_bench as bench
from tests.support.fixtures import SHARED, needs_shared
from tests.support.reasoning_answers import ANSWERS, NONSENSE, OFF_TOPIC

answered = pytest.mark.parametrize("source_id", list(ANSWERS))
both = pytest.mark.parametrize("language", list(Language), ids=str)


def check_quote(found: Question, transcript: str, language: Language) -> None:
    quote = found.grounding_quote
    assert quote in transcript
    assert quote in found.text
    assert quote == quote.strip(" .,\n")
    assert len(quote) <= LONGEST_PHRASE[language]
    assert not bench.lexicon(language).judgement_finder.within(quote)


@answered
def test_a_follow_up_quotes_the_answer_and_asks_one_thing(source_id: str) -> None:
    for text in (ANSWERS[source_id].fair, ANSWERS[source_id].weak):
        found = bench.asked(bench.follow_up(source_id, text))
        check_quote(found, text, bench.language_of(source_id))
        assert found.kind is QuestionKind.FOLLOW_UP
        assert found.follows_source_id == source_id
        assert found.source_id.startswith(f"{source_id}~")
        assert found.competency == bench.entry(source_id).question.competency
        assert found.suggested_s > 0
        assert len(found.expected_points) <= 1
        assert found.text.rstrip().endswith(("?", "."))


@both
def test_every_question_of_the_bank_can_be_followed_up(language: Language) -> None:
    said = {
        Language.KOREAN: "저는 팀 프로젝트에서 {} 일을 맡아서 진행했습니다.",
        Language.ENGLISH: "In my last project I worked on {} with my team.",
    }
    for entry in bench.entries(language):
        text = said[language].format(" ".join(entry.topics[:3]))
        found = bench.asked(bench.follow_up(entry.question.source_id, text))
        check_quote(found, text, language)


@answered
def test_what_was_said_is_not_asked_for(source_id: str) -> None:
    evaluation = bench.evaluate(source_id, ANSWERS[source_id].fair).evaluation
    found = bench.asked(bench.follow_up(source_id, ANSWERS[source_id].fair))
    assert follow_up_target(found.source_id) not in evaluation.covered_point_ids


@answered
def test_a_second_follow_up_asks_for_something_else_and_there_is_no_third(source_id: str) -> None:
    text = ANSWERS[source_id].weak
    first = bench.asked(bench.follow_up(source_id, text))
    second = bench.follow_up(source_id, text, Exchange(first, ""))
    assert isinstance(second, Question)
    assert second.source_id != first.source_id
    third = bench.follow_up(source_id, text, Exchange(first, ""), Exchange(second, ""))
    assert third is NoFollowUp.LIMIT_REACHED


@answered
def test_what_an_earlier_follow_up_brought_out_is_not_asked_again(source_id: str) -> None:
    first = bench.asked(bench.follow_up(source_id, ANSWERS[source_id].weak))
    second = bench.follow_up(source_id, ANSWERS[source_id].weak, Exchange(first, ANSWERS[source_id].excellent))
    told = bench.evaluate(source_id, ANSWERS[source_id].excellent).evaluation.covered_point_ids
    if isinstance(second, Question):
        assert follow_up_target(second.source_id) not in told
    else:
        assert second is NoFollowUp.COMPLETE


@pytest.mark.parametrize("source_id", ["en-backend-live-migration", "ko-backend-live-migration"])
def test_a_complete_answer_needs_no_follow_up(source_id: str) -> None:
    assert bench.follow_up(source_id, ANSWERS[source_id].excellent) is NoFollowUp.COMPLETE


@both
@pytest.mark.parametrize("kind", ["empty", "nonsense", "declined", "yes"])
def test_there_may_be_nothing_to_quote(language: Language, kind: str) -> None:
    texts = {
        "empty": ("", "  ", "..."),
        "nonsense": NONSENSE[language],
        "declined": ("잘 모르겠습니다.",) if language is Language.KOREAN else ("I don't know.",),
        "yes": ("네.",) if language is Language.KOREAN else ("Yes.",),
    }
    for text in texts[kind]:
        assert bench.follow_up(f"{language}-common-strength", text) is NoFollowUp.NOTHING_TO_QUOTE


@both
def test_an_answer_beside_the_question_is_led_back_once(language: Language) -> None:
    source_id = f"{language}-common-disagreement"
    text = OFF_TOPIC[language][0]
    found = bench.asked(bench.follow_up(source_id, text))
    check_quote(found, text, language)
    assert bench.entry(source_id).question.text in found.text
    assert bench.follow_up(source_id, text, Exchange(found, text)) is NoFollowUp.NOTHING_TO_QUOTE


@pytest.mark.parametrize(
    ("source_id", "text", "target"),
    [
        ("en-backend-made-faster", "We profiled it. We added an index. It became 40 percent faster.", "own_role"),
        ("ko-backend-slow-api", "저희 팀이 느린 쿼리를 측정하고 인덱스를 추가했습니다.", "own_role"),
        ("en-backend-made-faster", "I measured the slow queries and added an index.", "result"),
        ("ko-backend-slow-api", "제가 느린 쿼리를 측정하고 인덱스를 추가했습니다.", "result"),
        (
            "en-backend-made-faster",
            "I measured the slow queries and added an index. As a result the service became faster.",
            "measure",
        ),
        ("ko-backend-slow-api", "제가 느린 쿼리를 측정하고 인덱스를 추가했습니다. 그 결과 빨라졌습니다.", "measure"),
        ("en-backend-index-cost", "Indexes are free, so I index every column.", "misconception-more_is_better"),
        ("ko-backend-index-tradeoff", "인덱스는 많을수록 좋습니다.", "misconception-more_is_better"),
        ("en-backend-index-cost", "An index avoids a full table scan, so reads get faster.", "writes_pay"),
        ("ko-backend-index-tradeoff", "인덱스는 비트리라서 풀 스캔 없이 빠르게 조회합니다.", "write_cost"),
    ],
)
def test_the_gap_that_a_careful_interviewer_would_ask_about(source_id: str, text: str, target: str) -> None:
    found = bench.asked(bench.follow_up(source_id, text))
    assert follow_up_target(found.source_id) == target


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("메시지 큐를 사용해서 부하를 분산했습니다.", "분산했습니다’라고"),
        ("알림은 메시지 큐로 발송하고 부하 분산", "부하 분산’이라고"),
        ("메시지를 담아 두고 나중에 보내는 도구는 Kafka", "Kafka’라고"),
        ("이벤트 발행은 MySQL", "MySQL’이라고"),
    ],
)
def test_korean_particles_fit_the_quote(text: str, said: str) -> None:
    found = bench.asked(bench.follow_up("ko-backend-queue-tradeoff", text))
    assert said in found.text


def test_a_long_sentence_is_quoted_by_its_last_clauses() -> None:
    text = (
        "I was working on the search service of our shop at that time and many customers in all countries complained, "
        "so I measured the slow queries and added an index"
    )
    found = bench.asked(bench.follow_up("en-backend-made-faster", text))
    assert found.grounding_quote == "I measured the slow queries and added an index"


def test_feelings_are_not_quoted_back() -> None:
    text = "I was nervous, but I measured the slow queries and added an index."
    found = bench.asked(bench.follow_up("en-backend-made-faster", text))
    assert found.grounding_quote == "I measured the slow queries and added an index"
    korean = bench.asked(
        bench.follow_up("ko-backend-slow-api", "긴장했지만 제가 느린 쿼리를 측정하고 인덱스를 추가했습니다.")
    )
    assert korean.grounding_quote == "제가 느린 쿼리를 측정하고 인덱스를 추가했습니다"


@answered
def test_the_same_answer_gets_the_same_follow_up(source_id: str) -> None:
    found = bench.follow_up(source_id, ANSWERS[source_id].fair)
    assert all(bench.follow_up(source_id, ANSWERS[source_id].fair) == found for _ in range(4))


@both
def test_lead_ins_vary(language: Language) -> None:
    texts = [answers.fair for source_id, answers in ANSWERS.items() if source_id.startswith(language)]
    texts += [answers.weak for source_id, answers in ANSWERS.items() if source_id.startswith(language)]
    ids = [source_id for source_id in ANSWERS if source_id.startswith(language)] * 2
    found = [bench.asked(bench.follow_up(source_id, text)) for source_id, text in zip(ids, texts, strict=True)]
    frames = {re.sub(r"[‘“].*", "", each.text) for each in found}
    assert len(frames) >= 2


@needs_shared
def test_the_spoken_fixture_answers_can_be_followed_up() -> None:
    for answer in json.loads((SHARED / "clips" / "answers.json").read_text()):
        language = Language(answer["language"])
        for entry in bench.entries(language):
            found = bench.follow_up(entry.question.source_id, answer["text"])
            if isinstance(found, Question):
                check_quote(found, answer["text"], language)
            else:
                assert found is NoFollowUp.COMPLETE
