// Opens microphone and camera, each with its own outcome, so that one that fails never takes the other with it.

export type DeviceProblem =
  | "insecure"
  | "unsupported"
  | "denied"
  | "deniedBySystem"
  | "notFound"
  | "busy"
  | "unsuitable"
  | "unknown";

export interface DeviceFailure {
  readonly problem: DeviceProblem;
  /** The browser's name of the error, for the text of "unknown". */
  readonly errorName: string;
}

export type Opened = { readonly track: MediaStreamTrack } | { readonly failure: DeviceFailure };

export interface DeviceChoice {
  readonly microphoneId?: string;
  readonly cameraId?: string;
}

export interface WantedDevices extends DeviceChoice {
  readonly microphone: boolean;
  readonly camera: boolean;
}

export interface OpenedDevices {
  readonly microphone: Opened | null;
  readonly camera: Opened | null;
}

/** Analysis needs 5 frames a second; more pixels or frames would only cost the server decoding. */
export const VIDEO_LIMITS = { width: 640, height: 480, framesPerSecond: 10 };

export function microphoneConstraints(deviceId: string | undefined): MediaTrackConstraints {
  return {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    channelCount: { ideal: 1 },
    ...(deviceId ? { deviceId: { exact: deviceId } } : {}),
  };
}

export function cameraConstraints(deviceId: string | undefined): MediaTrackConstraints {
  const { width, height, framesPerSecond } = VIDEO_LIMITS;
  return {
    width: { ideal: width, max: width },
    height: { ideal: height, max: height },
    frameRate: { ideal: framesPerSecond, max: framesPerSecond },
    ...(deviceId ? { deviceId: { exact: deviceId } } : { facingMode: "user" }),
  };
}

export async function openDevices(wanted: WantedDevices): Promise<OpenedDevices> {
  const audio = wanted.microphone ? microphoneConstraints(wanted.microphoneId) : null;
  const video = wanted.camera ? cameraConstraints(wanted.cameraId) : null;
  if (audio && video) {
    // Together first: the browser then asks for permission once.
    const both = await attempt({ audio, video });
    if ("stream" in both) return { microphone: audioOf(both.stream), camera: videoOf(both.stream) };
  }
  return { microphone: audio && (await openOne({ audio })), camera: video && (await openOne({ video })) };
}

async function openOne(constraints: MediaStreamConstraints): Promise<Opened> {
  const outcome = await attempt(constraints);
  if (!("stream" in outcome)) return outcome;
  return constraints.audio ? audioOf(outcome.stream) : videoOf(outcome.stream);
}

async function attempt(constraints: MediaStreamConstraints): Promise<{ stream: MediaStream } | { failure: DeviceFailure }> {
  if (!window.isSecureContext) return { failure: { problem: "insecure", errorName: "" } };
  if (!navigator.mediaDevices?.getUserMedia) return { failure: { problem: "unsupported", errorName: "" } };
  try {
    return { stream: await navigator.mediaDevices.getUserMedia(constraints) };
  } catch (error) {
    return { failure: explainDeviceError(error) };
  }
}

const PROBLEM_BY_NAME: Readonly<Record<string, DeviceProblem>> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "notFound",
  NotReadableError: "busy",
  AbortError: "busy",
  OverconstrainedError: "unsuitable",
};

/** The real cause of a getUserMedia rejection, as far as the browser tells. */
export function explainDeviceError(error: unknown): DeviceFailure {
  const errorName = error instanceof Error || error instanceof DOMException ? error.name : "Error";
  const message = error instanceof Error || error instanceof DOMException ? error.message : "";
  if (errorName === "NotAllowedError" && /system/i.test(message)) return { problem: "deniedBySystem", errorName };
  return { problem: PROBLEM_BY_NAME[errorName] ?? "unknown", errorName };
}

function audioOf(stream: MediaStream): Opened {
  return trackOr(stream.getAudioTracks()[0]);
}

function videoOf(stream: MediaStream): Opened {
  return trackOr(stream.getVideoTracks()[0]);
}

function trackOr(track: MediaStreamTrack | undefined): Opened {
  return track ? { track } : { failure: { problem: "notFound", errorName: "NotFoundError" } };
}

export function trackOf(opened: Opened | null): MediaStreamTrack | null {
  return opened && "track" in opened ? opened.track : null;
}

export function failureOf(opened: Opened | null): DeviceFailure | null {
  return opened && "failure" in opened ? opened.failure : null;
}

export interface DeviceList {
  readonly microphones: readonly MediaDeviceInfo[];
  readonly cameras: readonly MediaDeviceInfo[];
}

/** Names are known only after permission was given. */
export async function listDevices(): Promise<DeviceList> {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const named = (kind: MediaDeviceKind) => devices.filter((device) => device.kind === kind && device.label !== "");
  return { microphones: named("audioinput"), cameras: named("videoinput") };
}
