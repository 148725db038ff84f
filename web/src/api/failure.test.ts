import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { localFailure, toFailure } from "./failure.js";

test("a status becomes the kind that the page treats it as", () => {
  expect(toFailure(new ConnectError("x", Code.Unauthenticated)).kind).toBe("signed_out");
  expect(toFailure(new ConnectError("x", Code.FailedPrecondition)).kind).toBe("conflict");
  expect(toFailure(new ConnectError("x", Code.Unavailable))).toMatchObject({ kind: "unavailable", retryable: true });
  expect(toFailure(new ConnectError("x", Code.DataLoss))).toMatchObject({ kind: "internal", retryable: true });
  expect(toFailure(new ConnectError("x", Code.NotFound)).retryable).toBe(false);
});

test("no answer at all is told apart from an answer that says no", () => {
  expect(toFailure(ConnectError.from(new TypeError("Failed to fetch"))).kind).toBe("offline");
  // A server that died in the middle: the body ends without trailers.
  expect(toFailure(ConnectError.from("missing trailer"))).toMatchObject({ kind: "offline", serverMessage: "" });
  expect(toFailure(new ConnectError("boom", Code.Unknown)).kind).toBe("internal");
});

test("a failure stays the failure that it is", () => {
  const failure = localFailure("timeout", "LINK_TIMEOUT");
  expect(toFailure(failure)).toBe(failure);
});
