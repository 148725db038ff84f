import { useCallback, useState } from "react";
import { toFailure, type Failure } from "../api/failure.js";
import { useQuery } from "../api/use_query.js";
import { useAccount, useClients } from "../app/account_context.js";
import { paths } from "../app/router.js";
import { InterviewStage, type Interview } from "../gen/parley/session/v1/interview_pb.js";
import { dateTime } from "../i18n/format.js";
import { useWords } from "../i18n/language.js";
import { isRunning, isUnfinished } from "../interview/progress.js";
import { roleName } from "../interview/roles.js";
import { readMediaSetup } from "../devices/media_mode.js";
import { Busy } from "../ui/Busy.js";
import { FailureBox } from "../ui/FailureBox.js";
import { Link } from "../ui/Link.js";
import { Page } from "../ui/Page.js";

export function HomePage() {
  const { text } = useWords();
  const { account } = useAccount();
  const list = useInterviewList();
  const unfinished = list.interviews.filter(({ stage }) => isUnfinished(stage));
  const past = list.interviews.filter(({ stage }) => !isUnfinished(stage));
  return (
    <Page title={text.setup.homeTitle(account?.displayName ?? "")}>
      <section className="card stack">
        <p>{text.setup.startNewHint}</p>
        <Link href={paths.newInterview} className="button primary">
          {text.setup.startNew}
        </Link>
      </section>
      <FailureBox failure={list.failure} onRetry={list.reload} />
      {!list.loaded && !list.failure && <Busy>{text.common.loading}</Busy>}
      {unfinished.length > 0 && <InterviewList title={text.setup.unfinished} interviews={unfinished} />}
      {list.loaded && past.length === 0 && (
        <section>
          <h2>{text.setup.past}</h2>
          <p className="hint">{text.setup.noPast}</p>
        </section>
      )}
      {past.length > 0 && <InterviewList title={text.setup.past} interviews={past} />}
      {list.more && (
        <button type="button" onClick={list.more}>
          {text.setup.more}
        </button>
      )}
    </Page>
  );
}

function InterviewList({ title, interviews }: { readonly title: string; readonly interviews: readonly Interview[] }) {
  return (
    <section>
      <h2>{title}</h2>
      <ul className="list">
        {interviews.map((interview) => (
          <InterviewItem key={interview.interviewId} interview={interview} />
        ))}
      </ul>
    </section>
  );
}

function InterviewItem({ interview }: { readonly interview: Interview }) {
  const { locale, text } = useWords();
  const { settings, stage, doneQuestions, totalQuestions } = interview;
  const role = roleName(settings?.role ?? "", text);
  return (
    <li className="list-item">
      <div>
        <p className="list-title">
          {role} · {settings && text.labels.scenario[settings.scenario]} · {settings && text.labels.language[settings.language]}
        </p>
        <p className="hint">
          {dateTime(interview.createTime, locale)} · {text.labels.stage[stage]}
          {isRunning(stage) && ` · ${text.setup.progress(doneQuestions, totalQuestions)}`}
        </p>
      </div>
      <Link href={pathOf(interview)} className="button" aria-label={`${actionOf(interview, text.setup)}: ${role}`}>
        {actionOf(interview, text.setup)}
      </Link>
    </li>
  );
}

function actionOf({ stage }: Interview, words: { continueInterview: string; openReport: string; watchProgress: string }): string {
  if (isUnfinished(stage)) return words.continueInterview;
  return stage === InterviewStage.EVALUATION ? words.watchProgress : words.openReport;
}

/** Devices are checked first, unless that was done for this interview in this browser. */
function pathOf({ interviewId, stage }: Interview): string {
  if (isUnfinished(stage)) return readMediaSetup(interviewId) ? paths.room(interviewId) : paths.check(interviewId);
  return stage === InterviewStage.EVALUATION ? paths.room(interviewId) : paths.report(interviewId);
}

interface Listing {
  readonly interviews: readonly Interview[];
  readonly loaded: boolean;
  readonly failure: Failure | null;
  readonly reload: () => void;
  /** Undefined on the last page. */
  readonly more: (() => void) | undefined;
}

function useInterviewList(): Listing {
  const { interview: client } = useClients();
  const first = useQuery(useCallback((signal: AbortSignal) => client.listInterviews({}, { signal }), [client]));
  const [further, setFurther] = useState<{ readonly interviews: readonly Interview[]; readonly token: string } | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const token = further ? further.token : (first.value?.nextPageToken ?? "");
  const more = async () => {
    try {
      const page = await client.listInterviews({ pageToken: token });
      setFurther({ interviews: [...(further?.interviews ?? []), ...page.interviews], token: page.nextPageToken });
      setFailure(null);
    } catch (error) {
      setFailure(toFailure(error));
    }
  };
  return {
    interviews: [...(first.value?.interviews ?? []), ...(further?.interviews ?? [])],
    loaded: first.value !== null,
    failure: first.failure ?? failure,
    reload: first.failure ? first.reload : () => void more(),
    more: token ? () => void more() : undefined,
  };
}
