import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { FaceState } from "../gen/parley/common/v1/behaviour_pb.js";
import { FaceGlimpseSchema } from "../gen/parley/media/v1/live_pb.js";
import { cameraConstraints, explainDeviceError, microphoneConstraints } from "./capture.js";
import { faceHint } from "./face_hint.js";
import { barShare, rmsToDbfs } from "./microphone_level.js";

test("video stays small and sound is cleaned", () => {
  expect(cameraConstraints(undefined)).toMatchObject({ width: { max: 640 }, height: { max: 480 }, frameRate: { max: 10 } });
  expect(microphoneConstraints("mic")).toMatchObject({ echoCancellation: true, noiseSuppression: true, deviceId: { exact: "mic" } });
});

test("the real cause of a device that does not start", () => {
  const problem = (message: string, name: string) => explainDeviceError(new DOMException(message, name)).problem;
  expect(problem("Permission denied", "NotAllowedError")).toBe("denied");
  expect(problem("Permission denied by system", "NotAllowedError")).toBe("deniedBySystem");
  expect(problem("Requested device not found", "NotFoundError")).toBe("notFound");
  expect(problem("Could not start video source", "NotReadableError")).toBe("busy");
  expect(problem("", "OverconstrainedError")).toBe("unsuitable");
  expect(explainDeviceError(new TypeError("x"))).toEqual({ problem: "unknown", errorName: "TypeError" });
});

test("loudness", () => {
  expect(rmsToDbfs(0)).toBe(-100);
  expect(rmsToDbfs(1)).toBe(0);
  expect(rmsToDbfs(0.1)).toBeCloseTo(-20);
  expect([-100, -5, -32.5].map(barShare)).toEqual([0, 1, 0.5]);
});

test("where to move: left and right are the person's own", () => {
  const hint = (init: MessageInitShape<typeof FaceGlimpseSchema>) => faceHint(create(FaceGlimpseSchema, init));
  const detected = { faceState: FaceState.DETECTED, centerX: 0.5, centerY: 0.5 };
  expect(faceHint(null)).toBeUndefined();
  expect(hint({ faceState: FaceState.UNSPECIFIED })).toBeUndefined();
  expect(hint(detected)).toBe("good");
  // The camera sees a person who sits too far to their left on the right of its picture.
  expect(hint({ ...detected, centerX: 0.8 })).toBe("right");
  expect(hint({ ...detected, centerX: 0.2 })).toBe("left");
  expect(hint({ ...detected, centerY: 0.8 })).toBe("up");
  expect(hint({ faceState: FaceState.TOO_DARK })).toBe("dark");
});
