import { expect, test } from "vitest";
import { nextPath, parseRoute, paths } from "./router.js";

const ID = "0198f1a2-0000-7000-8000-000000000001";

test("every path that is made is understood", () => {
  expect(parseRoute(paths.home)).toEqual({ page: "home" });
  expect(parseRoute(paths.newInterview)).toEqual({ page: "new" });
  expect(parseRoute(paths.check(ID))).toEqual({ page: "check", interviewId: ID });
  expect(parseRoute(paths.room(ID))).toEqual({ page: "room", interviewId: ID });
  expect(parseRoute(`${paths.report(ID)}/`)).toEqual({ page: "report", interviewId: ID });
});

test("what is no page says so", () => {
  expect(parseRoute("/interviews/17")).toEqual({ page: "not_found" });
  expect(parseRoute(`/interviews/${ID}/else`)).toEqual({ page: "not_found" });
});

test("after sign-in only pages of our own are gone back to", () => {
  expect(nextPath(`?next=${encodeURIComponent(paths.report(ID))}`)).toBe(paths.report(ID));
  expect(nextPath("?next=//evil.example")).toBe("/");
  expect(nextPath("?next=https://evil.example")).toBe("/");
  expect(nextPath("")).toBe("/");
});
