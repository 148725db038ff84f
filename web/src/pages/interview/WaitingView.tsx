import type { Failure } from "../../api/failure.js";
import type { Interview } from "../../gen/parley/session/v1/interview_pb.js";
import { htmlLang, useWords } from "../../i18n/language.js";
import { answerProgress, countingAnswer, type AnswerProgress } from "../../interview/progress.js";
import { Page } from "../../ui/Page.js";

/** What is being done for the report, question by question, as it is done. */
export function WaitingView({ interview, trouble }: { readonly interview: Interview; readonly trouble: Failure | null }) {
  const { text } = useWords();
  const words = text.room;
  const lang = htmlLang(interview.settings?.language);
  const steps = interview.questions.map(({ questionId, question }, index) => {
    const status = countingAnswer(interview, questionId)?.status;
    return {
      id: questionId,
      title: words.questionNumber(index + 1),
      detail: question?.text ?? "",
      progress: answerProgress(status),
      state: status === undefined ? words.notReached : text.labels.answerStatus[status],
    };
  });
  const evaluated = steps.every(({ progress }) => progress !== "busy");
  return (
    <Page title={words.waitingTitle}>
      <p className="lead">{words.waitingIntro}</p>
      {trouble && (
        <p className="box box-problem" role="alert">
          {words.watchLost}
        </p>
      )}
      <ol className="steps" aria-live="polite">
        {steps.map((step) => (
          <Step key={step.id} {...step} lang={lang} />
        ))}
        <Step
          title={words.waitingReport}
          detail={words.waitingPlan}
          progress={evaluated ? "busy" : "todo"}
          state={evaluated ? words.waitingReportWriting : words.waitingReportPending}
        />
      </ol>
    </Page>
  );
}

interface StepProps {
  readonly title: string;
  readonly detail: string;
  readonly progress: AnswerProgress;
  readonly state: string;
  readonly lang?: string | undefined;
}

function Step({ title, detail, progress, state, lang }: StepProps) {
  return (
    <li className={`step step-${progress}`}>
      <span className="step-mark" aria-hidden="true" />
      <div>
        <p className="step-title">
          {title} <span className="step-state">{state}</span>
        </p>
        <p className="hint" lang={lang}>
          {detail}
        </p>
      </div>
    </li>
  );
}
