// The page's language: what was chosen here, else what the browser prefers. It is independent of an interview's language.

import { useSyncExternalStore } from "react";
import { Language } from "../gen/parley/common/v1/language_pb.js";
import { english, type Text } from "./en/index.js";
import type { Locale } from "./format.js";
import { korean } from "./ko/index.js";

const KEY = "parley.language";
const TEXTS: Readonly<Record<Locale, Text>> = { en: english, ko: korean };
const listeners = new Set<() => void>();

export function preferredLocale(stored: string | null, browserLanguages: readonly string[]): Locale {
  if (stored === "ko" || stored === "en") return stored;
  for (const tag of browserLanguages) {
    if (/^ko\b/i.test(tag)) return "ko";
    if (/^en\b/i.test(tag)) return "en";
  }
  return "en";
}

function currentLocale(): Locale {
  return preferredLocale(localStorage.getItem(KEY), navigator.languages);
}

export function chooseLocale(locale: Locale): void {
  localStorage.setItem(KEY, locale);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", listener);
  };
}

export interface Words {
  readonly locale: Locale;
  readonly text: Text;
}

/** The page's texts, and the locale to format by. */
export function useWords(): Words {
  const locale = useSyncExternalStore(subscribe, currentLocale);
  return { locale, text: TEXTS[locale] };
}

export function languageOf(locale: Locale): Language {
  return locale === "ko" ? Language.KOREAN : Language.ENGLISH;
}

/** For lang attributes of what is in the interview's language; undefined leaves the page's. */
export function htmlLang(language: Language | undefined): string | undefined {
  if (language === Language.KOREAN) return "ko";
  return language === Language.ENGLISH ? "en" : undefined;
}
