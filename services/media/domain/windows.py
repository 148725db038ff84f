"""Joining behaviour windows: less detail instead of lost time, when many wait to be recorded."""

from services.media.domain.values import FaceState, Metrics, Window


def same_kind(left: Window, right: Window) -> bool:
    """Whether two windows were measured alike: windows of different models or baselines are never mixed."""
    return (left.model_id, left.basis) == (right.model_id, right.basis)


def join(left: Window, right: Window) -> Window:
    """One window over both: shares weighted by analysed frames, measurements by valid frames."""
    metrics = _metrics(left, right)
    return Window(
        start_s=min(left.start_s, right.start_s),
        end_s=max(left.end_s, right.end_s),
        frames_analyzed=left.frames_analyzed + right.frames_analyzed,
        frames_valid=left.frames_valid + right.frames_valid,
        face_shares=_shares(left, right),
        metrics=metrics,
        reason=0 if metrics else (left.reason or right.reason),
        basis=left.basis,
        model_id=left.model_id,
    )


def _shares(left: Window, right: Window) -> tuple[tuple[FaceState, float], ...]:
    analyzed = left.frames_analyzed + right.frames_analyzed
    if not analyzed:
        return ()
    frames: dict[FaceState, float] = {}
    for window in (left, right):
        for state, share in window.face_shares:
            frames[state] = frames.get(state, 0.0) + share * window.frames_analyzed
    most_first = sorted(frames.items(), key=lambda item: -item[1])
    return tuple((state, count / analyzed) for state, count in most_first)


def _metrics(left: Window, right: Window) -> Metrics | None:
    if left.metrics is None or right.metrics is None:
        return left.metrics or right.metrics
    weight = left.frames_valid / max(left.frames_valid + right.frames_valid, 1)

    def mean(a: float, b: float) -> float:
        return weight * a + (1 - weight) * b

    one, other = left.metrics, right.metrics
    return Metrics(
        looked_at_screen_share=mean(one.looked_at_screen_share, other.looked_at_screen_share),
        head_steadiness=mean(one.head_steadiness, other.head_steadiness),
        smile_share=mean(one.smile_share, other.smile_share),
        eye_closure_share=mean(one.eye_closure_share, other.eye_closure_share),
        composure=mean(one.composure, other.composure),
    )
