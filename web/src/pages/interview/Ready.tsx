import { useAction } from "../../api/use_action.js";
import { useClients } from "../../app/account_context.js";
import type { MediaSetup } from "../../devices/media_mode.js";
import { InterviewStage, TurnTaking, type Interview } from "../../gen/parley/session/v1/interview_pb.js";
import { useWords } from "../../i18n/language.js";
import type { Devices } from "../../interview/use_devices.js";
import type { LiveConnection } from "../../interview/use_live_link.js";
import { Busy } from "../../ui/Busy.js";
import { FailureBox } from "../../ui/FailureBox.js";
import { Calibration } from "./Calibration.js";
import { LinkBadge } from "./LinkBadge.js";

interface ReadyProps {
  readonly interview: Interview;
  readonly setup: MediaSetup;
  readonly connection: LiveConnection;
  readonly devices: Devices;
  readonly apply: (interview: Interview | undefined) => void;
}

/** Before the first question: who will be asking, how it goes, and the button that starts it. */
export function Ready({ interview, setup, connection, devices, apply }: ReadyProps) {
  const { text } = useWords();
  const words = text.room;
  const { interview: client } = useClients();
  const action = useAction();
  const { interviewId, stage } = interview;
  const spoken = setup.mode !== "text";
  const manual = interview.settings?.turnTaking === TurnTaking.MANUAL;
  // A connection that is still coming is worth waiting for: the first question is spoken over it.
  const settling = spoken && (devices.opening || !connection.link || connection.link.status === "connecting");
  const start = () =>
    action.run(interviewId, async (requestId) => {
      apply((await client.startInterview({ requestId, interviewId })).interview);
    });
  return (
    <section className="card stack ready">
      <div className="row row-between">
        <h2>{words.readyTitle}</h2>
        <LinkBadge link={connection.link} spoken={spoken} />
      </div>
      <div className="box">
        <strong>{words.disclosureTitle}</strong>
        <p>{words.disclosure}</p>
      </div>
      <ul className="hints">
        {spoken && <li>{words.readyHints.voice}</li>}
        {spoken && <li>{manual ? words.readyHints.manual : words.readyHints.automatic}</li>}
        <li>{spoken ? words.readyHints.typeAnyTime : words.readyHints.typed}</li>
      </ul>
      {devices.tracks.camera && !settling && <Calibration connection={connection} />}
      <FailureBox failure={action.failure} onRetry={() => void start()} />
      {stage === InterviewStage.PLANNING ? (
        <>
          <Busy>{words.planning}</Busy>
          <p className="hint">{words.planningHint}</p>
        </>
      ) : (
        <button type="button" className="primary large" disabled={action.busy || settling} onClick={() => void start()}>
          {action.busy ? words.starting : settling ? words.link.connecting : words.start}
        </button>
      )}
    </section>
  );
}
