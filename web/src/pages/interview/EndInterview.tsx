import { useState } from "react";
import { useWords } from "../../i18n/language.js";
import { ConfirmDialog } from "../../ui/ConfirmDialog.js";
import type { Answering } from "./use_answering.js";

export function EndInterview({ answering }: { readonly answering: Answering }) {
  const words = useWords().text.room;
  const [asking, setAsking] = useState(false);
  const end = () => {
    setAsking(false);
    void answering.end();
  };
  return (
    <>
      <button type="button" className="quiet" onClick={() => setAsking(true)}>
        {words.end}
      </button>
      <ConfirmDialog
        open={asking}
        title={words.endTitle}
        body={words.endBody}
        confirm={words.endConfirm}
        onConfirm={end}
        onClose={() => setAsking(false)}
      />
    </>
  );
}
