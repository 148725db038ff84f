import { expect, test } from "vitest";
import { localFailure } from "../api/failure.js";
import { checkSignIn, checkSignUp, passwordStrength, problemsOf } from "./form_rules.js";

const GOOD = { email: "jiwoo@example.com", password: "a long passphrase", displayName: "지우" };

test("sign-up asks for what the contract asks for", () => {
  expect(checkSignUp(GOOD)).toEqual({});
  expect(checkSignUp({ email: "", password: "", displayName: " " })).toEqual({
    email: "emailMissing",
    password: "passwordMissing",
    displayName: "nameMissing",
  });
  expect(checkSignUp({ ...GOOD, email: "jiwoo@example" }).email).toBe("emailInvalid");
  expect(checkSignUp({ ...GOOD, password: "123456789" }).password).toBe("passwordTooShort");
  expect(checkSignUp({ ...GOOD, password: "x".repeat(257) }).password).toBe("passwordTooLong");
  expect(checkSignUp({ ...GOOD, displayName: "김".repeat(81) }).displayName).toBe("nameTooLong");
});

test("sign-in does not judge the length of an existing password", () => {
  expect(checkSignIn({ email: "a@b.c", password: "short" })).toEqual({});
});

test("what the server objects to stands beside its field", () => {
  expect(problemsOf({ ...localFailure("conflict"), reason: "EMAIL_TAKEN" }, GOOD)).toEqual({ email: "emailTaken" });
  expect(problemsOf({ ...localFailure("signed_out"), reason: "WRONG_CREDENTIALS" }, GOOD)).toEqual({ password: "wrongCredentials" });
  const violations = [{ field: "email", description: "" }, { field: "request_id", description: "" }];
  expect(problemsOf({ ...localFailure("invalid"), violations }, GOOD)).toEqual({ email: "emailInvalid" });
  expect(problemsOf(localFailure("offline"), GOOD)).toEqual({});
});

test("password strength follows length and variety", () => {
  expect(passwordStrength("abc")).toBe("too_short");
  expect(passwordStrength("aaaaaaaaaaaaaaaa")).toBe("weak");
  expect(passwordStrength("1234567890")).toBe("weak");
  expect(passwordStrength("blue-horse")).toBe("fair");
  expect(passwordStrength("느린 쿼리를 찾는 아침 산책")).toBe("strong");
});
