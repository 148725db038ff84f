import { useState } from "react";
import { playChime } from "../../devices/chime.js";
import type { Language } from "../../gen/parley/common/v1/language_pb.js";
import { htmlLang, useWords } from "../../i18n/language.js";
import type { LiveConnection } from "../../interview/use_live_link.js";
import type { Captions } from "../../live/captions.js";
import type { LinkState } from "../../live/link.js";
import { CaptionText } from "../../ui/CaptionText.js";
import { CheckRow, type CheckState } from "../../ui/CheckRow.js";
import { FailureBox } from "../../ui/FailureBox.js";

/** The server's measure of the microphone above which it plainly gets sound. */
const SERVER_HEARS_DBFS = -55;

interface ConnectionRowProps {
  readonly needed: boolean;
  readonly connection: LiveConnection;
  readonly onAgain: () => void;
}

/** A real WebRTC connection to media, with a real round trip over it. */
export function ConnectionRow({ needed, connection, onAgain }: ConnectionRowProps) {
  const { text } = useWords();
  const words = text.setup;
  const { link, live } = connection;
  const roundTripMs = link?.roundTripMs;
  return (
    <CheckRow name={words.rows.connection} state={needed ? connectionState(link) : "off"}>
      {!needed && <p>{words.notChecked}</p>}
      {needed && !link && <p>{words.connectionLater}</p>}
      {link?.status === "connecting" && <p>{words.connecting}</p>}
      {link?.status === "connected" && (
        <p>
          {roundTripMs === undefined ? words.connecting : words.connectionOk(Math.max(1, Math.round(roundTripMs)))}{" "}
          {live.inputDbfs > SERVER_HEARS_DBFS && words.connectionHears}
        </p>
      )}
      {link?.status === "unstable" && <p>{text.room.link.unstable}</p>}
      {link?.status === "failed" && <FailureBox failure={link.failure} onRetry={onAgain} />}
      {link?.status === "closed" && (
        <>
          <p>{words.connectionEnded}</p>
          <button type="button" onClick={onAgain}>
            {words.again}
          </button>
        </>
      )}
    </CheckRow>
  );
}

function connectionState(link: LinkState | null): CheckState {
  switch (link?.status) {
    case undefined:
      return "waiting";
    case "connected":
      return link.roundTripMs === undefined ? "checking" : "ok";
    case "connecting":
    case "reconnecting":
      return "checking";
    case "closed":
      // It worked and ended as it should; only one that never worked needs looking at.
      return link.roundTripMs === undefined ? "attention" : "waiting";
    default:
      return "attention";
  }
}

interface CaptionsRowProps {
  readonly allowed: boolean;
  readonly language: Language;
  readonly connection: LiveConnection;
}

/** Captions of whatever is said, if transcription is there for the trial. */
export function CaptionsRow({ allowed, language, connection }: CaptionsRowProps) {
  const { text } = useWords();
  const words = text.setup;
  const { link, live } = connection;
  const connected = link?.status === "connected" || link?.status === "unstable";
  const silent = live.heardAtAll && !live.heardSpeaking && live.captions.length === 0;
  return (
    <CheckRow name={words.rows.captions} state={captionsState(allowed, connected, live.captions, silent)}>
      {!allowed && <p>{words.noRecordingConsent}</p>}
      {allowed && !connected && live.captions.length === 0 && <p>{words.captionsUnavailable}</p>}
      {allowed && connected && live.captions.length === 0 && <p>{silent ? words.captionsSilent : words.captionsTry}</p>}
      {live.captions.length > 0 && (
        <p className="captions captions-small">
          <CaptionText captions={live.captions} lang={htmlLang(language)} />
        </p>
      )}
    </CheckRow>
  );
}

function captionsState(allowed: boolean, connected: boolean, captions: Captions, silent: boolean): CheckState {
  if (!allowed) return "off";
  if (captions.length > 0) return "ok";
  if (!connected) return "waiting";
  return silent ? "attention" : "checking";
}

export function SpeakerRow() {
  const words = useWords().text.setup;
  const [state, setState] = useState<"untried" | "playing" | "played" | "heard" | "failed">("untried");
  const play = () => {
    setState("playing");
    playChime().then(
      () => setState("played"),
      () => setState("failed"),
    );
  };
  const shown: CheckState = state === "heard" ? "ok" : state === "failed" ? "attention" : "untried";
  return (
    <CheckRow name={words.rows.speaker} state={shown}>
      <p aria-live="polite">
        {state === "failed" ? words.speakerFailed : state === "playing" ? words.speakerPlaying : words.speakerHint}
      </p>
      <div className="row">
        <button type="button" onClick={play} disabled={state === "playing"}>
          {words.speakerTest}
        </button>
        {state === "played" && (
          <button type="button" onClick={() => setState("heard")}>
            {words.heardIt}
          </button>
        )}
      </div>
    </CheckRow>
  );
}
