import { useCallback, useEffect, useMemo, useState } from "react";

const SHOWN_MS = 8_000;

export interface Flash {
  /** Empty while there is nothing to say. */
  readonly message: string;
  readonly show: (message: string) => void;
}

/** A short message that goes away by itself. */
export function useFlash(): Flash {
  const [shown, setShown] = useState({ message: "", count: 0 });
  useEffect(() => {
    if (shown.message === "") return;
    const timer = setTimeout(() => setShown(({ count }) => ({ message: "", count })), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [shown]);
  // The count makes the same message twice in a row stay for its full time.
  const show = useCallback((message: string) => setShown(({ count }) => ({ message, count: count + 1 })), []);
  return useMemo(() => ({ message: shown.message, show }), [shown.message, show]);
}
