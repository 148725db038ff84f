import { expect, test } from "vitest";
import { localFailure } from "../api/failure.js";
import { english } from "./en/index.js";
import { describeFailure } from "./failure_text.js";
import { korean } from "./ko/index.js";
import { preferredLocale } from "./language.js";

/** Every text with its place; functions are called with sample arguments. */
function texts(node: unknown, place = ""): [string, string][] {
  if (typeof node === "string") return [[place, node]];
  if (typeof node === "function") return [[place, String((node as (...values: unknown[]) => unknown)(2, 3))]];
  return Object.entries(node as object).flatMap(([key, value]) => texts(value, `${place}.${key}`));
}

test("no text judges what a person feels or is", () => {
  const judging = /nervous|anxious|anxiety|confiden(t|ce)|honest|emotion|mood|stress|긴장|불안|자신감|정직|감정|기분|스트레스/i;
  for (const [place, text] of [...texts(english), ...texts(korean)]) expect(text, place).not.toMatch(judging);
});

test("both languages have the same texts, and Korean ones are Korean", () => {
  const places = (language: unknown) => texts(language).map(([place]) => place);
  expect(places(korean)).toEqual(places(english));
  const inBoth = /^\.(common\.(appName|fontLicence)|setup\.roles\.devops_engineer|room\.progress)$/;
  for (const [place, text] of texts(korean)) if (text !== "" && !inBoth.test(place)) expect(text, place).toMatch(/[가-힣]/);
});

test("a failure is told by its reason where we know it, else by its kind", () => {
  expect(describeFailure({ ...localFailure("conflict"), reason: "EMAIL_TAKEN" }, english).what).toContain("address");
  const unknown = { ...localFailure("internal"), reason: "NEW_REASON", serverMessage: "disk full", errorId: "0198" };
  const words = describeFailure(unknown, english);
  expect(words.what).toBe(english.failures.byKind.internal.what);
  expect(words.details).toEqual([english.failures.serverSays("disk full"), english.failures.errorNumber("0198")]);
});

test("the page's language: chosen, else preferred, else English", () => {
  expect(preferredLocale("ko", ["en-US"])).toBe("ko");
  expect(preferredLocale(null, ["fr", "ko-KR", "en"])).toBe("ko");
  expect(preferredLocale("xx", ["kok", "de"])).toBe("en");
});
