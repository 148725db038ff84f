import { InterviewStage, type Interview } from "../../gen/parley/session/v1/interview_pb.js";
import { useWords } from "../../i18n/language.js";
import type { LiveState } from "../../interview/live_state.js";
import type { ShownQuestion } from "../../interview/shown_question.js";
import type { LinkState } from "../../live/link.js";

interface InterviewerProps {
  readonly question: ShownQuestion;
  readonly interview: Interview;
  readonly live: LiveState;
  readonly link: LinkState | null;
  readonly spoken: boolean;
  readonly lang: string | undefined;
}

type Doing = "speaking" | "hearing" | "listening" | "waiting" | "away" | "text";

/** The interviewer: what it is doing, and its question in large letters near the camera. */
export function Interviewer({ question, interview, live, link, spoken, lang }: InterviewerProps) {
  const { text } = useWords();
  const words = text.room;
  const doing = whatItDoes(interview, live, link, spoken);
  const aside = live.voice.speaking && live.voice.sentence !== "" && !question.text.includes(live.voice.sentence.trim());
  return (
    <section className="interviewer" data-doing={doing}>
      <div className="interviewer-state">
        <span className="orb" aria-hidden="true" />
        <span>
          {words.interviewer[doing]} {spoken && <span className="hint">· {words.interviewer.synthetic}</span>}
        </span>
      </div>
      {aside && (
        <p className="spoken-aside" lang={lang}>
          {live.voice.sentence}
        </p>
      )}
      <p className="question-kind hint">
        {text.labels.questionKind[question.kind]}
        {question.suggestedSeconds > 0 && ` · ${words.suggested(question.suggestedSeconds)}`}
      </p>
      {/* Where no voice reads it, the screen reader does. */}
      <h2 className="question" lang={lang} aria-live={spoken ? "off" : "polite"} data-testid="question">
        {question.text}
      </h2>
      {live.voice.failed && <p className="hint">{words.interviewer.voiceFailed}</p>}
    </section>
  );
}

function whatItDoes(interview: Interview, live: LiveState, link: LinkState | null, spoken: boolean): Doing {
  if (!spoken) return "text";
  if (link?.status !== "connected" && link?.status !== "unstable") return "away";
  if (live.voice.speaking) return "speaking";
  if (live.heardSpeaking) return "hearing";
  return interview.stage === InterviewStage.ANSWER ? "listening" : "waiting";
}
