// Tokens in the browser's storage, so that a reload or a second tab is still signed in.

import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { TokenPair } from "../gen/parley/session/v1/account_pb.js";

export interface Tokens {
  readonly access: string;
  readonly accessExpiresAtMs: number;
  readonly refresh: string;
  /** When this device received them, on its own clock. */
  readonly receivedAtMs: number;
}

const KEY = "parley.tokens";

export function fromPair(pair: TokenPair | undefined, nowMs: number): Tokens {
  return {
    access: pair?.accessToken ?? "",
    accessExpiresAtMs: pair?.accessExpireTime ? timestampMs(pair.accessExpireTime) : 0,
    refresh: pair?.refreshToken ?? "",
    receivedAtMs: nowMs,
  };
}

export class TokenStore {
  constructor(private readonly storage: Storage) {}

  read(): Tokens | null {
    const text = this.storage.getItem(KEY);
    if (text === null) return null;
    try {
      const value = JSON.parse(text) as Partial<Tokens>;
      return typeof value.access === "string" && typeof value.refresh === "string" ? (value as Tokens) : null;
    } catch {
      return null; // Written by something else: as good as signed out.
    }
  }

  write(tokens: Tokens | null): void {
    if (tokens === null) this.storage.removeItem(KEY);
    else this.storage.setItem(KEY, JSON.stringify(tokens));
  }

  /** Calls back when another tab signs in, refreshes or signs out. Returns the unsubscriber. */
  onChangeElsewhere(callback: () => void): () => void {
    const listener = (event: StorageEvent) => {
      if (event.key === KEY || event.key === null) callback();
    };
    window.addEventListener("storage", listener);
    return () => window.removeEventListener("storage", listener);
  }
}
