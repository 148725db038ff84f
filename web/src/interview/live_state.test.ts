import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { FaceState } from "../gen/parley/common/v1/behaviour_pb.js";
import { LiveEventSchema, NoticeKind, VoiceState } from "../gen/parley/media/v1/live_pb.js";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { afterLoss, applyLiveEvent, LIVE_START, type LiveState } from "./live_state.js";

type Event = NonNullable<MessageInitShape<typeof LiveEventSchema>["event"]>;

const after = (...events: Event[]): LiveState =>
  events.reduce((state, event) => applyLiveEvent(state, create(LiveEventSchema, { event })), LIVE_START);
const notice = (kind: NoticeKind): Event => ({ case: "notice", value: { kind } });

test("the interviewer speaks, is interrupted, fails", () => {
  expect(after({ case: "voice", value: { state: VoiceState.SPEAKING, text: "Hello." } }).voice).toEqual({
    speaking: true,
    failed: false,
    sentence: "Hello.",
  });
  expect(after({ case: "voice", value: { state: VoiceState.INTERRUPTED } }).voice.speaking).toBe(false);
  expect(after({ case: "voice", value: { state: VoiceState.FAILED, text: "Why?" } }).voice).toMatchObject({ failed: true, sentence: "" });
});

test("notices stand until what they are about is back", () => {
  expect(after(notice(NoticeKind.SPEECH_INTERRUPTED)).notices).toEqual(new Set(["speechInterrupted"]));
  expect(after(notice(NoticeKind.SPEECH_INTERRUPTED), notice(NoticeKind.SPEECH_RESTORED)).notices.size).toBe(0);
  expect(after(notice(NoticeKind.NO_AUDIO), { case: "inputLevel", value: { dbfs: -30 } }).notices.size).toBe(0);
  const picture: Event = { case: "face", value: { faceState: FaceState.ABSENT } };
  expect(after(notice(NoticeKind.NO_VIDEO), picture).notices.size).toBe(0);
  expect(after(notice(NoticeKind.TYPE_ANSWERS), { case: "inputLevel", value: { dbfs: -30 } }).notices.size).toBe(1);
});

test("what was heard counts for its question only", () => {
  const first: Event = { case: "question", value: { questionId: "q1" } };
  const speaking: Event = { case: "speechActivity", value: { speaking: true } };
  expect(after(first, speaking, first).heardAtAll).toBe(true);
  expect(after(first, speaking, { case: "question", value: { questionId: "q2" } }).heardAtAll).toBe(false);
});

test("a lost connection forgets what it showed and keeps what was understood", () => {
  const state = after(
    { case: "caption", value: { utteranceId: "1", text: "Kept.", final: true } },
    { case: "speechActivity", value: { speaking: true } },
    { case: "voice", value: { state: VoiceState.SPEAKING } },
  );
  expect(afterLoss(state)).toMatchObject({ heardSpeaking: false, heardAtAll: true, voice: { speaking: false }, captions: [{ text: "Kept." }] });
});
