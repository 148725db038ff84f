import type { BehaviourWindow } from "../../gen/parley/common/v1/behaviour_pb.js";
import type { BehaviourReport, BehaviourRow, TableScore } from "../../gen/parley/session/v1/report_pb.js";
import { clockRange, decimal, percent } from "../../i18n/format.js";
import { useWords } from "../../i18n/language.js";
import { Table, type Row } from "../../ui/Table.js";

const SCORES = ["gaze", "voice", "smile", "posture", "composure", "total"] as const;

/** What was observed, apart from the levels. An empty cell says why it is empty. */
export function BehaviourSection({ behaviour }: { readonly behaviour: BehaviourReport | undefined }) {
  const { text } = useWords();
  const words = text.report;
  if (!behaviour) {
    return (
      <section className="card">
        <h2>{words.behaviourTitle}</h2>
        <p className="hint">{words.behaviourNone}</p>
      </section>
    );
  }
  return (
    <section className="card stack">
      <div>
        <h2>{words.behaviourTitle}</h2>
        <p className="hint">{words.behaviourNote}</p>
      </div>
      <ScoreTable behaviour={behaviour} />
      {behaviour.faceStates.length > 0 && <FaceStates behaviour={behaviour} />}
      {behaviour.windows.length > 0 && (
        <details>
          <summary>{words.windowsTitle(behaviour.windows.length)}</summary>
          <WindowTable windows={behaviour.windows} />
        </details>
      )}
    </section>
  );
}

function ScoreTable({ behaviour }: { readonly behaviour: BehaviourReport }) {
  const words = useWords().text.report;
  const toRow = (row: BehaviourRow, label: string): Row => ({
    key: row.label,
    cells: {
      question: label,
      ...Object.fromEntries(SCORES.map((name) => [name, <Score key={name} score={row[name]} />])),
    },
  });
  return (
    <Table
      caption={words.behaviourTitle}
      columns={[
        { key: "question", title: words.table.question },
        ...SCORES.map((name) => ({ key: name, title: words.table[name], numeric: true })),
      ]}
      rows={behaviour.rows.map((row) => toRow(row, row.label))}
      foot={behaviour.average && toRow(behaviour.average, words.average)}
    />
  );
}

function Score({ score }: { readonly score: TableScore | undefined }) {
  const { locale, text } = useWords();
  if (score?.value !== undefined) return decimal(score.value, locale);
  return <span className="no-score">{score && text.labels.noScore[score.reason]}</span>;
}

function FaceStates({ behaviour }: { readonly behaviour: BehaviourReport }) {
  const { locale, text } = useWords();
  return (
    <div>
      <h3>{text.report.faceStatesTitle}</h3>
      <dl className="facts">
        {behaviour.faceStates.map(({ state, share }) => (
          <div key={state}>
            <dt>{text.labels.faceState[state]}</dt>
            <dd>
              {percent(share, locale)} <progress max={1} value={share} aria-hidden="true" />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function WindowTable({ windows }: { readonly windows: readonly BehaviourWindow[] }) {
  const { locale, text } = useWords();
  const words = text.report.window;
  const toRow = (window: BehaviourWindow, index: number): Row => {
    const { metrics } = window;
    const seen = window.faceStates.map(({ state, share }) => `${text.labels.faceState[state]} ${percent(share, locale)}`).join(", ");
    const why = text.labels.noMetrics[window.noMetricsReason];
    const share = (value: number | undefined) => (value === undefined ? <span className="no-score">{why}</span> : percent(value, locale));
    return {
      key: String(index),
      cells: {
        time: clockRange(window.startOffset, window.endOffset),
        seen: seen || why,
        screen: share(metrics?.lookedAtScreenShare),
        steadiness: share(metrics?.headSteadiness),
        smile: share(metrics?.smileShare),
        composure: share(metrics?.composure),
      },
    };
  };
  return (
    <Table
      caption={text.report.windowsTitle(windows.length)}
      columns={[
        { key: "time", title: words.time },
        { key: "seen", title: words.seen },
        { key: "screen", title: words.screen, numeric: true },
        { key: "steadiness", title: words.steadiness, numeric: true },
        { key: "smile", title: words.smile, numeric: true },
        { key: "composure", title: words.composure, numeric: true },
      ]}
      rows={windows.map(toRow)}
    />
  );
}
