import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { InterviewSchema, InterviewStage } from "../gen/parley/session/v1/interview_pb.js";
import { InterviewService } from "../gen/parley/session/v1/interview_service_pb.js";
import { watchInterview } from "./watch.js";

const { ANSWER, COMPLETE } = InterviewStage;

beforeEach(() => {
  vi.stubGlobal("window", new EventTarget());
  vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 50 }); // Pauses between attempts pass quickly.
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

type Step = { revision: bigint; stage: InterviewStage } | ConnectError;

/** A server whose n-th stream sends the n-th list: snapshots, then perhaps an error. */
function serverWith(streams: readonly Step[][]) {
  const asked: bigint[] = [];
  const transport = createRouterTransport(({ service }) =>
    service(InterviewService, {
      async *watchInterview({ afterRevision }) {
        const steps = streams[asked.length] ?? [];
        asked.push(afterRevision);
        for (const step of steps) {
          if (step instanceof ConnectError) throw step;
          yield { interview: create(InterviewSchema, step) };
        }
      },
      getInterview: () => ({}),
    }),
  );
  return { client: createClient(InterviewService, transport), asked };
}

async function watch(streams: readonly Step[][]) {
  const { client, asked } = serverWith(streams);
  const seen: bigint[] = [];
  const troubles: (string | null)[] = [];
  await watchInterview({
    client,
    interviewId: "i",
    signal: new AbortController().signal,
    onInterview: ({ revision }) => seen.push(revision),
    onTrouble: (failure) => troubles.push(failure?.kind ?? null),
  });
  return { asked, seen, troubles };
}

test("goes on after the last revision seen, and ends with the interview", async () => {
  const { asked, seen, troubles } = await watch([
    [{ revision: 3n, stage: ANSWER }, { revision: 4n, stage: ANSWER }, new ConnectError("draining", Code.Unavailable)],
    [{ revision: 9n, stage: COMPLETE }],
  ]);
  expect(asked).toEqual([0n, 4n]);
  expect(seen).toEqual([3n, 4n, 9n]);
  expect(troubles).toContain("unavailable");
  expect(troubles.at(-1)).toBe(null);
});

test("an expired token is no trouble to the user", async () => {
  const { seen, troubles } = await watch([
    [new ConnectError("the token has expired", Code.Unauthenticated)],
    [{ revision: 1n, stage: COMPLETE }],
  ]);
  expect(seen).toEqual([1n]);
  expect(troubles).not.toContain("signed_out");
});

test("a reached deadline only renews the stream", async () => {
  const { asked, troubles } = await watch([
    [{ revision: 2n, stage: ANSWER }, new ConnectError("", Code.DeadlineExceeded)],
    [{ revision: 3n, stage: COMPLETE }],
  ]);
  expect(asked).toEqual([0n, 2n]);
  expect(troubles.filter((kind) => kind !== null)).toEqual([]);
});

test("gives up where asking again cannot help", async () => {
  const { asked, troubles } = await watch([[new ConnectError("no such interview", Code.NotFound)]]);
  expect(asked).toHaveLength(1);
  expect(troubles.at(-1)).toBe("not_found");
});
