import type { ReactNode } from "react";

export interface Column {
  readonly key: string;
  readonly title: string;
  readonly numeric?: boolean;
  /** Its cells say themselves what they are; a stacked row need not repeat the title. */
  readonly selfTitled?: boolean;
}

export interface Row {
  readonly key: string;
  /** By column key. The first column's cell heads the row. */
  readonly cells: Readonly<Record<string, ReactNode>>;
}

interface TableProps {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** On narrow screens: each row becomes a block with its column titles, instead of a table that scrolls sideways. */
  readonly stacking?: boolean;
  /** A row that sums up the others. */
  readonly foot?: Row | undefined;
}

export function Table({ caption, columns, rows, stacking = false, foot }: TableProps) {
  // Roles are stated because blocks would otherwise take the table's meaning away from screen readers.
  const line = (row: Row) => (
    <tr key={row.key} role="row">
      {columns.map(({ key, title, numeric, selfTitled }, index) =>
        index === 0 ? (
          <th key={key} role="rowheader" scope="row">
            {row.cells[key]}
          </th>
        ) : (
          <td key={key} role="cell" data-title={selfTitled ? undefined : title} className={numeric ? "numeric" : undefined}>
            {row.cells[key]}
          </td>
        ),
      )}
    </tr>
  );
  return (
    <div className="table-frame" tabIndex={stacking ? undefined : 0} role={stacking ? undefined : "region"} aria-label={stacking ? undefined : caption}>
      <table role="table" className={stacking ? "stacking" : undefined}>
        <caption className="visually-hidden">{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(({ key, title, numeric }) => (
              <th key={key} role="columnheader" scope="col" className={numeric ? "numeric" : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">{rows.map(line)}</tbody>
        {foot && <tfoot role="rowgroup">{line(foot)}</tfoot>}
      </table>
    </div>
  );
}
