import { faceHint } from "../../devices/face_hint.js";
import { SILENCE_DBFS, useMicrophoneLevel } from "../../devices/microphone_level.js";
import { useWords } from "../../i18n/language.js";
import type { Devices } from "../../interview/use_devices.js";
import type { LiveConnection } from "../../interview/use_live_link.js";
import { LevelBar } from "../../ui/LevelBar.js";
import { Preview } from "../../ui/Preview.js";

/** What the candidate sends: picture and loudness, small and at the side. */
export function OwnSide({ devices, connection }: { readonly devices: Devices; readonly connection: LiveConnection }) {
  const { text } = useWords();
  const { microphone, camera } = devices.tracks;
  const level = useMicrophoneLevel(microphone);
  const hint = faceHint(connection.live.face);
  return (
    <aside className="own-side" aria-label={text.room.ownPicture}>
      {camera && <Preview track={camera} label={text.setup.preview} />}
      {microphone && (
        <div className="own-level">
          <span className="hint">{text.room.microphone}</span>
          <LevelBar label={text.setup.microphoneLevel} dbfs={"dbfs" in level ? level.dbfs : SILENCE_DBFS} />
        </div>
      )}
      {camera && hint && hint !== "good" && <p className="hint">{text.setup.faceHints[hint]}</p>}
    </aside>
  );
}
