import { useCallback, useEffect, useState } from "react";
import { failureOf, openDevices, trackOf, type DeviceFailure, type WantedDevices } from "../devices/capture.js";
import type { LocalTracks } from "../live/peer.js";

export interface Devices {
  /** Still asking the browser. */
  readonly opening: boolean;
  /** The same object until the devices change. */
  readonly tracks: LocalTracks;
  readonly microphoneFailure: DeviceFailure | null;
  readonly cameraFailure: DeviceFailure | null;
  /** A device stopped by itself: unplugged, or taken by another program. */
  readonly microphoneEnded: boolean;
  readonly cameraEnded: boolean;
  readonly reopen: () => void;
}

const NO_TRACKS: LocalTracks = { microphone: null, camera: null };
const CLOSED: Omit<Devices, "reopen"> = {
  opening: false,
  tracks: NO_TRACKS,
  microphoneFailure: null,
  cameraFailure: null,
  microphoneEnded: false,
  cameraEnded: false,
};

/** Holds microphone and camera as wanted, and lets go of them when the page does. */
export function useDevices({ microphone, camera, microphoneId, cameraId }: WantedDevices): Devices {
  // Before the first effect, too, nothing is known yet: who waits for devices must not take that for "none".
  const [state, setState] = useState<Omit<Devices, "reopen">>({ ...CLOSED, opening: microphone || camera });
  const [round, setRound] = useState(0);

  useEffect(() => {
    if (!microphone && !camera) return setState(CLOSED);
    let wanted = true;
    let tracks = NO_TRACKS;
    setState({ ...CLOSED, opening: true });
    const choice = { ...(microphoneId ? { microphoneId } : {}), ...(cameraId ? { cameraId } : {}) };
    void openDevices({ microphone, camera, ...choice }).then((opened) => {
      tracks = { microphone: trackOf(opened.microphone), camera: trackOf(opened.camera) };
      if (!wanted) return stop(tracks);
      tracks.microphone?.addEventListener("ended", () => setState((known) => ({ ...known, microphoneEnded: true })));
      tracks.camera?.addEventListener("ended", () => setState((known) => ({ ...known, cameraEnded: true })));
      setState({ ...CLOSED, tracks, microphoneFailure: failureOf(opened.microphone), cameraFailure: failureOf(opened.camera) });
    });
    return () => {
      wanted = false;
      stop(tracks);
    };
  }, [microphone, camera, microphoneId, cameraId, round]);

  const reopen = useCallback(() => setRound((value) => value + 1), []);
  return { ...state, reopen };
}

function stop({ microphone, camera }: LocalTracks): void {
  microphone?.stop();
  camera?.stop();
}
