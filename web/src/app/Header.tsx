import { chooseLocale, languageOf, useWords } from "../i18n/language.js";
import type { Locale } from "../i18n/format.js";
import { Link } from "../ui/Link.js";
import { useAccount, useAccountSession } from "./account_context.js";
import { navigate, paths } from "./router.js";

const LOCALES: readonly { readonly locale: Locale; readonly name: string }[] = [
  { locale: "ko", name: "한국어" },
  { locale: "en", name: "English" },
];

export function Header() {
  const { text } = useWords();
  const session = useAccountSession();
  const { signedIn } = useAccount();
  const leave = async () => {
    await session.signOut();
    navigate(paths.signIn);
  };
  return (
    <header className="header">
      <Link href={paths.home} className="brand">
        <img src="/favicon.svg" alt="" width="28" height="28" />
        {text.common.appName}
      </Link>
      <nav className="row" aria-label={text.common.language}>
        {LOCALES.map((choice) => (
          <LocaleButton key={choice.locale} {...choice} />
        ))}
      </nav>
      {signedIn && (
        <button type="button" className="quiet" onClick={() => void leave()}>
          {text.common.signOut}
        </button>
      )}
    </header>
  );
}

function LocaleButton({ locale, name }: { readonly locale: Locale; readonly name: string }) {
  const words = useWords();
  const session = useAccountSession();
  const { signedIn } = useAccount();
  const choose = () => {
    chooseLocale(locale);
    // The account remembers it for mails; the page itself does not depend on that.
    if (signedIn) session.setLanguage(languageOf(locale)).catch(() => undefined);
  };
  return (
    <button type="button" className="quiet" lang={locale} aria-pressed={words.locale === locale} onClick={choose}>
      {name}
    </button>
  );
}
