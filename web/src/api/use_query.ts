import { useCallback, useEffect, useState } from "react";
import { toFailure, type Failure } from "./failure.js";

export interface Query<T> {
  readonly value: T | null;
  readonly failure: Failure | null;
  readonly reload: () => void;
}

/** Asks once, again on reload(), and by itself when the network comes back. `ask` must keep its identity. */
export function useQuery<T>(ask: (signal: AbortSignal) => Promise<T>): Query<T> {
  const [value, setValue] = useState<T | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [round, setRound] = useState(0);
  const reload = useCallback(() => setRound((number) => number + 1), []);

  useEffect(() => {
    const abort = new AbortController();
    const settle = (act: () => void) => {
      if (!abort.signal.aborted) act();
    };
    ask(abort.signal).then(
      (answer) =>
        settle(() => {
          setFailure(null);
          setValue(answer);
        }),
      (error: unknown) => settle(() => setFailure(toFailure(error))),
    );
    return () => abort.abort();
  }, [ask, round]);

  const failed = failure !== null;
  useEffect(() => {
    if (!failed) return;
    window.addEventListener("online", reload);
    return () => window.removeEventListener("online", reload);
  }, [failed, reload]);

  return { value, failure, reload };
}
