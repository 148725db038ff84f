"""Answers as people give them, for tests: per question from excellent to weak, and what is beside any question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Answers:
    """Answers to one question of the bank. ``paraphrase`` says what ``excellent`` says in other words."""

    excellent: str
    paraphrase: str
    fair: str
    weak: str


ANSWERS: Mapping[str, Answers] = {
    "en-backend-index-cost": Answers(
        excellent=(
            "In short, reads that filter on that column get faster and every write gets a bit slower. Without the "
            "index the database has to do a full table scan, and with it it walks a sorted B-tree and touches only "
            "a few rows. The price is that each insert and update has to maintain the index as well, and it takes "
            "disk space. So first I would look at the query plan with EXPLAIN ANALYZE to see whether the planner "
            "really uses it. For example, last year I added one on customer_id in our orders table in PostgreSQL, "
            "and the p95 of that query went from 800 ms to 40 ms while inserts became about five percent slower. "
            "If the column had only a few distinct values, I wouldn't bother."
        ),
        paraphrase=(
            "To put it briefly, looking things up by that column becomes faster, while writing becomes slower. "
            "Otherwise the database would scan the whole table; the index keeps the keys in sorted order, a "
            "B-tree, so it reads only a handful of rows. However, you pay on each write, because the index has to "
            "be updated too, and it needs storage. Therefore I check the execution plan with explain before I "
            "trust it. For instance, at my last job I put an index on customer_id in the Postgres orders table, "
            "and after that the 95th percentile fell from 800 milliseconds to 40, with inserts five percent "
            "slower. With low cardinality I would leave it out."
        ),
        fair=(
            "An index makes reads faster because the database doesn't need to scan the whole table. Writes get "
            "slower because the index has to be updated. I would test the query before and after."
        ),
        weak="Indexes make the database faster. You just add one on the column and the query is quick.",
    ),
    "en-backend-charged-once": Answers(
        excellent=(
            "My answer is an idempotency key. The client generates a unique id per payment and sends the same key "
            "on every retry. On the server I insert that key under a unique constraint in the same transaction as "
            "the charge record, so if two copies race, only one of them wins. The second one gets the stored "
            "response of the first. For example, at Acme we kept keys in PostgreSQL for 24 hours, and duplicate "
            "charges went from about 30 a month to zero. However, if the card provider times out we don't know the "
            "outcome, so we mark it pending and reconcile by asking the provider later."
        ),
        paraphrase=(
            "I'd rely on idempotency. First, each payment carries a request id made by the client, and a repeat "
            "carries the same one. Then the server saves that id with a unique index, atomically with the payment, "
            "because otherwise two requests at the same moment could both pass. When it comes again we just return "
            "the original result. In my last project we remembered the ids for one day in Postgres, and double "
            "charges fell from thirty a month to none. But when the payment provider never answers, the state is "
            "unknown, so we keep it as pending and query the provider until we know."
        ),
        fair=(
            "I would use an idempotency key so the server can recognise that it's the same request. If the key "
            "already exists, it doesn't charge again. I think that is how Stripe does it."
        ),
        weak=(
            "I would make sure that the payment is only done once, by being careful with the timeout and testing "
            "it well."
        ),
    ),
    "en-backend-live-migration": Answers(
        excellent=(
            "Two years ago our payment service ran on an old monolith, and it handled about 2,000 orders an hour, "
            "so it couldn't stop. I was responsible for moving it to a new platform within three months. First I "
            "split the work into four steps and routed five percent of the traffic to the new service behind a "
            "feature flag. Then I built a dual write, so both systems had the data, and I compared row counts and "
            "checksums every night. If the error rate had gone above one percent, I would have flipped the flag "
            "and rolled back within a minute. As a result we moved everything with no downtime, and the average "
            "latency dropped by forty percent."
        ),
        paraphrase=(
            "At my previous company the payment system lived in a legacy monolith with roughly 2,000 orders per "
            "hour, which meant that we couldn't switch it off. My job was to bring it over to a new platform in a "
            "quarter. I did it gradually, in four phases: to start with, a canary took five percent of the "
            "traffic. After that I kept both systems running in parallel with double writes and verified every "
            "night that the rows matched. A feature flag was our way to roll back in a minute if errors passed one "
            "percent. In the end nothing went down, and responses became forty percent faster on average."
        ),
        fair=(
            "We migrated our payment service to a new platform. We did it step by step and kept the old system "
            "running. In the end it worked and it was faster."
        ),
        weak=(
            "We had a big migration once. It took a long time and many people worked on it, but somehow it went fine."
        ),
    ),
    "en-common-disagreement": Answers(
        excellent=(
            "Last spring my manager wanted to rewrite our search service, and I disagreed because the slow part "
            "was one query. My task was to give an estimate by Friday. First I profiled the endpoint for two days "
            "and put the numbers on one page: 80 percent of the time was spent in a single join. Then I showed her "
            "the page and proposed a one-week fix before any rewrite. She preferred the rewrite for other reasons, "
            "so we agreed on a compromise: fix first, and decide a month later. As a result the latency fell from "
            "900 to 200 milliseconds, and the rewrite was never needed."
        ),
        paraphrase=(
            "A year ago my boss and I had different opinions: she was for rewriting search, I argued against it, "
            "since one query caused the trouble. I had to deliver an estimate by the end of that week. So I "
            "measured the endpoint over two days and wrote a single page, which showed that 80 percent of the time "
            "went into one join. After that I walked her through it and suggested trying a one-week fix. In the "
            "end we settled on a compromise: the fix first, the decision a month later. The outcome was 200 "
            "milliseconds in place of 900, and nobody asked for the rewrite again."
        ),
        fair=(
            "I disagreed with a colleague about which framework to use. We discussed it with the team and in the "
            "end we agreed on React because more people knew it."
        ),
        weak=(
            "I usually get along with everybody. If there is a conflict, I think it's important to communicate and "
            "compromise."
        ),
    ),
    "ko-backend-index-tradeoff": Answers(
        excellent=(
            "결론부터 말씀드리면 인덱스는 조회가 많고 값의 종류가 다양한 컬럼에 걸어야 합니다. 왜냐하면 인덱스는 "
            "비트리 구조로 정렬되어 있어서 테이블 전체를 읽지 않고 필요한 범위만 찾아가기 때문입니다. 대신 "
            "데이터를 넣거나 수정할 때마다 인덱스도 갱신해야 해서 쓰기 성능이 떨어지고 저장 공간도 더 씁니다. 예를 "
            "들어 작년에 주문 테이블의 고객 번호에 인덱스를 추가했더니 MySQL에서 조회가 2초에서 80ms로 줄었습니다. "
            "반대로 상태 값처럼 종류가 세 개뿐인 컬럼은 카디널리티가 낮아서 실행 계획을 확인해 보니 인덱스를 타지 "
            "않았고, 그래서 제가 그 인덱스를 제거했습니다."
        ),
        paraphrase=(
            "한마디로 자주 조회하고 중복이 적은 컬럼에 거는 것이 맞다고 생각합니다. 인덱스가 없으면 풀 스캔을 "
            "하지만, 있으면 정렬된 트리 구조를 따라 몇 건만 보면 되기 때문입니다. 다만 삽입이나 수정이 일어날 때 "
            "인덱스도 함께 수정해야 하니까 쓰기가 느려지고 용량도 차지합니다. 실제로 지난해 제가 주문 테이블의 "
            "고객 번호 컬럼에 인덱스를 걸어서 MySQL 조회 시간을 2초에서 80ms로 줄였습니다. 반면 상태 컬럼은 값이 "
            "세 가지뿐이라 선택도가 낮았고, 먼저 익스플레인으로 확인했더니 옵티마이저가 쓰지 않아서 결국 뺐습니다."
        ),
        fair=(
            "인덱스를 걸면 전체 테이블을 다 읽지 않아도 되기 때문에 조회가 빨라집니다. 대신 쓰기가 느려질 수 있습니다."
        ),
        weak="인덱스는 데이터베이스를 빠르게 해 줍니다. 그래서 조회가 느리면 인덱스를 추가하면 됩니다.",
    ),
    "ko-backend-stock-race": Answers(
        excellent=(
            "저라면 먼저 조건부 업데이트로 막겠습니다. 문제는 두 요청이 같은 재고를 동시에 읽고 각각 하나씩 빼면서 "
            "서로 덮어쓰는 갱신 손실이기 때문입니다. 그래서 재고가 0보다 클 때만 차감하는 쿼리 하나로 처리하면 "
            "데이터베이스가 원자적으로 한 번만 성공시킵니다. 다만 수천 명이 몰리면 그 행에서 락 대기가 길어지므로 "
            "앞단에 대기열을 두고 재시도 횟수도 제한하겠습니다. 실제로 작년 타임 세일에서 제가 이 방식을 적용해서 "
            "초당 3천 건 주문에서 초과 판매가 한 건도 없었습니다. 결제가 실패하면 10분 뒤에 재고를 되돌리도록 "
            "했습니다."
        ),
        paraphrase=(
            "제 답은 버전 컬럼을 둔 낙관적 락입니다. 왜냐하면 아무 장치가 없으면 같은 수량을 함께 읽은 두 사람이 "
            "나란히 차감해서 레이스 컨디션이 생기기 때문입니다. 버전이 맞을 때만 갱신하면 한쪽은 실패하니까 다시 "
            "시도하게 하면 됩니다. 하지만 충돌이 많으면 재시도가 늘어 처리량이 떨어지기 때문에 앞에 큐를 두어 "
            "순서대로 처리하겠습니다. 예를 들어 지난해 할인 행사 때 제가 이렇게 구현했고 초당 3천 건에서도 더 팔린 "
            "것이 한 건도 없었습니다. 결제 실패로 남은 수량은 10분 뒤 복구했습니다."
        ),
        fair="재고를 읽을 때 비관적 락을 걸어서 다른 사용자가 기다리게 하면 됩니다. 그러면 동시에 차감하지 못합니다.",
        weak=(
            "여러 사용자가 동시에 주문하면 문제가 생길 수 있어서 서버를 잘 만들고 테스트를 많이 해야 한다고 생각합니다."
        ),
    ),
    "ko-backend-live-migration": Answers(
        excellent=(
            "작년에 제가 있던 팀은 시간당 주문 2천 건을 처리하는 결제 서비스를 운영하고 있었고 멈출 수 없는 "
            "상황이었습니다. 저는 석 달 안에 이것을 새로운 플랫폼으로 옮기는 일을 맡았습니다. 먼저 기능을 네 "
            "단계로 나누고 트래픽의 5퍼센트부터 카나리로 보냈습니다. 그리고 양쪽에 모두 쓰는 이중 쓰기를 만들어 "
            "기존 시스템을 유지하면서 매일 밤 건수와 금액을 비교해 검증했습니다. 오류율이 1퍼센트를 넘으면 기능 "
            "플래그로 바로 롤백하기로 정해 두었습니다. 그 결과 중단 없이 이전을 마쳤고 평균 응답 시간이 40퍼센트 "
            "줄었습니다."
        ),
        paraphrase=(
            "이전 회사에서 시간당 2천 건의 주문을 받는 결제 시스템을 담당했는데, 서비스를 내릴 수가 없었습니다. "
            "3개월 안에 새 플랫폼으로 전환하는 것이 제 목표였습니다. 우선 점진적으로 가기로 하고 네 단계로 쪼개서 "
            "처음에는 일부 트래픽 5퍼센트만 새 쪽으로 돌렸습니다. 그다음 두 시스템을 병행 운영하면서 데이터를 "
            "양쪽에 쓰고, 밤마다 제가 결과를 대조했습니다. 문제가 생기면 스위치 하나로 되돌릴 수 있게 해 "
            "두었습니다. 덕분에 장애 없이 옮겼고 응답이 평균 40퍼센트 빨라졌습니다."
        ),
        fair=(
            "결제 서비스를 새로운 플랫폼으로 이전한 적이 있습니다. 한 번에 하지 않고 단계적으로 옮겼고 기존 "
            "시스템도 유지했습니다. 결국 잘 끝났습니다."
        ),
        weak="큰 마이그레이션을 한 적이 있는데 오래 걸렸고 여러 사람이 열심히 해서 어떻게든 끝냈습니다.",
    ),
    "ko-common-disagreement": Answers(
        excellent=(
            "작년 봄에 팀장님은 검색 서비스를 새로 만들자고 하셨고 저는 반대했습니다. 느린 곳이 쿼리 하나였기 "
            "때문입니다. 저는 금요일까지 일정을 산정하는 일을 맡고 있었습니다. 먼저 이틀 동안 구간별 시간을 "
            "측정해서 80퍼센트가 조인 하나에 걸린다는 것을 한 장으로 정리했습니다. 그리고 그 자료를 보여 드리면서 "
            "일주일짜리 수정을 먼저 해 보자고 제안했습니다. 팀장님은 다른 이유도 드셨지만 결국 수정을 먼저 하고 한 "
            "달 뒤에 다시 논의하기로 합의했습니다. 그 결과 응답 시간이 900ms에서 200ms로 줄었고 새로 만드는 일은 "
            "필요 없게 됐습니다."
        ),
        paraphrase=(
            "지난해 검색 서비스를 두고 팀장님과 생각이 갈린 적이 있습니다. 팀장님은 다시 만들자는 입장이었고 제 "
            "의견은 쿼리 하나만 고치면 된다는 것이었습니다. 제 역할은 그 주 안에 일정을 내는 것이었습니다. 우선 "
            "제가 이틀 동안 시간을 재 보니 80퍼센트가 조인 하나에서 나왔고, 이것을 한 장짜리 자료로 만들었습니다. "
            "그다음 회의에서 자료로 설득하면서 일주일만 고쳐 보자고 말씀드렸습니다. 결국 고친 뒤 한 달 후에 다시 "
            "정하기로 타협했습니다. 덕분에 900ms가 200ms로 줄어서 다시 만들지 않아도 됐습니다."
        ),
        fair=(
            "프레임워크를 고르는데 동료와 의견이 달랐습니다. 팀원들과 논의해서 아는 사람이 많은 리액트로 결정했습니다."
        ),
        weak="저는 팀원들과 잘 지내는 편입니다. 갈등이 있으면 소통하고 조율하는 것이 중요하다고 생각합니다.",
    ),
}

OFF_TOPIC: Mapping[str, tuple[str, ...]] = {
    "en": (
        (
            "Last weekend I went hiking with two friends in the mountains. The weather was lovely and we cooked "
            "pasta in the evening. On Sunday we took the train home and I slept for ten hours."
        ),
        "My favourite food is kimchi stew. My mother makes it with pork, and I like to eat it with rice in winter.",
    ),
    "ko": (
        (
            "지난 주말에 친구 두 명과 산에 다녀왔습니다. 날씨가 아주 좋아서 저녁에는 파스타를 만들어 먹었습니다. "
            "일요일에는 기차를 타고 집에 와서 열 시간 동안 잤습니다."
        ),
        "제가 가장 좋아하는 음식은 김치찌개입니다. 겨울에 돼지고기를 넣고 밥과 함께 먹으면 정말 맛있습니다.",
    ),
}

NONSENSE: Mapping[str, tuple[str, ...]] = {
    "en": (
        "asdf qwrt zxcv hjkl asdf qwrt bnmv",
        "index cache queue lock table index query cache lock queue table",
        "the the the the index index index index index index index the",
    ),
    "ko": (
        "ㅁㄴㅇㄹ ㅋㅋㅋ ㅂㅈㄷㄱ ㅁㄴㅇㄹ",
        "인덱스 캐시 큐 락 테이블 인덱스 쿼리 캐시 락 큐 테이블",
        "인덱스 인덱스 인덱스 인덱스 인덱스 인덱스 인덱스 인덱스는 인덱스",
    ),
}

PADDING: Mapping[str, str] = {
    "en": (
        "That's a good question, and I'm glad you asked. I hope that makes sense. Let me know if you'd like to "
        "hear more about it."
    ),
    "ko": (
        "좋은 질문을 해 주셔서 고맙습니다. 제 말씀이 잘 전해졌으면 좋겠습니다. 더 궁금한 점이 있으면 말씀해 주세요."
    ),
}
