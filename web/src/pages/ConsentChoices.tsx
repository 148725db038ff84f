import { newRequestId } from "../api/clients.js";
import { useAction } from "../api/use_action.js";
import { useClients } from "../app/account_context.js";
import type { Consent, ConsentPurpose } from "../gen/parley/session/v1/consent_pb.js";
import { date } from "../i18n/format.js";
import { useWords } from "../i18n/language.js";
import { INTERVIEW_PURPOSES, standingConsent, useConsents } from "../interview/consents.js";
import { Busy } from "../ui/Busy.js";
import { FailureBox } from "../ui/FailureBox.js";

interface ConsentChoicesProps {
  readonly agreed: ReadonlySet<ConsentPurpose>;
  readonly onChange: (agreed: ReadonlySet<ConsentPurpose>) => void;
}

/** One box per purpose, none ticked beforehand; what was agreed to earlier is shown as such and can be taken back. */
export function ConsentChoices({ agreed, onChange }: ConsentChoicesProps) {
  const { text } = useWords();
  const words = text.setup;
  const { consents, failure, reload } = useConsents();
  const toggle = (purpose: ConsentPurpose, on: boolean) => {
    const next = new Set(agreed);
    if (on) next.add(purpose);
    else next.delete(purpose);
    onChange(next);
  };
  return (
    <fieldset className="card stack consents">
      <legend>{words.consentTitle}</legend>
      <p className="hint">{words.consentIntro}</p>
      <FailureBox failure={failure} onRetry={reload} />
      {!consents && !failure && <Busy>{text.common.loading}</Busy>}
      {consents &&
        INTERVIEW_PURPOSES.map(({ purpose, words: key }) => {
          const standing = standingConsent(consents, purpose);
          return (
            <div key={purpose} className="consent">
              {standing ? (
                <StandingConsent label={words.consents[key].label} consent={standing} onWithdrawn={reload} />
              ) : (
                <label className="check">
                  <input
                    type="checkbox"
                    checked={agreed.has(purpose)}
                    aria-describedby={`consent-${key}`}
                    onChange={(event) => toggle(purpose, event.target.checked)}
                  />
                  <strong>{words.consents[key].label}</strong>
                </label>
              )}
              <p id={`consent-${key}`} className="consent-body">
                {words.consents[key].body} <span className="hint">{words.consents[key].without}</span>
              </p>
            </div>
          );
        })}
    </fieldset>
  );
}

interface StandingConsentProps {
  readonly label: string;
  readonly consent: Consent;
  readonly onWithdrawn: () => void;
}

function StandingConsent({ label, consent, onWithdrawn }: StandingConsentProps) {
  const { locale, text } = useWords();
  const clients = useClients();
  const action = useAction();
  const withdraw = () =>
    action.run(consent.consentId, async () => {
      await clients.consent.withdraw({ requestId: newRequestId(), consentId: consent.consentId });
      onWithdrawn();
    });
  return (
    <>
      <p className="row">
        <strong>{label}</strong>
        <span className="hint">{text.setup.consentGiven(date(consent.grantTime, locale))}</span>
        <button type="button" className="quiet" disabled={action.busy} onClick={() => void withdraw()} aria-label={`${text.setup.withdraw}: ${label}`}>
          {text.setup.withdraw}
        </button>
      </p>
      <FailureBox failure={action.failure} />
    </>
  );
}
