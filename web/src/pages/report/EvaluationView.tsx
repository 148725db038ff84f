import type { CriterionEvaluation, Evaluation } from "../../gen/parley/common/v1/evaluation_pb.js";
import { clockTime, levelRange, seconds } from "../../i18n/format.js";
import { useWords } from "../../i18n/language.js";
import { numberOf, type NumberedQuote } from "../../report/quotes.js";
import { LevelDots } from "../../ui/LevelDots.js";
import { Table } from "../../ui/Table.js";

interface EvaluationViewProps {
  readonly evaluation: Evaluation;
  readonly numbered: readonly NumberedQuote[];
  readonly lang: string | undefined;
}

/** One answer's levels with what they mean, why, and the words that they stand on. */
export function EvaluationView({ evaluation, numbered, lang }: EvaluationViewProps) {
  const { text } = useWords();
  const words = text.report;
  const character = text.labels.character[evaluation.character];
  return (
    <>
      {character !== "" && <p className="box box-attention">{character}</p>}
      <Table
        caption={words.criterion}
        stacking
        columns={[
          { key: "criterion", title: words.criterion },
          { key: "level", title: words.level },
          { key: "range", title: words.range },
          { key: "meaning", title: words.meaning, selfTitled: true },
          { key: "evidence", title: words.evidence },
        ]}
        rows={evaluation.criteria.map((judged) => ({
          key: String(judged.criterion),
          cells: {
            criterion: text.labels.criterion[judged.criterion],
            level: <Level judged={judged} />,
            range: <Range judged={judged} />,
            meaning: <Meaning judged={judged} lang={lang} />,
            evidence: <Evidence judged={judged} numbered={numbered} lang={lang} />,
          },
        }))}
      />
      <Sentences title={words.strengths} sentences={evaluation.strengths} lang={lang} />
      <Sentences title={words.weaknesses} sentences={evaluation.weaknesses} lang={lang} />
      {evaluation.strongerAnswer !== "" && (
        <div>
          <h4>{words.strongerAnswer}</h4>
          <p lang={lang}>{evaluation.strongerAnswer}</p>
        </div>
      )}
    </>
  );
}

function Level({ judged }: { readonly judged: CriterionEvaluation }) {
  const words = useWords().text.report;
  if (judged.level === undefined) return words.noLevel;
  return (
    <>
      <span className="level-number" aria-label={words.levelOf(String(judged.level))}>
        {judged.level}
      </span>{" "}
      <LevelDots level={judged.level} />
    </>
  );
}

function Range({ judged }: { readonly judged: CriterionEvaluation }) {
  const { locale } = useWords();
  return judged.range ? levelRange(judged.range.low, judged.range.high, locale) : "–";
}

function Meaning({ judged, lang }: { readonly judged: CriterionEvaluation; readonly lang: string | undefined }) {
  const { text } = useWords();
  const words = text.report;
  if (judged.level === undefined) {
    return (
      <dl className="meaning">
        <div>
          <dt>{words.noLevelWhy}</dt>
          <dd>
            {text.labels.abstention[judged.abstentionReason]} <span lang={lang}>{judged.explanation}</span>
          </dd>
        </div>
      </dl>
    );
  }
  const parts = [
    { title: words.anchor, body: judged.anchor },
    { title: words.explanation, body: judged.explanation },
    { title: words.nextStep, body: judged.nextStep },
  ];
  return (
    <dl className="meaning">
      {parts
        .filter(({ body }) => body !== "")
        .map(({ title, body }) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd lang={lang}>{body}</dd>
          </div>
        ))}
    </dl>
  );
}

interface EvidenceProps {
  readonly judged: CriterionEvaluation;
  readonly numbered: readonly NumberedQuote[];
  readonly lang: string | undefined;
}

function Evidence({ judged, numbered, lang }: EvidenceProps) {
  const words = useWords().text.report;
  if (judged.quotes.length === 0) return <span className="hint">{words.noQuotes}</span>;
  return (
    <ul className="evidence">
      {judged.quotes.map((quote) => {
        const start = seconds(quote.startOffset);
        return (
          <li key={`${quote.startChar}-${quote.endChar}`}>
            <span className="quote-number">{numberOf(quote, numbered)}</span> <q lang={lang}>{quote.text}</q>
            {start !== undefined && <span className="hint"> {words.quoteAt(clockTime(start))}</span>}
          </li>
        );
      })}
    </ul>
  );
}

function Sentences({ title, sentences, lang }: { readonly title: string; readonly sentences: readonly string[]; readonly lang: string | undefined }) {
  if (sentences.length === 0) return null;
  return (
    <div>
      <h4>{title}</h4>
      <ul lang={lang}>
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </div>
  );
}
