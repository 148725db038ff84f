"""Streaming policies: what is committed, that it never changes, and who gets which."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from services.speech.domain.audio import Span, in_samples
from services.speech.domain.errors import EngineUnavailable
from services.speech.domain.policies.captions import Caption, Captions
from services.speech.domain.policies.choice import Policy, choose, new_rule
from services.speech.domain.policies.rules import AlignAtt, LocalAgreement
from services.speech.domain.transcript import Hypothesis, Word


def captions_of(texts: Sequence[str], *, last_ended: bool = False) -> list[Caption]:
    captions = Captions(LocalAgreement())
    last = len(texts) - 1
    return [
        captions.hear(Hypothesis(text), 16_000, ended=last_ended and index == last) for index, text in enumerate(texts)
    ]


def stable(caption: Caption) -> str:
    return caption.text[: caption.stable_chars]


@pytest.mark.parametrize(
    ("before", "now", "agreed"),
    [
        ("", "I led the", ""),
        ("I led the", "I led the migration", "I led"),
        ("I led a", "I led the migration", "I led"),
        ("You led the team", "I led the team", ""),
        ("저는 결제 서비", "저는 결제 서비스를 새로운", "저는 결제"),
        ("no no no no", "no no no", "no no no"),
        ("Yes, we did it", "Yes, we did it all", "Yes, we did"),
        ("I moved it. We", "I moved it, and we", "I moved it"),
        ("네 그 결과", "네, 그 결과", "네"),
    ],
)
def test_what_two_hypotheses_agree_on_is_stable_but_for_the_last_word(before: str, now: str, agreed: str) -> None:
    caption = captions_of([before, now])[-1]
    assert (caption.text, stable(caption)) == (now, agreed)
    assert caption.stability == pytest.approx(len(agreed) / len(now))


def test_what_is_committed_stays_whatever_later_hypotheses_say() -> None:
    *_, contradicted = captions_of(["We used a queue", "We used a queue to", "They used a cue to smooth the"])
    assert contradicted.text == "We used a cue to smooth the"
    assert stable(contradicted) == "We used a"
    *_, shorter = captions_of(["We used a queue", "We used a queue to", "We"])
    assert shorter.text == "We used a"
    *_, inserted = captions_of(["We used a queue", "We used a queue to", "So we used a queue to smooth"])
    assert inserted.text == "We used a queue to smooth"


def test_punctuation_after_the_last_committed_word_is_left_open() -> None:
    first, second, third = captions_of(["I moved it. We", "I moved it, and we", "I moved it and we tested it"])[-3:]
    assert first.stable_chars == 0
    assert (second.text, stable(second)) == ("I moved it, and we", "I moved it")
    assert (third.text, stable(third)) == ("I moved it and we tested it", "I moved it")


def test_at_a_suspected_end_the_text_is_whole_and_only_its_last_word_may_change() -> None:
    *_, ended = captions_of(["저는 결제 서비스를", "저는 결제 서비스를 이전했습니다."], last_ended=True)
    assert (ended.text, ended.stability) == ("저는 결제 서비스를 이전했습니다.", 1.0)
    assert stable(ended) == "저는 결제 서비스를"


def test_an_empty_text_is_not_stable_and_takes_nothing_back() -> None:
    assert captions_of([""]) == [Caption("", 0, 0.0)]
    assert captions_of(["a b c", "a b c d", ""])[-1] == Caption("a b", 3, 1.0)


@pytest.mark.parametrize("seed", range(20))
def test_stable_text_never_changes_over_random_hypotheses(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311  no secret
    words = ["we", "We", "used", "a", "queue.", "queue", "그", "결과", "결과,", "so"]
    captions = Captions(LocalAgreement())
    before = ""
    for _ in range(60):
        text = " ".join(rng.choices(words, k=rng.randrange(8)))
        caption = captions.hear(Hypothesis(text), 16_000, ended=rng.random() < 0.1)
        assert caption.text.startswith(before)
        assert 0 <= caption.stable_chars <= len(caption.text)
        assert stable(caption).startswith(before)
        before = stable(caption)


def aligned(*ends_s: float) -> Hypothesis:
    words = tuple(Word(f"w{index}", Span(0, in_samples(end))) for index, end in enumerate(ends_s))
    return Hypothesis(" ".join(word.text for word in words), words=words)


@pytest.mark.parametrize(
    ("ends_s", "heard_s", "count"),
    [
        ((0.5, 1.0, 1.5), 2.0, 3),
        ((0.5, 1.0, 1.6), 2.0, 2),
        ((0.5, 1.9, 1.0), 2.0, 1),
        ((1.0, 3.0, 0.5, 3.1), 4.0, 2),
        ((), 4.0, 0),
    ],
)
def test_words_that_attend_to_the_end_of_the_audio_are_not_committed(
    ends_s: tuple[float, ...], heard_s: float, count: int
) -> None:
    assert AlignAtt().committable(aligned(*ends_s), in_samples(heard_s)) == count


def test_a_word_that_the_model_doubts_is_not_committed() -> None:
    words = tuple(Word(f"w{index}", Span(0, 100 + index), odds) for index, odds in enumerate((0.9, 0.8, 0.7, 0.9)))
    hypothesis = Hypothesis(" ".join(word.text for word in words), words)
    assert AlignAtt().committable(hypothesis, in_samples(2)) == 2


def test_align_att_commits_at_once_and_keeps() -> None:
    captions = Captions(AlignAtt())
    first = captions.hear(aligned(0.5, 1.0, 1.9), in_samples(2), ended=False)
    assert stable(first) == "w0 w1"
    assert captions.hear(Hypothesis("w0 other w2"), in_samples(3), ended=False).text == "w0 w1 w2"


@pytest.mark.parametrize(
    ("wanted", "aligned_", "size", "chosen"),
    [
        (Policy.AUTO, True, 512, Policy.ALIGN_ATT),
        (Policy.AUTO, True, 768, Policy.ALIGN_ATT),
        (Policy.AUTO, True, 1280, Policy.LOCAL_AGREEMENT),
        (Policy.AUTO, True, 0, Policy.LOCAL_AGREEMENT),
        (Policy.AUTO, False, 512, Policy.LOCAL_AGREEMENT),
        (Policy.ALIGN_ATT, True, 1280, Policy.ALIGN_ATT),
        (Policy.LOCAL_AGREEMENT, True, 512, Policy.LOCAL_AGREEMENT),
    ],
)
def test_the_policy_follows_from_the_model(wanted: Policy, aligned_: bool, size: int, chosen: Policy) -> None:
    assert choose(wanted, aligned=aligned_, size=size) is chosen
    assert isinstance(new_rule(chosen), AlignAtt if chosen is Policy.ALIGN_ATT else LocalAgreement)


def test_align_att_without_alignment_is_refused_with_what_to_do() -> None:
    with pytest.raises(EngineUnavailable, match="PARLEY_SPEECH_POLICY"):
        choose(Policy.ALIGN_ATT, aligned=False, size=512)
