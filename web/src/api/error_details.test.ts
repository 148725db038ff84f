import { expect, test } from "vitest";
import { readErrorDetails } from "./error_details.js";

// Serialised by Python's googleapis-common-protos, the other side's library.
const FROM_PYTHON = {
  errorInfo: "CgtFTUFJTF9UQUtFThIGcGFybGV5GhAKCGVycm9yX2lkEgQwMTk4GgYKAXgSAXk=",
  badRequest: "CiIKBWVtYWlsEhZtdXN0IGJlIGEgdmFsaWQgZS1tYWlsGgFSChcKDXNldHRpbmdzLnJvbGUSBuyXre2VoA==",
  retryInfo: "CggIAhCAyrXuAQ==",
};

const bytes = (base64: string) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

test("reads what a Python server packs", () => {
  const details = readErrorDetails([
    { type: "google.rpc.ErrorInfo", value: bytes(FROM_PYTHON.errorInfo) },
    { type: "google.rpc.BadRequest", value: bytes(FROM_PYTHON.badRequest) },
    { type: "google.rpc.RetryInfo", value: bytes(FROM_PYTHON.retryInfo) },
  ]);
  expect(details.reason).toBe("EMAIL_TAKEN");
  expect(details.metadata).toEqual({ error_id: "0198", x: "y" });
  expect(details.violations).toEqual([
    { field: "email", description: "must be a valid e-mail" },
    { field: "settings.role", description: "역할" },
  ]);
  expect(details.retryAfterMs).toBe(2500);
});

test("a detail that is unknown or damaged hides nothing of the others", () => {
  const details = readErrorDetails([
    { type: "google.rpc.Help", value: new Uint8Array([1, 2, 3]) },
    { type: "google.rpc.BadRequest", value: new Uint8Array([0x0a, 0xff]) },
    { type: "google.rpc.ErrorInfo", value: bytes(FROM_PYTHON.errorInfo) },
  ]);
  expect(details.reason).toBe("EMAIL_TAKEN");
  expect(details.violations).toEqual([]);
  expect(details.retryAfterMs).toBeUndefined();
});
