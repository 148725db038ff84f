import { create } from "@bufbuild/protobuf";
import { useState, type FormEvent } from "react";
import { newRequestId } from "../api/clients.js";
import { useAction } from "../api/use_action.js";
import { useClients } from "../app/account_context.js";
import { navigate, paths } from "../app/router.js";
import { Language } from "../gen/parley/common/v1/language_pb.js";
import { ExperienceLevel, Scenario } from "../gen/parley/common/v1/question_pb.js";
import type { ConsentPurpose } from "../gen/parley/session/v1/consent_pb.js";
import { InterviewMode, InterviewSettingsSchema, TurnTaking } from "../gen/parley/session/v1/interview_pb.js";
import { languageOf, useWords } from "../i18n/language.js";
import { CONSENT_TEXT_VERSION } from "../interview/consents.js";
import { Choice } from "../ui/Choice.js";
import { FailureBox } from "../ui/FailureBox.js";
import { Field } from "../ui/Field.js";
import { Page } from "../ui/Page.js";
import { Select } from "../ui/Select.js";
import { ConsentChoices } from "./ConsentChoices.js";
import { focusFirstProblem } from "./entry_form.js";

const OTHER_ROLE = "";
const QUESTION_COUNTS = Array.from({ length: 10 }, (_, index) => index + 1);

interface Setup {
  readonly language: Language;
  readonly family: string;
  readonly otherRole: string;
  readonly scenario: Scenario;
  readonly experienceLevel: ExperienceLevel;
  readonly questionCount: number;
  readonly mode: InterviewMode;
  readonly turnTaking: TurnTaking;
}

export default function NewInterviewPage() {
  const { locale, text } = useWords();
  const words = text.setup;
  const clients = useClients();
  const action = useAction();
  const [setup, setSetup] = useState<Setup>({
    language: languageOf(locale),
    family: "backend_engineer",
    otherRole: "",
    scenario: Scenario.COMBINED,
    experienceLevel: ExperienceLevel.JUNIOR,
    questionCount: 5,
    mode: InterviewMode.PRACTICE,
    turnTaking: TurnTaking.AUTOMATIC,
  });
  const [agreed, setAgreed] = useState<ReadonlySet<ConsentPurpose>>(new Set());
  const [tried, setTried] = useState(false);
  const change = <K extends keyof Setup>(key: K) => (value: Setup[K]) => setSetup({ ...setup, [key]: value });
  const role = setup.family === OTHER_ROLE ? setup.otherRole.trim() : setup.family;

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTried(true);
    focusFirstProblem(event.currentTarget);
    if (role === "") return;
    const settings = create(InterviewSettingsSchema, { ...setup, role });
    const subject = JSON.stringify({ ...setup, role });
    await action.run(subject, async (requestId) => {
      // Before the interview exists: it is planned and recorded by what was agreed to.
      for (const purpose of agreed) {
        await clients.consent.grant({ requestId: newRequestId(), purpose, textVersion: CONSENT_TEXT_VERSION });
      }
      const { interview } = await clients.interview.createInterview({ requestId, settings });
      if (interview) navigate(paths.check(interview.interviewId));
    });
  };

  return (
    <Page title={words.newTitle}>
      <form className="stack" noValidate onSubmit={(event) => void submit(event)}>
        <div className="card stack">
          <Choice
            legend={words.interviewLanguage}
            value={setup.language}
            options={[Language.KOREAN, Language.ENGLISH].map((value) => ({ value, label: text.labels.language[value] }))}
            onChange={change("language")}
          />
          <Select
            label={words.role}
            value={setup.family}
            options={[
              ...Object.entries(words.roles).map(([value, label]) => ({ value, label })),
              { value: OTHER_ROLE, label: words.otherRole },
            ]}
            onChange={change("family")}
          />
          {setup.family === OTHER_ROLE && (
            <Field
              label={words.otherRoleLabel}
              hint={words.otherRoleHint}
              problem={tried && role === "" ? words.roleMissing : undefined}
              maxLength={200}
              value={setup.otherRole}
              onChange={(event) => change("otherRole")(event.target.value)}
            />
          )}
          <Choice
            legend={words.scenario}
            value={setup.scenario}
            options={[Scenario.COMBINED, Scenario.TECHNICAL, Scenario.BEHAVIOURAL, Scenario.CAREER_CHANGE].map((value) => ({
              value,
              label: text.labels.scenario[value],
              hint: text.labels.scenarioHint[value],
            }))}
            onChange={change("scenario")}
          />
          <div className="columns">
            <Select
              label={words.experience}
              value={setup.experienceLevel}
              options={[ExperienceLevel.NEW_GRADUATE, ExperienceLevel.JUNIOR, ExperienceLevel.MID, ExperienceLevel.SENIOR].map(
                (value) => ({ value, label: text.labels.experience[value] }),
              )}
              onChange={change("experienceLevel")}
            />
            <Select
              label={words.questionCount}
              hint={words.questionCountHint}
              value={setup.questionCount}
              options={QUESTION_COUNTS.map((value) => ({ value, label: String(value) }))}
              onChange={change("questionCount")}
            />
          </div>
          <Select
            label={words.mode}
            value={setup.mode}
            options={[
              { value: InterviewMode.PRACTICE, label: words.modePractice },
              { value: InterviewMode.REALISTIC, label: words.modeRealistic },
            ]}
            onChange={change("mode")}
          />
          <Select
            label={words.turnTaking}
            value={setup.turnTaking}
            options={[
              { value: TurnTaking.AUTOMATIC, label: words.turnAutomatic },
              { value: TurnTaking.MANUAL, label: words.turnManual },
            ]}
            onChange={change("turnTaking")}
          />
        </div>
        <ConsentChoices agreed={agreed} onChange={setAgreed} />
        <FailureBox failure={action.failure} />
        <button type="submit" className="primary large" disabled={action.busy}>
          {action.busy ? words.creating : words.create}
        </button>
      </form>
    </Page>
  );
}
