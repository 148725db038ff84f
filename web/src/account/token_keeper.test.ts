import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { TokenPairSchema, type TokenPair } from "../gen/parley/session/v1/account_pb.js";
import { TokenKeeper } from "./token_keeper.js";
import { fromPair, TokenStore } from "./token_store.js";

class MemoryStorage {
  #items = new Map<string, string>();
  getItem = (key: string) => this.#items.get(key) ?? null;
  setItem = (key: string, value: string) => void this.#items.set(key, value);
  removeItem = (key: string) => void this.#items.delete(key);
}

const pair = (name: string, expiresMs: number): TokenPair =>
  create(TokenPairSchema, { accessToken: `access-${name}`, refreshToken: `refresh-${name}`, accessExpireTime: timestampFromMs(expiresMs) });

function keeperAt(nowMs: number, refresh: (token: string) => Promise<TokenPair>) {
  const store = new TokenStore(new MemoryStorage() as unknown as Storage);
  const state = { now: nowMs, signedOut: 0 };
  const keeper = new TokenKeeper({
    store,
    refresh,
    exclusive: (work) => work(),
    now: () => state.now,
    onSignedOut: () => (state.signedOut += 1),
  });
  return { store, keeper, state };
}

test("a fresh token is used, a stale one refreshed before it expires", async () => {
  const { store, keeper, state } = keeperAt(0, (token) => Promise.resolve(pair(token, 2_000_000)));
  store.write(fromPair(pair("a", 900_000), 0));
  expect(await keeper.accessToken()).toBe("access-a");
  state.now = 880_000;
  expect(await keeper.accessToken()).toBe("access-refresh-a");
  expect(store.read()?.refresh).toBe("refresh-refresh-a");
});

test("a clock that runs ahead does not refresh at every call", async () => {
  const { store, keeper, state } = keeperAt(5_000_000, () => Promise.reject(new Error("must not be called")));
  store.write(fromPair(pair("a", 900_000), state.now));
  expect(await keeper.accessToken()).toBe("access-a");
});

test("refused many times at once: one refresh, since a second use would sign out", async () => {
  const used: string[] = [];
  const { store, keeper } = keeperAt(0, (token) => {
    used.push(token);
    return Promise.resolve(pair("b", 900_000));
  });
  store.write(fromPair(pair("a", 900_000), 0));
  const tokens = await Promise.all([keeper.replaceToken("access-a"), keeper.replaceToken("access-a")]);
  expect(tokens).toEqual(["access-b", "access-b"]);
  expect(used).toEqual(["refresh-a"]);
});

test("another tab's refresh is taken over instead of repeated", async () => {
  const { store, keeper } = keeperAt(0, () => Promise.reject(new Error("must not be called")));
  store.write(fromPair(pair("of-the-other-tab", 900_000), 0));
  expect(await keeper.replaceToken("access-a")).toBe("access-of-the-other-tab");
});

test("signs out when the server says so, and not because the network is away", async () => {
  let error: unknown = ConnectError.from(new TypeError("Failed to fetch"));
  const { store, keeper, state } = keeperAt(0, () => Promise.reject(error as Error));
  store.write(fromPair(pair("a", 900_000), 0));
  await expect(keeper.replaceToken("access-a")).rejects.toMatchObject({ kind: "offline" });
  expect(store.read()).not.toBeNull();

  error = new ConnectError("used before", Code.Unauthenticated);
  await expect(keeper.replaceToken("access-a")).rejects.toMatchObject({ kind: "signed_out" });
  expect(store.read()).toBeNull();
  expect(state.signedOut).toBe(1);
});
