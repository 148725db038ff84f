import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { expect, test } from "vitest";
import { clockRange, clockTime, decimal, levelRange, percent, seconds, spokenLength } from "./format.js";

test("places on the session clock", () => {
  expect(clockTime(0)).toBe("0:00");
  expect(clockTime(67.9)).toBe("1:07");
  expect(clockTime(3723)).toBe("1:02:03");
  expect(clockRange(durationFromMs(3_000), durationFromMs(18_400))).toBe("0:03–0:18");
  expect(clockRange(durationFromMs(3_000), undefined)).toBe("0:03");
  expect(clockRange(undefined, undefined)).toBe("");
});

test("an unset duration is not zero", () => {
  expect(seconds(undefined)).toBeUndefined();
  expect(seconds(durationFromMs(1_500))).toBe(1.5);
});

test("numbers in both languages", () => {
  expect(decimal(55.34, "en")).toBe("55.3");
  expect(percent(0.78, "ko")).toBe("78%");
  expect(levelRange(2, 4, "en")).toBe("2–4");
  expect(levelRange(3, 3, "en")).toBe("3");
  expect(levelRange(2.25, 3.5, "ko")).toBe("2.3–3.5");
  expect(spokenLength(184, "en")).toBe("3 min 4 sec");
  expect(spokenLength(0.9, "ko")).toBe("0.9초");
});
