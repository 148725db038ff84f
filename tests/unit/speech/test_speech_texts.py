"""Texts: how stable, where their words lie, whether they are inventions, how they are divided for a voice."""

from __future__ import annotations

import pytest

from services.speech.domain import sentences
from services.speech.domain.audio import Span
from services.speech.domain.hallucination import compression_ratio, is_media_phrase, judge
from services.speech.domain.sentences import split_sentences
from services.speech.domain.transcript import Hypothesis, NoText, Word, utterance_id
from services.speech.domain.word_times import interpolate


def test_words_share_the_voice_by_their_letters() -> None:
    words = interpolate("I reduced it.", [Span(1_000, 11_000)])
    assert [word.text for word in words] == ["I", "reduced", "it."]
    assert [word.span for word in words] == [Span(1_000, 2_000), Span(2_000, 9_000), Span(9_000, 11_000)]


def test_words_jump_over_pauses() -> None:
    words = interpolate("aa bb", [Span(0, 100), Span(1_000, 1_100)])
    assert [word.span for word in words] == [Span(0, 100), Span(1_000, 1_100)]


def test_words_are_in_order_and_inside_the_voice() -> None:
    voiced = [Span(512, 5_120), Span(6_144, 6_656), Span(9_728, 20_480)]
    words = interpolate("저는 결제 서비스를 새로운 플랫폼으로 이전했습니다. -", voiced)
    edges = [edge for word in words for edge in (word.span.start, word.span.end)]
    assert edges == sorted(edges)
    assert (edges[0], edges[-1]) == (512, 20_480)
    assert all(word.span.length > 0 for word in words)


def test_no_words_in_no_text() -> None:
    assert interpolate("", []) == ()
    assert interpolate("x", [Span(3, 4)]) == (Word("x", Span(3, 4)),)


@pytest.mark.parametrize(
    "text",
    [
        "시청해 주셔서 감사합니다.",
        "MBC 뉴스 김성현입니다.",
        "구독과 좋아요 부탁드립니다!",
        "한글자막 by 한효정",
        "Thanks for watching!",
        "Subtitles by the Amara.org community",
    ],
)
def test_what_videos_say_is_suppressed(text: str) -> None:
    assert is_media_phrase(text)
    assert judge(Hypothesis(text, mean_log_probability=-0.1)) is NoText.SUPPRESSED


@pytest.mark.parametrize(
    "text",
    [
        "감사합니다.",
        "Thank you.",
        "I built the service that serves subtitles by the Amara community to all of our users.",
        "시청해 주셔서 감사합니다라는 문구를 자동으로 넣었습니다.",
        "저는 MBC 뉴스 앱을 만들었습니다.",
    ],
)
def test_what_candidates_say_is_kept(text: str) -> None:
    assert judge(Hypothesis(text, mean_log_probability=-0.1)) is None


@pytest.mark.parametrize(
    ("no_speech", "log_probability", "reason"),
    [(0.7, -1.1, NoText.NOT_SPEECH), (0.7, -0.9, None), (0.5, -1.1, None), (0.7, None, None)],
)
def test_doubt_about_speech_counts_only_with_doubt_about_the_text(
    no_speech: float, log_probability: float | None, reason: NoText | None
) -> None:
    hypothesis = Hypothesis("We used a", mean_log_probability=log_probability, no_speech_probability=no_speech)
    assert judge(hypothesis) is reason


def test_repetition_is_suppressed() -> None:
    assert judge(Hypothesis("and then " * 40, mean_log_probability=-0.1)) is NoText.SUPPRESSED
    assert judge(Hypothesis("네 " * 60, mean_log_probability=-0.1)) is NoText.SUPPRESSED
    assert compression_ratio("") == 0


@pytest.mark.parametrize("text", ["", "...", " - "])
def test_a_text_without_letters_is_not_speech(text: str) -> None:
    assert judge(Hypothesis(text)) is NoText.NOT_SPEECH


def test_utterance_ids_follow_from_the_audio_and_fit() -> None:
    assert utterance_id("interview", 8_192) == "interview-000000008192"
    assert utterance_id("a" * 64, 0) != utterance_id("a" * 63 + "b", 0)
    assert len(utterance_id("a" * 64, 10**9)) <= 64


def test_a_text_is_spoken_sentence_by_sentence() -> None:
    text = 'Hello there.  Tell me about "Redis 7.2."\nWhy? 말씀해 주세요. 네!'
    assert split_sentences(text) == ["Hello there.", 'Tell me about "Redis 7.2."', "Why?", "말씀해 주세요.", "네!"]


def test_a_decimal_point_ends_no_sentence() -> None:
    assert split_sentences("Latency fell by 3.5 percent.") == ["Latency fell by 3.5 percent."]


@pytest.mark.parametrize("text", ["", " ", "...", "?!\n—"])
def test_nothing_to_say(text: str) -> None:
    assert split_sentences(text) == []


@pytest.mark.parametrize("text", ["word " * 200, "clause one, " * 60, "x" * 1_000, "가나다라 마바사, " * 50])
def test_long_sentences_are_cut_and_nothing_is_lost(text: str) -> None:
    pieces = split_sentences(text)
    assert max(map(len, pieces)) <= sentences.LONGEST
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_long_sentences_are_cut_at_clauses_first() -> None:
    first, second = "a" * 100 + ",", "b" * 100 + "."
    assert split_sentences(f"{first} {second}") == [first, second]
