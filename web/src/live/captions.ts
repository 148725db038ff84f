// What the candidate is understood to have said: live captions merged with what the server has stored. Pure.

import type { Utterance } from "../gen/parley/common/v1/transcript_pb.js";
import type { Caption } from "../gen/parley/media/v1/live_pb.js";
import { seconds } from "../i18n/format.js";

export interface CaptionLine {
  readonly utteranceId: string;
  /** Empty if no answer was open when it began. */
  readonly answerId: string;
  /** On the session clock. */
  readonly startS: number;
  readonly text: string;
  /** Leading code points that will not change. */
  readonly stableChars: number;
  readonly final: boolean;
  /** The server has it stored. */
  readonly kept: boolean;
}

/** Lines in the order of their start. */
export type Captions = readonly CaptionLine[];

export const NO_CAPTIONS: Captions = [];

export function applyCaption(captions: Captions, caption: Caption): Captions {
  const line: CaptionLine = {
    utteranceId: caption.utteranceId,
    answerId: caption.answerId,
    startS: seconds(caption.startOffset) ?? 0,
    text: caption.text,
    stableChars: caption.stableChars,
    final: caption.final,
    kept: false,
  };
  const known = captions.find((other) => other.utteranceId === line.utteranceId);
  if (known?.final && !line.final) return captions; // A straggler must not undo what is final.
  const others = captions.filter((other) => other !== known);
  if (line.text === "") return others; // Nothing (any more): a cough, or text that was withdrawn.
  return inOrder([...(line.final ? dropAbandoned(others, line.startS) : others), line]);
}

/**
 * Utterances become final in order. An older one that is still not final when a later one is (the recogniser died and
 * heard it anew under another id) never will be.
 */
function dropAbandoned(captions: Captions, finalStartS: number): Captions {
  return captions.filter((line) => line.final || line.startS >= finalStartS);
}

/**
 * Adds what the server has stored for an answer: after a reload, or where live captions were missed. What is stored is
 * kept for good; a final that is not among it is still on its way, or was lost with the process that held it.
 */
export function withStored(captions: Captions, answerId: string, utterances: readonly Utterance[]): Captions {
  const stored = utterances.filter((utterance) => utterance.text !== "");
  const ids = new Set(stored.map(({ utteranceId }) => utteranceId));
  const lines = stored.map((utterance) => ({
    utteranceId: utterance.utteranceId,
    answerId,
    startS: seconds(utterance.startOffset) ?? 0,
    text: utterance.text,
    stableChars: Array.from(utterance.text).length,
    final: true,
    kept: true,
  }));
  return inOrder([...captions.filter((line) => !ids.has(line.utteranceId)), ...lines]);
}

export function ofAnswer(captions: Captions, answerId: string | undefined): Captions {
  return answerId ? captions.filter((line) => line.answerId === answerId) : NO_CAPTIONS;
}

/** The part of a line that stays, and the tail that may still change. Code points, as the contract counts them. */
export function splitStable(line: CaptionLine): { readonly stable: string; readonly unstable: string } {
  if (line.final) return { stable: line.text, unstable: "" };
  const points = Array.from(line.text);
  return { stable: points.slice(0, line.stableChars).join(""), unstable: points.slice(line.stableChars).join("") };
}

function inOrder(lines: CaptionLine[]): Captions {
  return lines.sort((a, b) => a.startS - b.startS);
}
