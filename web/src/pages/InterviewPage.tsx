import { useEffect } from "react";
import { navigate, paths } from "../app/router.js";
import { InterviewStage, type Interview } from "../gen/parley/session/v1/interview_pb.js";
import { useWords } from "../i18n/language.js";
import { useInterview, type InterviewView } from "../interview/use_interview.js";
import { readMediaSetup } from "../devices/media_mode.js";
import { Busy } from "../ui/Busy.js";
import { FailureBox } from "../ui/FailureBox.js";
import { Link } from "../ui/Link.js";
import { Page } from "../ui/Page.js";
import { Room } from "./interview/Room.js";
import { WaitingView } from "./interview/WaitingView.js";

/** Everything of an interview from its planning to its report, at one address: a reload leads back to where it was. */
export default function InterviewPage({ interviewId }: { readonly interviewId: string }) {
  const { text } = useWords();
  const view = useInterview(interviewId);
  const { interview, trouble, reload } = view;
  if (!interview) {
    return (
      <Page title={text.room.title}>
        <FailureBox failure={trouble} onRetry={reload} />
        {!trouble && <Busy>{text.common.loading}</Busy>}
      </Page>
    );
  }
  switch (interview.stage) {
    case InterviewStage.COMPLETE:
      return <Detour to={paths.report(interviewId)} />;
    case InterviewStage.FAILED:
      return <FailedView interview={interview} />;
    case InterviewStage.EVALUATION:
      return <WaitingView interview={interview} trouble={trouble} />;
    default:
      return <RoomWithDevices interview={interview} view={view} />;
  }
}

function RoomWithDevices({ interview, view }: { readonly interview: Interview; readonly view: InterviewView }) {
  const setup = readMediaSetup(interview.interviewId);
  if (!setup) return <Detour to={paths.check(interview.interviewId)} />;
  return <Room interview={interview} setup={setup} trouble={view.trouble} apply={view.apply} />;
}

function FailedView({ interview }: { readonly interview: Interview }) {
  const { text } = useWords();
  return (
    <Page title={text.room.failedTitle}>
      <p className="box box-problem" role="alert">
        {interview.failureMessage}
      </p>
      <p>
        <Link href={paths.newInterview} className="button">
          {text.setup.startNew}
        </Link>
      </p>
    </Page>
  );
}

function Detour({ to }: { readonly to: string }) {
  useEffect(() => navigate(to, { replace: true }), [to]);
  return null;
}
