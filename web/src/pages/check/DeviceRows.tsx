import { useEffect, useState } from "react";
import type { DeviceFailure } from "../../devices/capture.js";
import { faceHint } from "../../devices/face_hint.js";
import { SILENCE_DBFS, useMicrophoneLevel } from "../../devices/microphone_level.js";
import type { FaceGlimpse } from "../../gen/parley/media/v1/live_pb.js";
import { useWords } from "../../i18n/language.js";
import type { Devices } from "../../interview/use_devices.js";
import { CheckRow, type CheckState } from "../../ui/CheckRow.js";
import { DeviceProblem } from "../../ui/DeviceProblem.js";
import { LevelBar } from "../../ui/LevelBar.js";
import { Preview } from "../../ui/Preview.js";
import { Select } from "../../ui/Select.js";

/** Louder than this is taken for a sound, and not for the noise of the microphone itself. */
const HEARD_DBFS = -50;

interface CameraRowProps {
  readonly allowed: boolean;
  readonly devices: Devices;
  readonly cameras: readonly MediaDeviceInfo[];
  readonly onChoose: (cameraId: string) => void;
  readonly face: FaceGlimpse | null;
}

export function CameraRow({ allowed, devices, cameras, onChoose, face }: CameraRowProps) {
  const words = useWords().text.setup;
  const track = devices.tracks.camera;
  const hint = faceHint(face);
  const state = rowState(allowed, devices, devices.cameraFailure, devices.cameraEnded, hint !== undefined && hint !== "good");
  return (
    <CheckRow name={words.rows.camera} state={state}>
      {!allowed && <p>{words.noVideoConsent}</p>}
      <DeviceOutcome devices={devices} allowed={allowed} failure={devices.cameraFailure} ended={devices.cameraEnded} />
      {track && (
        <>
          <Preview track={track} label={words.preview} guide />
          <p aria-live="polite">{hint ? words.faceHints[hint] : words.cameraOk}</p>
          <DeviceSelect label={words.chooseCamera} track={track} choices={cameras} onChoose={onChoose} />
        </>
      )}
    </CheckRow>
  );
}

interface MicrophoneRowProps {
  readonly allowed: boolean;
  readonly devices: Devices;
  readonly microphones: readonly MediaDeviceInfo[];
  readonly onChoose: (microphoneId: string) => void;
}

export function MicrophoneRow({ allowed, devices, microphones, onChoose }: MicrophoneRowProps) {
  const words = useWords().text.setup;
  const track = devices.tracks.microphone;
  const level = useMicrophoneLevel(track);
  const muted = useMuted(track);
  const dbfs = "dbfs" in level ? level.dbfs : SILENCE_DBFS;
  const heard = useOnceLouderThan(track, dbfs, HEARD_DBFS);
  const broken = "broken" in level;
  const outcome = rowState(allowed, devices, devices.microphoneFailure, devices.microphoneEnded, muted);
  const state = outcome === "ok" && !heard && !broken ? "checking" : outcome;
  return (
    <CheckRow name={words.rows.microphone} state={state}>
      {!allowed && <p>{words.noRecordingConsent}</p>}
      <DeviceOutcome devices={devices} allowed={allowed} failure={devices.microphoneFailure} ended={devices.microphoneEnded} />
      {track && (
        <>
          {broken ? <p>{words.meterBroken}</p> : <LevelBar label={words.microphoneLevel} dbfs={dbfs} />}
          {muted ? <p>{words.trackMuted}</p> : !broken && <p aria-live="polite">{heard ? words.microphoneOk : words.microphoneQuiet}</p>}
          <DeviceSelect label={words.chooseMicrophone} track={track} choices={microphones} onChoose={onChoose} />
        </>
      )}
    </CheckRow>
  );
}

function rowState(allowed: boolean, { opening }: Devices, failure: DeviceFailure | null, ended: boolean, wrong: boolean): CheckState {
  if (!allowed) return "off";
  if (opening) return "checking";
  return failure || ended || wrong ? "attention" : "ok";
}

interface DeviceOutcomeProps {
  readonly devices: Devices;
  readonly allowed: boolean;
  readonly failure: DeviceFailure | null;
  readonly ended: boolean;
}

function DeviceOutcome({ devices, allowed, failure, ended }: DeviceOutcomeProps) {
  const words = useWords().text.setup;
  if (!allowed) return null;
  if (devices.opening) return <p>{words.askingPermission}</p>;
  if (!failure && !ended) return null;
  return (
    <>
      {failure ? <DeviceProblem failure={failure} /> : <p>{words.trackEnded}</p>}
      <button type="button" onClick={devices.reopen}>
        {words.again}
      </button>
    </>
  );
}

interface DeviceSelectProps {
  readonly label: string;
  readonly track: MediaStreamTrack;
  readonly choices: readonly MediaDeviceInfo[];
  readonly onChoose: (deviceId: string) => void;
}

function DeviceSelect({ label, track, choices, onChoose }: DeviceSelectProps) {
  if (choices.length < 2) return null;
  const options = choices.map((device) => ({ value: device.deviceId, label: device.label }));
  return <Select label={label} value={track.getSettings().deviceId ?? ""} options={options} onChange={onChoose} />;
}

function useMuted(track: MediaStreamTrack | null): boolean {
  const [muted, setMuted] = useState(false);
  useEffect(() => {
    if (!track) return setMuted(false);
    const read = () => setMuted(track.muted);
    read();
    track.addEventListener("mute", read);
    track.addEventListener("unmute", read);
    return () => {
      track.removeEventListener("mute", read);
      track.removeEventListener("unmute", read);
    };
  }, [track]);
  return muted;
}

/** Whether this track was ever louder than the limit. */
function useOnceLouderThan(track: MediaStreamTrack | null, dbfs: number, limit: number): boolean {
  const [heard, setHeard] = useState<MediaStreamTrack | null>(null);
  useEffect(() => {
    if (track && dbfs > limit) setHeard(track);
  }, [track, dbfs, limit]);
  return track !== null && heard === track;
}
