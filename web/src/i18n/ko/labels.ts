import { FaceState, NoMetricsReason } from "../../gen/parley/common/v1/behaviour_pb.js";
import { QualityTier } from "../../gen/parley/common/v1/engine_pb.js";
import { AbstentionReason, AnswerCharacter, Criterion } from "../../gen/parley/common/v1/evaluation_pb.js";
import { Language } from "../../gen/parley/common/v1/language_pb.js";
import { ExperienceLevel, QuestionKind, Scenario } from "../../gen/parley/common/v1/question_pb.js";
import { ConsentPurpose } from "../../gen/parley/session/v1/consent_pb.js";
import { AnswerStatus, InterviewMode, InterviewStage } from "../../gen/parley/session/v1/interview_pb.js";
import { NoScoreReason } from "../../gen/parley/session/v1/report_pb.js";
import type { labels as english } from "../en/labels.js";

export const labels: typeof english = {
  language: {
    [Language.UNSPECIFIED]: "지정 안 함",
    [Language.KOREAN]: "한국어",
    [Language.ENGLISH]: "영어",
  },
  scenario: {
    [Scenario.UNSPECIFIED]: "종합",
    [Scenario.TECHNICAL]: "기술",
    [Scenario.BEHAVIOURAL]: "인성",
    [Scenario.COMBINED]: "종합",
    [Scenario.CAREER_CHANGE]: "직무 전환",
  },
  scenarioHint: {
    [Scenario.UNSPECIFIED]: "",
    [Scenario.TECHNICAL]: "직무 지식과 판단을 묻습니다.",
    [Scenario.BEHAVIOURAL]: "과거 상황에서 어떻게 행동했는지 묻습니다.",
    [Scenario.COMBINED]: "대부분의 면접처럼 둘 다 묻습니다.",
    [Scenario.CAREER_CHANGE]: "다른 직무에서 옮겨 오는 경우를 다룹니다.",
  },
  experience: {
    [ExperienceLevel.UNSPECIFIED]: "지정 안 함",
    [ExperienceLevel.NEW_GRADUATE]: "신입",
    [ExperienceLevel.JUNIOR]: "3년 이하",
    [ExperienceLevel.MID]: "3~7년",
    [ExperienceLevel.SENIOR]: "7년 이상",
  },
  questionKind: {
    [QuestionKind.UNSPECIFIED]: "질문",
    [QuestionKind.TECHNICAL]: "기술 질문",
    [QuestionKind.BEHAVIOURAL]: "인성 질문",
    [QuestionKind.EXPERIENCE]: "경험 질문",
    [QuestionKind.MOTIVATION]: "지원 동기",
    [QuestionKind.FOLLOW_UP]: "꼬리 질문",
  },
  stage: {
    [InterviewStage.UNSPECIFIED]: "알 수 없음",
    [InterviewStage.PLANNING]: "질문을 준비하는 중",
    [InterviewStage.INTRO]: "시작할 수 있음",
    [InterviewStage.QUESTION]: "진행 중",
    [InterviewStage.ANSWER]: "진행 중",
    [InterviewStage.EVALUATION]: "결과를 만드는 중",
    [InterviewStage.COMPLETE]: "결과 준비됨",
    [InterviewStage.FAILED]: "실패",
  },
  mode: {
    [InterviewMode.UNSPECIFIED]: "연습",
    [InterviewMode.PRACTICE]: "연습",
    [InterviewMode.REALISTIC]: "실전",
  },
  answerStatus: {
    [AnswerStatus.UNSPECIFIED]: "알 수 없음",
    [AnswerStatus.OPEN]: "답변하는 중",
    [AnswerStatus.SUBMITTED]: "마지막 말을 받아 적는 중",
    [AnswerStatus.EVALUATING]: "평가하는 중",
    [AnswerStatus.EVALUATED]: "평가 완료",
    [AnswerStatus.FAILED]: "평가 실패",
    [AnswerStatus.SKIPPED]: "건너뜀",
    [AnswerStatus.SUPERSEDED]: "다시 한 답변으로 바뀜",
    [AnswerStatus.NOT_SCORED]: "선택하신 대로 평가 없이 보관",
  },
  criterion: {
    [Criterion.UNSPECIFIED]: "기준",
    [Criterion.TECHNICAL_ACCURACY]: "기술 정확성",
    [Criterion.LOGIC]: "논리",
    [Criterion.SPECIFICITY]: "구체성",
    [Criterion.RELEVANCE]: "질문 적합성",
    [Criterion.COMMUNICATION]: "전달력",
  },
  abstention: {
    [AbstentionReason.UNSPECIFIED]: "이유가 주어지지 않았습니다.",
    [AbstentionReason.TOO_SHORT]: "답변이 너무 짧아 판단할 수 없습니다.",
    [AbstentionReason.LOW_TRANSCRIPT_QUALITY]: "받아 적은 글을 믿기 어려워 내용을 판단하지 않았습니다.",
    [AbstentionReason.JUDGES_DISAGREE]: "독립된 판단끼리 차이가 너무 큽니다.",
    [AbstentionReason.NOT_APPLICABLE]: "이 질문에는 해당하지 않는 기준입니다.",
    [AbstentionReason.NO_EVIDENCE]: "수준을 뒷받침하는 말을 답변에서 찾지 못했습니다.",
  },
  character: {
    [AnswerCharacter.UNSPECIFIED]: "",
    [AnswerCharacter.ON_TOPIC]: "",
    [AnswerCharacter.OFF_TOPIC]: "질문과 다른 이야기를 한 답변입니다.",
    [AnswerCharacter.EMPTY]: "말이 없는 답변입니다.",
    [AnswerCharacter.NONSENSE]: "말이 서로 이어지지 않는 답변입니다.",
  },
  faceState: {
    [FaceState.UNSPECIFIED]: "판단 안 함",
    [FaceState.DETECTED]: "얼굴 하나가 보임",
    [FaceState.ABSENT]: "화면에 얼굴이 없음",
    [FaceState.MULTIPLE]: "얼굴이 둘 이상",
    [FaceState.TOO_DARK]: "너무 어두워 측정할 수 없음",
    [FaceState.TOO_SMALL]: "카메라에서 너무 멂",
    [FaceState.TURNED_AWAY]: "고개를 돌림",
  },
  noMetrics: {
    [NoMetricsReason.UNSPECIFIED]: "",
    [NoMetricsReason.NO_MEASURABLE_FACE]: "측정할 수 있는 얼굴 없음",
    [NoMetricsReason.TOO_FEW_FRAMES]: "화면이 너무 적음",
    [NoMetricsReason.NO_BASELINE]: "아직 비교할 기준이 없음",
    [NoMetricsReason.NO_FRAMES]: "화면이 도착하지 않음",
  },
  noScore: {
    [NoScoreReason.UNSPECIFIED]: "이유 없음",
    [NoScoreReason.NO_CONSENT]: "선택하신 대로 측정 안 함",
    [NoScoreReason.NO_MEASURABLE_FACE]: "측정할 수 있는 얼굴 없음",
    [NoScoreReason.NO_VIDEO]: "영상 없음",
    [NoScoreReason.NO_VOICE]: "말이 없음",
    [NoScoreReason.TYPED]: "입력한 답변",
    [NoScoreReason.ANALYSIS_DOWN]: "분석이 멈췄음",
  },
  quality: {
    [QualityTier.UNSPECIFIED]: "품질 표시 없음",
    [QualityTier.LOW]: "정확도 낮음",
    [QualityTier.STANDARD]: "표준",
    [QualityTier.HIGH]: "높음",
  },
  consentPurpose: {
    [ConsentPurpose.UNSPECIFIED]: "",
    [ConsentPurpose.RECORDING]: "내 말을 글로 받아 적기",
    [ConsentPurpose.TRANSCRIPT_SCORING]: "답변 내용 평가",
    [ConsentPurpose.VIDEO_METRICS]: "영상에서 측정하기",
    [ConsentPurpose.SHARING]: "결과 공유",
    [ConsentPurpose.RESUME]: "이력서 읽기와 보관",
  },
  capability: {
    transcription: "음성 인식",
    voice_activity: "발화 감지",
    speech_synthesis: "면접관 목소리",
    landmarks: "얼굴 위치 측정",
    language: "질문과 평가",
    embeddings: "글 비교",
  },
};
