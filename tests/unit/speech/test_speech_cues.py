"""What the end of an answer says: real answers, Korean and English, with traps."""

from __future__ import annotations

import pytest

from services.speech.domain.cues import Cue, cue_of, is_hesitation

ENGLISH: dict[Cue, list[str]] = {
    Cue.FINISHED: [
        "I led the migration of our payment service to a new platform.",
        "We did it because of that.",
        "I think so.",
        "That was the first time I did this.",
        "We used Redis, and so on.",
        "That's it.",
        "That's all",
        "And that's about it.",
        "Yes.",
        "What would you like to know?",
        "The plan was to wait.",
        "Just a second later the server crashed.",
        "Let me think. I used Redis for caching.",
        "My greatest strength is clear communication with my team.",
        "I disagreed with my manager, so I showed him the data.",
        "In the end, I told him what I would do and he agreed.",
        "We measured it.",
        "It took us about three weeks, and it never came back.",
        "Like I said, it was hard.",
        "The customers loved it so much!",
        "So far so good.",
        "We rolled it back and talked about it.",
        "I told the team to give it a second try.",
        "I would like to learn more about distributed systems.",
        "They asked me to hold the release.",
    ],
    Cue.NEUTRAL: [
        "Because of that",
        "I think so",
        "No",
        "We reduced the latency by forty percent",
        "That was something I'm proud of.",
        "The team I worked with.",
        "I had to wait a minute before retrying",
        "There was no data to compare it with.",
        "I know what that is.",
    ],
    Cue.UNFINISHED: [
        "It was because",
        "And then we moved to the",
        "So we deployed it, and",
        "So we deployed it. And.",
        "The thing I'm proud of",
        "I would say my greatest strength is",
        "I disagreed with my manager, so",
        "I used Python,",
        "The first thing that we did was",
        "We have",
        "In order to",
        "For example",
        "It improved a lot, which",
        "We chose Kafka over",
        "My manager and I were",
        "I was responsible for the design of",
        "When the traffic grows, we",
        "I'm",
        "At the time our",
        "He asked me whether",
    ],
    Cue.HESITATING: [
        "Um",
        "And then, um",
        "Uh...",
        "I was looking for the, you know",
        "So it was kind of",
        "I wanted to...",
        "The name of that, uh",
        "We had, hmm",
        "It was, I mean,",
        "Well —",
    ],
    Cue.HOLDING: [
        "Give me a second.",
        "Hmm, let me think.",
        "Let me think about that for a moment.",
        "That's a good question.",
        "Hold on.",
        "Okay, just a second.",
        "Could you give me a moment to think, please?",
        "I can't remember the exact number, let me recall.",
        "Sorry, one moment.",
        "Bear with me",
        "We used Redis, hold on.",
        "I'm not done yet.",
    ],
}
KOREAN: dict[Cue, list[str]] = {
    Cue.FINISHED: [
        "저는 결제 서비스를 새로운 플랫폼으로 이전했습니다.",
        "그 결과 평균 응답 시간이 사십 퍼센트 줄었습니다",
        "어떻게 하면 좋겠습니까",
        "그럼 어떻게 할까요?",
        "고객에게 기다려 달라고 했습니다",
        "잠시만 멈추고 원인을 찾았습니다.",
        "이상입니다.",
        "네.",
        "네 맞습니다",
        "팀워크가 중요하다고 생각해요",
        "빨랐죠",
        "잘 모르겠어요",
        "가장 어려웠던 점은 기존 시스템을 유지하는 것이었습니다.",
        "앞으로 분산 시스템을 더 배우고 싶습니다",
        "프로젝트를 진행하게 되었습니다",
        "그때 정말 많이 배웠어요",
        "제 답변은 여기까지입니다",
        "결국 배포를 미뤘다",
        "테스트가 있어서 안전했습니다",
        "말씀하신 대로입니다.",
    ],
    Cue.NEUTRAL: [
        "저희는 Kafka",
        "제가 담당했거든요",
        "그건 좀 어려웠는데요",
        "그 방법이 더 필요",
        "시간이 없어서요",
        "제 강점은 소통",
        "담당은 백엔드 개발",
        "그렇게 생각했으니까요",
    ],
    Cue.UNFINISHED: [
        "먼저 느린 쿼리를 측정하고",
        "느린 쿼리를 측정했는데",
        "인덱스를 추가했지만",
        "그렇게 했습니다만",
        "저는 그렇게 생각하지 않습니다만,",
        "서비스가 느려서",
        "응답 시간이 길어지면",
        "장애가 자주 나니까",
        "문제를 해결하려고",
        "직접 만들거나",
        "제 강점은",
        "제가",
        "데이터베이스를",
        "서울에서",
        "팀원들과",
        "Redis를",
        "그래서",
        "왜냐하면",
        "예를 들어",
        "테스트를 작성했고요",
        "예전보다",
        "배포할 때마다",
        "시간이 없었기 때문에",
        "성능을 개선했어요 그리고",
        "모니터링을 도입하면서",
        "협업이 중요한데",
        "그 경험을 통해",
        "사용자가 늘어날수록",
        "코드를 리뷰하다가",
        "문서화를 잘 해야",
        "일정이 촉박했던",
        "저는 backend 개발자로",
        "팀장님이 반대하셨는데.",
        "고객이 원하는",
    ],
    Cue.HESITATING: [
        "음",
        "그래서 음...",
        "제가 그때 뭐랄까",
        "뭐라고 해야 되지",
        "그 시스템이 어",
        "저는 그",
        "배포를 했는데 이제",
        "아 그게",
    ],
    Cue.HOLDING: [
        "잠시만요.",
        "잠시만요, 생각할 시간을 주세요.",
        "생각 좀 해 보겠습니다",
        "잠깐 생각해 볼게요",
        "면접관님 잠시만 기다려 주세요",
        "음, 시간을 조금 주세요.",
        "아직 안 끝났습니다",
        "생각을 정리해 보겠습니다",
        "그 부분은, 잠깐만요",
    ],
}


def rows(table: dict[Cue, list[str]]) -> list[tuple[str, Cue]]:
    return [(text, cue) for cue, texts in table.items() for text in texts]


@pytest.mark.parametrize(("text", "cue"), rows(ENGLISH))
def test_english_answers(text: str, cue: Cue) -> None:
    assert cue_of(text, "en") is cue


@pytest.mark.parametrize(("text", "cue"), rows(KOREAN))
def test_korean_answers(text: str, cue: Cue) -> None:
    assert cue_of(text, "ko") is cue


@pytest.mark.parametrize(("text", "cue"), rows(KOREAN) + rows(ENGLISH))
def test_the_language_of_the_last_word_counts_and_not_that_of_the_interview(text: str, cue: Cue) -> None:
    assert cue_of(text, "en") is cue_of(text, "ko") is cue


@pytest.mark.parametrize("text", ["", "   ", "...", "?!"])
def test_a_text_without_words_says_nothing(text: str) -> None:
    assert cue_of(text, "en") in (Cue.NEUTRAL, Cue.HESITATING)


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("음", True),
        ("음... 잠시만요", True),
        ("잠시만요 생각할 시간을 주세요", True),
        ("Um, let me think.", True),
        ("Uh, um, hmm", True),
        ("", True),
        ("네", False),
        ("저는 음", False),
        ("Yes", False),
        ("I used Redis. Let me think.", False),
        ("잘 모르겠습니다. 잠시만요.", False),
    ],
)
def test_hesitation_and_a_request_to_wait_alone_say_nothing(text: str, only: bool) -> None:
    assert is_hesitation(text, "ko") is is_hesitation(text, "en") is only
