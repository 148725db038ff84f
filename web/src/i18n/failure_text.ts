// The words for a failure: by its reason where we know it, else by its kind.

import type { Failure } from "../api/failure.js";
import type { Text } from "./en/index.js";

export interface FailureWords {
  readonly what: string;
  readonly fix: string;
  /** Further facts for support: the server's words, the error number. Empty if there are none. */
  readonly details: readonly string[];
}

export function describeFailure(failure: Failure, text: Text): FailureWords {
  const { byReason, byKind, errorNumber, serverSays } = text.failures;
  const known = byReason[failure.reason];
  const words = known ?? byKind[failure.kind];
  const details: string[] = [];
  if (!known && failure.serverMessage) details.push(serverSays(failure.serverMessage));
  for (const { field, description } of failure.violations) details.push(field ? `${field}: ${description}` : description);
  if (failure.errorId) details.push(errorNumber(failure.errorId));
  return { ...words, details };
}
