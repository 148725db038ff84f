import { create } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { expect, test } from "vitest";
import { UtteranceSchema } from "../gen/parley/common/v1/transcript_pb.js";
import { CaptionSchema } from "../gen/parley/media/v1/live_pb.js";
import { applyCaption, NO_CAPTIONS, ofAnswer, splitStable, withStored, type Captions } from "./captions.js";

type Said = { id: string; startMs: number; text: string; stable?: number; final?: boolean; answer?: string };

const caption = ({ id, startMs, text, stable = 0, final = false, answer = "a" }: Said) =>
  create(CaptionSchema, {
    utteranceId: id,
    startOffset: durationFromMs(startMs),
    text,
    stableChars: stable,
    final,
    answerId: answer,
  });

const hear = (...said: Said[]): Captions => said.reduce((captions, one) => applyCaption(captions, caption(one)), NO_CAPTIONS);
const texts = (captions: Captions) => captions.map(({ text }) => text);

test("an utterance grows in place until it is final", () => {
  const captions = hear(
    { id: "1", startMs: 500, text: "I led" },
    { id: "1", startMs: 500, text: "I led the migration", stable: 5 },
    { id: "1", startMs: 500, text: "I led the migration.", final: true },
    { id: "2", startMs: 5400, text: "We reduced" },
  );
  expect(texts(captions)).toEqual(["I led the migration.", "We reduced"]);
});

test("a straggling interim does not undo a final", () => {
  const captions = hear({ id: "1", startMs: 0, text: "Done.", final: true }, { id: "1", startMs: 0, text: "Don" });
  expect(captions).toMatchObject([{ text: "Done.", final: true }]);
});

test("text that was withdrawn disappears", () => {
  expect(hear({ id: "1", startMs: 0, text: "Thanks for" }, { id: "1", startMs: 0, text: "", final: true })).toEqual([]);
});

test("after the recogniser was replaced, what it left open goes when the next final comes", () => {
  const captions = hear(
    { id: "lost", startMs: 1000, text: "half a sen" },
    { id: "again", startMs: 1100, text: "Half a sentence was lost.", final: true },
  );
  expect(texts(captions)).toEqual(["Half a sentence was lost."]);
});

test("a final that comes late keeps its place", () => {
  const captions = hear({ id: "2", startMs: 5000, text: "Second" }, { id: "1", startMs: 0, text: "First.", final: true });
  expect(texts(captions)).toEqual(["First.", "Second"]);
});

test("stable characters are counted as code points", () => {
  const [line] = hear({ id: "1", startMs: 0, text: "👋🏽 안녕하세요 저는", stable: 4 });
  expect(line && splitStable(line)).toEqual({ stable: "👋🏽 안", unstable: "녕하세요 저는" });
});

test("what the server has stored fills what the page missed, once", () => {
  const live = hear({ id: "1", startMs: 0, text: "One.", final: true }, { id: "2", startMs: 4000, text: "Tw" });
  const stored = ["One.", "Two.", ""].map((text, index) =>
    create(UtteranceSchema, { utteranceId: String(index + 1), startOffset: durationFromMs(index * 4000), text }),
  );
  expect(texts(withStored(live, "a", stored))).toEqual(["One.", "Two."]);
  expect(withStored(live, "a", stored.slice(0, 1))).toMatchObject([
    { text: "One.", kept: true },
    { text: "Tw", kept: false },
  ]);
});

test("only the open answer's captions are shown", () => {
  const captions = hear({ id: "1", startMs: 0, text: "Before.", final: true, answer: "" }, { id: "2", startMs: 9, text: "Mine.", final: true });
  expect(texts(ofAnswer(captions, "a"))).toEqual(["Mine."]);
  expect(ofAnswer(captions, undefined)).toEqual([]);
});
