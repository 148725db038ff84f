import { create } from "@bufbuild/protobuf";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Clients } from "../api/clients.js";
import { localFailure } from "../api/failure.js";
import { LiveEventSchema, NoticeKind, type LiveEvent } from "../gen/parley/media/v1/live_pb.js";
import type { Command } from "./channel.js";
import { LiveLink, type LinkState } from "./link.js";
import type { Peer, PeerOptions } from "./peer.js";

/** A peer without a network: the test decides what arrives and when it is lost. */
class FakePeer implements Peer {
  readonly sent: Command[] = [];
  readonly #lost = Promise.withResolvers<void>();
  readonly lost = this.#lost.promise;
  hungUp = false;

  constructor(readonly options: PeerOptions) {}

  send(command: Command): boolean {
    this.sent.push(command);
    return true;
  }

  giveUp(): void {
    this.#lost.resolve();
  }

  hangUp(): Promise<void> {
    this.hungUp = true;
    return Promise.resolve();
  }

  receive(event: LiveEvent["event"]): void {
    this.options.onEvent(create(LiveEventSchema, { event }));
  }

  answerPing(): void {
    const ping = this.sent.findLast((command) => command.case === "ping");
    if (ping?.case === "ping") this.receive({ case: "pong", value: { token: ping.value.token ?? 0n } as never });
  }
}

let peers: FakePeer[];
let states: LinkState[];
let refusals: unknown[];

beforeEach(() => {
  [peers, states, refusals] = [[], [], []];
  vi.stubGlobal("window", new EventTarget());
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function start(options: { reconnect?: boolean } = {}): Promise<LiveLink> {
  const link = new LiveLink({
    media: {} as Clients["media"],
    interviewId: "i",
    tracks: { microphone: null, camera: null },
    reconnect: options.reconnect ?? true,
    onEvent: () => undefined,
    onVoice: () => undefined,
    onState: (state) => states.push(state),
    open: async (peerOptions) => {
      const refusal = refusals.shift();
      if (refusal) throw refusal;
      peers.push(new FakePeer(peerOptions));
      return peers.at(-1)!;
    },
  });
  await vi.advanceTimersByTimeAsync(0);
  return link;
}

const status = () => states.at(-1)?.status;

test("a lost connection is offered anew, and the break's length is told", async () => {
  const link = await start();
  expect(status()).toBe("connected");
  refusals = [localFailure("offline"), localFailure("offline")];
  peers[0]!.giveUp();
  await vi.advanceTimersByTimeAsync(0);
  expect(status()).toBe("reconnecting");
  await vi.advanceTimersByTimeAsync(1_500);
  expect(status()).toBe("connected");
  expect(peers).toHaveLength(2);
  expect(states.at(-1)?.lastBreakMs).toBe(1_500);
  link.close({ hangUp: true });
});

test("a connection that is silent is given up although nothing reports its loss", async () => {
  const link = await start();
  await vi.advanceTimersByTimeAsync(6_000);
  peers[0]!.answerPing();
  await vi.advanceTimersByTimeAsync(6_000);
  expect(peers).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(6_000);
  expect(peers).toHaveLength(2);
  expect(states.at(-1)?.lastBreakMs).toBe(10_000); // From the last sign of life, which is what was lost.
  link.close({ hangUp: true });
});

test("a wavering connection may recover, but not for ever", async () => {
  const link = await start();
  peers[0]!.options.onUnstable(true);
  expect(status()).toBe("unstable");
  peers[0]!.options.onUnstable(false);
  expect(status()).toBe("connected");
  peers[0]!.options.onUnstable(true);
  await vi.advanceTimersByTimeAsync(4_000);
  peers[0]!.answerPing();
  await vi.advanceTimersByTimeAsync(4_000);
  expect(peers).toHaveLength(2);
  link.close({ hangUp: true });
});

test("a draining node is left at once", async () => {
  const link = await start();
  peers[0]!.receive({ case: "notice", value: { kind: NoticeKind.RENEGOTIATE } as never });
  await vi.advanceTimersByTimeAsync(0);
  expect(peers).toHaveLength(2);
  expect(status()).toBe("connected");
  link.close({ hangUp: true });
});

test("the network's return ends the pause between attempts", async () => {
  refusals = Array.from({ length: 5 }, () => localFailure("offline"));
  const link = await start();
  await vi.advanceTimersByTimeAsync(8_000); // The fifth attempt failed at 7.5 s, the next would be at 15.5 s.
  expect(status()).toBe("connecting");
  window.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(0);
  expect(status()).toBe("connected");
  link.close({ hangUp: true });
});

test("a refusal that no retry can heal is final, and says why", async () => {
  refusals = [{ ...localFailure("invalid"), reason: "SDP_MALFORMED" }];
  await start();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(states.at(-1)).toMatchObject({ status: "failed", failure: { reason: "SDP_MALFORMED" } });
  expect(peers).toHaveLength(0);
});

test("the trial connection is not offered again", async () => {
  await start({ reconnect: false });
  peers[0]!.giveUp();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(status()).toBe("closed");
  expect(peers).toHaveLength(1);
});

test("closing hangs up and ends everything", async () => {
  const link = await start();
  link.close({ hangUp: true });
  peers[0]!.giveUp();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(peers).toHaveLength(1);
  expect(peers[0]!.hungUp).toBe(true);
  expect(status()).toBe("closed");
});
