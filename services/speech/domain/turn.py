"""When a turn is over. Pure, on the sample clock.

A turn is opened by speech and ended by a pause longer than the patience. Rules of the states:

| state         | speech opens a turn                  | a pause ends it after     |
|---------------|--------------------------------------|---------------------------|
| thinking      | yes, and the state becomes answering | never before that         |
| answering     | yes                                  | the patience of the pause |
| confirming    | yes                                  | the patience of the pause |
| listening off | no                                   | never                     |

The patience of a pause is the state's (answering: as the stream says, 2 s by default; confirming: 0.6 s), longer or
shorter by the cue that the text before the pause gives (cues.py):

| cue        | answering                        | confirming | the turn's end is as likely, before any silence |
|------------|----------------------------------|------------|--------------------------------------------------|
| finished   | x 0.75 x habit, at least 1.2 s   | x 1        | 0.5                                              |
| neutral    | x 1 x habit                      | x 1        | 0.3                                              |
| unfinished | x 1.75 x habit, at most 6 s      | x 2        | 0.06                                             |
| hesitating | x 2 x habit, at most 6 s         | x 2.5      | 0.04                                             |
| holding    | 15 s                             | 15 s       | 0.02                                             |

Habit is the speaker's own factor (pauses.py). A turn in which nothing was said yet but hesitations is held like
"holding". A stream whose patience is below 1.2 s or above 6 s moves these bounds to it.

Texts come later than pauses. A pause is judged when its text is there; what happened in the meantime is remembered, so
that the outcome depends on the audio and the texts only, and not on how fast either came. A change of state starts the
count afresh: only an utterance that is open then belongs to the new turn.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from services.speech.domain.audio import in_samples, in_seconds
from services.speech.domain.cues import Cue
from services.speech.domain.pauses import Habit, PauseHabit

CONFIRMING_PATIENCE_S = 0.6
HOLD_S = 15.0
_LEAST_S, _MOST_S = 1.2, 6.0
_ANSWERING: Mapping[Cue, float] = {
    Cue.FINISHED: 0.75,
    Cue.NEUTRAL: 1.0,
    Cue.UNFINISHED: 1.75,
    Cue.HESITATING: 2.0,
}
_CONFIRMING: Mapping[Cue, float] = {
    Cue.FINISHED: 1.0,
    Cue.NEUTRAL: 1.0,
    Cue.UNFINISHED: 2.0,
    Cue.HESITATING: 2.5,
}
_LIKELIHOOD: Mapping[Cue, float] = {
    Cue.FINISHED: 0.5,
    Cue.NEUTRAL: 0.3,
    Cue.UNFINISHED: 0.06,
    Cue.HESITATING: 0.04,
    Cue.HOLDING: 0.02,
}


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
    probability: float = 1.0
    """0..1: how sure it is that the speaker is done; see `Turn.probability`."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the final text of an utterance means for the turn."""

    cue: Cue | None = None
    """None: there was no speech in it, and it changes nothing."""
    hesitation: bool = False
    """Whether nothing was said but hesitations."""


@dataclass(slots=True)
class _Answer:
    """The utterances since the state changed last."""

    ids: list[str] = field(default_factory=list)
    ended: int = 0
    """How many of them belong to turns that are over."""
    begun: bool = False
    """Whether more than a hesitation was said in the turn."""
    cue: Cue = Cue.NEUTRAL


@dataclass(slots=True)
class _Pause:
    """A pause whose text is awaited, or that is going on."""

    answer: _Answer
    count: int
    """Utterances of the answer before it."""
    state: TurnState
    habit: Habit
    start: int
    end: int | None = None
    """Where speech went on, or the count was ended; None: it is going on."""
    patience: int | None = None
    """In samples; None until the text is there."""
    cue: Cue = Cue.NEUTRAL


class Turn:
    """The turn of one stream."""

    def __init__(self, state: TurnState, patience_s: float) -> None:
        """`patience_s`: pause that ends a turn while answering, in seconds."""
        self._state = state
        self._patience_s = patience_s
        self._habit = PauseHabit()
        self._answer = _Answer()
        self._open: str | None = None
        self._speech_end: int | None = None
        self._heard = 0
        self._pauses: deque[_Pause] = deque()
        """Oldest first; only the last may be going on."""

    @property
    def patience(self) -> int | None:
        """Pause in samples that the state asks for, cues apart; None if no pause ends a turn."""
        return {
            TurnState.THINKING: None,
            TurnState.ANSWERING: in_samples(self._patience_s),
            TurnState.CONFIRMING: in_samples(CONFIRMING_PATIENCE_S),
            TurnState.LISTENING_OFF: None,
        }[self._state]

    @property
    def is_open(self) -> bool:
        """Whether something was said in a turn that is not over."""
        return len(self._answer.ids) > self._answer.ended

    @property
    def ends_at(self) -> int | None:
        """Sample at which the turn will be over if silence goes on; None if that is not known, or there is no turn."""
        pause = self._going_on
        return None if pause is None or pause.patience is None else pause.start + pause.patience

    def begin(self, utterance_id: str, start: int, silent_until: int | None = None) -> None:
        """Speech began at sample `start`; it was certain only after sample `silent_until` (default: `start`)."""
        self._open = utterance_id
        self._end_pause(start if silent_until is None else silent_until)
        if self._state is TurnState.THINKING:
            self._state = TurnState.ANSWERING
        if self._state is TurnState.ANSWERING and self._answer.ids and self._speech_end is not None:
            self._habit.add([in_seconds(start - self._speech_end)])
        if self._state is not TurnState.LISTENING_OFF:
            self._answer.ids.append(utterance_id)

    def close(self, speech_end: int, pauses_s: Iterable[float] = ()) -> None:
        """The utterance that had begun is complete.

        Its speech ended at sample `speech_end`; `pauses_s`: the silences inside it, in seconds.
        """
        self._open = None
        self._speech_end = speech_end
        self._habit.add(pauses_s)
        if self._answer.ids:
            answer, habit = self._answer, self._habit.now()
            self._pauses.append(_Pause(answer, len(answer.ids), self._state, habit, speech_end))

    def read(self, utterance_id: str, heard: Heard) -> list[TurnOver]:
        """The final text of an utterance is there; returns the turns that turn out to be over, oldest first."""
        for pause in self._pauses:
            if pause.answer.ids[pause.count - 1] == utterance_id:
                self._judge(pause, heard)
        over = []
        while self._pauses and self._pauses[0].patience is not None and self._pauses[0].end is not None:
            pause = self._pauses.popleft()
            if pause.end is not None and pause.patience is not None and pause.end - pause.start >= pause.patience:
                over.append(self._over(pause))
        # Nobody asks again if the stream has ended, or is sent faster than it is read.
        last = self.hear_silence(self._heard)
        return over if last is None else [*over, last]

    def hear_silence(self, position: int) -> TurnOver | None:
        """Asks, at sample `position`, whether the turn is over; it then is."""
        self._heard = position
        ends_at = self.ends_at
        if ends_at is None or position < ends_at:
            return None
        return self._over(self._pauses.pop())

    def probability(self, silence: int, cue: Cue) -> float:
        """How likely the speaker is done after `silence` samples of it and a text with this cue, 0..1.

        Bayes: p / (p + (1 - p) S), with p the likelihood of the table above and S the share of the speaker's pauses
        inside turns that are longer than the silence. The table's numbers are assumptions: the result orders
        situations, and is no measured frequency.
        """
        return _probability(silence, cue, self._habit.now())

    def change(self, state: TurnState, position: int) -> None:
        """Another state from sample `position` on."""
        self.drop(position)
        self._state = state
        if self._open is not None:
            self.begin(self._open, position)

    def drop(self, position: int) -> None:
        """Somebody else ended the turn at sample `position` (a button): no pause after it will."""
        self._end_pause(position)
        self._answer = _Answer()

    @property
    def _going_on(self) -> _Pause | None:
        return self._pauses[-1] if self._pauses and self._pauses[-1].end is None else None

    def _end_pause(self, position: int) -> None:
        pause = self._going_on
        if pause is None:
            return
        pause.end = position
        if pause.patience is not None:  # judged, and it was not long enough
            self._pauses.pop()

    def _judge(self, pause: _Pause, heard: Heard) -> None:
        answer = pause.answer
        answer.begun = answer.begun or not heard.hesitation
        answer.cue = pause.cue = heard.cue or answer.cue
        pause.patience = in_samples(self._wait_s(pause))

    def _wait_s(self, pause: _Pause) -> float:
        nothing_said = pause.state is TurnState.ANSWERING and not pause.answer.begun
        if pause.cue is Cue.HOLDING or nothing_said:
            return max(HOLD_S, self._patience_s)
        if pause.state is TurnState.CONFIRMING:
            return CONFIRMING_PATIENCE_S * _CONFIRMING[pause.cue]
        wait_s = self._patience_s * _ANSWERING[pause.cue] * pause.habit.factor
        return min(max(wait_s, min(_LEAST_S, self._patience_s)), max(_MOST_S, self._patience_s))

    def _over(self, pause: _Pause) -> TurnOver:
        answer = pause.answer
        ids = tuple(answer.ids[answer.ended : pause.count])
        answer.ended, answer.begun, answer.cue = pause.count, False, Cue.NEUTRAL
        return TurnOver(pause.start, ids, _probability(pause.patience or 0, pause.cue, pause.habit))


def _probability(silence: int, cue: Cue, habit: Habit) -> float:
    prior = _LIKELIHOOD[cue]
    return prior / (prior + (1 - prior) * habit.longer_than(in_seconds(silence)))
