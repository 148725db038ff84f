"""Token ids and text of one model, from its tokenizer.json: ids differ between English-only, multilingual and v3."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from inference.errors import ModelUnusable
from inference.whisper.model_files import ModelDescription

FRAMES = 1500
"""Encoder frames of 20 ms in a window; timestamps count them, from 0 to 1500."""
_BROKEN = "\ufffd"
_WITHOUT_SPACES = frozenset({"zh", "ja", "th", "lo", "my", "yue"})


@dataclass(frozen=True, slots=True)
class WordTokens:
    """One word of a text and where its tokens are."""

    text: str
    """Without the space before it."""
    first: int
    """Index of the first token."""
    after: int
    """Index after the last token."""
    spoken_first: int
    """As `first`, punctuation before the word not counted: nobody speaks it, and it often takes a pause's time."""
    spoken_after: int


class Vocabulary:
    """The tokenizer, with names for what the decoder needs."""

    def __init__(self, folder: Path, model: ModelDescription) -> None:
        """Raises ModelUnusable if tokenizer.json is missing, broken, or lacks a token that Whisper needs."""
        path = folder / "tokenizer.json"
        try:
            self._tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises its own kinds, and bare Exception
            raise ModelUnusable(f"{path} cannot be read: {error}") from error
        self.languages = model.language_tokens
        self.end = model.end_token
        self.start = self._token("<|startoftranscript|>")
        self.no_speech = self._token("<|nospeech|>", "<|nocaptions|>")
        self.no_timestamps = self._token("<|notimestamps|>")
        self.timestamps = self.no_timestamps + 1  # older tokenizer.json do not list them
        self._before = self._token("<|startofprev|>")
        self._transcribe = self._token("<|transcribe|>") if self.languages else 0

    @property
    def largest(self) -> int:
        """The largest id that the engine may look up in the logits."""
        return max(self.end, self.no_timestamps, self.start, self.no_speech, *self.languages.values())

    def context(self, text: str, most: int) -> list[int]:
        """Tokens that go before the prompt: earlier text or terms to expect; at most `most`, the latest ones."""
        if not text.strip():
            return []
        ids: list[int] = self._tokenizer.encode(" " + text.strip(), add_special_tokens=False).ids
        return [self._before, *ids[-most:]]

    def prompt(self, language: str, timestamps: bool) -> list[int]:
        """The prompt: start, language and task (unless the model knows English only), no timestamps if so."""
        task = [self.languages[language], self._transcribe] if self.languages else []
        return [self.start, *task, *([] if timestamps else [self.no_timestamps])]

    def text(self, tokens: Sequence[int]) -> str:
        """Text of `tokens`; timestamps and other special tokens have none."""
        return self._decode([token for token in tokens if token < self.end]).strip()

    def words(self, tokens: Sequence[int], language: str) -> list[WordTokens]:
        """The words of a text (text tokens only), punctuation attached, as openai/whisper's tokenizer splits them.

        At spaces; in languages without spaces at every complete character.
        """
        spaced = language not in _WITHOUT_SPACES
        words: list[WordTokens] = []
        for text, first, after in self._pieces(tokens):
            if words and not _opens_word(text, words[-1].text, spaced):
                words[-1] = _joined(words[-1], text, first, after)
            elif text.strip():
                words.append(WordTokens(text.strip(), first, after, first, after))
        return words

    def _pieces(self, tokens: Sequence[int]) -> list[tuple[str, int, int]]:
        """Splits where the tokens so far are whole characters: a Korean syllable may be up to three tokens."""
        pieces: list[tuple[str, int, int]] = []
        first = 0
        for after in range(1, len(tokens) + 1):
            text = self._decode(tokens[first:after])
            if _BROKEN not in text or after == len(tokens):
                pieces.append((text, first, after))
                first = after
        return pieces

    def _decode(self, tokens: Sequence[int]) -> str:
        text: str = self._tokenizer.decode(list(tokens), skip_special_tokens=True)
        return text

    def _token(self, *names: str) -> int:
        for name in names:
            token = self._tokenizer.token_to_id(name)
            if token is not None:
                return int(token)
        raise ModelUnusable(f"the Whisper model's tokenizer.json knows none of {', '.join(names)}: wrong tokenizer?")


def _opens_word(text: str, before: str, spaced: bool) -> bool:
    if spaced:
        return text[:1].isspace()
    return _is_spoken(text) and _is_spoken(before)


def _joined(word: WordTokens, text: str, first: int, after: int) -> WordTokens:
    whole = word.text + text.rstrip()
    if not _is_spoken(text):
        return WordTokens(whole, word.first, after, word.spoken_first, word.spoken_after)
    spoken_first = word.spoken_first if _is_spoken(word.text) else first
    return WordTokens(whole, word.first, after, spoken_first, after)


def _is_spoken(text: str) -> bool:
    return any(character.isalnum() for character in text)
