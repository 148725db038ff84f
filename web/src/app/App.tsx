import { lazy, Suspense, useEffect } from "react";
import licenceUrl from "pretendard/dist/LICENSE.txt?url";
import { toFailure } from "../api/failure.js";
import { useWords } from "../i18n/language.js";
import { HomePage } from "../pages/HomePage.js";
import { NotFoundPage } from "../pages/NotFoundPage.js";
import { SignInPage } from "../pages/SignInPage.js";
import { SignUpPage } from "../pages/SignUpPage.js";
import { Busy } from "../ui/Busy.js";
import { useAccount, useAccountSession } from "./account_context.js";
import { Boundary } from "./Boundary.js";
import { Header } from "./Header.js";
import { navigate, nextPath, parseRoute, paths, usePathname, type Route } from "./router.js";

// Signing in needs none of these; they are fetched when they are first shown.
const NewInterviewPage = lazy(() => import("../pages/NewInterviewPage.js"));
const DeviceCheckPage = lazy(() => import("../pages/DeviceCheckPage.js"));
const InterviewPage = lazy(() => import("../pages/InterviewPage.js"));
const ReportPage = lazy(() => import("../pages/ReportPage.js"));

export function App() {
  const { locale, text } = useWords();
  const pathname = usePathname();
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  useLoadedAccount();
  const skip = () => document.querySelector<HTMLElement>("#main h1")?.focus();
  return (
    <>
      <button type="button" className="skip" onClick={skip}>
        {text.common.skipToContent}
      </button>
      <Header />
      <Boundary key={pathname}>
        <Suspense fallback={<Busy>{text.common.loading}</Busy>}>
          <CurrentPage route={parseRoute(pathname)} />
        </Suspense>
      </Boundary>
      <footer className="footer">
        <a href={licenceUrl}>{text.common.fontLicence}</a>
      </footer>
    </>
  );
}

function CurrentPage({ route }: { readonly route: Route }) {
  const { signedIn } = useAccount();
  const isEntry = route.page === "sign_in" || route.page === "sign_up";
  const detour = signedIn && isEntry ? nextPath(location.search) : !signedIn && !isEntry ? signInPath() : null;
  useEffect(() => {
    if (detour) navigate(detour, { replace: true });
  }, [detour]);
  if (detour) return null;
  switch (route.page) {
    case "sign_in":
      return <SignInPage />;
    case "sign_up":
      return <SignUpPage />;
    case "home":
      return <HomePage />;
    case "new":
      return <NewInterviewPage />;
    case "check":
      return <DeviceCheckPage key={route.interviewId} interviewId={route.interviewId} />;
    case "room":
      return <InterviewPage key={route.interviewId} interviewId={route.interviewId} />;
    case "report":
      return <ReportPage key={route.interviewId} interviewId={route.interviewId} />;
    case "not_found":
      return <NotFoundPage />;
  }
}

/** Signing in leads back to where it was asked for. */
function signInPath(): string {
  return location.pathname === paths.home ? paths.signIn : `${paths.signIn}?next=${encodeURIComponent(location.pathname)}`;
}

function useLoadedAccount(): void {
  const session = useAccountSession();
  const { signedIn, account } = useAccount();
  const unknown = signedIn && !account;
  useEffect(() => {
    if (!unknown) return;
    const abort = new AbortController();
    session.load(abort.signal).catch((error: unknown) => {
      // Only the greeting needs the name; every page shows failures of its own.
      if (!abort.signal.aborted) console.warn("who is signed in is not known:", toFailure(error).kind);
    });
    return () => abort.abort();
  }, [session, unknown]);
}
