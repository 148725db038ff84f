import { useEffect, useState } from "react";
import type { Captions } from "../../live/captions.js";

/** A sentence is stored within a fraction of a second, unless the process that had understood it died just then. */
const LIMIT_MS = 6_000;

/**
 * Final sentences that the server ought to have stored by now and has not. `settled`: everything is connected, so that
 * nothing can still be on its way.
 */
export function useUnkept(captions: Captions, settled: boolean): Captions {
  const waiting = captions.filter((line) => line.final && !line.kept);
  const names = waiting.map(({ utteranceId }) => utteranceId).join(" ");
  const [overdue, setOverdue] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    if (names === "" || !settled) return;
    const timer = setTimeout(() => setOverdue(new Set(names.split(" "))), LIMIT_MS);
    return () => clearTimeout(timer);
  }, [names, settled]);
  return waiting.filter(({ utteranceId }) => overdue.has(utteranceId));
}
