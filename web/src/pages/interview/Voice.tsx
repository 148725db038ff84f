import { useCallback, useEffect, useRef, useState } from "react";
import { useWords } from "../../i18n/language.js";

/**
 * The one element that plays the interviewer's voice. The voice is one track for the whole interview, so that it is
 * started once per connection and never paused: question changes cannot interrupt it.
 */
export function Voice({ stream }: { readonly stream: MediaStream | null }) {
  const { text } = useWords();
  const element = useRef<HTMLAudioElement>(null);
  const [blocked, setBlocked] = useState(false);

  const play = useCallback(() => {
    element.current?.play().then(
      () => setBlocked(false),
      (error: unknown) => setBlocked(error instanceof DOMException && error.name === "NotAllowedError"),
    );
  }, []);

  useEffect(() => {
    if (!element.current || !stream) return;
    element.current.srcObject = stream;
    play();
  }, [stream, play]);

  return (
    <>
      <audio ref={element} data-testid="voice" />
      {blocked && (
        <div className="box box-attention" role="alert">
          <p>{text.room.soundBlocked}</p>
          <button type="button" className="primary" onClick={play}>
            {text.room.turnSoundOn}
          </button>
        </div>
      )}
    </>
  );
}
