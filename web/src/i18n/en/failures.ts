import type { FailureKind } from "../../api/failure.js";

/** What happened, and what to do about it. */
export interface FailureText {
  readonly what: string;
  readonly fix: string;
}

const byKind: Record<FailureKind, FailureText> = {
  offline: {
    what: "The server cannot be reached.",
    fix: "Check your network connection, then try again.",
  },
  unavailable: {
    what: "The service is not available just now.",
    fix: "It is probably restarting. Try again in a few seconds.",
  },
  timeout: { what: "The answer took too long.", fix: "Try again. What was already sent is not sent twice." },
  signed_out: { what: "You are signed out.", fix: "Sign in again to go on where you were." },
  denied: { what: "This account may not do that.", fix: "Sign in with another account." },
  not_found: { what: "This was not found.", fix: "It may have been deleted. Go back to the home page." },
  invalid: { what: "The server did not accept what was sent.", fix: "Check your entries." },
  conflict: { what: "The interview has moved on in the meantime.", fix: "The page shows its present state." },
  exhausted: { what: "There are too many requests just now.", fix: "Wait a moment, then try again." },
  unimplemented: { what: "This installation cannot do that yet.", fix: "Go on without it." },
  cancelled: { what: "This was cancelled.", fix: "Try again if you still want it." },
  internal: { what: "Something went wrong on the server.", fix: "Try again. If it stays, report the number below." },
};

const byReason: Readonly<Record<string, FailureText>> = {
  EMAIL_TAKEN: { what: "There is an account with this address already.", fix: "Sign in instead, or use another address." },
  WRONG_CREDENTIALS: { what: "E-mail and password do not belong together.", fix: "Check both and try again." },
  REFRESH_TOKEN_USED: { what: "You were signed out on this device.", fix: "Sign in again to go on where you were." },
  QUESTION_NOT_CURRENT: {
    what: "The interview is at another question already.",
    fix: "The page shows the current one.",
  },
  SDP_MALFORMED: { what: "The media service did not understand this browser.", fix: "Update the browser, or type your answers." },
  STARTING: { what: "The service is starting.", fix: "Try again in a few seconds." },
  INTERRUPTED: { what: "The connection broke off.", fix: "Check your network connection, then try again." },
  LINK_TIMEOUT: {
    what: "No media connection came about in time.",
    fix: "A firewall may block it. Try another network, or type your answers.",
  },
};

export const failures = {
  byKind,
  byReason,
  errorNumber: (id: string) => `Error number ${id}`,
  serverSays: (message: string) => `The server says: ${message}`,
  retryIn: (seconds: number) => `Try again in ${seconds} s.`,
};
