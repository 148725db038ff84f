import type { Failure } from "../api/failure.js";
import { describeFailure } from "../i18n/failure_text.js";
import { useWords } from "../i18n/language.js";

interface FailureBoxProps {
  readonly failure: Failure | null;
  /** What was kept, where there was something to lose. */
  readonly kept?: string | undefined;
  readonly onRetry?: (() => void) | undefined;
}

/** A failure in words: what happened, what was kept, what to do, and the button that does it. */
export function FailureBox({ failure, kept, onRetry }: FailureBoxProps) {
  const { text } = useWords();
  if (!failure) return null;
  const { what, fix, details } = describeFailure(failure, text);
  return (
    <div className="box box-problem" role="alert">
      <p>
        <strong>{what}</strong> {kept} {fix}
      </p>
      {details.length > 0 && (
        <details>
          <summary>{text.common.details}</summary>
          <ul>
            {details.map((detail) => (
              <li key={detail}>{detail}</li>
            ))}
          </ul>
        </details>
      )}
      {onRetry && (
        <button type="button" onClick={onRetry}>
          {text.common.retry}
        </button>
      )}
    </div>
  );
}
