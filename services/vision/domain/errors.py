"""What can go wrong in vision, in its own words; bootstrap maps these to statuses.

VisionError
├── StreamNotConfigured       the first message of a stream is not its config
├── StreamAlreadyConfigured   a second config
├── TooManyStreams            this process analyses as many streams as it may
├── AnalysisDraining          this process is about to stop
├── InvalidBaseline           a baseline that lacks features or has impossible numbers
├── NotAnImage                a frame's data is not a picture of the stated coding and size (the stream goes on)
├── TrackingFailed            the landmark engine failed on a picture (the stream goes on)
└── ModelUnusable             the landmark model is missing, damaged or of the wrong kind (found at start)
"""

from __future__ import annotations

from collections.abc import Sequence


class VisionError(Exception):
    """Base of vision's own errors; the text says what to do next."""


class StreamNotConfigured(VisionError):
    """The first message of an Analyze stream must be its config."""

    def __init__(self) -> None:
        super().__init__("the first message must be the config: open a new stream and send it first")


class StreamAlreadyConfigured(VisionError):
    """A stream has one config, sent once."""

    def __init__(self) -> None:
        super().__init__("this stream has its config already: open a new stream for another one")


class TooManyStreams(VisionError):
    """All analysis slots of this process are taken."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"all {limit} analysis streams of this process are in use: try again, or on another replica")


class AnalysisDraining(VisionError):
    """This process is about to stop; what it had received has been answered."""

    def __init__(self) -> None:
        super().__init__("this process is about to stop: open a new stream and go on with current frames")


class InvalidBaseline(VisionError):
    """A baseline that cannot be compared with; ``violations`` names the fields."""

    def __init__(self, problem: str) -> None:
        self.violations: Sequence[tuple[str, str]] = [("config.baseline.features", problem)]
        super().__init__(f"the baseline cannot be used ({problem}): leave it out, or calibrate again")


class NotAnImage(VisionError):
    """Data that is not a picture of the stated coding and size."""


class TrackingFailed(VisionError):
    """The landmark engine failed on one picture."""


class ModelUnusable(VisionError):
    """The landmark model cannot be used; the text names the file and the command that makes a good one."""
