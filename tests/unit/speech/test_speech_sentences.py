"""Where a text is cut for a voice: at the ends of sentences, and nowhere else."""

from __future__ import annotations

import pytest

from services.speech.domain.sentences import split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Dr. Kim asked. We said yes.", ["Dr. Kim asked.", "We said yes."]),
        ("We used e.g. Redis. It was fast.", ["We used e.g. Redis.", "It was fast."]),
        ("The U.S. team met at 3 p.m. It went well.", ["The U.S. team met at 3 p.m.", "It went well."]),
        ("I like Acme Inc. and its people.", ["I like Acme Inc. and its people."]),
        ("Logs, metrics, etc. Then alerts.", ["Logs, metrics, etc.", "Then alerts."]),
        ("See fig. 3. Then stop.", ["See fig. 3.", "Then stop."]),
        ("No. 3 won. No. It lost.", ["No. 3 won.", "No.", "It lost."]),
        ("J. R. Smith wrote it. Right?", ["J. R. Smith wrote it.", "Right?"]),
        ("Wait... what? Yes.", ["Wait... what?", "Yes."]),
        (
            "Latency fell by 3.5 percent. Version 1.2.3 shipped.",
            ["Latency fell by 3.5 percent.", "Version 1.2.3 shipped."],
        ),
        ("Redis 7.2. Kafka 3.", ["Redis 7.2.", "Kafka 3."]),
        ("1. Experience first. 2. Then goals.", ["1. Experience first.", "2. Then goals."]),
        ('He said "Go." Then he left.', ['He said "Go."', "Then he left."]),
        ("It failed (at 3 a.m. Of course). We slept.", ["It failed (at 3 a.m. Of course).", "We slept."]),
        ("What did you do? Why! OK.", ["What did you do?", "Why!", "OK."]),
        ("약 3.5초 걸렸습니다. 좋습니다.", ["약 3.5초 걸렸습니다.", "좋습니다."]),
        ("Node.js를 썼습니다. 왜요?", ["Node.js를 썼습니다.", "왜요?"]),
        ("2024. 3. 15.에 배포했습니다. 네.", ["2024. 3. 15.에 배포했습니다.", "네."]),
        ("버전 1.2.3을 배포했습니다. 이유는요?", ["버전 1.2.3을 배포했습니다.", "이유는요?"]),
        ("(예. 캐시) 설명해 주세요. 네.", ["(예. 캐시) 설명해 주세요.", "네."]),
        ("1. 자기소개를 해 주세요. 2. 지원 동기는요?", ["1. 자기소개를 해 주세요.", "2. 지원 동기는요?"]),
        ("질문입니다.다음 질문입니다.", ["질문입니다.", "다음 질문입니다."]),
        ("네!정말요? 그렇군요…다음은요?", ["네!", "정말요?", "그렇군요…다음은요?"]),
        ("끝났습니다。 다음입니다。", ["끝났습니다。", "다음입니다。"]),
        ("첫 줄\n둘째 줄", ["첫 줄", "둘째 줄"]),
    ],
)
def test_sentences_end_where_they_end(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


@pytest.mark.parametrize("text", ["Mr. " * 300, "3. " * 400, "A. " * 400, "(a. " * 300, "e.g. " * 300, "1.2." * 400])
def test_nothing_grows_without_end(text: str) -> None:
    pieces = split_sentences(text)
    assert max(map(len, pieces)) <= 160
    assert "".join("".join(pieces).split()) == "".join(text.split())
