import type { Interview } from "../../gen/parley/session/v1/interview_pb.js";
import { useWords } from "../../i18n/language.js";
import { mayRetry } from "../../interview/progress.js";
import type { LiveConnection } from "../../interview/use_live_link.js";
import type { Answering } from "./use_answering.js";
import type { Flash } from "./use_flash.js";

interface ActionsProps {
  readonly interview: Interview;
  readonly connection: LiveConnection;
  readonly answering: Answering;
  readonly typing: boolean;
  /** Something was heard since the question. */
  readonly heard: boolean;
  readonly canSpeak: boolean;
  readonly onType: (typing: boolean) => void;
  readonly flash: Flash;
}

/** What the candidate can do with the current question. The submit button of a typed answer stands under its text. */
export function Actions({ interview, connection, answering, typing, heard, canSpeak, onType, flash }: ActionsProps) {
  const words = useWords().text.room;
  const { link, send } = connection;
  const { busy } = answering.action;
  const connected = link?.status === "connected" || link?.status === "unstable";
  const submit = () => (heard ? void answering.submit() : flash.show(words.nothingHeard));
  const answerAgain = async () => {
    if (await answering.answerAgain()) flash.show(words.retried);
  };
  const repeat = () => send({ case: "repeatQuestion", value: {} }) && flash.show(words.repeated);
  const hold = () => send({ case: "holdOn", value: {} }) && flash.show(words.held);
  return (
    <div className="actions">
      {!typing && (
        <button type="button" className="primary large" disabled={busy} onClick={submit}>
          {busy ? words.submitting : words.submit}
        </button>
      )}
      <div className="actions-further">
        {link && (
          <>
            <button type="button" disabled={!connected} onClick={hold}>
              {words.hold}
            </button>
            <button type="button" disabled={!connected} onClick={repeat}>
              {words.repeat}
            </button>
          </>
        )}
        {canSpeak && (
          <button type="button" onClick={() => onType(!typing)}>
            {typing ? words.speak : words.type}
          </button>
        )}
        {mayRetry(interview) && heard && (
          <button type="button" disabled={busy} onClick={() => void answerAgain()}>
            {words.retry}
          </button>
        )}
        <button type="button" disabled={busy} onClick={() => void answering.skip()}>
          {words.skip}
        </button>
      </div>
    </div>
  );
}
