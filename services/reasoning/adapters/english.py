"""English text as tokens and sentences: a regular expression, the Snowball stemmer and the lexicon's word lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from itertools import zip_longest

import snowballstemmer

from services.reasoning.adapters.english_model import EnglishModel
from services.reasoning.domain.asking import asking_stretches
from services.reasoning.domain.lexicon import Lexicon, PhraseFinder
from services.reasoning.domain.text import AnalysedText, Role, Sentence, Span, Subject, Token

WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+|\n+")
LONG_SENTENCE_WORDS = 45  # longer means that the recogniser wrote no full stops: split before structure words
LEAST_PIECE_WORDS = 6
STEM_CACHE = 20_000  # distinct words; an interview uses some hundreds

CONJUNCTIONS = frozenset({"and", "but", "because", "so", "while", "although", "though", "whereas", "or", "since"})
SPEAKER = frozenset({"i", "i'm", "i've", "i'd", "i'll"})
BE, BE_JOINED = frozenset({"was", "were", "am", "are", "been"}), frozenset({"i'm", "we're"})
SUPPOSING = ("would", "could", "should", "i'd", "we'd")
SPEAKERS_GROUP = frozenset({"we", "we're", "we've", "we'd", "we'll"})


class EnglishAnalyser:
    """Splits and stems English. Stateless but for its caches; safe in several threads.

    ``model`` tells how plausible texts are; without one that is left open.
    """

    def __init__(self, lexicon: Lexicon, model: EnglishModel | None = None) -> None:
        self._model = model
        self._lexicon = lexicon
        self._negations = frozenset(lexicon.negations)
        self._self = frozenset(lexicon.self_words)
        self._group = frozenset(lexicon.group_words)
        self._function = frozenset(lexicon.function_words)
        self._modifiers = frozenset(lexicon.modifiers)
        self._names = frozenset(lexicon.names)
        self._past_forms = dict(lexicon.past_forms)
        self._not_actions = frozenset(lexicon.not_actions)
        self._same = dict(lexicon.lemmas)
        self._breaks = PhraseFinder(lexicon.sentence_breaks, lexicon.language)
        self._stem = lru_cache(maxsize=STEM_CACHE)(self._uncached_stem)

    def analyse(self, texts: Sequence[str]) -> list[AnalysedText]:
        """See TextAnalyser."""
        return [AnalysedText(text, tuple(self._sentences(text)), partial(self._plausibility, text)) for text in texts]

    def _plausibility(self, text: str, sentences: tuple[Sentence, ...]) -> float | None:
        said = "\n".join(text[each.span.start : each.span.end] for each in sentences)
        return self._model.plausibility(said) if self._model is not None else None

    def _sentences(self, text: str) -> Iterator[Sentence]:
        for span in self._sentence_spans(text):
            tokens = tuple(_without_states(list(_without_not_only(text, list(self._tokens(text, span))))))
            if tokens:
                yield Sentence(span, tokens, _subject(tokens))

    def _sentence_spans(self, text: str) -> Iterator[Span]:
        start = 0
        for match in SENTENCE_END.finditer(text):
            yield from self._clauses(text, start, match.start())
            start = match.end()
        yield from self._clauses(text, start, len(text))

    def _clauses(self, text: str, start: int, end: int) -> Iterator[Span]:
        """The sentence at ``start``..``end``, with words to the evaluator apart: how the rest is cut must not depend on
        them.
        """
        left = start
        for stretch in asking_stretches(text[start:end], self._lexicon):
            yield from _pieces(text, left, start + stretch.start, self._breaks)
            left = start + stretch.end
            yield from _trimmed(text, start + stretch.start, left)
        yield from _pieces(text, left, end, self._breaks)

    def _tokens(self, text: str, span: Span) -> Iterator[Token]:
        end = span.start
        for match in WORD.finditer(text, span.start, span.end):
            between = text[end : match.start()]
            if end > span.start and any(mark in between for mark in ",;:"):
                yield Token(Span(end, end + 1), ",", Role.MARK)
            yield self._token(match.group(), Span(*match.span()), first=match.start() == span.start)
            end = match.end()

    def _token(self, written: str, span: Span, *, first: bool) -> Token:
        word = written.lower().replace("’", "'")
        if word in self._negations:
            return Token(span, "not", Role.NEGATION)
        if word in self._self:
            return Token(span, word, Role.SELF)
        if word in self._group:
            return Token(span, word, Role.GROUP)
        if word in CONJUNCTIONS:
            return Token(span, word, Role.BREAK)
        if word in self._function:
            return Token(span, word, Role.FUNCTION)
        if word in self._modifiers:
            return Token(span, word, Role.MODIFIER)
        plain = word.removesuffix("'s")
        return Token(span, self._stem(plain), Role.CONTENT, self._is_past(plain), self._is_name(written, plain, first))

    def _uncached_stem(self, word: str) -> str:
        base = self._past_forms.get(word, word)
        base = self._same.get(base, base)
        # A stemmer object keeps state while it works, so each word gets its own: they are cheap.
        return str(snowballstemmer.stemmer("english").stemWord(base))

    def _is_past(self, word: str) -> bool:
        if word in self._not_actions:
            return False
        return word in self._past_forms or (len(word) > 3 and word.endswith("ed") and not word.endswith("eed"))

    def _is_name(self, written: str, word: str, first: bool) -> bool:
        capital = written[:1].isupper() and not first
        inner_capital = any(letter.isupper() for letter in written[1:])
        code = any(c.isdigit() for c in word) and any(c.isalpha() for c in word)
        return word in self._names or capital or inner_capital or code


def _pieces(text: str, start: int, end: int, breaks: PhraseFinder) -> Iterator[Span]:
    """The sentence at ``start``..``end``, cut before structure words if it is too long to be one sentence."""
    piece_start, said = start, text[start:end]
    if len(said.split()) > LONG_SENTENCE_WORDS:
        for place in breaks.find(said):
            if len(text[piece_start : start + place.start].split()) >= LEAST_PIECE_WORDS:
                yield from _trimmed(text, piece_start, start + place.start)
                piece_start = start + place.start
    yield from _trimmed(text, piece_start, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield Span(start, end)


def _without_not_only(text: str, tokens: Sequence[Token]) -> Iterator[Token]:
    """ "Not only X" says X; "I wouldn't just do X" doesn't."""
    before = ""
    for token, following in zip_longest(tokens, tokens[1:]):
        written = text[token.span.start : token.span.end].casefold()
        supposed = before in SUPPOSING or written.startswith(SUPPOSING)
        affirmed = following is not None and following.lemma in ("only", "just") and not supposed
        yield token._replace(role=Role.FUNCTION) if token.role is Role.NEGATION and affirmed else token
        before = written


def _without_states(tokens: Sequence[Token]) -> Iterator[Token]:
    """ "I was pleased", "we were asked": a state, or what others did; no past action of the speaker."""
    state, before = False, ""
    for token in tokens:
        yield token._replace(past=False) if state and token.past else token
        speaks_of_self = before in SPEAKER or before in SPEAKERS_GROUP
        starts = token.lemma in BE_JOINED or (speaks_of_self and token.lemma in BE)
        state = starts or (state and token.role in (Role.FUNCTION, Role.MODIFIER))
        before = token.lemma


def _subject(tokens: Sequence[Token]) -> Subject:
    for token in tokens:
        if token.lemma in SPEAKER:
            return Subject.SELF
        if token.lemma in SPEAKERS_GROUP:
            return Subject.GROUP
    return Subject.OTHER
