import { useEffect, useMemo, useState } from "react";
import type { Interview } from "../../gen/parley/session/v1/interview_pb.js";
import { htmlLang, useWords } from "../../i18n/language.js";
import { openAnswer } from "../../interview/progress.js";
import { shownQuestion } from "../../interview/shown_question.js";
import type { Devices } from "../../interview/use_devices.js";
import type { LiveConnection } from "../../interview/use_live_link.js";
import { ofAnswer, withStored } from "../../live/captions.js";
import { CaptionText } from "../../ui/CaptionText.js";
import { FailureBox } from "../../ui/FailureBox.js";
import { Actions } from "./Actions.js";
import { EndInterview } from "./EndInterview.js";
import { Interviewer } from "./Interviewer.js";
import { LinkBadge } from "./LinkBadge.js";
import { TypedAnswer } from "./TypedAnswer.js";
import { useAnswering } from "./use_answering.js";
import type { Flash } from "./use_flash.js";
import { useUnkept } from "./use_unkept.js";

interface ConversationProps {
  readonly interview: Interview;
  readonly connection: LiveConnection;
  readonly devices: Devices;
  readonly spoken: boolean;
  readonly apply: (interview: Interview | undefined) => void;
  readonly flash: Flash;
}

/** One question after another: what is asked, what was understood, and what can be done. */
export function Conversation({ interview, connection, devices, spoken, apply, flash }: ConversationProps) {
  const { text } = useWords();
  const words = text.room;
  const { live, link } = connection;
  const question = shownQuestion(interview, live.question);
  const answer = openAnswer(interview);
  const captions = useMemo(
    () => (answer ? ofAnswer(withStored(live.captions, answer.answerId, answer.utterances), answer.answerId) : []),
    [live.captions, answer],
  );
  const mustType = !spoken || link?.status === "failed" || live.notices.has("typeAnswers") || (!devices.opening && !devices.tracks.microphone);
  const [choseTyping, setChoseTyping] = useState(false);
  const typing = mustType || choseTyping;
  useEffect(() => setChoseTyping(false), [question?.questionId]);
  const unkept = useUnkept(captions, link?.status === "connected" && !live.notices.has("sessionInterrupted"));
  const answering = useAnswering(interview, apply);
  const lang = htmlLang(interview.settings?.language);

  return (
    <>
      <div className="room-bar">
        <Progress current={(question?.index ?? 0) + 1} done={interview.doneQuestions} total={interview.totalQuestions} />
        <LinkBadge link={link} spoken={spoken} />
        <EndInterview answering={answering} />
      </div>
      {question && <Interviewer question={question} interview={interview} live={live} link={link} spoken={spoken} lang={lang} />}
      {(spoken || captions.length > 0) && (
        <section className="captions" aria-label={words.captionsTitle} tabIndex={0} data-empty={captions.length === 0}>
          <CaptionText captions={captions} lang={lang} />
          {captions.length === 0 && <span className="hint">{typing ? words.captionsEmptyTyped : words.captionsEmpty}</span>}
        </section>
      )}
      {unkept.length > 0 && (
        <p className="box box-attention" role="alert">
          {words.notKept(unkept.map((line) => line.text).join(" "))}
        </p>
      )}
      <p className="flash" role="status">
        {flash.message}
      </p>
      <FailureBox failure={answering.action.failure} kept={words.answerKept} onRetry={answering.retryable} />
      {typing && question && (
        <TypedAnswer
          key={question.questionId}
          questionId={question.questionId}
          lang={lang}
          replaces={captions.length > 0}
          answering={answering}
        />
      )}
      <Actions
        interview={interview}
        connection={connection}
        answering={answering}
        typing={typing}
        heard={captions.length > 0 || live.heardAtAll}
        canSpeak={!mustType}
        onType={setChoseTyping}
        flash={flash}
      />
    </>
  );
}

function Progress({ current, done, total }: { readonly current: number; readonly done: number; readonly total: number }) {
  const words = useWords().text.room;
  return (
    <div className="progress">
      <span className="progress-text" aria-hidden="true" data-testid="progress">
        {words.progress(current, total)}
      </span>
      <span className="visually-hidden" role="status">
        {words.progressLabel(current, total)}
      </span>
      <progress max={total} value={done} aria-label={words.progressLabel(current, total)} />
    </div>
  );
}
