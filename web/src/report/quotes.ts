// Marks in a transcript the words that levels stand on. Pure.

import type { CriterionEvaluation, Quote } from "../gen/parley/common/v1/evaluation_pb.js";

/** A quote with the number that it is known by in the report. */
export interface NumberedQuote {
  readonly number: number;
  readonly quote: Quote;
}

/** A piece of the transcript, the numbers of the quotes that it is part of, and of those that end with it. */
export interface Segment {
  readonly text: string;
  readonly numbers: readonly number[];
  readonly ending: readonly number[];
}

/** Numbers the quotes of an evaluation by their place; the same words get the same number whichever criterion cites them. */
export function numberQuotes(criteria: readonly CriterionEvaluation[]): readonly NumberedQuote[] {
  const byPlace = new Map<string, Quote>();
  for (const { quotes } of criteria) for (const quote of quotes) byPlace.set(place(quote), byPlace.get(place(quote)) ?? quote);
  const ordered = [...byPlace.values()].sort((a, b) => a.startChar - b.startChar || a.endChar - b.endChar);
  return ordered.map((quote, index) => ({ number: index + 1, quote }));
}

export function numberOf(quote: Quote, numbered: readonly NumberedQuote[]): number | undefined {
  return numbered.find((other) => place(other.quote) === place(quote))?.number;
}

/**
 * Cuts the transcript where quotes begin and end; the pieces joined are the transcript. Quotes count in Unicode code
 * points. One that does not stand where it says (the transcript was corrected since) is not marked.
 */
export function markQuotes(transcript: string, numbered: readonly NumberedQuote[]): readonly Segment[] {
  const points = Array.from(transcript);
  const standing = numbered.filter(({ quote }) => points.slice(quote.startChar, quote.endChar).join("") === quote.text);
  const cuts = new Set([0, points.length]);
  for (const { quote } of standing) cuts.add(quote.startChar).add(quote.endChar);
  const places = [...cuts].sort((a, b) => a - b);
  return places.slice(0, -1).map((start, index) => {
    const end = places[index + 1] ?? points.length;
    const covering = standing.filter(({ quote }) => quote.startChar <= start && end <= quote.endChar);
    const ending = covering.filter(({ quote }) => quote.endChar === end);
    return { text: points.slice(start, end).join(""), numbers: covering.map(numberIn), ending: ending.map(numberIn) };
  });
}

function numberIn({ number }: NumberedQuote): number {
  return number;
}

function place(quote: Quote): string {
  return `${quote.startChar}-${quote.endChar}`;
}
