import { useState } from "react";
import type { CalibrationDone } from "../../gen/parley/media/v1/live_pb.js";
import { useWords } from "../../i18n/language.js";
import type { LiveConnection } from "../../interview/use_live_link.js";

/** The zero-point calibration: worth having, never needed. */
export function Calibration({ connection }: { readonly connection: LiveConnection }) {
  const words = useWords().text.room.calibration;
  const { live, link, send } = connection;
  // The result that stood when it was started: another one ends it.
  const [startedAt, setStartedAt] = useState<{ readonly result: CalibrationDone | null } | null>(null);
  const connected = link?.status === "connected";
  const running = connected && startedAt !== null && startedAt.result === live.calibration;
  const start = () => {
    if (send({ case: "calibrate", value: {} })) setStartedAt({ result: live.calibration });
  };
  return (
    <div className="stack calibration">
      <h3>{words.title}</h3>
      <p>{words.body}</p>
      <p role="status" data-testid="calibration">
        {running ? words.running : live.calibration && outcome(live.calibration, words)}
      </p>
      <button type="button" disabled={running || !connected} onClick={start}>
        {words.start}
      </button>
    </div>
  );
}

function outcome(result: CalibrationDone, words: { done: string; failed: string; noSteadyFace: string }): string {
  if (result.succeeded) return words.done;
  return result.noSteadyFace ? words.noSteadyFace : words.failed;
}
