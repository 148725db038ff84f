import { useCallback, useEffect, useState } from "react";
import type { Failure } from "../api/failure.js";
import { watchInterview } from "../api/watch.js";
import { useClients } from "../app/account_context.js";
import type { Interview } from "../gen/parley/session/v1/interview_pb.js";
import { newer } from "./progress.js";

export interface InterviewView {
  /** Null until the first snapshot. */
  readonly interview: Interview | null;
  /** Why the page is not up to date; null while it is. */
  readonly trouble: Failure | null;
  /** Takes over the snapshot that a call answered with. */
  readonly apply: (interview: Interview | undefined) => void;
  /** Starts watching again after it gave up. */
  readonly reload: () => void;
}

/** Follows an interview by the server's stream: the one stream that a tab holds. */
export function useInterview(interviewId: string): InterviewView {
  const { interview: client } = useClients();
  const [interview, setInterview] = useState<Interview | null>(null);
  const [trouble, setTrouble] = useState<Failure | null>(null);
  const [round, setRound] = useState(0);
  const apply = useCallback((incoming: Interview | undefined) => setInterview((known) => newer(known, incoming)), []);

  useEffect(() => {
    const abort = new AbortController();
    setTrouble(null);
    void watchInterview({ client, interviewId, signal: abort.signal, onInterview: apply, onTrouble: setTrouble });
    return () => abort.abort();
  }, [client, interviewId, apply, round]);

  const reload = useCallback(() => setRound((value) => value + 1), []);
  return { interview, trouble, apply, reload };
}
