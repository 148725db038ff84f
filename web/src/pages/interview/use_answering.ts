import { useAction, type Action } from "../../api/use_action.js";
import { useClients } from "../../app/account_context.js";
import type { Interview } from "../../gen/parley/session/v1/interview_pb.js";
import { useRef } from "react";

export interface Answering {
  readonly action: Action;
  /** Runs the failed change again; undefined where that cannot help. */
  readonly retryable: (() => void) | undefined;
  /** Without a text: what was spoken is the answer. */
  readonly submit: (typedText?: string) => Promise<boolean>;
  readonly skip: () => Promise<boolean>;
  readonly answerAgain: () => Promise<boolean>;
  readonly end: () => Promise<boolean>;
}

/** The changes that a candidate can make to a running interview. Each answers with the interview as it is then. */
export function useAnswering(interview: Interview, apply: (interview: Interview | undefined) => void): Answering {
  const { interview: client } = useClients();
  const action = useAction();
  const last = useRef<(() => Promise<boolean>) | null>(null);
  const { interviewId, currentQuestionId: questionId } = interview;

  type Call = (requestId: string) => Promise<{ interview?: Interview | undefined }>;
  const change = (subject: string, call: Call): Promise<boolean> => {
    last.current = () => action.run(subject, async (requestId) => apply((await call(requestId)).interview));
    return last.current();
  };
  const subject = { interviewId, questionId };
  return {
    action,
    retryable: action.failure?.retryable ? () => void last.current?.() : undefined,
    submit: (typedText) =>
      change(`submit ${questionId} ${typedText ?? ""}`, (requestId) =>
        client.submitAnswer({ requestId, ...subject, ...(typedText === undefined ? {} : { typedText }) }),
      ),
    skip: () => change(`skip ${questionId}`, (requestId) => client.skipQuestion({ requestId, ...subject })),
    answerAgain: () => change(`retry ${questionId}`, (requestId) => client.retryAnswer({ requestId, ...subject })),
    end: () => change("end", (requestId) => client.endInterview({ requestId, interviewId })),
  };
}
