import { useCallback } from "react";
import { useQuery } from "../api/use_query.js";
import { useClients } from "../app/account_context.js";
import { ConsentPurpose, type Consent } from "../gen/parley/session/v1/consent_pb.js";
import type { Failure } from "../api/failure.js";

/** Version of the consent texts in i18n (setup.consents); to be raised whenever what they say changes. */
export const CONSENT_TEXT_VERSION = "2026-11";

export const INTERVIEW_PURPOSES = [
  { purpose: ConsentPurpose.RECORDING, words: "recording" },
  { purpose: ConsentPurpose.TRANSCRIPT_SCORING, words: "scoring" },
  { purpose: ConsentPurpose.VIDEO_METRICS, words: "video" },
] as const;

/** The consent for a purpose that stands: given, and not withdrawn. */
export function standingConsent(consents: readonly Consent[], purpose: ConsentPurpose): Consent | undefined {
  return consents.find((consent) => consent.purpose === purpose && !consent.withdrawTime);
}

export interface ConsentList {
  /** Null until known. */
  readonly consents: readonly Consent[] | null;
  readonly failure: Failure | null;
  readonly reload: () => void;
}

export function useConsents(): ConsentList {
  const { consent } = useClients();
  const query = useQuery(useCallback((signal: AbortSignal) => consent.list({}, { signal }), [consent]));
  return { consents: query.value?.consents ?? null, failure: query.failure, reload: query.reload };
}
