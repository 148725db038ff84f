"""Korean text as tokens and sentences, from morphemes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from itertools import pairwise, repeat
from typing import NamedTuple

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
ONLY = frozenset({"뿐", "만"})
OBJECT_PARTICLE = "JKO"
SUBJECT_PARTICLE = "JKS"
TOPIC_PARTICLES = frozenset({"은", "는", "ᆫ"})
WORD_CACHE = 20_000  # distinct morphemes; an interview uses some hundreds


class _Word(NamedTuple):
    """A morpheme whatever stands beside it: what it does by itself, and before words that take that from it."""

    lemma: str
    role: Role
    taken_role: Role
    past: bool
    named: bool


class _Words:
    """The lexicon's words. Each morpheme is looked up in them once."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.negations = frozenset(lexicon.negations)
        self.self_words = frozenset(lexicon.self_words)
        self.group_words = frozenset(lexicon.group_words)
        self.names = frozenset(lexicon.names)
        self.same = dict(lexicon.lemmas)
        self.word = lru_cache(maxsize=WORD_CACHE)(self._word)

    def _word(self, written: str, tag: str) -> _Word:
        kind = tag.partition("-")[0]  # VV-I and VV-R are regular and irregular conjugations of VV
        form = written.lower()
        return _Word(
            lemma=self.same.get(form, form),
            role=self._first_role(written, kind) or self._role(written, kind),
            taken_role=self._role(written, kind),
            past=kind == "EP" and written in PAST_ENDINGS,
            named=form in self.names or (kind == "SL" and len(form) > 1),
        )

    def _first_role(self, form: str, tag: str) -> Role | None:
        """What words after it may take from it."""
        if (tag == "MAG" and form in self.negations) or (form, tag) in AUXILIARY_NEGATIONS:
            return Role.NEGATION
        return Role.BREAK if tag == "EC" and form in CLAUSE_ENDINGS else None

    def _role(self, form: str, tag: str) -> Role:
        if tag == "NP" and form in self.self_words:
            return Role.SELF
        if tag == "NP" and form in self.group_words:
            return Role.GROUP
        if tag in MARK_TAGS:
            return Role.MARK
        if tag in CONTENT_TAGS and form not in LIGHT_VERBS:
            return Role.CONTENT
        return Role.MODIFIER if tag in MODIFIER_TAGS and form not in GRAMMAR_NOUNS else Role.FUNCTION


class KoreanAnalyser:
    """Makes domain tokens from a Morphology's morphemes. Safe in several threads if the morphology is.

    ``model`` tells how plausible texts are; without one that is left open.
    """

    def __init__(self, lexicon: Lexicon, morphology: Morphology, model: KoreanModel | None = None) -> None:
        self._morphology = morphology
        self._model = model
        self._words = _Words(lexicon)

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
        covered = {place for span in spans for place in range(span.start, span.end)}
        meant = [each for each in morphemes if each.start in covered]
        return self._model.plausibility(" ".join(text[span.start : span.end] for span in spans), meant)


def _by_sentence(morphemes: Sequence[Morpheme]) -> Iterator[Sequence[Morpheme]]:
    start = 0
    for place, morpheme in enumerate(morphemes):
        if morpheme.sentence != morphemes[start].sentence:
            yield morphemes[start:place]
            start = place
    if morphemes:
        yield morphemes[start:]


def _sentence(group: Sequence[Morpheme], words: _Words) -> Sentence:
    tokens = _without_not_only(group, tuple(map(_token, group, (*group[1:], None), repeat(words))))
    end = max(morpheme.start + morpheme.length for morpheme in group)
    return Sentence(Span(group[0].start, end), tokens, _subject(group, words))


def _without_not_only(group: Sequence[Morpheme], tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """뿐(만) 아니라, 만이 아니라: "not only X" says X."""
    if not any(each.form == "아니" and each.tag == "VCN" for each in group):
        return tokens
    return tuple(
        token._replace(role=Role.FUNCTION)
        if group[place].tag == "VCN" and any(each.form in ONLY for each in group[max(place - 2, 0) : place])
        else token
        for place, token in enumerate(tokens)
    )


def _token(morpheme: Morpheme, following: Morpheme | None, words: _Words) -> Token:
    form, tag, start, length, _, _ = morpheme
    lemma, role, taken_role, past, named = words.word(form, tag)
    if role is not taken_role and following is not None and _takes(following, form, tag, role):
        role = taken_role
    return Token(Span(start, start + length), lemma, role, past, named and role is Role.CONTENT)


def _takes(following: Morpheme, form: str, tag: str, role: Role) -> bool:
    """Whether ``following`` ties an ending to the next verb (하고 있다), so that no clause ends, or makes an aim of a
    denial (-지 않도록).
    """
    if role is Role.BREAK:
        return following.tag == "VX"
    return tag != "MAG" and following.form in PURPOSE_ENDINGS


def _subject(group: Sequence[Morpheme], words: _Words) -> Subject:
    """The speaker if named in any clause; else unstated if any clause acts on something without naming who."""
    pronouns = {each.form for place, each in enumerate(group) if each.tag == "NP" and _is_subject(group, place)}
    if pronouns & words.self_words:
        return Subject.SELF
    if pronouns & words.group_words:
        return Subject.GROUP
    clauses = [(_names_subject(clause), clause) for clause in _clauses(group)]
    if any(not named and any(each.tag == OBJECT_PARTICLE for each in clause) for named, clause in clauses):
        return Subject.UNSTATED
    return Subject.OTHER if any(named for named, _ in clauses) else Subject.UNSTATED


def _is_subject(group: Sequence[Morpheme], place: int) -> bool:
    """Whether the pronoun at ``place`` is the subject of its clause."""
    following = group[place + 1 : place + 4]  # 저희 팀 은: a noun may stand between
    own = group[place].form in {"저희", "우리"}
    reach = following if own else following[:1]
    return any(morpheme.tag == SUBJECT_PARTICLE or _is_topic(morpheme) for morpheme in reach)


def _clauses(group: Sequence[Morpheme]) -> Iterator[Sequence[Morpheme]]:
    start = 0
    for place, morpheme in enumerate(group, start=1):
        if morpheme.tag == "EC" or place == len(group):
            yield group[start:place]
            start = place


def _names_subject(clause: Sequence[Morpheme]) -> bool:
    """A noun as subject or topic of the clause itself; 사람이 in 사람이 많은 도구 belongs to the words about 도구."""
    subject = False
    for before, morpheme in pairwise(clause):
        if morpheme.tag == "ETM":
            subject = False
        elif morpheme.tag == SUBJECT_PARTICLE:
            subject = True
        elif _is_topic(morpheme) and before.tag[:2] in ("NN", "XS"):
            return True
    return subject


def _is_topic(morpheme: Morpheme) -> bool:
    return morpheme.tag == "JX" and morpheme.form in TOPIC_PARTICLES
