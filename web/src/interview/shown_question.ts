import type { QuestionShown } from "../gen/parley/media/v1/live_pb.js";
import type { QuestionKind } from "../gen/parley/common/v1/question_pb.js";
import type { Interview } from "../gen/parley/session/v1/interview_pb.js";
import { currentQuestion } from "./progress.js";

export interface ShownQuestion {
  readonly questionId: string;
  readonly text: string;
  readonly kind: QuestionKind;
  readonly index: number;
  /** 0 where none is suggested. */
  readonly suggestedSeconds: number;
}

/**
 * The question to show. The stored interview says; but where the live connection names one that the snapshot does not
 * know yet (it is being spoken already), that one is newer.
 */
export function shownQuestion(interview: Interview, live: QuestionShown | null): ShownQuestion | undefined {
  const stored = currentQuestion(interview);
  if (live?.questionId && !interview.questions.some(({ questionId }) => questionId === live.questionId)) {
    return { questionId: live.questionId, text: live.text, kind: live.kind, index: live.index, suggestedSeconds: 0 };
  }
  if (!stored?.question) return undefined;
  const { text, kind, suggestedSeconds } = stored.question;
  return { questionId: stored.questionId, text, kind, index: stored.index, suggestedSeconds };
}
