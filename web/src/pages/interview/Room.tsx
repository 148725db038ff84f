import { useEffect, useMemo } from "react";
import type { Failure } from "../../api/failure.js";
import type { MediaSetup } from "../../devices/media_mode.js";
import { InterviewStage, type Interview } from "../../gen/parley/session/v1/interview_pb.js";
import { useWords } from "../../i18n/language.js";
import { isRunning } from "../../interview/progress.js";
import { useDevices } from "../../interview/use_devices.js";
import { useLiveLink, type LiveWish } from "../../interview/use_live_link.js";
import type { LinkState } from "../../live/link.js";
import { Page } from "../../ui/Page.js";
import { Conversation } from "./Conversation.js";
import { OwnSide } from "./OwnSide.js";
import { Ready } from "./Ready.js";
import { StandingMessages } from "./StandingMessages.js";
import { useFlash, type Flash } from "./use_flash.js";
import { Voice } from "./Voice.js";

interface RoomProps {
  readonly interview: Interview;
  readonly setup: MediaSetup;
  readonly trouble: Failure | null;
  readonly apply: (interview: Interview | undefined) => void;
}

/** After a break says how long it was; during one, what was said about the last no longer holds. */
function useBreakMessages(link: LinkState | null, { show }: Flash): void {
  const { text } = useWords();
  const status = link?.status;
  const breakMs = link?.lastBreakMs;
  useEffect(() => {
    if (status === "reconnecting") show("");
    if (status === "connected" && breakMs !== undefined) show(text.room.backBody(Math.max(1, Math.round(breakMs / 1000))));
  }, [status, breakMs, show]);
}

/** The interview itself: devices, live connection and voice live here, whatever of it is shown. */
export function Room({ interview, setup, trouble, apply }: RoomProps) {
  const { text } = useWords();
  const spoken = setup.mode !== "text";
  const devices = useDevices({ ...setup, microphone: spoken, camera: setup.mode === "video" });
  const planned = interview.stage !== InterviewStage.PLANNING;
  const { opening, tracks } = devices;
  const wish = useMemo<LiveWish | null>(
    // Without any device the connection is still worth having: the interviewer's voice comes over it.
    () => (spoken && planned && !opening ? { interviewId: interview.interviewId, tracks, reconnect: true, round: 0 } : null),
    [spoken, planned, opening, tracks, interview.interviewId],
  );
  const connection = useLiveLink(wish);
  const flash = useFlash();
  useBreakMessages(connection.link, flash);

  return (
    <Page title={text.room.title} width="wide" hideTitle>
      <Voice stream={connection.voice} />
      <div className="room">
        <div className="room-main">
          <StandingMessages devices={devices} connection={connection} trouble={trouble} spoken={spoken} />
          {isRunning(interview.stage) ? (
            <Conversation interview={interview} connection={connection} devices={devices} spoken={spoken} apply={apply} flash={flash} />
          ) : (
            <Ready interview={interview} setup={setup} connection={connection} devices={devices} apply={apply} />
          )}
        </div>
        {spoken && <OwnSide devices={devices} connection={connection} />}
      </div>
    </Page>
  );
}
