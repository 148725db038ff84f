import { createContext, useContext, useSyncExternalStore } from "react";
import type { AccountSession, AccountState } from "../account/account_session.js";
import type { Clients } from "../api/clients.js";

const Context = createContext<AccountSession | null>(null);

export const AccountProvider = Context.Provider;

export function useAccountSession(): AccountSession {
  const session = useContext(Context);
  if (!session) throw new Error("AccountProvider is missing above this component");
  return session;
}

export function useAccount(): AccountState {
  const session = useAccountSession();
  return useSyncExternalStore(session.subscribe, session.state);
}

export function useClients(): Clients {
  return useAccountSession().clients;
}
