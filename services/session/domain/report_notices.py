"""What the reader of a report must know about its reliability."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from services.session.domain.answers import AnswerOrigin, AnswerStatus
from services.session.domain.behaviour import Circumstances
from services.session.domain.notices import Notice, text
from services.session.domain.values import EngineInfo, Language, NoTextReason, QualityTier
from services.session.domain.windows import BaselineBasis, BehaviourWindow, NoMetricsReason

if TYPE_CHECKING:
    from services.session.domain.views import AnswerView

_NO_ENGINE = frozenset(
    {NoTextReason.LANGUAGE_UNSUPPORTED, NoTextReason.NO_ENGINE, NoTextReason.ENGINE_FAILED},
)


def notices(
    language: Language,
    answers: Sequence["AnswerView"],
    engines: Sequence[EngineInfo],
    windows: Sequence[BehaviourWindow],
    circumstances: Circumstances,
) -> list[str]:
    """The notices that apply, in the interview's language."""
    spoken = [answer for answer in answers if answer.origin is AnswerOrigin.SPOKEN]
    low = any(e.capability == "transcription" and e.quality is QualityTier.LOW for e in engines)
    untranscribed = any(u.no_text_reason in _NO_ENGINE for answer in spoken for u in answer.utterances)
    statuses = {answer.status for answer in answers}
    missing = circumstances.vision_down or any(w.no_metrics_reason is NoMetricsReason.NO_FRAMES for w in windows)
    provisional = any(w.metrics is not None and w.basis is BaselineBasis.PROVISIONAL for w in windows)
    applies = {
        Notice.LOW_TRANSCRIPTION: bool(spoken) and low,
        Notice.NO_TRANSCRIPTION: untranscribed,
        Notice.NOT_SCORED: AnswerStatus.NOT_SCORED in statuses,
        Notice.EVALUATION_FAILED: AnswerStatus.FAILED in statuses,
        Notice.VIDEO_MISSING: circumstances.video_consented and bool(missing),
        Notice.BASELINE_PROVISIONAL: provisional,
    }
    return [text(notice, language) for notice, yes in applies.items() if yes]
