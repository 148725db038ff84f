import type { ReactNode } from "react";
import { useWords } from "../i18n/language.js";

export type CheckState = "waiting" | "untried" | "checking" | "ok" | "attention" | "off";

interface CheckRowProps {
  readonly name: string;
  readonly state: CheckState;
  readonly children: ReactNode;
}

/** One thing that is checked: its name, how it stands (in words, not by colour alone), and what to do. */
export function CheckRow({ name, state, children }: CheckRowProps) {
  const { states } = useWords().text.setup;
  return (
    <section className="check-row" aria-label={name} data-state={state}>
      <div className="check-head">
        <h2>{name}</h2>
        <span className={`badge badge-${state}`} role="status">
          {states[state]}
        </span>
      </div>
      <div className="check-body">{children}</div>
    </section>
  );
}
