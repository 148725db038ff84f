// Rules of the sign-up and sign-in forms, and where the server's objections belong. Pure; texts are in i18n.

import type { Failure } from "../api/failure.js";
import type { Text } from "../i18n/en/index.js";

export type Problem = keyof Text["account"]["problems"];

export interface Entries {
  readonly email: string;
  readonly password: string;
  readonly displayName: string;
}

export type FieldName = keyof Entries;
export type Problems = Readonly<Partial<Record<FieldName, Problem>>>;

const PASSWORD_MIN = 10;
const PASSWORD_MAX = 256;
const NAME_MAX = 80;
/** Coarse on purpose: the server has the last word. */
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export function checkSignUp({ email, password, displayName }: Entries): Problems {
  return drop({
    email: emailProblem(email),
    password: newPasswordProblem(password),
    displayName: nameProblem(displayName),
  });
}

export function checkSignIn({ email, password }: Pick<Entries, "email" | "password">): Problems {
  return drop({ email: emailProblem(email), password: password === "" ? "passwordMissing" : undefined });
}

function emailProblem(email: string): Problem | undefined {
  if (email.trim() === "") return "emailMissing";
  return EMAIL.test(email.trim()) ? undefined : "emailInvalid";
}

function newPasswordProblem(password: string): Problem | undefined {
  const length = Array.from(password).length;
  if (length === 0) return "passwordMissing";
  if (length < PASSWORD_MIN) return "passwordTooShort";
  return length > PASSWORD_MAX ? "passwordTooLong" : undefined;
}

function nameProblem(name: string): Problem | undefined {
  const length = Array.from(name.trim()).length;
  if (length === 0) return "nameMissing";
  return length > NAME_MAX ? "nameTooLong" : undefined;
}

const FIELD_BY_PATH: Readonly<Record<string, FieldName>> = { email: "email", password: "password", display_name: "displayName" };
const PROBLEM_BY_FIELD: Readonly<Record<FieldName, Problem>> = {
  email: "emailInvalid",
  password: "passwordTooShort",
  displayName: "nameMissing",
};

/** What the server objects to, beside the field that it is about. Empty if it is about none of them. */
export function problemsOf(failure: Failure, entries: Entries): Problems {
  if (failure.reason === "EMAIL_TAKEN") return { email: "emailTaken" };
  if (failure.reason === "WRONG_CREDENTIALS") return { password: "wrongCredentials" };
  const own = checkSignUp(entries);
  const found: Partial<Record<FieldName, Problem>> = {};
  for (const { field } of failure.violations) {
    const name = FIELD_BY_PATH[field];
    if (name) found[name] = own[name] ?? PROBLEM_BY_FIELD[name];
  }
  return found;
}

export type Strength = "too_short" | "weak" | "fair" | "strong";

/** Length counts most; a repeated or single-kind password counts half. */
export function passwordStrength(password: string): Strength {
  const points = Array.from(password);
  if (points.length < PASSWORD_MIN) return "too_short";
  const varied = new Set(points).size;
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{Lo}/u, /\d/, /[^\p{L}\d]/u].filter((kind) => kind.test(password)).length;
  const worth = Math.min(points.length, varied * 2) * (kinds > 1 ? 1 : 0.5);
  if (worth < 10) return "weak";
  return worth < 14 ? "fair" : "strong";
}

function drop(problems: Record<string, Problem | undefined>): Problems {
  return Object.fromEntries(Object.entries(problems).filter(([, problem]) => problem !== undefined));
}
