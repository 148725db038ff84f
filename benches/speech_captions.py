"""What captions are worth: when a word appeared to stay, how often words changed, how long the end took. Pure.

Times are seconds after a stream's first sample, which at 1.0× is also the place in the audio.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from benches.speech_client import Heard, seconds


@dataclass
class Caption:
    """One utterance as a reader saw it."""

    texts: list[tuple[float, list[str]]] = field(default_factory=list)
    """Words shown, each time with when; the last is the final."""
    final: str | None = None
    final_at_s: float = 0.0
    ended_at_s: float | None = None
    """When the gate said that the speech had ended."""
    speech_end_s: float = 0.0
    """Where in the audio the gate found the end."""


@dataclass(frozen=True)
class Captions:
    """One stream as a reader saw it."""

    utterances: tuple[Caption, ...]
    turn_ends_s: tuple[float, ...]
    """Places in the audio at which turns were said to end."""


def captions(heard: Sequence[Heard]) -> Captions:
    """Puts the responses of a stream in order of utterances."""
    found: dict[str, Caption] = {}
    turn_ends: list[float] = []
    for at_s, event in ((each.at_s, each.response) for each in heard):
        match event.WhichOneof("event"):
            case "partial":
                shown = found.setdefault(event.partial.utterance_id, Caption())
                shown.texts.append((at_s, event.partial.text.split()))
            case "speech_ended":
                ended = found.setdefault(event.speech_ended.utterance_id, Caption())
                ended.ended_at_s, ended.speech_end_s = at_s, seconds(event.speech_ended.end_offset)
            case "final":
                utterance = event.final.utterance
                done = found.setdefault(utterance.utterance_id, Caption())
                done.texts.append((at_s, utterance.text.split()))
                done.final, done.final_at_s = utterance.text, at_s
            case "turn_ended":
                turn_ends.append(seconds(event.turn_ended.end_offset))
            case _:
                pass
    return Captions(tuple(found.values()), tuple(turn_ends))


def word_latencies_s(caption: Caption, start_s: float, end_s: float) -> list[float]:
    """For each word of the final text, from the word's end in the audio to the first caption that has it and keeps it.

    `start_s`, `end_s`: where the recording of the utterance lies; it has a little silence at its end, so the gate's end
    counts if that is earlier. The fixtures have no word times: a word is taken to end where its letters do, spread
    evenly over the utterance.
    """
    final = caption.texts[-1][1]
    end_s = min(end_s, caption.speech_end_s)
    letters = [len(word) for word in final]
    ends = [start_s + (end_s - start_s) * sum(letters[: index + 1]) / sum(letters) for index in range(len(final))]
    return [_kept_since(caption, index) - end for index, end in enumerate(ends)]


def changed_words(caption: Caption) -> int:
    """How many shown words were replaced by another, or taken away, over the whole utterance."""
    changes = 0
    for (_, before), (_, after) in zip(caption.texts, caption.texts[1:], strict=False):
        padded = [*after, *[""] * len(before)]
        changes += sum(old != new for old, new in zip(before, padded, strict=False))
    return changes


def false_turn_ends(found: Captions, answer_end_s: float) -> int:
    """Turns that were said to end although the answer went on. `answer_end_s`: where its last word really ends."""
    return sum(end < answer_end_s - 0.5 for end in found.turn_ends_s)


def false_cuts(found: Captions, utterances: int) -> int:
    """How many more pieces an answer was cut into than it has sentences with pauses between."""
    return max(0, len(found.utterances) - utterances)


def word_errors(reference: Sequence[str], found: Sequence[str]) -> int:
    """Levenshtein distance in words."""
    row = list(range(len(found) + 1))
    for index, word in enumerate(reference, start=1):
        diagonal, row[0] = row[0], index
        for column, other in enumerate(found, start=1):
            diagonal, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, diagonal + (word != other))
    return row[-1]


def _kept_since(caption: Caption, index: int) -> float:
    """When the word at `index` was first shown as it is in the final text and never was another again."""
    word = caption.texts[-1][1][index]
    since = caption.texts[-1][0]
    for at_s, words in reversed(caption.texts):
        if index >= len(words) or words[index] != word:
            break
        since = at_s
    return since
