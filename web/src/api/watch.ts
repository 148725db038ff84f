// Follows one interview: the server's stream of it, opened again with the last revision after every end.

import type { Interview } from "../gen/parley/session/v1/interview_pb.js";
import { InterviewStage } from "../gen/parley/session/v1/interview_pb.js";
import type { Clients } from "./clients.js";
import { toFailure, type Failure } from "./failure.js";

/** Every call has a deadline; this one is renewed when it is reached. */
const STREAM_TIMEOUT_MS = 30 * 60_000;
/** A connection that died without a word is found out by opening it anew: with an up-to-date revision that costs nothing. */
const SILENCE_LIMIT_MS = 45_000;
const BACK_OFF_MS = [250, 500, 1_000, 2_000, 4_000];

export interface WatchOptions {
  readonly client: Clients["interview"];
  readonly interviewId: string;
  readonly signal: AbortSignal;
  readonly onInterview: (interview: Interview) => void;
  /** Why the page is not up to date just now; null when it is again. */
  readonly onTrouble: (failure: Failure | null) => void;
}

/** Returns when the interview is over, the signal is aborted, or watching cannot help (not found, signed out). */
export async function watchInterview(options: WatchOptions): Promise<void> {
  const { client, interviewId, signal, onTrouble } = options;
  const seen: Seen = { revision: 0n, finished: false };
  for (let failures = 0; !signal.aborted; ) {
    try {
      const end = await watchOnce(options, seen);
      if (seen.finished) return;
      if (end === "renewed") continue;
      failures = 1; // Ended without need: not wrong, but not to be asked for in a tight loop either.
    } catch (error) {
      if (signal.aborted) return;
      const failure = toFailure(error);
      failures += 1;
      // A unary call renews the token where that is all there is to it, and otherwise says what is wrong.
      if (failure.kind !== "signed_out" || !(await canStillRead(client, interviewId, signal))) {
        onTrouble(failure);
        if (!failure.retryable) return;
      }
    }
    await pause(BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length) - 1] ?? 0, signal);
  }
}

interface Seen {
  revision: bigint;
  finished: boolean;
}

/** One stream: until the server ends it, or until it is time to open it anew. Rejects if it breaks. */
async function watchOnce({ client, interviewId, signal, onInterview, onTrouble }: WatchOptions, seen: Seen): Promise<"ended" | "renewed"> {
  const renewal = new AbortController();
  const renew = () => renewal.abort();
  window.addEventListener("online", renew);
  let timer = setTimeout(renew, SILENCE_LIMIT_MS);
  try {
    const stream = client.watchInterview(
      { interviewId, afterRevision: seen.revision },
      { signal: AbortSignal.any([signal, renewal.signal]), timeoutMs: STREAM_TIMEOUT_MS, onHeader: () => onTrouble(null) },
    );
    for await (const { interview } of stream) {
      clearTimeout(timer);
      timer = setTimeout(renew, SILENCE_LIMIT_MS);
      if (!interview) continue;
      seen.revision = interview.revision;
      seen.finished = isFinished(interview.stage);
      onInterview(interview);
    }
    return "ended";
  } catch (error) {
    if (!signal.aborted && (renewal.signal.aborted || toFailure(error).kind === "timeout")) return "renewed";
    throw error;
  } finally {
    clearTimeout(timer);
    window.removeEventListener("online", renew);
  }
}

export function isFinished(stage: InterviewStage): boolean {
  return stage === InterviewStage.COMPLETE || stage === InterviewStage.FAILED;
}

async function canStillRead(client: Clients["interview"], interviewId: string, signal: AbortSignal): Promise<boolean> {
  return client.getInterview({ interviewId }, { signal }).then(
    () => true,
    () => false,
  );
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      window.removeEventListener("online", finish);
      resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    signal.addEventListener("abort", finish, { once: true });
    window.addEventListener("online", finish);
  });
}
