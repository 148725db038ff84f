import { Component, type ReactNode } from "react";
import { useWords } from "../i18n/language.js";

interface BoundaryProps {
  readonly children: ReactNode;
}

/** If a page breaks (a fault of ours, or its code could not be fetched), it says so instead of going blank. */
export class Boundary extends Component<BoundaryProps, { readonly broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override render(): ReactNode {
    return this.state.broken ? <Crash /> : this.props.children;
  }
}

function Crash() {
  const { text } = useWords();
  return (
    <main id="main" className="page page-narrow" role="alert">
      <h1 tabIndex={-1}>{text.common.crashTitle}</h1>
      <p>{text.common.crashBody}</p>
      <button type="button" className="primary" onClick={() => location.reload()}>
        {text.common.reloadPage}
      </button>
    </main>
  );
}
