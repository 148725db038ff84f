// One WebRTC connection to media: from offer to loss. Keeping it alive is link.ts's work.

import { localFailure, toFailure } from "../api/failure.js";
import type { Clients } from "../api/clients.js";
import { newRequestId } from "../api/clients.js";
import { VIDEO_LIMITS } from "../devices/capture.js";
import { Language } from "../gen/parley/common/v1/language_pb.js";
import type { LiveEvent } from "../gen/parley/media/v1/live_pb.js";
import { decodeEvent, encodeCommand, type Command } from "./channel.js";

/** Host candidates are found at once; what a slow STUN server finds later is sent after the offer. */
const GATHERING_LIMIT_MS = 2_000;
/** From offer to open data channel. */
const CONNECT_LIMIT_MS = 15_000;
const MAX_VIDEO_BITS_PER_SECOND = 400_000;

export interface LocalTracks {
  readonly microphone: MediaStreamTrack | null;
  readonly camera: MediaStreamTrack | null;
}

export interface PeerOptions {
  readonly media: Clients["media"];
  /** Empty for the device check's trial connection. */
  readonly interviewId: string;
  /** Language of the captions in a trial connection; an interview has its own. */
  readonly language?: Language;
  readonly tracks: LocalTracks;
  readonly onEvent: (event: LiveEvent) => void;
  readonly onVoice: (stream: MediaStream) => void;
  /** The connection wavers (true) or holds again (false). */
  readonly onUnstable: (unstable: boolean) => void;
  readonly signal: AbortSignal;
}

export interface Peer {
  send(command: Command): boolean;
  /** Settles when the connection is gone for good. */
  readonly lost: Promise<void>;
  /** Declares it gone. */
  giveUp(): void;
  /** Ends it, and tells media. */
  hangUp(): Promise<void>;
}

/** Resolves when data can flow. Rejects with a Failure. */
export async function openPeer(options: PeerOptions): Promise<Peer> {
  const { media, signal } = options;
  const { iceServers } = await media.getIceServers({}, { signal });
  const connection = new RTCPeerConnection({ iceServers: iceServers.map(toRtcIceServer) });
  try {
    return await negotiate(connection, options);
  } catch (error) {
    connection.close();
    throw toFailure(error);
  }
}

async function negotiate(connection: RTCPeerConnection, options: PeerOptions): Promise<Peer> {
  const { media, interviewId, language = Language.UNSPECIFIED, tracks, signal } = options;
  const channel = connection.createDataChannel("live", { ordered: true });
  channel.binaryType = "arraybuffer";
  addTracks(connection, tracks);
  connection.ontrack = (event) => {
    if (event.track.kind === "audio") options.onVoice(event.streams[0] ?? new MediaStream([event.track]));
  };
  channel.onmessage = (message) => {
    const event = decodeEvent(message.data);
    if (event) options.onEvent(event);
  };
  await connection.setLocalDescription(await connection.createOffer());
  const late = await gatherCandidates(connection, signal);
  // The text goes out and comes in exactly as the browsers made it.
  const sdp = connection.localDescription?.sdp ?? "";
  const answer = await media.negotiate({ requestId: newRequestId(), interviewId, language, sdp }, { signal });
  late.sendTo((candidate) => sendCandidate(media, answer.peerId, candidate));
  const lost = watchLoss(connection, channel, options);
  await connection.setRemoteDescription({ type: "answer", sdp: answer.sdp });
  await channelOpen(channel, lost.promise, signal);
  return {
    send: (command) => sendCommand(channel, command),
    lost: lost.promise,
    giveUp: lost.declare,
    hangUp: () => {
      lost.declare();
      return media.hangup({ peerId: answer.peerId }).then(noop, noop); // Media notices a gone peer by itself, too.
    },
  };
}

function addTracks(connection: RTCPeerConnection, { microphone, camera }: LocalTracks): void {
  // Audio always goes both ways: the interviewer's voice comes back on it, even where no microphone is.
  connection.addTransceiver(microphone ?? "audio", { direction: microphone ? "sendrecv" : "recvonly" });
  if (!camera) return;
  connection.addTransceiver(camera, {
    direction: "sendonly",
    sendEncodings: [{ maxFramerate: VIDEO_LIMITS.framesPerSecond, maxBitrate: MAX_VIDEO_BITS_PER_SECOND }],
  });
}

/** What is gathered after the offer has to go, until it has somewhere to go. */
class LateCandidates {
  #waiting: RTCIceCandidate[] = [];
  #send: ((candidate: RTCIceCandidate) => void) | null = null;

  add(candidate: RTCIceCandidate): void {
    if (this.#send) this.#send(candidate);
    else this.#waiting.push(candidate);
  }

  sendTo(send: (candidate: RTCIceCandidate) => void): void {
    this.#send = send;
    this.#waiting.splice(0).forEach(send);
  }
}

function gatherCandidates(connection: RTCPeerConnection, signal: AbortSignal): Promise<LateCandidates> {
  const late = new LateCandidates();
  return new Promise((resolve, reject) => {
    let done = connection.iceGatheringState === "complete";
    const finish = () => {
      done = true;
      clearTimeout(timer);
      resolve(late);
    };
    const timer = setTimeout(finish, GATHERING_LIMIT_MS);
    connection.onicegatheringstatechange = () => connection.iceGatheringState === "complete" && finish();
    connection.onicecandidate = ({ candidate }) => candidate && done && late.add(candidate);
    signal.addEventListener("abort", () => reject(localFailure("cancelled")), { once: true });
    if (done) finish();
  });
}

function sendCandidate(media: Clients["media"], peerId: string, candidate: RTCIceCandidate): void {
  const line = { candidate: candidate.candidate, sdpMid: candidate.sdpMid ?? "" };
  const index = candidate.sdpMLineIndex;
  // One candidate less is a path less, no failure: the connection attempt itself says whether the others suffice.
  media.addIceCandidate({ peerId, ...line, ...(index === null ? {} : { sdpMlineIndex: index }) }).catch(noop);
}

function watchLoss(connection: RTCPeerConnection, channel: RTCDataChannel, options: PeerOptions): { promise: Promise<void>; declare(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const declare = () => {
    connection.close();
    resolve();
  };
  connection.onconnectionstatechange = () => {
    const state = connection.connectionState;
    options.onUnstable(state === "disconnected");
    if (state === "failed" || state === "closed") declare();
  };
  channel.onclose = declare;
  options.signal.addEventListener("abort", declare, { once: true });
  return { promise, declare };
}

function channelOpen(channel: RTCDataChannel, lost: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(localFailure("timeout", "LINK_TIMEOUT")), CONNECT_LIMIT_MS);
    const settle = (act: () => void) => {
      clearTimeout(timer);
      act();
    };
    if (channel.readyState === "open") settle(resolve);
    channel.onopen = () => settle(resolve);
    void lost.then(() => settle(() => reject(localFailure(signal.aborted ? "cancelled" : "unavailable", "INTERRUPTED"))));
  });
}

function sendCommand(channel: RTCDataChannel, command: Command): boolean {
  if (channel.readyState !== "open") return false;
  channel.send(encodeCommand(command));
  return true;
}

function toRtcIceServer({ urls, username, credential }: { urls: string[]; username: string; credential: string }): RTCIceServer {
  return { urls, ...(username ? { username } : {}), ...(credential ? { credential } : {}) };
}

function noop(): void {
  // Nothing to do.
}
