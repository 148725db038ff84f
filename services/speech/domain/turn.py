"""When a turn is over. Pure, on the sample clock.

A turn is opened by speech and ended by a pause longer than the state's patience. Rules of the states:

| state         | speech opens a turn | a pause ends it after        |
|---------------|---------------------|------------------------------|
| thinking      | yes, and the state becomes answering | never before that |
| answering     | yes                 | the patience of the stream   |
| confirming    | yes                 | 0.6 s                        |
| listening off | no                  | never                        |

A change of state starts the count afresh: only an utterance that is open then belongs to the new turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from services.speech.domain.audio import in_samples

CONFIRMING_PATIENCE_S = 0.6


class TurnState(Enum):
    """What is expected of the speaker."""

    THINKING = "thinking"
    ANSWERING = "answering"
    CONFIRMING = "confirming"
    LISTENING_OFF = "listening_off"


@dataclass(frozen=True, slots=True)
class TurnOver:
    """The pause was long enough."""

    end: int
    """Sample at which the last speech of the turn ended."""
    utterance_ids: tuple[str, ...]


class Turn:
    """The turn of one stream."""

    def __init__(self, state: TurnState, patience_s: float) -> None:
        """`patience_s`: pause that ends a turn while answering, in seconds."""
        self._state = state
        self._patience = in_samples(patience_s)
        self._utterances: list[str] = []
        self._open: str | None = None
        self._speech_end = 0

    @property
    def patience(self) -> int | None:
        """Pause in samples that ends a turn in the state as it is; None if none does."""
        return {
            TurnState.THINKING: None,
            TurnState.ANSWERING: self._patience,
            TurnState.CONFIRMING: in_samples(CONFIRMING_PATIENCE_S),
            TurnState.LISTENING_OFF: None,
        }[self._state]

    def begin(self, utterance_id: str) -> None:
        """Speech began."""
        self._open = utterance_id
        if self._state is TurnState.THINKING:
            self._state = TurnState.ANSWERING
        if self._state is not TurnState.LISTENING_OFF:
            self._utterances.append(utterance_id)

    def close(self, speech_end: int) -> None:
        """The utterance that had begun is complete; its speech ended at sample `speech_end`."""
        self._open = None
        self._speech_end = speech_end

    def hear_silence(self, position: int) -> TurnOver | None:
        """Asks, at sample `position`, whether the turn is over; it then is."""
        patience = self.patience
        if patience is None or self._open or not self._utterances or position - self._speech_end < patience:
            return None
        over = TurnOver(self._speech_end, tuple(self._utterances))
        self._utterances.clear()
        return over

    def change(self, state: TurnState) -> None:
        """Another state from here on."""
        self._state = state
        self._utterances.clear()
        if self._open is not None:
            self.begin(self._open)

    def drop(self) -> None:
        """Somebody else ended the turn (a button): no pause will end it again."""
        self._utterances.clear()
