import { useEffect, useRef } from "react";
import { useWords } from "../i18n/language.js";

interface ConfirmDialogProps {
  readonly open: boolean;
  readonly title: string;
  readonly body: string;
  readonly confirm: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** A question that stops everything else. The browser's own dialog keeps the focus inside and closes on Escape. */
export function ConfirmDialog({ open, title, body, confirm, onConfirm, onClose }: ConfirmDialogProps) {
  const { text } = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="confirm-title">
      <h2 id="confirm-title">{title}</h2>
      <p>{body}</p>
      <div className="row row-end">
        <button type="button" onClick={onClose}>
          {text.common.cancel}
        </button>
        <button type="button" className="primary" onClick={onConfirm}>
          {confirm}
        </button>
      </div>
    </dialog>
  );
}
