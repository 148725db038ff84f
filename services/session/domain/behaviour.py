"""The behaviour table: windows assigned to answers, scaled to 40..100 as the predecessor did (SEED_FACTS.md).

gaze, smile, posture, composure = 40 + 60 · (looked-at-screen share, smile share, head steadiness, composure): means
over the answer's windows, weighted with their valid frames.

voice = mean of loudness and speaking, each 40 + 60 · clamp(…):
  loudness  (L − (−48 dB)) / (−28 dB − (−48 dB)), L the voiced part's loudness in dBFS. The predecessor's scale ran
            from 0.02 to 0.15 RMS (−34 to −16.5 dBFS) and gave 6.7 of 100 to a normal speaker, whose voice arrives over
            WebRTC at about 0.023 RMS (−32.8 dBFS). Ours gives that voice 86; a whisper (0.004 RMS) is at the bottom.
  speaking  (voiced time / length of the answer) / 0.5. Their 0.20 was the share of *samples* above 0.02, which fluent
            speech reaches as waves cross zero; of *time*, fluent speech with its pauses is voiced for half and more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from services.session.domain.delivery_metrics import DeliveryMetrics
from services.session.domain.report import BehaviourRow, NoScoreReason, TableScore, mean
from services.session.domain.windows import BehaviourMetrics, BehaviourWindow, FaceState, FaceStateShare

QUIET_DBFS: Final = -48.0
LOUD_DBFS: Final = -28.0
FULL_SPEAKING_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True)
class AnswerBehaviour:
    """What the table needs of one answer. ``span`` is its place on the session clock; None without media."""

    question_id: str
    typed: bool
    span: tuple[timedelta, timedelta] | None
    delivery: DeliveryMetrics | None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What may have kept cells empty: consents, and moments on the session clock at which vision was down."""

    video_consented: bool
    recording_consented: bool
    vision_down: tuple[timedelta, ...] = ()


def assign(
    windows: Sequence[BehaviourWindow], answers: Sequence[AnswerBehaviour]
) -> Mapping[str, list[BehaviourWindow]]:
    """question_id → the windows that overlap its answer most; a window that overlaps none belongs to none."""
    assigned: dict[str, list[BehaviourWindow]] = {answer.question_id: [] for answer in answers}
    for window in windows:
        overlaps = [
            (_overlap(window, answer.span), answer.question_id) for answer in answers if answer.span is not None
        ]
        most, question_id = max(overlaps, default=(timedelta(), ""))
        if most > timedelta():
            assigned[question_id].append(window)
    return assigned


def _overlap(window: BehaviourWindow, span: tuple[timedelta, timedelta]) -> timedelta:
    return min(window.end_offset, span[1]) - max(window.start_offset, span[0])


def table(
    windows: Sequence[BehaviourWindow], answers: Sequence[AnswerBehaviour], circumstances: Circumstances
) -> tuple[BehaviourRow, ...]:
    """One row per answer, in order, labelled Q0, Q1, …"""
    assigned = assign(windows, answers)
    return tuple(
        _row(f"Q{index}", answer, assigned[answer.question_id], circumstances) for index, answer in enumerate(answers)
    )


def average(rows: Sequence[BehaviourRow]) -> BehaviourRow | None:
    """The row of averages; a cell without any value takes the first row's reason. None without rows."""
    if not rows:
        return None
    names = ("gaze", "voice", "smile", "posture", "composure", "total")
    return BehaviourRow("", "avg", *(_average([getattr(row, name) for row in rows]) for name in names))


def _average(cells: Sequence[TableScore]) -> TableScore:
    value = mean([cell.value for cell in cells if cell.value is not None])
    return TableScore(None, cells[0].reason) if value is None else TableScore(value)


def face_states(windows: Sequence[BehaviourWindow]) -> tuple[FaceStateShare, ...]:
    """Share of each face state over all analysed frames, the most frequent first. Empty if no frame was analysed."""
    frames: dict[FaceState, float] = {}
    for window in windows:
        for entry in window.face_states:
            frames[entry.state] = frames.get(entry.state, 0.0) + entry.share * window.frames_analyzed
    total = sum(frames.values())
    shares = [FaceStateShare(state, count / total) for state, count in frames.items() if total > 0]
    return tuple(sorted(shares, key=lambda entry: -entry.share))


def _row(
    label: str, answer: AnswerBehaviour, windows: Sequence[BehaviourWindow], circumstances: Circumstances
) -> BehaviourRow:
    metrics = _metrics(windows)
    if metrics is None:
        seen = [TableScore(None, _no_video(answer, windows, circumstances))] * 4
    else:
        shares = (
            metrics.looked_at_screen_share, metrics.smile_share, metrics.head_steadiness, metrics.composure
        )  # fmt: skip
        seen = [TableScore(_scaled(share)) for share in shares]
    gaze, smile, posture, composure = seen
    voice = _voice(answer, circumstances)
    total = _average([gaze, voice, smile, posture, composure])
    return BehaviourRow(answer.question_id, label, gaze, voice, smile, posture, composure, total)


def _metrics(windows: Sequence[BehaviourWindow]) -> BehaviourMetrics | None:
    measured = [(window.metrics, window.frames_valid) for window in windows if window.metrics and window.frames_valid]
    frames = sum(count for _, count in measured)
    if not frames:
        return None
    names = ("looked_at_screen_share", "head_steadiness", "smile_share", "eye_closure_share", "composure")
    return BehaviourMetrics(
        *(sum(getattr(metrics, name) * count for metrics, count in measured) / frames for name in names)
    )


def _no_video(
    answer: AnswerBehaviour, windows: Sequence[BehaviourWindow], circumstances: Circumstances
) -> NoScoreReason:
    if not circumstances.video_consented:
        return NoScoreReason.NO_CONSENT
    if answer.span is None:
        return NoScoreReason.TYPED if answer.typed else NoScoreReason.NO_VIDEO
    if any(window.frames_analyzed for window in windows):
        return NoScoreReason.NO_MEASURABLE_FACE
    start, end = answer.span
    down = any(start <= moment <= end for moment in circumstances.vision_down)
    return NoScoreReason.ANALYSIS_DOWN if down else NoScoreReason.NO_VIDEO


def _voice(answer: AnswerBehaviour, circumstances: Circumstances) -> TableScore:
    if answer.typed:
        return TableScore(None, NoScoreReason.TYPED)
    if not circumstances.recording_consented:
        return TableScore(None, NoScoreReason.NO_CONSENT)
    delivery = answer.delivery
    if delivery is None or delivery.loudness_dbfs is None or delivery.end_offset <= delivery.start_offset:
        return TableScore(None, NoScoreReason.NO_VOICE)
    loudness = (delivery.loudness_dbfs - QUIET_DBFS) / (LOUD_DBFS - QUIET_DBFS)
    speaking = delivery.voiced_duration / (delivery.end_offset - delivery.start_offset) / FULL_SPEAKING_SHARE
    return TableScore((_scaled(loudness) + _scaled(speaking)) / 2)


def _scaled(share: float) -> float:
    return 40 + 60 * min(max(share, 0.0), 1.0)
