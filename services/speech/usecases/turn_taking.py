"""The turn of a stream between both sides: the listening side brings pauses, the writing side texts."""

from __future__ import annotations

from services.kit.streams import BoundedQueue, QueueFull
from services.speech.domain.audio import RATE_HZ, in_seconds
from services.speech.domain.cues import Cue, cue_of, is_hesitation
from services.speech.domain.events import Event, TurnEndEstimate
from services.speech.domain.segmenter import UtteranceClosed
from services.speech.domain.transcript import NoText, Utterance
from services.speech.domain.turn import Heard, Turn, TurnOver, TurnState

_ESTIMATE_SAMPLES = RATE_HZ // 4
_NO_SPEECH = (NoText.NOT_SPEECH, NoText.SUPPRESSED)


class TurnTaking:
    """Knows the turn, and tells the caller how likely its end is while the speaker is silent."""

    def __init__(self, state: TurnState, patience_s: float, language: str, events: BoundedQueue[Event]) -> None:
        """`language`: BCP 47; `events`: where estimates go; they are dropped if the caller reads slowly."""
        self._turn = Turn(state, patience_s)
        self._language = language
        self._events = events
        self._cue: Cue | None = None
        """Of the text before the silence that is heard; None while it is not there yet."""
        self._estimate_due = 0
        self._estimated = False

    @property
    def patience(self) -> int | None:
        """See Turn."""
        return self._turn.patience

    def begin(self, utterance_id: str, start: int, silent_until: int) -> None:
        """See Turn."""
        self._turn.begin(utterance_id, start, silent_until)

    def close(self, shape: UtteranceClosed) -> None:
        """An utterance is complete."""
        gaps = zip(shape.voiced, shape.voiced[1:], strict=False)
        self._turn.close(shape.speech.end, [in_seconds(after.start - before.end) for before, after in gaps])

    def suspect(self, text: str) -> None:
        """The text of the open utterance if the silence that is heard is its end."""
        self._cue = cue_of(text, self._language)

    def read(self, utterance: Utterance) -> list[TurnOver]:
        """The final is there; returns the turns that are over."""
        heard = self._heard(utterance)
        self._cue = heard.cue or self._cue or Cue.NEUTRAL
        return self._turn.read(utterance.utterance_id, heard)

    def hear_silence(self, position: int) -> TurnOver | None:
        """See Turn."""
        return self._turn.hear_silence(position)

    def change(self, state: TurnState, position: int) -> None:
        """See Turn."""
        self._turn.change(state, position)

    def drop(self, position: int) -> None:
        """See Turn."""
        self._turn.drop(position)

    def estimate(self, position: int, silent_since: int | None) -> None:
        """Tells how likely the turn's end is, now and then in silence, and once that it is not when speech goes on.

        `position`: up to where audio was heard; `silent_since`: where the silence began, None while voice is heard.
        """
        if silent_since is None or not self._turn.is_open:
            self._cue = None if silent_since is None else self._cue
            if self._estimated:
                self._tell(TurnEndEstimate(position, 0.0, None))
            self._estimated, self._estimate_due = False, 0
        elif self._cue is not None and position >= self._estimate_due:
            self._estimated, self._estimate_due = True, position + _ESTIMATE_SAMPLES
            probability = self._turn.probability(position - silent_since, self._cue)
            self._tell(TurnEndEstimate(position, probability, self._turn.ends_at))

    def _heard(self, utterance: Utterance) -> Heard:
        if utterance.no_text in _NO_SPEECH:
            return Heard()
        if not utterance.text:
            return Heard(Cue.NEUTRAL)
        return Heard(cue_of(utterance.text, self._language), is_hesitation(utterance.text, self._language))

    def _tell(self, estimate: TurnEndEstimate) -> None:
        try:
            self._events.put_nowait(estimate)
        except QueueFull:
            pass  # the next one is as good
