"""Barge-in: when the candidate's speech stops the interviewer's voice, and when it goes on after a false alarm.

    quiet ──voice begins──▶ sounding ──0.5 s of the candidate's voice──▶ paused ──words, or 1.5 s──▶ quiet
      ▲                       │  ▲                                         │
      └─────voice ends────────┘  └──no words, echo of itself, or 8 s───────┘

Somebody who goes on for 1.5 s while the interviewer is silent is no echo and no cough, whatever the recogniser thinks
of it later: some give no text before the end of an utterance.
"""

from enum import Enum
from typing import Final

INTERRUPT_AFTER_S: Final = 0.5
CERTAIN_AFTER_S: Final = 1.5
RESOLVE_WITHIN_S: Final = 8.0


class Verdict(Enum):
    """What follows from the candidate's voice."""

    NOTHING = 0
    PAUSE = 1
    INTERRUPTED = 2


class _State(Enum):
    QUIET = 1
    SOUNDING = 2
    PAUSED = 3


class Interruption:
    """Decides about one utterance at a time. Places are seconds on the session clock."""

    def __init__(self) -> None:
        self._state = _State.QUIET
        self._utterance_id = ""
        self._since_s = 0.0
        self._deadline_s = 0.0
        self._disabled = False

    @property
    def active(self) -> bool:
        """Whether a speech is being said, paused or not."""
        return self._state is not _State.QUIET

    @property
    def paused(self) -> bool:
        """Whether the voice waits for a decision."""
        return self._state is _State.PAUSED

    @property
    def speaking_over(self) -> bool:
        """Whether somebody is heard over the voice, or has paused it, so that the sound's energy matters."""
        return self.active and bool(self._utterance_id) and not self._disabled

    @property
    def since_s(self) -> float:
        """From where that voice counts."""
        return self._since_s

    @property
    def utterance_id(self) -> str:
        """The utterance in question."""
        return self._utterance_id

    def voice_began(self, at_s: float, open_utterance: str) -> None:
        """A speech begins; somebody may be speaking already."""
        self._state = _State.SOUNDING
        self._utterance_id, self._since_s = open_utterance, at_s
        self._disabled = False

    def voice_ended(self) -> None:
        """The speech is over or was stopped."""
        self._state = _State.QUIET
        self._utterance_id = ""

    def speech_started(self, utterance_id: str, start_s: float) -> None:
        """The recogniser hears somebody."""
        if self._state is _State.SOUNDING:
            self._utterance_id, self._since_s = utterance_id, start_s

    def speech_over(self, utterance_id: str) -> None:
        """That utterance ended before it was long enough."""
        if self._state is _State.SOUNDING and utterance_id == self._utterance_id:
            self._utterance_id = ""

    def voiced(self, voiced_s: float, now_s: float) -> Verdict:
        """``voiced_s`` seconds of voice since ``since_s``: what follows from them."""
        if not self.speaking_over:
            return Verdict.NOTHING
        if self.paused:
            return Verdict.INTERRUPTED if voiced_s >= CERTAIN_AFTER_S - 1e-9 else Verdict.NOTHING
        if voiced_s < INTERRUPT_AFTER_S - 1e-9:
            return Verdict.NOTHING
        self._state = _State.PAUSED
        self._deadline_s = now_s + RESOLVE_WITHIN_S
        return Verdict.PAUSE

    def words(self, utterance_id: str) -> bool:
        """The utterance has words; True if that makes it an interruption."""
        return self.paused and utterance_id == self._utterance_id

    def false_alarm(self, utterance_id: str, echo: bool = False) -> bool:
        """The utterance has none; True if the voice has to go on. After an echo the rest is not interrupted."""
        if not self.paused or utterance_id != self._utterance_id:
            return False
        self._resume(echo)
        return True

    def overdue(self, now_s: float) -> bool:
        """True if nobody decided in time and the voice has to go on."""
        if not self.paused or now_s < self._deadline_s:
            return False
        self._resume(False)
        return True

    def _resume(self, disable: bool) -> None:
        self._state = _State.SOUNDING
        self._utterance_id = ""
        self._disabled = self._disabled or disable
