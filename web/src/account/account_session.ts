// Who is signed in. One per page; components read it through useAccount().

import type { Transport } from "@connectrpc/connect";
import { createClients, newRequestId, type Clients } from "../api/clients.js";
import { toFailure } from "../api/failure.js";
import type { TokenSource } from "../api/transport.js";
import type { Language } from "../gen/parley/common/v1/language_pb.js";
import type { Account, TokenPair } from "../gen/parley/session/v1/account_pb.js";
import { fromPair, TokenStore } from "./token_store.js";
import { TokenKeeper } from "./token_keeper.js";

export interface AccountState {
  readonly signedIn: boolean;
  /** Undefined until the server said who it is. */
  readonly account: Account | undefined;
  /** The server signed this device out, and not the user. */
  readonly expelled: boolean;
}

export class AccountSession {
  readonly clients: Clients;
  readonly #store: TokenStore;
  readonly #listeners = new Set<() => void>();
  #state: AccountState;

  constructor(storage: Storage, makeTransport: (tokens: TokenSource) => Transport) {
    this.#store = new TokenStore(storage);
    const keeper = new TokenKeeper({
      store: this.#store,
      refresh: async (refreshToken) => (await this.clients.account.refreshToken({ refreshToken })).tokens,
      onSignedOut: () => this.#set({ signedIn: false, account: undefined, expelled: true }),
    });
    this.clients = createClients(makeTransport(keeper));
    this.#state = { signedIn: this.#store.read() !== null, account: undefined, expelled: false };
    this.#store.onChangeElsewhere(() => this.#followOtherTab());
  }

  readonly state = (): AccountState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  async signUp(request: SignUpFields, requestId: string): Promise<void> {
    const response = await this.clients.account.signUp({ ...request, requestId });
    this.#enter(response.account, response.tokens);
  }

  async signIn(email: string, password: string): Promise<void> {
    const response = await this.clients.account.signIn({ email, password });
    this.#enter(response.account, response.tokens);
  }

  /** Asks who is signed in, after a reload. A failure leaves the name unknown and is returned to show. */
  async load(signal: AbortSignal): Promise<void> {
    const { account } = await this.clients.account.getMe({}, { signal });
    if (!signal.aborted) this.#set({ ...this.#state, account });
  }

  async setLanguage(language: Language): Promise<void> {
    const { account } = await this.clients.account.updateMe({ requestId: newRequestId(), language });
    this.#set({ ...this.#state, account });
  }

  /** Signs this device out at once; the server is told if it can be reached. */
  async signOut(): Promise<void> {
    const tokens = this.#store.read();
    this.#store.write(null);
    this.#set({ signedIn: false, account: undefined, expelled: false });
    if (!tokens) return;
    try {
      await this.clients.account.signOut({ refreshToken: tokens.refresh });
    } catch (error) {
      // The tokens are gone from this device either way, and the server's copy expires by itself.
      console.warn("sign-out did not reach the server:", toFailure(error).kind);
    }
  }

  #enter(account: Account | undefined, tokens: TokenPair | undefined): void {
    this.#store.write(fromPair(tokens, Date.now()));
    this.#set({ signedIn: true, account, expelled: false });
  }

  #followOtherTab(): void {
    const signedIn = this.#store.read() !== null;
    if (signedIn !== this.#state.signedIn) this.#set({ signedIn, account: undefined, expelled: false });
  }

  #set(state: AccountState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

export interface SignUpFields {
  readonly email: string;
  readonly password: string;
  readonly displayName: string;
  readonly language: Language;
}
