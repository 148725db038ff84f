"""What the service says to candidates in its own words, in both languages, written separately."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from services.session.domain.values import Language


class Notice(StrEnum):
    """Something that a reader of the report must know, or a candidate is told."""

    LOW_TRANSCRIPTION = "low_transcription"
    NO_TRANSCRIPTION = "no_transcription"
    NOT_SCORED = "not_scored"
    EVALUATION_FAILED = "evaluation_failed"
    VIDEO_MISSING = "video_missing"
    BASELINE_PROVISIONAL = "baseline_provisional"
    NOTHING_ANSWERED = "nothing_answered"
    FAREWELL = "farewell"
    TELL_ME_MORE = "tell_me_more"
    EVALUATION_FAILURE_MESSAGE = "evaluation_failure_message"
    PLANNING_FAILURE_MESSAGE = "planning_failure_message"
    REPORT_FAILURE_MESSAGE = "report_failure_message"


_TEXTS: Final[Mapping[Language, Mapping[Notice, str]]] = {
    Language.ENGLISH: {
        Notice.LOW_TRANSCRIPTION: "The speech recogniser in use is of low accuracy: read transcripts, and "
        "the levels that "
        "stand on them, with care. You can correct a transcript and have the answer evaluated again.",
        Notice.NO_TRANSCRIPTION: "Parts of your speech could not be transcribed with the engine in use. "
        "Typed answers are always possible.",
        Notice.NOT_SCORED: "Answers have no levels, because you have not agreed to the scoring of transcripts.",
        Notice.EVALUATION_FAILED: "At least one answer could not be evaluated. It has no level, and does not count.",
        Notice.VIDEO_MISSING: "Video analysis was missing for part of the interview; the table of behaviour "
        "says where.",
        Notice.BASELINE_PROVISIONAL: "There was no calibration: measurements of behaviour compare with your "
        "first seconds "
        "and are provisional.",
        Notice.NOTHING_ANSWERED: "No question was answered, so there is nothing to judge.",
        Notice.FAREWELL: "Thank you. The interview is over, and your report is being written.",
        Notice.TELL_ME_MORE: "Could you tell me more about that?",
        Notice.EVALUATION_FAILURE_MESSAGE: "This answer could not be evaluated. Your words are kept; correct the "
        "transcript to have it evaluated again.",
        Notice.PLANNING_FAILURE_MESSAGE: "The questions could not be planned. Please create a new interview.",
        Notice.REPORT_FAILURE_MESSAGE: "The report could not be written. Your answers and their evaluations are kept.",
    },
    Language.KOREAN: {
        Notice.LOW_TRANSCRIPTION: "현재 사용 중인 음성 인식기는 정확도가 낮습니다. 답변 기록과 이를 근거로 "
        "한 평가는 참고로만 봐 주세요. "
        "기록을 고치면 다시 평가받을 수 있습니다.",
        Notice.NO_TRANSCRIPTION: "현재 음성 인식기로는 일부 답변을 글로 옮기지 못했습니다. 답변은 언제든 "
        "직접 입력할 수 있습니다.",
        Notice.NOT_SCORED: "답변 평가에 동의하지 않으셔서 평가 단계가 표시되지 않습니다.",
        Notice.EVALUATION_FAILED: "평가하지 못한 답변이 있습니다. 해당 답변은 점수에 포함되지 않습니다.",
        Notice.VIDEO_MISSING: "면접 중 일부 구간은 영상 분석이 이루어지지 않았습니다. 어느 구간인지는 행동 "
        "표에 표시되어 있습니다.",
        Notice.BASELINE_PROVISIONAL: "사전 기준 측정이 없어 면접 첫 몇 초를 기준으로 비교했습니다. 행동 "
        "수치는 참고용입니다.",
        Notice.NOTHING_ANSWERED: "답변한 질문이 없어 평가할 내용이 없습니다.",
        Notice.FAREWELL: "수고하셨습니다. 면접이 끝났고, 결과 보고서를 작성하고 있습니다.",
        Notice.TELL_ME_MORE: "그 부분을 조금 더 자세히 말씀해 주시겠어요?",
        Notice.EVALUATION_FAILURE_MESSAGE: "이 답변은 평가하지 못했습니다. 답변 내용은 보관되어 있으며, "
        "기록을 고치면 다시 평가받을 수 있습니다.",
        Notice.PLANNING_FAILURE_MESSAGE: "질문을 준비하지 못했습니다. 면접을 새로 만들어 주세요.",
        Notice.REPORT_FAILURE_MESSAGE: "보고서를 작성하지 못했습니다. 답변과 평가는 그대로 보관되어 있습니다.",
    },
}


def text(notice: Notice, language: Language) -> str:
    """The notice in the interview's language."""
    return _TEXTS[language][notice]


def farewell(language: Language) -> str:
    """What is said at the end."""
    return text(Notice.FAREWELL, language)


def completed(question: str, language: Language) -> str:
    """The text of a question of which no more comes: as it is if it asks, else with a question behind it."""
    asks = question.rstrip().endswith(("?", "？"))
    return question if asks else f"{question.rstrip()} {text(Notice.TELL_ME_MORE, language)}"
