import type { CriterionSummary, Report } from "../../gen/parley/session/v1/report_pb.js";
import { decimal, levelRange } from "../../i18n/format.js";
import { useWords } from "../../i18n/language.js";
import { reasonsWithoutLevel } from "../../report/abstentions.js";
import { LevelDots } from "../../ui/LevelDots.js";
import { Table } from "../../ui/Table.js";

/** Levels per criterion over all answers, or why there is none. */
export function CriteriaSection({ report }: { readonly report: Report }) {
  const { locale, text } = useWords();
  const words = text.report;
  if (report.criteria.length === 0) return null;
  const cells = (summary: CriterionSummary) => {
    const { criterion, meanLevel, low, high, score, answerCount } = summary;
    if (meanLevel === undefined) {
      const reasons = reasonsWithoutLevel(report.questions, criterion).map((reason) => text.labels.abstention[reason]);
      return { criterion: text.labels.criterion[criterion], level: words.noLevel, basis: reasons.join(" ") || words.noLevelInAny };
    }
    return {
      criterion: text.labels.criterion[criterion],
      level: (
        <>
          <span className="level-number">{decimal(meanLevel, locale)}</span> <LevelDots level={meanLevel} />
        </>
      ),
      range: low !== undefined && high !== undefined ? levelRange(low, high, locale) : "",
      score: score === undefined ? "" : decimal(score, locale, 0),
      basis: words.answersCounted(answerCount),
    };
  };
  return (
    <section className="card">
      <h2>{words.criteriaTitle}</h2>
      <p className="overall" data-testid="overall">
        {report.overallScore === undefined ? (
          words.overallNone
        ) : (
          <>
            {words.overall} <strong>{decimal(report.overallScore, locale, 0)}</strong> / 100
          </>
        )}
      </p>
      <Table
        caption={words.criteriaTitle}
        stacking
        columns={[
          { key: "criterion", title: words.criterion },
          { key: "level", title: words.level },
          { key: "range", title: words.range },
          { key: "score", title: words.score, numeric: true },
          { key: "basis", title: words.basis },
        ]}
        rows={report.criteria.map((summary) => ({ key: String(summary.criterion), cells: cells(summary) }))}
      />
      <p className="hint">{words.criteriaNote}</p>
    </section>
  );
}
