"""What an answer is as a whole: on topic or not, empty, nonsense, or in another language than the interview's."""

from __future__ import annotations

import re
from enum import Enum

from services.reasoning.domain.case import Case
from services.reasoning.domain.evaluations import Character
from services.reasoning.domain.evidence import Evidence
from services.reasoning.domain.parts import told_apart
from services.reasoning.domain.questions import Language, QuestionKind
from services.reasoning.domain.text import AnalysedText, Role

LEAST_JUDGED_CONTENT = 6  # words of meaning; fewer are too short to be called nonsense by their mix
LEAST_FUNCTION_SHARE = 0.12  # language without particles, articles and endings is a list of words
LEAST_DISTINCT_SHARE = 0.34
LEAST_DISTINCT_RUNS_SHARE = 0.45  # of runs of three words of meaning: the same said three times over
LEAST_TOPIC_WEIGHT = 2.0
SURE_TOPICAL_SHARE = 0.5  # of the sentences: a short answer needs only one sign of the topic
# Of Vocabulary: from the one on topic, below the other not. Between them, and where a long answer has too few words to
# fit, signs of the topic decide.
SURE_FIT, LEAST_FIT = 1.6, 1.0
LEAST_FITTED_WEIGHT = 3.0
LEAST_FITTED_CONTENT = 12  # words of meaning; the few of a short answer may fit or not by chance
LEAST_WORK_WORDS = 2
LEAST_STORY_PARTS = 2
LEAST_RICH_ACTIONS, LEAST_RICH_NUMBERS, LEAST_RICH_WORDS = 3, 2, 40
OTHER_SCRIPT_SHARE = 0.8  # of the letters
MOST_GIBBERISH_SHARE = 0.4  # of the words

HANGUL = re.compile(r"[가-힣]")
LOOSE_JAMO = re.compile(r"[ㄱ-ㆎ]")
LATIN = re.compile(r"[A-Za-z]")
LATIN_WORD = re.compile(r"[A-Za-z]{3,}")
UNPRONOUNCEABLE = re.compile(r"^[^aeiouy]{4,}$|[bcdfghjklmnpqrstvwxz]{6,}|(.)\1{3,}", re.IGNORECASE)
ENGLISH_SIGNS = re.compile(r"\b(?:the|a|an|and|to|of|in|is|was|we|i|it|for|that|with)\b", re.IGNORECASE)
STORY_KINDS = frozenset({QuestionKind.BEHAVIOURAL, QuestionKind.EXPERIENCE, QuestionKind.MOTIVATION})


class Substance(Enum):
    """How much there is to judge in an answer that is on topic."""

    FULL = "full"
    WORK_STORY = "work_story"  # tells of work, with little sign of what was asked: may or may not answer it
    DECLINED = "declined"  # says that they don't know
    SHORT = "short"
    NOTHING = "nothing"  # a word or two, like "yes": nobody could tell
    ECHO = "echo"  # little but the question's own words
    FOREIGN = "foreign"  # another language than the interview's


LEAST_CONTENT = 6  # words of meaning, for order, detail and clarity to show
LEAST_NOVEL_CONTENT = 2
LEAST_SAYING_CONTENT = 2


def find_character(evidence: Evidence, case: Case) -> Character:
    """What the answer is, from its words alone."""
    language = case.language
    if is_empty(evidence.answer.text):
        return Character.EMPTY
    if evidence.to_evaluator:
        return Character.OFF_TOPIC
    foreign = is_foreign(evidence.said, language)
    if _is_nonsense(evidence, foreign=foreign):
        return Character.NONSENSE
    if foreign:
        return Character.UNKNOWN
    if evidence.content_count < LEAST_SAYING_CONTENT:
        return Character.ON_TOPIC  # too little to be about anything else
    about = _answers_follow_up(evidence) if case.is_follow_up else _may_be_about(evidence, case)
    if about or evidence.disclaims or _on_topic(evidence, case) or _is_echo(evidence, case):
        return Character.ON_TOPIC
    return Character.OFF_TOPIC


def find_substance(evidence: Evidence, case: Case) -> Substance:
    """How much an answer that is neither empty, nonsense nor off topic gives to judge."""
    if is_foreign(evidence.said, case.language):
        return Substance.FOREIGN
    if evidence.content_count < LEAST_SAYING_CONTENT and not evidence.disclaims and not evidence.topical:
        return Substance.NOTHING
    if evidence.disclaims and not evidence.points and evidence.content_count < 2 * LEAST_CONTENT:
        return Substance.DECLINED
    if _is_echo(evidence, case):
        return Substance.ECHO
    if evidence.content_count < LEAST_CONTENT:
        return Substance.SHORT
    on_topic = case.is_follow_up or _on_topic(evidence, case) or _is_whole_story(evidence, case)
    return Substance.FULL if on_topic else Substance.WORK_STORY


def is_empty(text: str) -> bool:
    """Whether it has no letter and no digit."""
    return not any(character.isalnum() for character in text)


def is_foreign(text: str, language: Language) -> bool:
    """Whether nearly all letters are of the other language's script. Single foreign terms are normal in both
    languages.
    """
    hangul, latin = len(HANGUL.findall(text)), len(LATIN.findall(text))
    other = latin if language is Language.KOREAN else hangul
    return (
        other >= LEAST_CONTENT
        and other / max(hangul + latin, 1) >= OTHER_SCRIPT_SHARE
        and bool(HANGUL.search(text) if language is Language.ENGLISH else ENGLISH_SIGNS.search(text))
    )


def _on_topic(evidence: Evidence, case: Case) -> bool:
    weight = evidence.topic_weight
    if evidence.fit is not None and evidence.content_count >= LEAST_FITTED_CONTENT:
        return weight > 0 and (
            evidence.fit >= SURE_FIT or (evidence.fit >= LEAST_FIT and weight >= LEAST_FITTED_WEIGHT)
        )
    # A question with a vocabulary has words for a long answer: a few signs of the topic in one may be chance.
    if case.patterns.points and evidence.content_count >= LEAST_FITTED_CONTENT:
        return weight >= LEAST_FITTED_WEIGHT
    share = len(evidence.topical) / max(len(evidence.sentences), 1)
    return weight >= LEAST_TOPIC_WEIGHT or (weight >= 1 and share >= SURE_TOPICAL_SHARE)


def _may_be_about(evidence: Evidence, case: Case) -> bool:
    return _is_work_story(evidence, case.kind) or _is_rich_story(evidence, case)


def _is_rich_story(evidence: Evidence, case: Case) -> bool:
    """A whole story of one's own with figures, though none of the words that such a story is looked for by: who tells
    that much tells it for the question, in words that the bank doesn't know.
    """
    return (
        case.kind in STORY_KINDS
        and not case.patterns.points
        and told_apart(case.parts, evidence.part_places) >= len(case.parts) - 1
        and len(evidence.own_actions) >= LEAST_RICH_ACTIONS
        and len(evidence.numbers) >= LEAST_RICH_NUMBERS
        and evidence.told_words >= LEAST_RICH_WORDS
    )


def _is_work_story(evidence: Evidence, kind: QuestionKind) -> bool:
    """Told of one's work with parts of a story and some sign of the topic: that may be an answer in other words."""
    return (
        kind in STORY_KINDS
        and (evidence.fit is None or evidence.fit >= LEAST_FIT)
        and evidence.topic_weight > 0
        and len(evidence.parts) >= LEAST_STORY_PARTS
        and evidence.work_words >= LEAST_WORK_WORDS
        and bool(evidence.own_actions or evidence.group_actions or evidence.numbers)
    )


def _is_whole_story(evidence: Evidence, case: Case) -> bool:
    """A sign of the topic, and nearly all parts of such an answer: nobody would ask what it has to do with it."""
    told = told_apart(case.parts, evidence.part_places)
    return case.kind in STORY_KINDS and evidence.topic_weight >= 1 and told >= len(case.parts) - 1


def _answers_follow_up(evidence: Evidence) -> bool:
    """The answer to "can you put a number on that?" may be a number and nothing else."""
    acts = evidence.own_actions or evidence.group_actions
    return bool(evidence.topic_weight or evidence.numbers or acts or evidence.work_words)


def _is_echo(evidence: Evidence, case: Case) -> bool:
    if case.is_follow_up:
        return False  # it quotes the candidate, who may well say the same words again
    says_something = evidence.points or evidence.misconceptions or evidence.novel_content >= LEAST_NOVEL_CONTENT
    return bool(evidence.topical) and not says_something


def _is_nonsense(evidence: Evidence, *, foreign: bool) -> bool:
    if _is_gibberish(evidence.said) or _is_repetition(evidence.answer):
        return True
    return not foreign and (_is_word_list(evidence.answer) or _is_word_salad(evidence.answer))


def _is_gibberish(text: str) -> bool:
    """Loose jamo (ㅁㄴㅇㄹ), or Latin words that nobody could say (asdf qwrt)."""
    if len(LOOSE_JAMO.findall(text)) > len(HANGUL.findall(text)):
        return True
    words = LATIN_WORD.findall(text)
    odd = sum(UNPRONOUNCEABLE.search(word) is not None and not word.isupper() for word in words)
    return len(words) >= 2 and not HANGUL.search(text) and odd / len(words) >= MOST_GIBBERISH_SHARE


def _is_repetition(answer: AnalysedText) -> bool:
    """The same few words over and over, whether they make sentences or not."""
    lemmas = [token.lemma for token in answer.content]
    if len(lemmas) < LEAST_JUDGED_CONTENT:
        return False
    runs = list(zip(lemmas, lemmas[1:], lemmas[2:], strict=False))
    return (
        len(set(lemmas)) / len(lemmas) < LEAST_DISTINCT_SHARE or len(set(runs)) / len(runs) < LEAST_DISTINCT_RUNS_SHARE
    )


def _is_word_list(answer: AnalysedText) -> bool:
    """Words of meaning with nothing that ties them together."""
    words = [token for token in answer.tokens if token.role is not Role.MARK]
    if len(answer.content) < LEAST_JUDGED_CONTENT:
        return False
    tying = sum(token.role is not Role.CONTENT for token in words)
    return tying / len(words) < LEAST_FUNCTION_SHARE


def _is_word_salad(answer: AnalysedText) -> bool:
    """Sentences in form, of words that nobody would put together."""
    sense = answer.plausibility
    return sense is not None and sense < 0
