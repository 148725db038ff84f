import type { EngineInfo } from "../../gen/parley/common/v1/engine_pb.js";
import { useWords } from "../../i18n/language.js";
import { Table } from "../../ui/Table.js";

/** What made the report, and how far it can be trusted. */
export function EnginesSection({ engines }: { readonly engines: readonly EngineInfo[] }) {
  const { text } = useWords();
  const words = text.report;
  if (engines.length === 0) return null;
  return (
    <section className="card">
      <h2>{words.enginesTitle}</h2>
      <Table
        caption={words.enginesTitle}
        stacking
        columns={[
          { key: "capability", title: words.engine.capability },
          { key: "name", title: words.engine.name },
          { key: "version", title: words.engine.version },
          { key: "quality", title: words.engine.quality },
        ]}
        rows={engines.map((engine) => ({
          key: `${engine.capability} ${engine.name} ${engine.version} ${engine.fallbackFor}`,
          cells: {
            capability: text.labels.capability[engine.capability] ?? engine.capability,
            name: (
              <>
                {engine.name === "none" ? words.engineNone : engine.name}
                {engine.fallbackFor && <span className="hint"> {words.engineFallback(engine.fallbackFor)}</span>}
              </>
            ),
            version: engine.version || "–",
            quality: (
              <>
                {text.labels.quality[engine.quality]}
                {engine.upgradeHint && <span className="hint"> {words.engineUpgrade(engine.upgradeHint)}</span>}
              </>
            ),
          },
        }))}
      />
    </section>
  );
}
