import { useEffect, useId, useRef, useState, type FormEvent, type KeyboardEvent } from "react";
import { useWords } from "../../i18n/language.js";
import type { Answering } from "./use_answering.js";

const MAX_LENGTH = 20_000;
const draftKey = (questionId: string) => `parley.draft.${questionId}`;

interface TypedAnswerProps {
  readonly questionId: string;
  readonly lang: string | undefined;
  /** Something was said to this question already. */
  readonly replaces: boolean;
  readonly answering: Answering;
}

/** An answer in writing. The draft outlives a reload. */
export function TypedAnswer({ questionId, lang, replaces, answering }: TypedAnswerProps) {
  const words = useWords().text.room;
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const [draft, setDraft] = useState(() => localStorage.getItem(draftKey(questionId)) ?? "");
  const [missing, setMissing] = useState(false);
  useEffect(() => area.current?.focus({ preventScroll: true }), []);

  const change = (value: string) => {
    setDraft(value);
    setMissing(false);
    localStorage.setItem(draftKey(questionId), value);
  };
  const submit = async (event: FormEvent | KeyboardEvent) => {
    event.preventDefault();
    if (draft.trim() === "") {
      setMissing(true);
      area.current?.focus();
    } else if (await answering.submit(draft.trim())) {
      localStorage.removeItem(draftKey(questionId));
    }
  };
  const submitByKey = (event: KeyboardEvent) => {
    // Enter alone makes a new line, and in Korean it also ends a syllable that is being composed.
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.nativeEvent.isComposing) void submit(event);
  };

  return (
    <form className="stack typed" onSubmit={(event) => void submit(event)}>
      <div className="field">
        <label htmlFor={id}>{words.typedLabel}</label>
        <textarea
          ref={area}
          id={id}
          lang={lang}
          rows={6}
          maxLength={MAX_LENGTH}
          value={draft}
          aria-invalid={missing || undefined}
          aria-describedby={`${id}-hint`}
          onChange={(event) => change(event.target.value)}
          onKeyDown={submitByKey}
        />
        {missing && <p className="field-problem">{words.typedMissing}</p>}
        <p id={`${id}-hint`} className="hint">
          {replaces && `${words.typedReplaces} `}
          {words.typedKept}
        </p>
      </div>
      <button type="submit" className="primary large" disabled={answering.action.busy}>
        {answering.action.busy ? words.submitting : words.submitTyped}
      </button>
    </form>
  );
}
