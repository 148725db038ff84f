"""What can go wrong in speech.

SpeechError
├── EngineUnavailable          a model or library is missing or broken; nothing works until somebody repairs it
├── EngineFailed               the engine broke on one input
├── RecognitionInterrupted     nobody wanted the result any more; nothing is wrong
├── SynthesisInterrupted       the same of a voice
├── Overloaded                 too much work waits already; later it will go
├── Draining                   this process is shutting down; another instance, or this one later, will go
├── LanguageUnsupported        no engine for this language
├── VoiceMissing               no voice is installed
├── NothingToSpeak             a text without anything that can be spoken
├── StreamOrder                a Transcribe message in the wrong place
│   ├── StreamNotConfigured
│   └── StreamAlreadyConfigured
├── BadRecording               a file that cannot be transcribed; `violations` names the field
│   ├── RecordingUnreadable
│   ├── RecordingHasNoAudio
│   ├── RecordingTooLong
│   └── RecordingTooLarge
└── BadAudio                   audio that is not what the contract says; `violations` names the field
    ├── EncodingUnsupported
    ├── RateUnsupported
    ├── ChannelsUnsupported
    ├── AudioTruncated
    └── OffsetReversed
"""

from __future__ import annotations


class SpeechError(Exception):
    """Anything that speech itself raises; the message says what to do next."""


class EngineUnavailable(SpeechError):
    """A model or library is missing or broken."""


class EngineFailed(SpeechError):
    """The engine broke on one input."""


class RecognitionInterrupted(SpeechError):
    """The engine stopped because it was asked to."""


class SynthesisInterrupted(SpeechError):
    """The voice stopped because it was asked to."""


class Overloaded(SpeechError):
    """Too much work waits already."""


class Draining(SpeechError):
    """This process is shutting down."""


class LanguageUnsupported(SpeechError):
    """No engine in use knows the language."""


class VoiceMissing(SpeechError):
    """No voice is installed."""


class NothingToSpeak(SpeechError):
    """The text has nothing that can be spoken."""


class StreamOrder(SpeechError):
    """A Transcribe message in the wrong place."""


class StreamNotConfigured(StreamOrder):
    """Audio or a command before the config."""


class StreamAlreadyConfigured(StreamOrder):
    """A second config."""


class BadAudio(SpeechError):
    """Audio that is not what the contract says."""

    def __init__(self, field: str, message: str) -> None:
        """`field`: path of the offending field; `message`: what is wrong and what would be right."""
        super().__init__(message)
        self.violations = [(field, message)]


class EncodingUnsupported(BadAudio):
    """Samples in a coding other than signed 16-bit little-endian PCM."""


class RateUnsupported(BadAudio):
    """A sample rate other than 16 kHz."""


class ChannelsUnsupported(BadAudio):
    """More than one channel."""


class AudioTruncated(BadAudio):
    """Half a sample at the end."""


class OffsetReversed(BadAudio):
    """Audio from before the audio that was there already."""


class BadRecording(SpeechError):
    """A file that cannot be transcribed."""

    def __init__(self, message: str) -> None:
        """`message`: what is wrong and what would be right."""
        super().__init__(message)
        self.violations = [("chunk", message)]


class RecordingUnreadable(BadRecording):
    """Not a recording in a container and codec that are known here."""


class RecordingHasNoAudio(BadRecording):
    """A readable file without sound in it."""


class RecordingTooLong(BadRecording):
    """More audio than is taken."""


class RecordingTooLarge(BadRecording):
    """More bytes than are taken."""
