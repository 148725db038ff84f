import { useCallback, useEffect, useRef, useState } from "react";
import { useClients } from "../app/account_context.js";
import type { Language } from "../gen/parley/common/v1/language_pb.js";
import { NoticeKind } from "../gen/parley/media/v1/live_pb.js";
import type { Command } from "../live/channel.js";
import { LiveLink, type LinkState } from "../live/link.js";
import { openPeer, type LocalTracks } from "../live/peer.js";
import { afterLoss, applyLiveEvent, LIVE_START, type LiveState } from "./live_state.js";

export interface LiveConnection {
  /** Null while there is none by intent. */
  readonly link: LinkState | null;
  readonly live: LiveState;
  /** The interviewer's voice. */
  readonly voice: MediaStream | null;
  readonly send: (command: Command) => boolean;
}

export interface LiveWish {
  /** Empty for the trial connection. */
  readonly interviewId: string;
  /** Of the captions in a trial connection. */
  readonly language?: Language;
  readonly tracks: LocalTracks;
  readonly reconnect: boolean;
  /** Another value starts anew. */
  readonly round: number;
}

/** Holds a live connection as wished; none while the wish is null. The wish must keep its identity between renders. */
export function useLiveLink(wish: LiveWish | null): LiveConnection {
  const { media } = useClients();
  const [link, setLink] = useState<LinkState | null>(null);
  const [live, setLive] = useState<LiveState>(LIVE_START);
  const [voice, setVoice] = useState<MediaStream | null>(null);
  const current = useRef<LiveLink | null>(null);

  useEffect(() => {
    if (!wish) return;
    const opened = new LiveLink({
      ...wish,
      media,
      open: openPeer,
      onVoice: setVoice,
      onEvent: (event) => {
        setLive((state) => applyLiveEvent(state, event));
        if (event.event.case === "notice" && event.event.value.kind === NoticeKind.ENDED) opened.close({ hangUp: true });
      },
      onState: (state) => {
        setLink(state);
        if (state.status === "reconnecting") setLive(afterLoss);
      },
    });
    current.current = opened;
    return () => {
      // Leaving the page's room is not leaving the interview, but media need not hold the peer open for us.
      opened.close({ hangUp: true });
      current.current = null;
      setLink(null);
      setVoice(null);
      setLive(LIVE_START);
    };
  }, [wish, media]);

  const send = useCallback((command: Command) => current.current?.send(command) ?? false, []);
  return { link, live, voice, send };
}
