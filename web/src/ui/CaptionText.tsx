import { Fragment } from "react";
import { splitStable, type Captions } from "../live/captions.js";

/**
 * Captions as one running text. Finished sentences are announced politely by screen readers; what is still being
 * understood is shown (its unstable tail dimmed) but not read out, since it would be read over and over.
 */
export function CaptionText({ captions, lang }: { readonly captions: Captions; readonly lang?: string | undefined }) {
  const finals = captions.filter((line) => line.final);
  const open = captions.filter((line) => !line.final);
  return (
    <span lang={lang} data-testid="captions">
      <span role="log" aria-live="polite" data-testid="captions-final">
        {finals.map((line) => (
          <Fragment key={line.utteranceId}>
            <span data-kept={line.kept}>{line.text}</span>{" "}
          </Fragment>
        ))}
      </span>
      {open.map((line) => {
        const { stable, unstable } = splitStable(line);
        return (
          <span key={line.utteranceId} aria-hidden="true">
            {stable}
            <span className="unstable">{unstable}</span>{" "}
          </span>
        );
      })}
    </span>
  );
}
