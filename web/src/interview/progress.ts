// Reads an interview's snapshot. Pure.

import type { Answer, Interview, InterviewQuestion } from "../gen/parley/session/v1/interview_pb.js";
import { AnswerStatus, InterviewMode, InterviewStage } from "../gen/parley/session/v1/interview_pb.js";

export function currentQuestion(interview: Interview): InterviewQuestion | undefined {
  return interview.questions.find(({ questionId }) => questionId === interview.currentQuestionId);
}

/** The attempt that is being given at the current question. */
export function openAnswer(interview: Interview): Answer | undefined {
  return interview.answers.findLast(
    ({ questionId, status }) => questionId === interview.currentQuestionId && status === AnswerStatus.OPEN,
  );
}

/** The attempt that counts for a question: the newest one that was not replaced. */
export function countingAnswer(interview: Interview, questionId: string): Answer | undefined {
  return interview.answers.findLast((answer) => answer.questionId === questionId && answer.status !== AnswerStatus.SUPERSEDED);
}

export function isRunning(stage: InterviewStage): boolean {
  return stage === InterviewStage.QUESTION || stage === InterviewStage.ANSWER;
}

export function isUnfinished(stage: InterviewStage): boolean {
  return stage === InterviewStage.PLANNING || stage === InterviewStage.INTRO || isRunning(stage);
}

/** Answering again is for practice, and only while there is something to replace. */
export function mayRetry(interview: Interview): boolean {
  return interview.settings?.mode !== InterviewMode.REALISTIC && isRunning(interview.stage);
}

/** The newer of two snapshots: a slow answer must not undo what the stream already told. */
export function newer(known: Interview | null, incoming: Interview | undefined): Interview | null {
  if (!incoming) return known;
  return known && known.revision > incoming.revision ? known : incoming;
}

export type AnswerProgress = "todo" | "busy" | "done" | "failed";

export function answerProgress(status: AnswerStatus | undefined): AnswerProgress {
  switch (status) {
    case AnswerStatus.SUBMITTED:
    case AnswerStatus.EVALUATING:
    case AnswerStatus.OPEN:
      return "busy";
    case AnswerStatus.EVALUATED:
    case AnswerStatus.SKIPPED:
    case AnswerStatus.NOT_SCORED:
      return "done";
    case AnswerStatus.FAILED:
      return "failed";
    default:
      return "todo";
  }
}
