// What the live connection has told so far, as one value. Pure.

import { FaceState } from "../gen/parley/common/v1/behaviour_pb.js";
import type { CalibrationDone, FaceGlimpse, LiveEvent, QuestionShown, VoiceEvent } from "../gen/parley/media/v1/live_pb.js";
import { VoiceState } from "../gen/parley/media/v1/live_pb.js";
import { SILENCE_DBFS } from "../devices/microphone_level.js";
import { applyCaption, NO_CAPTIONS, type Captions } from "../live/captions.js";
import { applyNotice, NO_NOTICES, without, type StandingNotices } from "../live/notices.js";

export interface LiveState {
  readonly captions: Captions;
  readonly notices: StandingNotices;
  /** The candidate is heard to speak. */
  readonly heardSpeaking: boolean;
  /** The candidate was heard at least once since the current question. */
  readonly heardAtAll: boolean;
  readonly voice: { readonly speaking: boolean; readonly failed: boolean; /** The sentence that is being said. */ readonly sentence: string };
  readonly face: FaceGlimpse | null;
  readonly question: QuestionShown | null;
  readonly inputDbfs: number;
  /** How the last calibration on this connection ended; null before the first. */
  readonly calibration: CalibrationDone | null;
}

export const LIVE_START: LiveState = {
  captions: NO_CAPTIONS,
  notices: NO_NOTICES,
  heardSpeaking: false,
  heardAtAll: false,
  voice: { speaking: false, failed: false, sentence: "" },
  face: null,
  question: null,
  inputDbfs: SILENCE_DBFS,
  calibration: null,
};

export function applyLiveEvent(state: LiveState, { event }: LiveEvent): LiveState {
  switch (event.case) {
    case "caption":
      return { ...state, captions: applyCaption(state.captions, event.value), heardAtAll: true };
    case "speechActivity":
      return { ...state, heardSpeaking: event.value.speaking, heardAtAll: state.heardAtAll || event.value.speaking };
    case "voice":
      return { ...state, voice: voiceAfter(event.value) };
    case "face":
      return { ...state, face: event.value, notices: pictureArrives(state.notices, event.value) };
    case "question":
      return { ...state, question: event.value, heardAtAll: state.heardAtAll && state.question?.questionId === event.value.questionId };
    case "notice":
      return { ...state, notices: applyNotice(state.notices, event.value.kind) };
    case "inputLevel":
      return { ...state, inputDbfs: event.value.dbfs, notices: without(state.notices, "noAudio") };
    case "calibration":
      return { ...state, calibration: event.value };
    default:
      return state;
  }
}

/** After a loss: what only a connection can tell is no longer known; what was understood stays. */
export function afterLoss(state: LiveState): LiveState {
  return { ...LIVE_START, captions: state.captions, heardAtAll: state.heardAtAll, question: state.question };
}

function voiceAfter({ state, text }: VoiceEvent): LiveState["voice"] {
  return { speaking: state === VoiceState.SPEAKING, failed: state === VoiceState.FAILED, sentence: state === VoiceState.SPEAKING ? text : "" };
}

function pictureArrives(notices: StandingNotices, { faceState }: FaceGlimpse): StandingNotices {
  return faceState === FaceState.UNSPECIFIED ? notices : without(notices, "noVideo");
}
