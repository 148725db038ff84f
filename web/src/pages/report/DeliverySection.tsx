import type { DeliveryMetrics } from "../../gen/parley/common/v1/delivery_pb.js";
import type { Language } from "../../gen/parley/common/v1/language_pb.js";
import { useWords } from "../../i18n/language.js";
import { deliveryLines } from "../../report/delivery.js";

interface DeliverySectionProps {
  readonly delivery: DeliveryMetrics | undefined;
  readonly language: Language | undefined;
}

export function DeliverySection({ delivery, language }: DeliverySectionProps) {
  const words = useWords().text.report;
  return (
    <section className="card">
      <h2>{words.deliveryTitle}</h2>
      <p className="hint">{delivery ? words.deliveryNote : words.deliveryNone}</p>
      {delivery && <DeliveryList delivery={delivery} language={language} />}
    </section>
  );
}

export function DeliveryList({ delivery, language }: { readonly delivery: DeliveryMetrics; readonly language: Language | undefined }) {
  const { locale, text } = useWords();
  return (
    <dl className="facts">
      {deliveryLines(delivery, language, text, locale).map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
