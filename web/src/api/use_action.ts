import { useCallback, useRef, useState } from "react";
import { newRequestId } from "./clients.js";
import { toFailure, type Failure } from "./failure.js";

export interface Action {
  readonly busy: boolean;
  readonly failure: Failure | null;
  readonly dismiss: () => void;
  /** Runs the call. After a failure that a retry can heal, the next run for the same subject sends the same request id. */
  readonly run: (subject: string, call: (requestId: string) => Promise<void>) => Promise<boolean>;
}

/** A change on the server: one at a time, sent once however often it is tried, its failure kept to be shown. */
export function useAction(): Action {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const running = useRef(false);
  const pending = useRef<{ subject: string; requestId: string } | null>(null);

  const run = useCallback(async (subject: string, call: (requestId: string) => Promise<void>) => {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    setFailure(null);
    if (pending.current?.subject !== subject) pending.current = { subject, requestId: newRequestId() };
    try {
      await call(pending.current.requestId);
      pending.current = null;
      return true;
    } catch (error) {
      const failed = toFailure(error);
      if (!failed.retryable) pending.current = null;
      setFailure(failed);
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);

  const dismiss = useCallback(() => setFailure(null), []);
  return { busy, failure, dismiss, run };
}
