// How a candidate takes part in one interview. Kept per interview in the browser, so that a reload asks nothing again.

import type { DeviceChoice } from "./capture.js";

export type MediaMode = "video" | "audio" | "text";

export interface MediaSetup extends DeviceChoice {
  readonly mode: MediaMode;
}

const key = (interviewId: string) => `parley.media.${interviewId}`;

export function readMediaSetup(interviewId: string): MediaSetup | null {
  try {
    const value = JSON.parse(localStorage.getItem(key(interviewId)) ?? "null") as MediaSetup | null;
    return value && ["video", "audio", "text"].includes(value.mode) ? value : null;
  } catch {
    return null;
  }
}

export function writeMediaSetup(interviewId: string, setup: MediaSetup): void {
  localStorage.setItem(key(interviewId), JSON.stringify(setup));
}
