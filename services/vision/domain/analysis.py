"""One stream's analysis over time: observations, calibrations and windows, in the order in which they are told.

Windows lie on a grid of the session clock (with the default length: 0–5 s, 5–10 s …), so that those of a reopened
stream fit between those of the first. The first starts with the stream's first picture and the last ends with its last.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

from services.vision.domain.baseline import (
    Baseline,
    Basis,
    Calibration,
    CalibrationProblem,
    ProvisionalCalibration,
    Sample,
    eyes_closed,
)
from services.vision.domain.face import FaceState, Look, Measurements
from services.vision.domain.screen import ScreenLook
from services.vision.domain.windows import OpenWindow, Window, smiles

DEFAULT_WINDOW_S = 5.0
DEFAULT_CALIBRATION_S = 3.0
PROVISIONAL_S = 3.0
MAX_EMPTY_WINDOWS = 720  # an hour of 5 s windows; a longer jump of the clock is not filled up


@dataclass(frozen=True, slots=True)
class FaceReading:
    """Measurements with their verdicts; ``looked_at_screen`` and ``smile`` are None while there is no baseline."""

    measurements: Measurements
    eyes_closed: bool
    looked_at_screen: bool | None
    smile: bool | None


@dataclass(frozen=True, slots=True)
class Observation:
    """What one frame showed; ``reading`` is there exactly if ``state`` is DETECTED."""

    sequence: int
    offset_s: float
    state: FaceState
    reading: FaceReading | None


@dataclass(frozen=True, slots=True)
class CalibrationResult:
    """The outcome of a calibration that was asked for."""

    outcome: Baseline | CalibrationProblem


AnalysisEvent: TypeAlias = Observation | Window | CalibrationResult


class StreamAnalysis:
    """Feed it one stream's looks in the order of their offsets; it answers with events. Not thread-safe."""

    def __init__(self, model_id: str, window_s: float = DEFAULT_WINDOW_S, baseline: Baseline | None = None) -> None:
        own = baseline if baseline is not None and baseline.model_id == model_id else None
        self._model_id = model_id
        self._window_s = window_s
        self._baseline = own
        self._basis = Basis.CALIBRATED if own else None
        self._calibration: Calibration | None = None
        self._provisional = ProvisionalCalibration(model_id, PROVISIONAL_S)
        self._screen = ScreenLook()
        self._window: OpenWindow | None = None
        self._last_s = 0.0

    def start_calibration(self, duration_s: float = DEFAULT_CALIBRATION_S) -> None:
        """The next picture begins a calibration; one that is under way begins again."""
        self._calibration = Calibration(self._model_id, duration_s)

    def observe(self, sequence: int, offset_s: float, look: Look) -> list[AnalysisEvent]:
        """Takes one picture's look; ``offset_s`` is after all earlier ones'. Returns what there is to tell."""
        self._window, closed = self._turn_windows(self._window, offset_s)
        events: list[AnalysisEvent] = [*closed]
        self._last_s = offset_s
        finished = self._calibrate(offset_s, look.measurements)
        events.append(Observation(sequence, offset_s, look.state, self._read(offset_s, look.measurements)))
        self._window.add(offset_s, look)
        if finished is not None:
            events.append(CalibrationResult(finished))
        return events

    def finish(self) -> list[AnalysisEvent]:
        """The stream has ended: what is still open ends too."""
        events: list[AnalysisEvent] = []
        if self._window is not None:
            events.append(self._window.close(self._last_s, self._baseline, self._basis))
        if self._calibration is not None:
            events.append(CalibrationResult(CalibrationProblem.NO_STEADY_FACE))
        return events

    def _calibrate(self, offset_s: float, measured: Measurements | None) -> Baseline | CalibrationProblem | None:
        if self._calibration is not None:
            outcome = self._calibration.add(offset_s, measured)
            if outcome is not None:
                self._calibration = None
            if isinstance(outcome, Baseline):
                self._baseline, self._basis = outcome, Basis.CALIBRATED
            return outcome
        if self._baseline is None:
            self._baseline = self._provisional.add(offset_s, measured)
            self._basis = Basis.PROVISIONAL if self._baseline else None
        return None

    def _read(self, offset_s: float, measured: Measurements | None) -> FaceReading | None:
        if measured is None:
            return None
        if self._baseline is None:
            return FaceReading(measured, eyes_closed(measured, None), None, None)
        self._screen = self._screen.advance(Sample(offset_s, measured), self._baseline)
        closed = eyes_closed(measured, self._baseline)
        return FaceReading(measured, closed, self._screen.looking, smiles(measured, self._baseline))

    def _turn_windows(self, window: OpenWindow | None, offset_s: float) -> tuple[OpenWindow, list[Window]]:
        """The window that ``offset_s`` lies in, and those that end before it, empty ones in between included."""
        grid_s = math.floor(offset_s / self._window_s) * self._window_s
        if window is None:
            return self._open(offset_s, grid_s + self._window_s), []
        if offset_s < window.end_s:
            return window, []
        closed = [window.close(window.end_s, self._baseline, self._basis)]
        for _ in range(min(MAX_EMPTY_WINDOWS, round((grid_s - window.end_s) / self._window_s))):
            window = self._open(window.end_s, window.end_s + self._window_s)
            closed.append(window.close(window.end_s, self._baseline, self._basis))
        return self._open(grid_s, grid_s + self._window_s), closed

    def _open(self, start_s: float, end_s: float) -> OpenWindow:
        return OpenWindow(start_s, end_s, self._window_s, self._model_id, self._screen)
