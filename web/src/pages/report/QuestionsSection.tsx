import type { Language } from "../../gen/parley/common/v1/language_pb.js";
import { AnswerOrigin, AnswerStatus, type Answer } from "../../gen/parley/session/v1/interview_pb.js";
import type { QuestionReport, Report } from "../../gen/parley/session/v1/report_pb.js";
import { clockRange } from "../../i18n/format.js";
import { useWords } from "../../i18n/language.js";
import { markQuotes, numberQuotes, type NumberedQuote } from "../../report/quotes.js";
import { DeliveryList } from "./DeliverySection.js";
import { EvaluationView } from "./EvaluationView.js";

interface QuestionsSectionProps {
  readonly report: Report;
  readonly lang: string | undefined;
  readonly language: Language | undefined;
}

export function QuestionsSection({ report, lang, language }: QuestionsSectionProps) {
  const words = useWords().text.report;
  return (
    <section>
      <h2>{words.questionsTitle}</h2>
      {report.questions.map((entry, index) => (
        <QuestionCard key={entry.question?.questionId ?? index} entry={entry} number={index + 1} lang={lang} language={language} />
      ))}
    </section>
  );
}

interface QuestionCardProps {
  readonly entry: QuestionReport;
  readonly number: number;
  readonly lang: string | undefined;
  readonly language: Language | undefined;
}

function QuestionCard({ entry, number, lang, language }: QuestionCardProps) {
  const { text } = useWords();
  const { question, answer } = entry;
  const kind = question?.question?.kind;
  const numbered = numberQuotes(answer?.evaluation?.criteria ?? []);
  return (
    <article className="card stack question-card" data-testid="question-report">
      <header>
        <p className="hint">
          {text.room.questionNumber(number)}
          {kind !== undefined && ` · ${text.labels.questionKind[kind]}`}
          {answer && answer.attempt > 1 && ` · ${text.report.attempt(answer.attempt)}`}
          {answer?.startOffset && ` · ${clockRange(answer.startOffset, answer.endOffset)}`}
        </p>
        <h3 lang={lang}>{question?.question?.text}</h3>
      </header>
      {answer && answer.status !== AnswerStatus.SKIPPED && <Transcript answer={answer} numbered={numbered} lang={lang} />}
      <Outcome answer={answer} numbered={numbered} lang={lang} />
      {answer?.delivery && (
        <details>
          <summary>{text.report.deliveryTitle}</summary>
          <DeliveryList delivery={answer.delivery} language={language} />
        </details>
      )}
    </article>
  );
}

interface TranscriptProps {
  readonly answer: Answer;
  readonly numbered: readonly NumberedQuote[];
  readonly lang: string | undefined;
}

/** What was said, with the words marked that levels stand on. */
function Transcript({ answer, numbered, lang }: TranscriptProps) {
  const words = useWords().text.report;
  const title = answer.origin === AnswerOrigin.TYPED ? words.transcriptTyped : words.transcript;
  return (
    <div>
      <h4>{title}</h4>
      {answer.transcript === "" ? (
        <p className="hint">{words.transcriptEmpty}</p>
      ) : (
        <blockquote className="transcript" lang={lang} data-testid="transcript">
          {markQuotes(answer.transcript, numbered).map((segment, index) =>
            segment.numbers.length === 0 ? (
              segment.text
            ) : (
              <mark key={index} data-ends={segment.ending.join(" ") || undefined}>
                {segment.text}
              </mark>
            ),
          )}
        </blockquote>
      )}
      {numbered.length > 0 && <p className="hint">{words.quoteHint}</p>}
    </div>
  );
}

/** The evaluation, or in words why there is none. */
function Outcome({ answer, numbered, lang }: { readonly answer: Answer | undefined; readonly numbered: readonly NumberedQuote[]; readonly lang: string | undefined }) {
  const words = useWords().text.report;
  if (!answer) return <p>{words.notAnswered}</p>;
  if (answer.evaluation) return <EvaluationView evaluation={answer.evaluation} numbered={numbered} lang={lang} />;
  switch (answer.status) {
    case AnswerStatus.SKIPPED:
      return <p>{words.skipped}</p>;
    case AnswerStatus.NOT_SCORED:
      return <p>{words.notScored}</p>;
    case AnswerStatus.FAILED:
      return (
        <p className="box box-problem">
          {words.evaluationFailed} {answer.failureMessage}
        </p>
      );
    case AnswerStatus.OPEN:
      return <p>{words.notAnswered}</p>;
    default:
      return <p>{words.stillEvaluating}</p>;
  }
}
