import { FaceState, NoMetricsReason } from "../../gen/parley/common/v1/behaviour_pb.js";
import { QualityTier } from "../../gen/parley/common/v1/engine_pb.js";
import { AbstentionReason, AnswerCharacter, Criterion } from "../../gen/parley/common/v1/evaluation_pb.js";
import { Language } from "../../gen/parley/common/v1/language_pb.js";
import { ExperienceLevel, QuestionKind, Scenario } from "../../gen/parley/common/v1/question_pb.js";
import { ConsentPurpose } from "../../gen/parley/session/v1/consent_pb.js";
import { AnswerStatus, InterviewMode, InterviewStage } from "../../gen/parley/session/v1/interview_pb.js";
import { NoScoreReason } from "../../gen/parley/session/v1/report_pb.js";

const language: Record<Language, string> = {
  [Language.UNSPECIFIED]: "not stated",
  [Language.KOREAN]: "Korean",
  [Language.ENGLISH]: "English",
};

const scenario: Record<Scenario, string> = {
  [Scenario.UNSPECIFIED]: "Combined",
  [Scenario.TECHNICAL]: "Technical",
  [Scenario.BEHAVIOURAL]: "Behavioural",
  [Scenario.COMBINED]: "Combined",
  [Scenario.CAREER_CHANGE]: "Career change",
};

const scenarioHint: Record<Scenario, string> = {
  [Scenario.UNSPECIFIED]: "",
  [Scenario.TECHNICAL]: "Knowledge and judgement of the craft.",
  [Scenario.BEHAVIOURAL]: "How you acted in past situations.",
  [Scenario.COMBINED]: "Both, as most interviews do.",
  [Scenario.CAREER_CHANGE]: "Moving into this role from another profession.",
};

const experience: Record<ExperienceLevel, string> = {
  [ExperienceLevel.UNSPECIFIED]: "not stated",
  [ExperienceLevel.NEW_GRADUATE]: "New graduate",
  [ExperienceLevel.JUNIOR]: "Up to 3 years",
  [ExperienceLevel.MID]: "3 to 7 years",
  [ExperienceLevel.SENIOR]: "More than 7 years",
};

const questionKind: Record<QuestionKind, string> = {
  [QuestionKind.UNSPECIFIED]: "Question",
  [QuestionKind.TECHNICAL]: "Technical question",
  [QuestionKind.BEHAVIOURAL]: "Behavioural question",
  [QuestionKind.EXPERIENCE]: "About your experience",
  [QuestionKind.MOTIVATION]: "About your motivation",
  [QuestionKind.FOLLOW_UP]: "Follow-up question",
};

const stage: Record<InterviewStage, string> = {
  [InterviewStage.UNSPECIFIED]: "unknown",
  [InterviewStage.PLANNING]: "Questions are being prepared",
  [InterviewStage.INTRO]: "Ready to start",
  [InterviewStage.QUESTION]: "In progress",
  [InterviewStage.ANSWER]: "In progress",
  [InterviewStage.EVALUATION]: "Report is being made",
  [InterviewStage.COMPLETE]: "Report ready",
  [InterviewStage.FAILED]: "Failed",
};

const mode: Record<InterviewMode, string> = {
  [InterviewMode.UNSPECIFIED]: "Practice",
  [InterviewMode.PRACTICE]: "Practice",
  [InterviewMode.REALISTIC]: "Realistic",
};

const answerStatus: Record<AnswerStatus, string> = {
  [AnswerStatus.UNSPECIFIED]: "unknown",
  [AnswerStatus.OPEN]: "Being answered",
  [AnswerStatus.SUBMITTED]: "Last words are being written down",
  [AnswerStatus.EVALUATING]: "Being evaluated",
  [AnswerStatus.EVALUATED]: "Evaluated",
  [AnswerStatus.FAILED]: "Evaluation failed",
  [AnswerStatus.SKIPPED]: "Skipped",
  [AnswerStatus.SUPERSEDED]: "Replaced by a later attempt",
  [AnswerStatus.NOT_SCORED]: "Kept without evaluation, as you chose",
};

const criterion: Record<Criterion, string> = {
  [Criterion.UNSPECIFIED]: "Criterion",
  [Criterion.TECHNICAL_ACCURACY]: "Technical accuracy",
  [Criterion.LOGIC]: "Logic",
  [Criterion.SPECIFICITY]: "Specificity",
  [Criterion.RELEVANCE]: "Relevance",
  [Criterion.COMMUNICATION]: "Communication",
};

const abstention: Record<AbstentionReason, string> = {
  [AbstentionReason.UNSPECIFIED]: "no reason was given",
  [AbstentionReason.TOO_SHORT]: "The answer is too short to tell.",
  [AbstentionReason.LOW_TRANSCRIPT_QUALITY]: "The transcript is too unreliable to judge content by.",
  [AbstentionReason.JUDGES_DISAGREE]: "Independent judgements disagree too much.",
  [AbstentionReason.NOT_APPLICABLE]: "This criterion does not apply to this question.",
  [AbstentionReason.NO_EVIDENCE]: "No words of the transcript support a level.",
};

const character: Record<AnswerCharacter, string> = {
  [AnswerCharacter.UNSPECIFIED]: "",
  [AnswerCharacter.ON_TOPIC]: "",
  [AnswerCharacter.OFF_TOPIC]: "The answer speaks of something else than the question.",
  [AnswerCharacter.EMPTY]: "The answer has no words.",
  [AnswerCharacter.NONSENSE]: "The words of the answer make no sense together.",
};

const faceState: Record<FaceState, string> = {
  [FaceState.UNSPECIFIED]: "not determined",
  [FaceState.DETECTED]: "One face in view",
  [FaceState.ABSENT]: "No face in the picture",
  [FaceState.MULTIPLE]: "More than one face",
  [FaceState.TOO_DARK]: "Too dark to measure",
  [FaceState.TOO_SMALL]: "Too far from the camera",
  [FaceState.TURNED_AWAY]: "Head turned away",
};

const noMetrics: Record<NoMetricsReason, string> = {
  [NoMetricsReason.UNSPECIFIED]: "",
  [NoMetricsReason.NO_MEASURABLE_FACE]: "no measurable face",
  [NoMetricsReason.TOO_FEW_FRAMES]: "too few pictures",
  [NoMetricsReason.NO_BASELINE]: "nothing to compare with yet",
  [NoMetricsReason.NO_FRAMES]: "no pictures arrived",
};

const noScore: Record<NoScoreReason, string> = {
  [NoScoreReason.UNSPECIFIED]: "no reason was given",
  [NoScoreReason.NO_CONSENT]: "not measured, as you chose",
  [NoScoreReason.NO_MEASURABLE_FACE]: "no measurable face",
  [NoScoreReason.NO_VIDEO]: "no video",
  [NoScoreReason.NO_VOICE]: "nothing was said",
  [NoScoreReason.TYPED]: "typed",
  [NoScoreReason.ANALYSIS_DOWN]: "analysis was down",
};

const quality: Record<QualityTier, string> = {
  [QualityTier.UNSPECIFIED]: "quality not stated",
  [QualityTier.LOW]: "low accuracy",
  [QualityTier.STANDARD]: "standard",
  [QualityTier.HIGH]: "high",
};

const consentPurpose: Record<ConsentPurpose, string> = {
  [ConsentPurpose.UNSPECIFIED]: "",
  [ConsentPurpose.RECORDING]: "Transcript of what I say",
  [ConsentPurpose.TRANSCRIPT_SCORING]: "Evaluation of my answers",
  [ConsentPurpose.VIDEO_METRICS]: "Measurements from video",
  [ConsentPurpose.SHARING]: "Sharing of the report",
  [ConsentPurpose.RESUME]: "Reading and keeping my résumé",
};

const capability: Readonly<Record<string, string>> = {
  transcription: "Transcription",
  voice_activity: "Voice activity",
  speech_synthesis: "Interviewer's voice",
  landmarks: "Face landmarks",
  language: "Questions and evaluation",
  embeddings: "Text comparison",
};

export const labels = {
  language,
  scenario,
  scenarioHint,
  experience,
  questionKind,
  stage,
  mode,
  answerStatus,
  criterion,
  abstention,
  character,
  faceState,
  noMetrics,
  noScore,
  quality,
  consentPurpose,
  capability,
};
