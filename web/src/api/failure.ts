// What went wrong with a call, in the few kinds that the page treats differently. Texts are in i18n.

import { Code, ConnectError } from "@connectrpc/connect";
import { readErrorDetails, type FieldViolation, type RawDetail } from "./error_details.js";

export type FailureKind =
  | "offline" // no answer: the network or the whole server is away
  | "unavailable" // the server answered that it cannot just now
  | "timeout"
  | "signed_out"
  | "denied"
  | "not_found"
  | "invalid"
  | "conflict" // the state does not allow it (any more)
  | "exhausted"
  | "unimplemented"
  | "cancelled"
  | "internal";

export interface Failure {
  readonly kind: FailureKind;
  /** ErrorInfo.reason; empty if there was none. */
  readonly reason: string;
  /** Whether the same request can succeed later. */
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly violations: readonly FieldViolation[];
  /** What support finds in the server's log. Empty if none. */
  readonly errorId: string;
  /** The server's own words (English): shown only where we have no better ones. */
  readonly serverMessage: string;
}

const KIND_BY_CODE: Readonly<Partial<Record<Code, FailureKind>>> = {
  [Code.Canceled]: "cancelled",
  [Code.InvalidArgument]: "invalid",
  [Code.OutOfRange]: "invalid",
  [Code.DeadlineExceeded]: "timeout",
  [Code.NotFound]: "not_found",
  [Code.AlreadyExists]: "conflict",
  [Code.FailedPrecondition]: "conflict",
  [Code.Aborted]: "unavailable",
  [Code.Unavailable]: "unavailable",
  [Code.PermissionDenied]: "denied",
  [Code.Unauthenticated]: "signed_out",
  [Code.ResourceExhausted]: "exhausted",
  [Code.Unimplemented]: "unimplemented",
};

const RETRYABLE: ReadonlySet<FailureKind> = new Set(["offline", "unavailable", "timeout", "exhausted", "internal"]);

export function toFailure(error: unknown): Failure {
  if (isFailure(error)) return error;
  const connectError = ConnectError.from(error);
  const details = readErrorDetails(connectError.details.filter(isRaw));
  const kind = isNetworkError(error, connectError) ? "offline" : (KIND_BY_CODE[connectError.code] ?? "internal");
  return {
    kind,
    reason: details.reason,
    retryable: RETRYABLE.has(kind),
    retryAfterMs: details.retryAfterMs,
    violations: details.violations,
    errorId: details.metadata["error_id"] ?? "",
    serverMessage: kind === "offline" ? "" : connectError.rawMessage,
  };
}

/** A failure made by the page itself. */
export function localFailure(kind: FailureKind, reason = ""): Failure {
  return {
    kind,
    reason,
    retryable: RETRYABLE.has(kind),
    retryAfterMs: undefined,
    violations: [],
    errorId: "",
    serverMessage: "",
  };
}

function isFailure(error: unknown): error is Failure {
  return typeof error === "object" && error !== null && "kind" in error && "retryable" in error && "violations" in error;
}

function isRaw(detail: object): detail is RawDetail {
  return "type" in detail && "value" in detail && detail.value instanceof Uint8Array;
}

/**
 * fetch() rejects with a TypeError where no answer came; a body that stops in the middle (the server died, the
 * connection was cut) ends without trailers. Neither carries a status.
 */
function isNetworkError(error: unknown, connectError: ConnectError): boolean {
  const cause = connectError.cause ?? error;
  if (cause instanceof TypeError) return true;
  return connectError.code === Code.Unknown && /^missing (trailer|response body|message)$/.test(connectError.rawMessage);
}
