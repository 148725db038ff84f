// What to tell a person about their place in the picture. Pure.

import { FaceState } from "../gen/parley/common/v1/behaviour_pb.js";
import type { FaceGlimpse } from "../gen/parley/media/v1/live_pb.js";

export type FaceHint = "good" | "left" | "right" | "up" | "down" | "closer" | "absent" | "multiple" | "dark" | "turned";

const BY_STATE: Readonly<Partial<Record<FaceState, FaceHint>>> = {
  [FaceState.ABSENT]: "absent",
  [FaceState.MULTIPLE]: "multiple",
  [FaceState.TOO_DARK]: "dark",
  [FaceState.TOO_SMALL]: "closer",
  [FaceState.TURNED_AWAY]: "turned",
};

/** How far from the middle a face may be, as a share of the picture. */
const TOLERANCE = 0.16;

/** Left and right are the person's own, as in the mirrored preview. Undefined while nothing is known. */
export function faceHint(glimpse: FaceGlimpse | null): FaceHint | undefined {
  if (!glimpse) return undefined;
  if (glimpse.faceState !== FaceState.DETECTED) return BY_STATE[glimpse.faceState];
  const across = (glimpse.centerX ?? 0.5) - 0.5;
  const down = (glimpse.centerY ?? 0.5) - 0.5;
  if (Math.abs(across) > TOLERANCE && Math.abs(across) >= Math.abs(down)) return across > 0 ? "right" : "left";
  if (Math.abs(down) > TOLERANCE) return down > 0 ? "up" : "down";
  return "good";
}
