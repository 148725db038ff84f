"""What an interview works with."""

from dataclasses import dataclass

from services.kit.clock import Clock
from services.media.ports.browser import VoiceEncoders
from services.media.ports.speech import SpeechService
from services.media.ports.vision import VisionService


@dataclass(frozen=True, slots=True)
class Services:
    """What an interview works with, session excepted."""

    speech: SpeechService
    vision: VisionService
    encoders: VoiceEncoders
    clock: Clock
