// Keeps a live connection to media for as long as the page needs it: offers again after every loss, for as long as it
// takes, and says all the time how it stands.

import { toFailure, type Failure } from "../api/failure.js";
import { NoticeKind, type LiveEvent } from "../gen/parley/media/v1/live_pb.js";
import type { Command } from "./channel.js";
import type { Peer, PeerOptions } from "./peer.js";

export type LinkStatus = "connecting" | "connected" | "unstable" | "reconnecting" | "failed" | "closed";

export interface LinkState {
  readonly status: LinkStatus;
  /** Why the last attempt failed. */
  readonly failure: Failure | null;
  /** Round trip of the last ping in milliseconds. */
  readonly roundTripMs: number | undefined;
  /** Length of the last break, once it is over. */
  readonly lastBreakMs: number | undefined;
}

export interface LinkOptions extends Omit<PeerOptions, "signal" | "onUnstable"> {
  readonly open: (options: PeerOptions) => Promise<Peer>;
  readonly onState: (state: LinkState) => void;
  /** False for the trial connection, which ends by itself. */
  readonly reconnect: boolean;
}

const PING_INTERVAL_MS = 2_000;
/** Media sends something many times in this; a connection that is silent for longer is dead, whatever ICE believes. */
const SILENCE_LIMIT_MS = 8_000;
const UNSTABLE_LIMIT_MS = 5_000;
const BACK_OFF_MS = [0, 500, 1_000, 2_000, 4_000, 8_000];

export function backOff(attempt: number): number {
  return BACK_OFF_MS[Math.min(attempt, BACK_OFF_MS.length - 1)] ?? 0;
}

export class LiveLink {
  readonly #options: LinkOptions;
  readonly #abort = new AbortController();
  #state: LinkState = { status: "connecting", failure: null, roundTripMs: undefined, lastBreakMs: undefined };
  #peer: Peer | null = null;
  #lostAt: number | null = null;
  #lastHeard = 0;
  #unstableSince: number | null = null;
  #pings = new Map<bigint, number>();
  #nextToken = 1n;
  #wake: () => void = () => undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    window.addEventListener("online", this.#hurry);
    void this.#run();
  }

  /** False if it could not be sent because there is no connection just now. */
  send(command: Command): boolean {
    return this.#peer?.send(command) ?? false;
  }

  /** Ends it for good. With `hangUp` media is told, so that it need not wait whether we come back. */
  close({ hangUp }: { hangUp: boolean }): void {
    if (this.#abort.signal.aborted) return;
    window.removeEventListener("online", this.#hurry);
    if (hangUp) void this.#peer?.hangUp();
    this.#abort.abort();
    this.#wake();
    this.#set({ status: "closed" });
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    for (let attempt = 0; !signal.aborted; ) {
      try {
        this.#peer = await this.#options.open({
          ...this.#options,
          signal,
          onEvent: (event) => this.#receive(event),
          onUnstable: (unstable) => this.#setUnstable(unstable),
        });
        attempt = 0;
        await this.#stayWith(this.#peer);
        if (signal.aborted) return;
        if (!this.#options.reconnect) return this.#set({ status: "closed" });
        this.#set({ status: "reconnecting" });
      } catch (error) {
        if (signal.aborted) return;
        const failure = toFailure(error);
        if (!failure.retryable || !this.#options.reconnect) return this.#set({ status: "failed", failure });
        this.#set({ status: this.#lostAt === null ? "connecting" : "reconnecting", failure });
        attempt += 1;
        await this.#pause(Math.max(backOff(attempt), failure.retryAfterMs ?? 0));
      }
    }
  }

  async #stayWith(peer: Peer): Promise<void> {
    const breakMs = this.#lostAt === null ? undefined : performance.now() - this.#lostAt;
    this.#lostAt = null;
    this.#unstableSince = null;
    this.#lastHeard = performance.now();
    this.#pings.clear();
    this.#set({ status: "connected", failure: null, lastBreakMs: breakMs });
    this.#ping(peer);
    const timer = setInterval(() => this.#checkPulse(peer), PING_INTERVAL_MS);
    await peer.lost;
    clearInterval(timer);
    this.#peer = null;
    this.#lostAt = this.#lastHeard; // Since then nothing went either way, however late that was noticed.
  }

  #checkPulse(peer: Peer): void {
    const now = performance.now();
    const silent = now - this.#lastHeard > SILENCE_LIMIT_MS;
    const unstable = this.#unstableSince !== null && now - this.#unstableSince > UNSTABLE_LIMIT_MS;
    if (silent || unstable) peer.giveUp();
    else this.#ping(peer);
  }

  #ping(peer: Peer): void {
    const token = this.#nextToken++;
    this.#pings.set(token, performance.now());
    peer.send({ case: "ping", value: { token } });
  }

  #receive(event: LiveEvent): void {
    this.#lastHeard = performance.now();
    if (event.event.case === "pong") return this.#receivePong(event.event.value.token);
    // This node drains: another one takes over, and nothing is lost in between.
    if (event.event.case === "notice" && event.event.value.kind === NoticeKind.RENEGOTIATE) this.#peer?.giveUp();
    this.#options.onEvent(event);
  }

  #receivePong(token: bigint): void {
    const sentAt = this.#pings.get(token);
    if (sentAt === undefined) return;
    this.#pings.clear();
    this.#set({ roundTripMs: performance.now() - sentAt });
  }

  #setUnstable(unstable: boolean): void {
    if (this.#peer === null || unstable === (this.#unstableSince !== null)) return;
    this.#unstableSince = unstable ? performance.now() : null;
    this.#set({ status: unstable ? "unstable" : "connected", lastBreakMs: undefined });
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** The network is back: no need to wait for the rest of the pause. */
  readonly #hurry = (): void => this.#wake();

  #set(change: Partial<LinkState>): void {
    this.#state = { ...this.#state, ...change };
    this.#options.onState(this.#state);
  }
}
