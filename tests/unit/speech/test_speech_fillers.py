"""Fillers in context, English and Korean: what counts, and what only looks like it."""

from __future__ import annotations

import pytest

from services.speech.domain.fillers import count_fillers

ENGLISH = [
    # sounds
    ("Um, I led, uh, the migration.", 2),
    ("um i led uh the migration", 2),
    ("So, er, we moved it. Hmm.", 2),
    ("Uhh... let me think. Ummm.", 2),
    ("The hole was 5 mm wide.", 0),
    ("I wrote software for the ER of a hospital.", 0),
    ("Uh-huh, that is right.", 0),
    ("The umbrella project used an umpire.", 0),
    # like
    ("It was, like, very slow.", 1),
    ("it took like five minutes", 1),
    ("It was like really slow.", 1),
    ("We had like 300 users and like um no tests.", 3),
    ("Like, nobody knew.", 1),
    ("it was like like a wall", 1),
    ("I like databases.", 0),
    ("Tools like Redis and Kafka.", 0),
    ("It works like a queue.", 0),
    ("I was like, wow.", 0),
    ("I would like two days for that.", 0),
    ("What is it like?", 0),
    ("It looks like three services are down.", 0),
    # you know
    ("It is, you know, simple.", 1),
    ("You know, it was hard.", 1),
    ("It was hard, you know?", 1),
    ("it was you know slow", 1),
    ("We used a you know message queue.", 1),
    ("I know you know it.", 0),
    ("As you know, it failed.", 0),
    ("Do you know the answer?", 0),
    ("If you know, tell me.", 0),
    ("Once you know, you cannot go back.", 0),
    ("That is how you know it works.", 0),
    ("You know how caches fail.", 0),
    ("Because, you know, it was late.", 1),
    # I mean
    ("I mean, it was slow.", 1),
    ("I mean it was slow", 1),
    ("It worked, I mean, most of the time.", 1),
    ("That is what I mean.", 0),
    ("I mean it.", 0),
    ("By that I mean latency.", 0),
    ("I mean to finish it.", 0),
    ("Do you see what I mean, more or less?", 0),
    # sort of, kind of
    ("It was sort of broken.", 1),
    ("I kind of led the team.", 1),
    ("It was kind of a mess.", 1),
    ("And then, sort of, we stopped.", 1),
    ("It is a kind of cache.", 0),
    ("What kind of cache was it?", 0),
    ("Some sort of index helped.", 0),
    ("We sort of, um, guessed.", 2),
    ("This kind of error is rare.", 0),
    ("It was kind of you to ask.", 0),
    ("A new kind of index.", 0),
    ("We sort, of course, by date.", 0),
    # not on the list
    ("Well, so, we did it.", 0),
    ("", 0),
]

KOREAN = [
    # 소리
    ("음 저는 어 결제 서비스를 이전했습니다.", 2),
    ("어... 그때는, 음... 몰랐습니다.", 2),
    ("으음 어어 네 맞습니다", 2),
    ("흠, 생각해 보겠습니다.", 1),
    ("엄 저희 팀은 에 다섯 명이었습니다.", 2),
    ("어떻게 해결했는지 말씀드리겠습니다.", 0),
    ("음악 서비스의 음질을 개선했습니다.", 0),
    ("에러가 어느 정도 줄었습니다.", 0),
    # 그
    ("그 결과 평균 응답 시간이 줄었습니다.", 0),
    ("그 당시 저는 그 팀의 리더였습니다.", 0),
    ("그 세 가지 방법을 비교했습니다.", 0),
    ("그 누구도 예상하지 못했습니다.", 0),
    ("그 어떤 것보다 중요했습니다.", 0),
    ("그 이후로 그런 문제는 없었습니다.", 0),
    ("그, 저는 그 그 팀에서 일했습니다.", 2),
    ("그 저는 백엔드를 맡았습니다.", 1),
    ("그 그래서 다시 설계했습니다.", 1),
    ("그 음 인덱스를 추가했습니다.", 2),
    ("그 뭐랄까 어려운 문제였습니다.", 2),
    ("그는 좋은 동료였습니다.", 0),
    ("그 약간 복잡한 구조였습니다.", 1),
    ("제가 맡은 건 그...", 1),
    # 저
    ("저 저는 개발자입니다.", 1),
    ("저, 그 부분은 제가 했습니다.", 1),
    ("저 그러니까 제가 맡았습니다.", 1),
    ("저 혼자 개발했습니다.", 0),
    ("저 역시 그렇게 생각합니다.", 0),
    ("저 화면을 보시면 됩니다.", 0),
    ("저기, 질문이 있습니다.", 1),
    ("저기 있는 서버입니다.", 0),
    # 뭐
    ("뭐, 어려운 일은 아니었습니다.", 1),
    ("뭐 데이터베이스도 보고 뭐 서버도 봤습니다.", 2),
    ("뭐 예를 들면 캐시가 있습니다.", 1),
    ("뭐 했는지 말씀드리겠습니다.", 0),
    ("뭐 때문에 느린지 찾았습니다.", 0),
    ("뭐가 문제인지 뭐를 고칠지 정했습니다.", 0),
    ("그게 뭐 하는 서비스인지 설명했습니다.", 0),
    ("그렇죠 뭐.", 0),
    # 이제
    ("이제 막 시작한 프로젝트였습니다.", 0),
    ("이제 졸업했습니다.", 0),
    ("이제는 괜찮습니다.", 0),
    ("그래서 이제 배포를 했습니다.", 1),
    ("제가 이제, 팀장을 맡았는데요.", 1),
    ("저희가 이제 설계를 하고 이제 개발을 했습니다.", 1),
    ("이제 어 배포를 했습니다.", 2),
    # 약간
    ("비용이 약간 늘었습니다.", 0),
    ("약간의 지연이 있었습니다.", 0),
    ("약간 다른 방식이었습니다.", 0),
    ("약간 그런 느낌이었습니다.", 1),
    ("약간, 어려웠습니다.", 1),
    ("약간 뭐 복잡했습니다.", 2),
    # 막
    ("막 이렇게 고쳤습니다.", 1),
    ("막 엄청 느렸습니다.", 1),
    ("막 막 달렸습니다.", 1),
    ("막 도착했을 때였습니다.", 0),
    ("연극의 막을 올렸습니다.", 0),
    ("서비스를 막 출시한 때였습니다.", 0),
    # 그 밖
    ("그냥, 해 봤습니다.", 1),
    ("그냥 두었습니다.", 0),
    ("아, 네. 맞습니다.", 1),
    ("", 0),
]


@pytest.mark.parametrize(("text", "count"), ENGLISH)
def test_english_fillers(text: str, count: int) -> None:
    assert count_fillers(text.split(), "en") == count


@pytest.mark.parametrize(("text", "count"), KOREAN)
def test_korean_fillers(text: str, count: int) -> None:
    assert count_fillers(text.split(), "ko") == count


def test_a_language_without_rules_has_no_fillers() -> None:
    assert count_fillers(["um", "음"], "fr") == 0


@pytest.mark.parametrize(("examples", "least"), [(ENGLISH, 40), (KOREAN, 40)])
def test_the_tables_hold_traps_too(examples: list[tuple[str, int]], least: int) -> None:
    assert len(examples) >= least
    assert sum(count == 0 for _, count in examples) >= least // 3
