"""Whether media flows and the services are there: what the candidate is warned of and what session is told."""

from collections.abc import Callable

from services.kit.clock import Clock
from services.media.domain.clock import SessionClock
from services.media.domain.entries import Entry, MediaHealth
from services.media.domain.events import LiveEvent, Notice, NoticeKind
from services.media.domain.flow import Flow


class Condition:
    """State of one interview's media path. Records a MediaHealth at each change."""

    def __init__(
        self,
        clock: Clock,
        place: SessionClock,
        show: Callable[[LiveEvent], None],
        record: Callable[[Entry], None],
    ) -> None:
        self._clock = clock
        self._place = place
        self._show = show
        self._record = record
        self._audio = Flow()
        self._video = Flow()
        self._connected = False
        self._speech = True
        self._vision = True
        self._told: tuple[bool, ...] = ()

    @property
    def audio_quiet_s(self) -> float:
        """Seconds since audio came, 0 if none is expected."""
        return self._audio.quiet_for(self._clock.monotonic())

    def connected(self, has_audio: bool, has_video: bool) -> None:
        """A peer connection is up, with this media in it."""
        now = self._clock.monotonic()
        self._connected = True
        for flow, sent in ((self._audio, has_audio), (self._video, has_video)):
            if sent:
                flow.expect(now)
            else:
                flow.stop_expecting()

    def disconnected(self) -> None:
        """There is no peer connection."""
        self._connected = False
        self._audio.stop_expecting()
        self._video.stop_expecting()
        self.tell()

    def audio_came(self) -> None:
        """Audio arrived."""
        self._audio.arrived(self._clock.monotonic())

    def video_came(self) -> None:
        """A frame arrived."""
        self._video.arrived(self._clock.monotonic())

    def speech_available(self, available: bool) -> None:
        """Transcription broke off or is back."""
        self._speech = available
        self.notify(NoticeKind.SPEECH_RESTORED if available else NoticeKind.SPEECH_INTERRUPTED)
        self.tell()

    def vision_available(self, available: bool) -> None:
        """Video analysis broke off or is back."""
        self._vision = available
        self.notify(NoticeKind.VISION_RESTORED if available else NoticeKind.VISION_INTERRUPTED)
        self.tell()

    def session_available(self, available: bool) -> None:
        """The session service cannot be reached or is back."""
        self.notify(NoticeKind.SESSION_RESTORED if available else NoticeKind.SESSION_INTERRUPTED)

    def check(self) -> None:
        """Once a second: warn of what has stopped coming."""
        now = self._clock.monotonic()
        if self._audio.check(now):
            self.notify(NoticeKind.NO_AUDIO)
        if self._video.check(now):
            self.notify(NoticeKind.NO_VIDEO)
        self.tell()

    def notify(self, kind: NoticeKind) -> None:
        """Tell the candidate something."""
        self._show(Notice(kind, self._place.seconds(self._clock.monotonic())))

    def tell(self) -> None:
        """Record the state if it has changed."""
        state = (self._connected, self._audio.flowing, self._video.flowing, self._speech, self._vision)
        if state != self._told:
            self._told = state
            self._record(MediaHealth(self._place.seconds(self._clock.monotonic()), *state))
