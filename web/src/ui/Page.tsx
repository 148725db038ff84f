import { useEffect, useRef, type ReactNode } from "react";

interface PageProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Reading width for text, wide for tables and the interview. */
  readonly width?: "narrow" | "wide";
  /** The interview shows its title to screen readers only: there the question is what matters. */
  readonly hideTitle?: boolean;
}

/** Frame of a page: its title in the tab and as heading, which takes the focus so that a screen reader starts here. */
export function Page({ title, children, width = "narrow", hideTitle = false }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Parley`;
    heading.current?.focus({ preventScroll: true });
  }, [title]);
  return (
    <main id="main" className={`page page-${width}`}>
      <h1 ref={heading} tabIndex={-1} className={hideTitle ? "visually-hidden" : undefined}>
        {title}
      </h1>
      {children}
    </main>
  );
}
