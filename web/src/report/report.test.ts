import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { expect, test } from "vitest";
import { AudioQuality, DeliveryMetricsSchema, PaceBand } from "../gen/parley/common/v1/delivery_pb.js";
import { AbstentionReason, Criterion, CriterionEvaluationSchema } from "../gen/parley/common/v1/evaluation_pb.js";
import { Language } from "../gen/parley/common/v1/language_pb.js";
import { QuestionReportSchema } from "../gen/parley/session/v1/report_pb.js";
import { english } from "../i18n/en/index.js";
import { korean } from "../i18n/ko/index.js";
import { reasonsWithoutLevel } from "./abstentions.js";
import { deliveryLines } from "./delivery.js";
import { markQuotes, numberOf, numberQuotes } from "./quotes.js";

const judged = (...quotes: [string, number][]) =>
  create(CriterionEvaluationSchema, {
    quotes: quotes.map(([text, startChar]) => ({ text, startChar, endChar: startChar + Array.from(text).length })),
  });

const TRANSCRIPT = "🙂 저는 서비스를 옮겼습니다. 시간이 사십 퍼센트 줄었습니다.";

test("quotes are numbered by their place, the same words once", () => {
  const numbered = numberQuotes([judged(["시간이", 17], ["저는", 2]), judged(["저는", 2])]);
  expect(numbered.map(({ number, quote }) => [number, quote.text])).toEqual([
    [1, "저는"],
    [2, "시간이"],
  ]);
  expect(numberOf(judged(["시간이", 17]).quotes[0]!, numbered)).toBe(2);
});

test("overlapping quotes cut the transcript without losing a character", () => {
  const numbered = numberQuotes([judged(["저는 서비스를 옮겼습니다.", 2]), judged(["서비스를 옮겼습니다. 시간이", 5])]);
  const segments = markQuotes(TRANSCRIPT, numbered);
  expect(segments.map(({ text }) => text).join("")).toBe(TRANSCRIPT);
  expect(segments).toEqual([
    { text: "🙂 ", numbers: [], ending: [] },
    { text: "저는 ", numbers: [1], ending: [] },
    { text: "서비스를 옮겼습니다.", numbers: [1, 2], ending: [1] },
    { text: " 시간이", numbers: [2], ending: [2] },
    { text: " 사십 퍼센트 줄었습니다.", numbers: [], ending: [] },
  ]);
});

test("a quote that no longer stands where it says is not marked", () => {
  expect(markQuotes("Corrected since.", numberQuotes([judged(["저는", 2])]))).toEqual([{ text: "Corrected since.", numbers: [], ending: [] }]);
  expect(markQuotes("", [])).toEqual([]);
});

test("why a criterion has no level at all", () => {
  const answer = (init: MessageInitShape<typeof CriterionEvaluationSchema>) =>
    create(QuestionReportSchema, { answer: { evaluation: { criteria: [{ criterion: Criterion.LOGIC, ...init }] } } });
  const questions = [
    answer({ abstentionReason: AbstentionReason.TOO_SHORT }),
    answer({ level: 3 }),
    answer({ abstentionReason: AbstentionReason.TOO_SHORT }),
    create(QuestionReportSchema, {}),
  ];
  expect(reasonsWithoutLevel(questions, Criterion.LOGIC)).toEqual([AbstentionReason.TOO_SHORT]);
  expect(reasonsWithoutLevel(questions, Criterion.RELEVANCE)).toEqual([]);
});

test("delivery names its units, and what was not measured", () => {
  const metrics = create(DeliveryMetricsSchema, { voicedDuration: durationFromMs(12_500), pacePerMinute: 301.4, longPauseCount: 2, audioQuality: AudioQuality.NOISY, paceBand: PaceBand.USUAL });
  const valueOf = (lines: ReturnType<typeof deliveryLines>, name: string) => lines.find((line) => line.name === name)?.value;
  const inKorean = deliveryLines(metrics, Language.KOREAN, korean, "ko");
  expect(valueOf(inKorean, korean.report.delivery.pace)).toBe("분당 301음절 · 보통 범위");
  const inEnglish = deliveryLines(metrics, Language.ENGLISH, english, "en");
  expect(valueOf(inEnglish, english.report.delivery.pace)).toBe("301 words/min · in the usual range");
  expect(valueOf(inEnglish, english.report.delivery.voiced)).toBe("12.5 sec");
  expect(valueOf(inEnglish, english.report.delivery.loudness)).toBe("not measured");
  expect(valueOf(inEnglish, english.report.delivery.longPauses)).toBe("2");
  expect(valueOf(inEnglish, english.report.delivery.thinking)).toBe("not measured");
  expect(valueOf(inEnglish, english.report.delivery.length)).toBeUndefined();
  expect(valueOf(inEnglish, english.report.delivery.sound)).toBe(english.report.sound.noisy);
});
