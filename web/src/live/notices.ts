// Which of media's notices stand at present. Pure.

import { NoticeKind } from "../gen/parley/media/v1/live_pb.js";

export type StandingNotice = "speechInterrupted" | "visionInterrupted" | "sessionInterrupted" | "noAudio" | "noVideo" | "typeAnswers";

export type StandingNotices = ReadonlySet<StandingNotice>;

export const NO_NOTICES: StandingNotices = new Set();

const RAISES: Readonly<Partial<Record<NoticeKind, StandingNotice>>> = {
  [NoticeKind.SPEECH_INTERRUPTED]: "speechInterrupted",
  [NoticeKind.VISION_INTERRUPTED]: "visionInterrupted",
  [NoticeKind.SESSION_INTERRUPTED]: "sessionInterrupted",
  [NoticeKind.NO_AUDIO]: "noAudio",
  [NoticeKind.NO_VIDEO]: "noVideo",
  [NoticeKind.TYPE_ANSWERS]: "typeAnswers",
};

const CLEARS: Readonly<Partial<Record<NoticeKind, StandingNotice>>> = {
  [NoticeKind.SPEECH_RESTORED]: "speechInterrupted",
  [NoticeKind.VISION_RESTORED]: "visionInterrupted",
  [NoticeKind.SESSION_RESTORED]: "sessionInterrupted",
};

export function applyNotice(standing: StandingNotices, kind: NoticeKind): StandingNotices {
  const raised = RAISES[kind];
  if (raised) return standing.has(raised) ? standing : new Set([...standing, raised]);
  const cleared = CLEARS[kind];
  return cleared ? without(standing, cleared) : standing;
}

/** Sound or pictures arrive again: media says so by sending what it measures of them, and not by a notice. */
export function without(standing: StandingNotices, notice: StandingNotice): StandingNotices {
  return standing.has(notice) ? new Set([...standing].filter((other) => other !== notice)) : standing;
}
