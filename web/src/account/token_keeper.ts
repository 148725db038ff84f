// Keeps the access token fresh. A refresh token works once and using it twice signs the device out, so that only one
// refresh may run at a time: within the tab, and over all tabs through a lock.

import { localFailure, toFailure } from "../api/failure.js";
import type { TokenSource } from "../api/transport.js";
import type { TokenPair } from "../gen/parley/session/v1/account_pb.js";
import { fromPair, type Tokens, type TokenStore } from "./token_store.js";

/** Refresh this long before the token expires. */
const MARGIN_MS = 30_000;
/** Never refresh a token younger than this for its age alone: this device's clock is wrong then. */
const YOUNG_MS = 60_000;

export type RefreshCall = (refreshToken: string) => Promise<TokenPair | undefined>;
export type Exclusive = <T>(work: () => Promise<T>) => Promise<T>;

export interface TokenKeeperOptions {
  readonly store: TokenStore;
  readonly refresh: RefreshCall;
  readonly exclusive?: Exclusive;
  readonly now?: () => number;
  /** The server no longer knows this device: it is signed out. */
  readonly onSignedOut: () => void;
}

export class TokenKeeper implements TokenSource {
  readonly #options: TokenKeeperOptions;
  readonly #exclusive: Exclusive;
  readonly #now: () => number;
  #running: Promise<string> | null = null;

  constructor(options: TokenKeeperOptions) {
    this.#options = options;
    this.#exclusive = options.exclusive ?? lockAcrossTabs;
    this.#now = options.now ?? Date.now;
  }

  async accessToken(): Promise<string> {
    const tokens = this.#options.store.read();
    if (!tokens) throw localFailure("signed_out", "TOKEN_MISSING");
    return this.#isStale(tokens) ? this.replaceToken(tokens.access) : tokens.access;
  }

  replaceToken(rejected: string): Promise<string> {
    this.#running ??= this.#exclusive(() => this.#renew(rejected)).finally(() => (this.#running = null));
    return this.#running;
  }

  async #renew(rejected: string): Promise<string> {
    const tokens = this.#options.store.read();
    if (!tokens) throw localFailure("signed_out", "TOKEN_MISSING");
    if (tokens.access !== rejected) return tokens.access; // Another tab was faster.
    try {
      const renewed = fromPair(await this.#options.refresh(tokens.refresh), this.#now());
      this.#options.store.write(renewed);
      return renewed.access;
    } catch (error) {
      const failure = toFailure(error);
      if (failure.kind === "signed_out") {
        this.#options.store.write(null);
        this.#options.onSignedOut();
      }
      throw failure;
    }
  }

  #isStale(tokens: Tokens): boolean {
    const now = this.#now();
    return now > tokens.accessExpiresAtMs - MARGIN_MS && now - tokens.receivedAtMs > YOUNG_MS;
  }
}

const lockAcrossTabs: Exclusive = (work) =>
  // Absent on pages that are not secure; there a second tab may sign out, no more.
  navigator.locks ? navigator.locks.request("parley.refresh", work) : work();
