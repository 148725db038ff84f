// Numbers, times and dates for people. Pure; all take the page's locale where it matters.

import { durationMs, timestampDate, type Duration, type Timestamp } from "@bufbuild/protobuf/wkt";

export type Locale = "ko" | "en";

/** Seconds of a Duration; undefined where it is not set. */
export function seconds(duration: Duration | undefined): number | undefined {
  return duration ? durationMs(duration) / 1000 : undefined;
}

/** A place on the session clock: "0:07", "12:34", "1:02:03". */
export function clockTime(totalSeconds: number): string {
  const whole = Math.max(0, Math.floor(totalSeconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** "0:07–0:12"; only the start where the end is not known. */
export function clockRange(start: Duration | undefined, end: Duration | undefined): string {
  const from = seconds(start);
  const to = seconds(end);
  if (from === undefined) return "";
  return to === undefined ? clockTime(from) : `${clockTime(from)}–${clockTime(to)}`;
}

export function spokenLength(totalSeconds: number, locale: Locale): string {
  const minutes = Math.floor(totalSeconds / 60);
  const rest = totalSeconds - minutes * 60;
  const unit = (value: number, name: "minute" | "second") =>
    new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: minutes ? 0 : 1 }).format(value);
  return minutes ? `${unit(minutes, "minute")} ${unit(rest, "second")}` : unit(rest, "second");
}

export function decimal(value: number, locale: Locale, digits = 1): string {
  return new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

export function percent(share: number, locale: Locale, digits = 0): string {
  return new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: digits }).format(share);
}

export function dateTime(timestamp: Timestamp | undefined, locale: Locale): string {
  if (!timestamp) return "";
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(timestampDate(timestamp));
}

export function date(timestamp: Timestamp | undefined, locale: Locale): string {
  if (!timestamp) return "";
  return new Intl.DateTimeFormat(locale, { dateStyle: "long" }).format(timestampDate(timestamp));
}

/** "2–4"; one number where both ends are the same. */
export function levelRange(low: number, high: number, locale: Locale): string {
  const show = (value: number) => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(value);
  return show(low) === show(high) ? show(low) : `${show(low)}–${show(high)}`;
}
