import { useWords } from "../../i18n/language.js";
import type { LinkState, LinkStatus } from "../../live/link.js";

const LOOK: Readonly<Record<LinkStatus, string>> = {
  connecting: "checking",
  connected: "ok",
  unstable: "attention",
  reconnecting: "attention",
  failed: "attention",
  closed: "off",
};

/** How the live connection stands, in a word. */
export function LinkBadge({ link, spoken }: { readonly link: LinkState | null; readonly spoken: boolean }) {
  const words = useWords().text.room.link;
  const status = link?.status;
  const text = status ? words[status] : spoken ? words.connecting : words.off;
  return (
    <span className={`badge badge-${status ? LOOK[status] : spoken ? "checking" : "off"}`} role="status" data-link={status ?? "off"}>
      {text}
    </span>
  );
}
