"""Texts: how stable, where their words lie, whether they are inventions, how they are divided for a voice."""

from __future__ import annotations

import pytest

from services.speech.domain import sentences
from services.speech.domain.audio import Span, in_samples
from services.speech.domain.hallucination import Sound, compression_ratio, is_media_phrase, is_sayable, judge
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
        "Please like and subscribe.",
        "ご視聴ありがとうございました",
        "谢谢观看!",
        "Sous-titrage Société Radio-Canada",
        "Продолжение следует...",
        "JTBC 뉴스 박성훈입니다.",
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
    said = Hypothesis(text, mean_log_probability=-0.1)
    assert judge(said) is said


@pytest.mark.parametrize(
    ("no_speech", "log_probability", "reason"),
    [(0.7, -1.1, NoText.NOT_SPEECH), (0.7, -0.9, None), (0.5, -1.1, None), (0.7, None, None)],
)
def test_doubt_about_speech_counts_only_with_doubt_about_the_text(
    no_speech: float, log_probability: float | None, reason: NoText | None
) -> None:
    hypothesis = Hypothesis("We used a", mean_log_probability=log_probability, no_speech_probability=no_speech)
    assert judge(hypothesis) is (reason or hypothesis)


def test_repetition_is_suppressed() -> None:
    assert judge(Hypothesis("and then " * 40, mean_log_probability=-0.1)) is NoText.SUPPRESSED
    assert judge(Hypothesis("네 " * 60, mean_log_probability=-0.1)) is NoText.SUPPRESSED
    assert compression_ratio("") == 0


@pytest.mark.parametrize("text", ["", "...", " - "])
def test_a_text_without_letters_is_not_speech(text: str) -> None:
    assert judge(Hypothesis(text)) is NoText.NOT_SPEECH


CLEAR = Sound(0.95, [Span(0, in_samples(2.0))])


def in_s(start: float, end: float) -> Span:
    return Span(in_samples(start), in_samples(end))


@pytest.mark.parametrize("text", ["감사합니다.", "네.", "안녕하세요", "Thank you.", "Okay", "Bye-bye!"])
@pytest.mark.parametrize(
    ("log_probability", "no_speech", "sound", "kept"),
    [
        (-0.1, 0.0, CLEAR, True),
        (-0.1, 0.0, None, True),
        (None, 0.0, CLEAR, True),
        (-0.7, 0.0, CLEAR, False),
        (-0.1, 0.4, CLEAR, False),
        (-0.1, 0.0, Sound(0.85, CLEAR.voiced), False),
        (-0.1, 0.0, Sound(0.95, [in_s(0, 0.13)]), False),
    ],
)
def test_what_is_said_and_invented_stands_only_on_strong_sound(
    text: str, log_probability: float | None, no_speech: float, sound: Sound | None, kept: bool
) -> None:
    hypothesis = Hypothesis(text, mean_log_probability=log_probability, no_speech_probability=no_speech)
    assert is_sayable(text)
    assert judge(hypothesis, sound) is (hypothesis if kept else NoText.SUPPRESSED)


def test_what_the_gate_was_never_sure_of_is_no_speech_whatever_the_text() -> None:
    hypothesis = Hypothesis("I led the migration.", mean_log_probability=-0.01)
    assert judge(hypothesis, Sound(0.84, CLEAR.voiced)) is NoText.NOT_SPEECH
    assert judge(hypothesis, Sound(0.85, CLEAR.voiced)) is hypothesis


def test_more_tokens_than_anybody_can_speak_are_suppressed() -> None:
    for count, kept in [(62, True), (63, False)]:
        hypothesis = Hypothesis("said", tokens=tuple(range(count)))
        assert isinstance(judge(hypothesis, CLEAR), Hypothesis) is kept


VOICED = [in_s(1.0, 2.0), in_s(2.5, 3.0)]


@pytest.mark.parametrize(
    ("word", "stays"),
    [
        (Word("x", in_s(0.2, 0.6), 0.5), True),
        (Word("x", in_s(0.2, 0.6), None), True),
        (Word("x", in_s(0.2, 0.6), 0.14), False),
        (Word("x", in_s(0.2, 0.3), 0.4), False),
        (Word("x", in_s(0.2, 0.3), 0.6), True),
        (Word("x", in_s(0.9, 3.1), 0.9), True),
        (Word("x", in_s(3.1, 5.2), 0.4), False),
        (Word("x", in_s(3.1, 5.2), None), True),
        (Word("x", in_s(1.1, 1.2), 0.05), True),
    ],
)
@pytest.mark.parametrize("place", ["first", "last"])
def test_words_beside_silence_need_probability_and_a_likely_length(word: Word, stays: bool, place: str) -> None:
    inner = (Word("queue", in_s(1.0, 1.5), 0.9), Word("load", in_s(1.6, 2.0), 0.9))
    words = (word, *inner) if place == "first" else (*inner, word)
    judged = judge(Hypothesis(" ".join(each.text for each in words), words), Sound(0.95, VOICED))
    assert isinstance(judged, Hypothesis)
    assert judged.words == (words if stays else inner)
    assert judged.text == " ".join(each.text for each in judged.words)


def test_a_text_of_stray_words_only_is_suppressed() -> None:
    words = (Word("so", in_s(0.0, 0.05), 0.3), Word("you", in_s(4.0, 4.5), 0.1))
    assert judge(Hypothesis("so you", words), Sound(0.95, VOICED)) is NoText.SUPPRESSED


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
