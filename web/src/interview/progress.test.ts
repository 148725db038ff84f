import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { QuestionKind } from "../gen/parley/common/v1/question_pb.js";
import { QuestionShownSchema } from "../gen/parley/media/v1/live_pb.js";
import { AnswerStatus, InterviewMode, InterviewSchema, InterviewStage } from "../gen/parley/session/v1/interview_pb.js";
import { answerProgress, countingAnswer, isUnfinished, mayRetry, newer, openAnswer } from "./progress.js";
import { shownQuestion } from "./shown_question.js";

const { OPEN, SUPERSEDED, EVALUATED, SUBMITTED, FAILED } = AnswerStatus;

const interview = (init: MessageInitShape<typeof InterviewSchema> = {}) =>
  create(InterviewSchema, {
    revision: 5n,
    stage: InterviewStage.ANSWER,
    currentQuestionId: "q2",
    questions: [
      { questionId: "q1", index: 0, question: { text: "First?" } },
      { questionId: "q2", index: 1, question: { text: "Second?", kind: QuestionKind.TECHNICAL, suggestedSeconds: 90 } },
    ],
    answers: [
      { answerId: "a1", questionId: "q1", status: SUPERSEDED, attempt: 1 },
      { answerId: "a2", questionId: "q1", status: EVALUATED, attempt: 2 },
      { answerId: "a3", questionId: "q2", status: OPEN, attempt: 1 },
    ],
    ...init,
  });

test("the open answer is the current question's", () => {
  expect(openAnswer(interview())?.answerId).toBe("a3");
  expect(openAnswer(interview({ currentQuestionId: "q1" }))).toBeUndefined();
});

test("the attempt that counts is the newest that was not replaced", () => {
  expect(countingAnswer(interview(), "q1")?.answerId).toBe("a2");
  expect(countingAnswer(interview(), "q3")).toBeUndefined();
});

test("answering again is for practice", () => {
  expect(mayRetry(interview())).toBe(true);
  expect(mayRetry(interview({ settings: { mode: InterviewMode.REALISTIC } }))).toBe(false);
  expect(mayRetry(interview({ stage: InterviewStage.EVALUATION }))).toBe(false);
});

test("an older snapshot never replaces a newer one", () => {
  const known = interview();
  expect(newer(known, interview({ revision: 4n }))).toBe(known);
  expect(newer(known, undefined)).toBe(known);
  expect(newer(known, interview({ revision: 6n }))?.revision).toBe(6n);
});

test("stages and statuses", () => {
  expect(isUnfinished(InterviewStage.PLANNING)).toBe(true);
  expect(isUnfinished(InterviewStage.EVALUATION)).toBe(false);
  expect([undefined, SUBMITTED, EVALUATED, FAILED].map(answerProgress)).toEqual(["todo", "busy", "done", "failed"]);
});

test("the question that is being spoken already is shown before the snapshot knows it", () => {
  const live = (questionId: string) => create(QuestionShownSchema, { questionId, text: "Third?", index: 2 });
  expect(shownQuestion(interview(), null)).toMatchObject({ text: "Second?", suggestedSeconds: 90 });
  expect(shownQuestion(interview(), live("q3"))).toMatchObject({ questionId: "q3", text: "Third?", index: 2 });
  // A question that the snapshot has left behind is old, not new.
  expect(shownQuestion(interview(), live("q1"))?.text).toBe("Second?");
  expect(shownQuestion(interview({ currentQuestionId: "" }), null)).toBeUndefined();
});
