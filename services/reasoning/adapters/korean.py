"""Korean text as tokens and sentences, from morphemes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from services.reasoning.adapters.korean_model import KoreanModel
from services.reasoning.adapters.korean_morphemes import Morpheme, Morphology
from services.reasoning.domain.lexicon import Lexicon
from services.reasoning.domain.text import AnalysedText, Role, Sentence, Span, Subject, Token

CONTENT_TAGS = frozenset({"NNG", "NNP", "NR", "SN", "SL", "SH", "XR", "VV", "VA"})
MODIFIER_TAGS = frozenset({"MAG", "MM", "XPN", "NNB"})
# Dependent nouns of grammar rather than of meaning (NNB otherwise are units: 퍼센트, 번, 초).
GRAMMAR_NOUNS = frozenset({"것", "거", "수", "데", "바", "줄", "점", "등", "때문", "듯", "뿐", "채", "중", "적", "분"})
MARK_TAGS = frozenset({"SF", "SP", "SS", "SSO", "SSC", "SE", "SO", "SW"})
# Verbs that carry a noun's or a clause's meaning rather than one of their own.
LIGHT_VERBS = frozenset({"하", "되", "있", "보", "주", "드리", "말씀드리", "이루어지", "가지", "시키"})
AUXILIARY_NEGATIONS = frozenset({("않", "VX"), ("않", "VV"), ("못하", "VX"), ("말", "VX"), ("아니", "VCN")})
PURPOSE_ENDINGS = frozenset({"도록", "게", "으려고", "려고", "어야", "기"})  # "-지 않도록" is an aim, no denial
CLAUSE_ENDINGS = frozenset({"고", "어서", "으며", "며", "는데", "은데", "지만", "으니까", "니까", "으면", "면", "더니"})
PAST_ENDINGS = frozenset({"었", "았", "였"})
OBJECT_PARTICLE = "JKO"
SUBJECT_PARTICLE = "JKS"
TOPIC_PARTICLES = frozenset({"은", "는", "ᆫ"})


@dataclass(frozen=True, slots=True)
class _Words:
    negations: frozenset[str]
    self_words: frozenset[str]
    group_words: frozenset[str]
    names: frozenset[str]
    same: dict[str, str]


class KoreanAnalyser:
    """Makes domain tokens from a Morphology's morphemes. Safe in several threads if the morphology is.

    ``model`` tells how plausible texts are; without one that is left open.
    """

    def __init__(self, lexicon: Lexicon, morphology: Morphology, model: KoreanModel | None = None) -> None:
        self._morphology = morphology
        self._model = model
        self._words = _Words(
            frozenset(lexicon.negations),
            frozenset(lexicon.self_words),
            frozenset(lexicon.group_words),
            frozenset(lexicon.names),
            dict(lexicon.lemmas),
        )

    def analyse(self, texts: Sequence[str]) -> list[AnalysedText]:
        """See TextAnalyser."""
        found = self._morphology.morphemes(texts)
        return [self._analysed(text, morphemes) for text, morphemes in zip(texts, found, strict=True)]

    def _analysed(self, text: str, morphemes: Sequence[Morpheme]) -> AnalysedText:
        sentences = tuple(_sentence(group, self._words) for group in _by_sentence(morphemes))
        return AnalysedText(text, sentences, partial(self._plausibility, text, morphemes))

    def _plausibility(self, text: str, morphemes: Sequence[Morpheme], sentences: tuple[Sentence, ...]) -> float | None:
        if self._model is None:
            return None
        spans = [each.span for each in sentences]
        meant = [each for each in morphemes if any(span.start <= each.start < span.end for span in spans)]
        return self._model.plausibility(" ".join(text[span.start : span.end] for span in spans), meant)


def _by_sentence(morphemes: Sequence[Morpheme]) -> Iterator[list[Morpheme]]:
    group: list[Morpheme] = []
    for morpheme in morphemes:
        if group and morpheme.sentence != group[-1].sentence:
            yield group
            group = []
        group.append(morpheme)
    if group:
        yield group


def _sentence(group: Sequence[Morpheme], words: _Words) -> Sentence:
    tokens = tuple(_token(group, place, words) for place in range(len(group)))
    end = max(token.span.end for token in tokens)
    return Sentence(Span(tokens[0].span.start, end), tokens, _subject(group, words))


def _token(group: Sequence[Morpheme], place: int, words: _Words) -> Token:
    morpheme = group[place]
    tag = morpheme.tag.partition("-")[0]  # VV-I and VV-R are regular and irregular conjugations of VV
    span = Span(morpheme.start, morpheme.start + morpheme.length)
    form = morpheme.form.lower()
    role = _role(group, place, tag, words)
    past = tag == "EP" and morpheme.form in PAST_ENDINGS
    name = role is Role.CONTENT and (form in words.names or (tag == "SL" and len(form) > 1))
    return Token(span, words.same.get(form, form), role, past, name)


def _role(group: Sequence[Morpheme], place: int, tag: str, words: _Words) -> Role:
    form = group[place].form
    if _is_negation(group, place, tag, words):
        return Role.NEGATION
    if tag == "NP" and form in words.self_words:
        return Role.SELF
    if tag == "NP" and form in words.group_words:
        return Role.GROUP
    if tag in MARK_TAGS:
        return Role.MARK
    if tag == "EC" and form in CLAUSE_ENDINGS and not _is_before_auxiliary(group, place):
        return Role.BREAK
    if tag in CONTENT_TAGS and form not in LIGHT_VERBS:
        return Role.CONTENT
    return Role.MODIFIER if tag in MODIFIER_TAGS and form not in GRAMMAR_NOUNS else Role.FUNCTION


def _is_before_auxiliary(group: Sequence[Morpheme], place: int) -> bool:
    """하고 있다: the ending ties two verbs into one, it ends no clause."""
    return place + 1 < len(group) and group[place + 1].tag == "VX"


def _is_negation(group: Sequence[Morpheme], place: int, tag: str, words: _Words) -> bool:
    form = group[place].form
    adverb = tag == "MAG" and form in words.negations
    auxiliary = (form, tag) in AUXILIARY_NEGATIONS
    if not adverb and not auxiliary:
        return False
    following = group[place + 1] if place + 1 < len(group) else None
    return not (auxiliary and following is not None and following.form in PURPOSE_ENDINGS)


def _subject(group: Sequence[Morpheme], words: _Words) -> Subject:
    """The speaker if named in any clause; else unstated if any clause acts on something without naming who."""
    pronouns = {morpheme.form for place, morpheme in enumerate(group) if _is_subject_pronoun(group, place)}
    if pronouns & words.self_words:
        return Subject.SELF
    if pronouns & words.group_words:
        return Subject.GROUP
    clauses = list(_clauses(group))
    if any(_acts_unnamed(clause) for clause in clauses):
        return Subject.UNSTATED
    return Subject.OTHER if any(_names_subject(clause) for clause in clauses) else Subject.UNSTATED


def _is_subject_pronoun(group: Sequence[Morpheme], place: int) -> bool:
    following = group[place + 1 : place + 4]  # 저희 팀 은: a noun may stand between
    if group[place].tag != "NP" or not following:
        return False
    own = group[place].form in {"저희", "우리"}
    reach = following if own else following[:1]
    return any(morpheme.tag == SUBJECT_PARTICLE or _is_topic(morpheme) for morpheme in reach)


def _clauses(group: Sequence[Morpheme]) -> Iterator[list[Morpheme]]:
    clause: list[Morpheme] = []
    for morpheme in group:
        clause.append(morpheme)
        if morpheme.tag == "EC":
            yield clause
            clause = []
    if clause:
        yield clause


def _acts_unnamed(clause: Sequence[Morpheme]) -> bool:
    has_object = any(morpheme.tag == OBJECT_PARTICLE for morpheme in clause)
    return has_object and not _names_subject(clause)


def _names_subject(clause: Sequence[Morpheme]) -> bool:
    """A noun as subject or topic of the clause itself; 사람이 in 사람이 많은 도구 belongs to the words about 도구."""
    last_modifier = max((place for place, morpheme in enumerate(clause) if morpheme.tag == "ETM"), default=-1)
    return any(
        (morpheme.tag == SUBJECT_PARTICLE and place > last_modifier)
        or (_is_topic(morpheme) and before.tag[:2] in ("NN", "XS"))
        for place, (before, morpheme) in enumerate(pairwise(clause), start=1)
    )


def _is_topic(morpheme: Morpheme) -> bool:
    return morpheme.tag == "JX" and morpheme.form in TOPIC_PARTICLES
