"""Which words of an answer are shown as quotes, and the check that any engine's quotes are really there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from services.reasoning.domain.evaluations import Quote
from services.reasoning.domain.lexicon import Lexicon, PhraseFinder
from services.reasoning.domain.questions import Language
from services.reasoning.domain.text import Span

LONGEST_QUOTE = 200  # characters
LONGEST_PHRASE = {Language.KOREAN: 45, Language.ENGLISH: 90}  # characters that an interviewer would repeat
CLAUSE_ENDS = {
    Language.KOREAN: (", ", "고 ", "서 ", "며 ", "는데 ", "지만 ", "니까 ", "더니 "),
    Language.ENGLISH: (", ", "; ", " and then ", " so ", " because ", " but ", " and "),
}
EDGES = " \t\r\n.,;:!?…\"'“”‘’"


def quotes_of(text: str, spans: Iterable[Span], lexicon: Lexicon) -> tuple[Quote, ...]:
    """The quotes at ``spans``, each cut to what may be shown; spans with nothing to show are left out.

    Sentences without judging words come before the rest of sentences that have them.
    """
    allowed = [span for span in spans if not lexicon.judgement_finder.within(text[span.start : span.end])]
    shown = allowed or list(spans)
    cut = (_clean(text, span, lexicon.judgement_finder) for span in shown)
    return tuple(dict.fromkeys(Quote.of(text, span) for span in cut if span is not None))


def phrase_to_probe(text: str, span: Span, lexicon: Lexicon) -> Span | None:
    """The part of the sentence at ``span`` that a follow-up repeats: as many of its last clauses as are short enough
    together, without the full stop, or None if nothing of it can be repeated.
    """
    clean = _clean(text, span, lexicon.judgement_finder)
    if clean is None:
        return None
    limit = LONGEST_PHRASE[lexicon.language]
    for start in [clean.start, *_clause_starts(text, clean, lexicon.language)]:
        lead = lexicon.leading_finder.at_start(text[start : clean.end])
        begin = start + (lead.end if lead else 0)
        phrase = _stripped(text, Span(begin, clean.end))
        if phrase is not None and phrase.end - phrase.start <= limit:
            return phrase
    return _stripped(text, _last_words(text, clean, limit))


def verify(transcript: str, quotes: Sequence[Quote]) -> tuple[Quote, ...]:
    """The quotes that stand in ``transcript`` at their place; one that stands elsewhere is moved there, others go."""
    return tuple(found for quote in quotes if (found := _located(transcript, quote)) is not None)


def _located(transcript: str, quote: Quote) -> Quote | None:
    if quote.text and transcript[quote.start : quote.end] == quote.text and quote.start >= 0:
        return quote
    place = transcript.find(quote.text) if quote.text.strip() else -1
    return Quote(quote.text, place, place + len(quote.text)) if place >= 0 else None


def _clean(text: str, span: Span, judging: PhraseFinder) -> Span | None:
    """The longest stretch of ``span`` without judging words, not longer than a quote may be."""
    pieces: list[Span] = []
    start = span.start
    for found in judging.find(text[span.start : span.end]):
        pieces.append(Span(start, _word_start(text, span.start + found.start)))
        start = _word_end(text, span.start + found.end, span.end)
    pieces.append(Span(start, span.end))
    longest = max(pieces, key=lambda piece: piece.end - piece.start)
    if longest.end - longest.start > LONGEST_QUOTE:
        longest = Span(longest.start, _word_start(text, longest.start + LONGEST_QUOTE))
    return _trimmed(text, longest)


def _clause_starts(text: str, span: Span, language: Language) -> list[int]:
    said = text[span.start : span.end]
    starts = set()
    for mark in CLAUSE_ENDS[language]:
        place = said.find(mark)
        while place >= 0:
            starts.add(span.start + place + len(mark))
            place = said.find(mark, place + 1)
    return sorted(starts)


def _last_words(text: str, span: Span, limit: int) -> Span:
    start = max(span.start, span.end - limit)
    while start < span.end and start > span.start and not text[start - 1].isspace():
        start += 1
    return Span(start, span.end)


def _word_start(text: str, place: int) -> int:
    while place > 0 and not text[place - 1].isspace():
        place -= 1
    return place


def _word_end(text: str, place: int, end: int) -> int:
    while place < end and not text[place].isspace():
        place += 1
    return place


def _trimmed(text: str, span: Span) -> Span | None:
    return _without(text, span, " \t\r\n")


def _stripped(text: str, span: Span) -> Span | None:
    return _without(text, span, EDGES)


def _without(text: str, span: Span, edges: str) -> Span | None:
    start, end = span.start, span.end
    while start < end and text[start] in edges:
        start += 1
    while start < end and text[end - 1] in edges:
        end -= 1
    return Span(start, end) if end - start >= 2 else None
