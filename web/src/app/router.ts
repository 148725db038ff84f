// Paths of the pages. The gateway answers all of them with index.html.

import { useSyncExternalStore } from "react";

export type Route =
  | { readonly page: "home" }
  | { readonly page: "sign_in" }
  | { readonly page: "sign_up" }
  | { readonly page: "new" }
  | { readonly page: "check"; readonly interviewId: string }
  | { readonly page: "room"; readonly interviewId: string }
  | { readonly page: "report"; readonly interviewId: string }
  | { readonly page: "not_found" };

export const paths = {
  home: "/",
  signIn: "/sign-in",
  signUp: "/sign-up",
  newInterview: "/new",
  check: (interviewId: string) => `/interviews/${interviewId}/check`,
  room: (interviewId: string) => `/interviews/${interviewId}`,
  report: (interviewId: string) => `/interviews/${interviewId}/report`,
};

const FIXED: Readonly<Record<string, Route>> = {
  "/": { page: "home" },
  "/sign-in": { page: "sign_in" },
  "/sign-up": { page: "sign_up" },
  "/new": { page: "new" },
};

const INTERVIEW = /^\/interviews\/([0-9a-f-]{36})(?:\/(check|report))?$/i;

export function parseRoute(pathname: string): Route {
  const path = pathname.length > 1 ? pathname.replace(/\/+$/, "") : pathname;
  const fixed = FIXED[path];
  if (fixed) return fixed;
  const match = INTERVIEW.exec(path);
  if (!match?.[1]) return { page: "not_found" };
  const page = match[2] === "check" || match[2] === "report" ? match[2] : "room";
  return { page, interviewId: match[1] };
}

/** The page to come back to after signing in, if the address names a safe one. */
export function nextPath(search: string): string {
  const next = new URLSearchParams(search).get("next") ?? paths.home;
  // Only paths of our own: "//host" and "https:" would leave the site.
  return parseRoute(next).page === "not_found" ? paths.home : next;
}

const CHANGED = "parley:navigated";

export function navigate(path: string, options: { replace?: boolean } = {}): void {
  if (options.replace) history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  window.scrollTo(0, 0);
  window.dispatchEvent(new Event(CHANGED));
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("popstate", listener);
  window.addEventListener(CHANGED, listener);
  return () => {
    window.removeEventListener("popstate", listener);
    window.removeEventListener(CHANGED, listener);
  };
}

export function usePathname(): string {
  return useSyncExternalStore(subscribe, () => location.pathname);
}
