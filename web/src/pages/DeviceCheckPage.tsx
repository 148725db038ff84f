import { useCallback, useEffect, useMemo, useState } from "react";
import { useQuery } from "../api/use_query.js";
import { useClients } from "../app/account_context.js";
import { navigate, paths } from "../app/router.js";
import { listDevices, type DeviceChoice, type DeviceList } from "../devices/capture.js";
import { writeMediaSetup, type MediaMode } from "../devices/media_mode.js";
import type { Language } from "../gen/parley/common/v1/language_pb.js";
import { ConsentPurpose } from "../gen/parley/session/v1/consent_pb.js";
import { useWords } from "../i18n/language.js";
import { standingConsent, useConsents } from "../interview/consents.js";
import { useDevices, type Devices } from "../interview/use_devices.js";
import { useLiveLink, type LiveWish } from "../interview/use_live_link.js";
import { Busy } from "../ui/Busy.js";
import { FailureBox } from "../ui/FailureBox.js";
import { Page } from "../ui/Page.js";
import { CaptionsRow, ConnectionRow, SpeakerRow } from "./check/ConnectionRows.js";
import { CameraRow, MicrophoneRow } from "./check/DeviceRows.js";

export default function DeviceCheckPage({ interviewId }: { readonly interviewId: string }) {
  const { text } = useWords();
  const { interview: client } = useClients();
  const interview = useQuery(useCallback((signal: AbortSignal) => client.getInterview({ interviewId }, { signal }), [client, interviewId]));
  const { consents, ...list } = useConsents();
  const failure = interview.failure ?? list.failure;
  const settings = interview.value?.interview?.settings;
  const reload = () => {
    interview.reload();
    list.reload();
  };
  return (
    <Page title={text.setup.checkTitle} width="wide">
      <p className="lead">{text.setup.checkIntro}</p>
      <FailureBox failure={failure} onRetry={reload} />
      {(!consents || !settings) && !failure && <Busy>{text.common.loading}</Busy>}
      {consents && settings && (
        <Checks
          interviewId={interviewId}
          language={settings.language}
          mayHear={standingConsent(consents, ConsentPurpose.RECORDING) !== undefined}
          maySee={standingConsent(consents, ConsentPurpose.VIDEO_METRICS) !== undefined}
        />
      )}
    </Page>
  );
}

interface ChecksProps {
  readonly interviewId: string;
  /** Of the interview, and of what is said for a try. */
  readonly language: Language;
  /** Consent to a transcript. */
  readonly mayHear: boolean;
  /** Consent to measurements from video. */
  readonly maySee: boolean;
}

function Checks({ interviewId, language, mayHear, maySee }: ChecksProps) {
  const [choice, setChoice] = useState<DeviceChoice>({});
  const [round, setRound] = useState(0);
  const devices = useDevices({ microphone: mayHear, camera: maySee, ...choice });
  const list = useDeviceList(devices);
  const wish = useMemo<LiveWish | null>(() => {
    const { opening, tracks } = devices;
    if (opening || (!tracks.microphone && !tracks.camera)) return null;
    return { interviewId: "", language, tracks, reconnect: false, round };
  }, [devices.opening, devices.tracks, language, round]);
  const connection = useLiveLink(wish);
  const again = () => setRound((value) => value + 1);
  const goOn = (mode: MediaMode) => {
    writeMediaSetup(interviewId, { mode, ...choice });
    navigate(paths.room(interviewId));
  };
  return (
    <>
      <div className="check-rows">
        <CameraRow
          allowed={maySee}
          devices={devices}
          cameras={list.cameras}
          onChoose={(cameraId) => setChoice({ ...choice, cameraId })}
          face={connection.live.face}
        />
        <MicrophoneRow
          allowed={mayHear}
          devices={devices}
          microphones={list.microphones}
          onChoose={(microphoneId) => setChoice({ ...choice, microphoneId })}
        />
        <ConnectionRow needed={mayHear || maySee} connection={connection} onAgain={again} />
        <CaptionsRow allowed={mayHear} connection={connection} language={language} />
        <SpeakerRow />
      </div>
      <Continue devices={devices} onContinue={goOn} />
    </>
  );
}

interface ContinueProps {
  readonly devices: Devices;
  readonly onContinue: (mode: MediaMode) => void;
}

/** The ways that are open; the fullest one stands out. */
function Continue({ devices, onContinue }: ContinueProps) {
  const { text } = useWords();
  const { microphone, camera } = devices.tracks;
  const ways: { readonly mode: MediaMode; readonly label: string }[] = [{ mode: "text", label: text.setup.continueText }];
  if (microphone) ways.unshift({ mode: "audio", label: text.setup.continueAudio });
  if (microphone && camera) ways.unshift({ mode: "video", label: text.setup.continueVideo });
  return (
    <div className="row continue">
      {ways.map(({ mode, label }, index) => (
        <button key={mode} type="button" className={index === 0 ? "primary large" : "large"} onClick={() => onContinue(mode)}>
          {label}
        </button>
      ))}
    </div>
  );
}

/** Which devices there are; names are known once one was opened. */
function useDeviceList({ opening, tracks }: Devices): DeviceList {
  const [list, setList] = useState<DeviceList>({ microphones: [], cameras: [] });
  useEffect(() => {
    if (opening) return;
    let wanted = true;
    const refresh = () => void listDevices().then((found) => wanted && setList(found));
    refresh();
    navigator.mediaDevices?.addEventListener("devicechange", refresh);
    return () => {
      wanted = false;
      navigator.mediaDevices?.removeEventListener("devicechange", refresh);
    };
  }, [opening, tracks]);
  return list;
}
