import type { Failure } from "../../api/failure.js";
import { useWords } from "../../i18n/language.js";
import type { Devices } from "../../interview/use_devices.js";
import type { LiveConnection } from "../../interview/use_live_link.js";
import { DeviceProblem } from "../../ui/DeviceProblem.js";
import { FailureBox } from "../../ui/FailureBox.js";

interface StandingMessagesProps {
  readonly devices: Devices;
  readonly connection: LiveConnection;
  /** Why the page is not up to date; null while it is. */
  readonly trouble: Failure | null;
  readonly spoken: boolean;
}

/** What is wrong just now, what was kept, and what can be done. Empty while all is well. */
export function StandingMessages({ devices, connection, trouble, spoken }: StandingMessagesProps) {
  const { text } = useWords();
  const words = text.room;
  const { link, live } = connection;
  return (
    <div className="messages">
      {spoken && <DeviceMessages devices={devices} />}
      {link?.status === "reconnecting" && (
        <div className="box box-problem" role="alert" data-testid="lost">
          <p>
            <strong>{words.lostTitle}</strong> {words.lostBody}
          </p>
        </div>
      )}
      {link?.status === "failed" && <FailureBox failure={link.failure} kept={words.failedBody} />}
      {trouble && link?.status !== "reconnecting" && (
        <p className="box box-problem" role="alert">
          {words.watchLost}
        </p>
      )}
      {[...live.notices].map((notice) => (
        <p key={notice} className="box box-attention" role="status">
          {words.notices[notice]}
        </p>
      ))}
    </div>
  );
}

function DeviceMessages({ devices }: { readonly devices: Devices }) {
  const { text } = useWords();
  const { microphoneFailure, cameraFailure, microphoneEnded, cameraEnded, reopen } = devices;
  if (!microphoneFailure && !cameraFailure && !microphoneEnded && !cameraEnded) return null;
  return (
    <div className="box box-attention" role="alert">
      {microphoneEnded && <p>{text.room.notices.deviceLost}</p>}
      {cameraEnded && <p>{text.room.notices.cameraLost}</p>}
      {microphoneFailure && (
        <>
          <strong>{text.room.microphone}</strong>
          <DeviceProblem failure={microphoneFailure} />
        </>
      )}
      {cameraFailure && (
        <>
          <strong>{text.room.camera}</strong>
          <DeviceProblem failure={cameraFailure} />
        </>
      )}
      <button type="button" onClick={reopen}>
        {text.room.notices.reopenDevices}
      </button>
    </div>
  );
}
