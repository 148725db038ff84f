import { useCallback, useEffect } from "react";
import { useQuery } from "../api/use_query.js";
import { useClients } from "../app/account_context.js";
import { paths } from "../app/router.js";
import { InterviewStage, type Interview } from "../gen/parley/session/v1/interview_pb.js";
import { ReportStatus, type Report } from "../gen/parley/session/v1/report_pb.js";
import { dateTime, seconds, spokenLength } from "../i18n/format.js";
import { htmlLang, useWords } from "../i18n/language.js";
import { roleName } from "../interview/roles.js";
import { useInterview } from "../interview/use_interview.js";
import { Busy } from "../ui/Busy.js";
import { FailureBox } from "../ui/FailureBox.js";
import { Link } from "../ui/Link.js";
import { Page } from "../ui/Page.js";
import { WaitingView } from "./interview/WaitingView.js";
import { BehaviourSection } from "./report/BehaviourSection.js";
import { CriteriaSection } from "./report/CriteriaSection.js";
import { DeliverySection } from "./report/DeliverySection.js";
import { EnginesSection } from "./report/EnginesSection.js";
import { QuestionsSection } from "./report/QuestionsSection.js";

export default function ReportPage({ interviewId }: { readonly interviewId: string }) {
  const { text } = useWords();
  const { interview: client } = useClients();
  const ask = useCallback(
    async (signal: AbortSignal) => {
      const [{ report }, { interview }] = await Promise.all([
        client.getReport({ interviewId }, { signal }),
        client.getInterview({ interviewId }, { signal }),
      ]);
      return { report, interview };
    },
    [client, interviewId],
  );
  const { value, failure, reload } = useQuery(ask);
  if (!value?.report || !value.interview) {
    return (
      <Page title={text.report.title}>
        <FailureBox failure={failure} onRetry={reload} />
        {!failure && <Busy>{text.common.loading}</Busy>}
      </Page>
    );
  }
  if (value.report.status === ReportStatus.PENDING) return <PendingReport interviewId={interviewId} onChange={reload} />;
  return <ReadyReport report={value.report} interview={value.interview} />;
}

/** Someone came before the report: shows how far it is, and asks again at every change. */
function PendingReport({ interviewId, onChange }: { readonly interviewId: string; readonly onChange: () => void }) {
  const { text } = useWords();
  const { interview, trouble } = useInterview(interviewId);
  const revision = interview?.revision;
  useEffect(() => {
    if (revision !== undefined) onChange();
  }, [revision, onChange]);
  if (interview?.stage === InterviewStage.EVALUATION) return <WaitingView interview={interview} trouble={trouble} />;
  return (
    <Page title={text.report.pendingTitle}>
      <FailureBox failure={trouble} />
      {interview ? (
        <Link href={paths.room(interviewId)} className="button">
          {text.setup.continueInterview}
        </Link>
      ) : (
        <Busy>{text.common.loading}</Busy>
      )}
    </Page>
  );
}

function ReadyReport({ report, interview }: { readonly report: Report; readonly interview: Interview }) {
  const { locale, text } = useWords();
  const words = text.report;
  const { settings } = interview;
  const lang = htmlLang(settings?.language);
  const length = seconds(report.duration);
  const failed = report.status === ReportStatus.FAILED;
  const facts = [
    roleName(settings?.role ?? "", text),
    settings && text.labels.scenario[settings.scenario],
    settings && text.labels.language[settings.language],
    length !== undefined && words.duration(spokenLength(length, locale)),
    report.createTime && words.madeAt(dateTime(report.createTime, locale)),
  ];
  return (
    <Page title={failed ? words.failedTitle : words.title} width="wide">
      <p className="lead">{facts.filter(Boolean).join(" · ")}</p>
      {failed && (
        <p className="box box-problem" role="alert">
          {report.failureMessage} {words.failedKept}
        </p>
      )}
      {report.notices.length > 0 && (
        <section className="box box-attention">
          <h2>{words.noticesTitle}</h2>
          <ul lang={lang}>
            {report.notices.map((notice) => (
              <li key={notice}>{notice}</li>
            ))}
          </ul>
        </section>
      )}
      <SummarySection report={report} lang={lang} />
      <CriteriaSection report={report} />
      <QuestionsSection report={report} lang={lang} language={settings?.language} />
      <DeliverySection delivery={report.delivery} language={settings?.language} />
      <BehaviourSection behaviour={report.behaviour} />
      <EnginesSection engines={report.engines} />
    </Page>
  );
}

function SummarySection({ report, lang }: { readonly report: Report; readonly lang: string | undefined }) {
  const words = useWords().text.report;
  if (report.summary.length === 0 && report.practicePoints.length === 0) return null;
  return (
    <section className="card stack">
      {report.summary.length > 0 && (
        <div>
          <h2>{words.summaryTitle}</h2>
          <p className="summary" lang={lang}>
            {report.summary.join(" ")}
          </p>
        </div>
      )}
      {report.practicePoints.length > 0 && (
        <div>
          <h2>{words.practiceTitle}</h2>
          <ol lang={lang}>
            {report.practicePoints.map((point) => (
              <li key={point}>{point}</li>
            ))}
          </ol>
        </div>
      )}
    </section>
  );
}
