"""Where delivery stands against what listeners find easy (INTERVIEW.md, criteria). Beside the scores, never in them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from services.session.domain.delivery_metrics import FillerBand, LengthBand, PaceBand
from services.session.domain.values import Language

# Slow below the first, fast above the last, usual between the inner two. INTERVIEW.md has no outer limits for Korean:
# they stand to its inner ones as the English ones do.
_PACES: Final[Mapping[Language, tuple[float, float, float, float]]] = {
    Language.ENGLISH: (100, 120, 160, 180),
    Language.KOREAN: (215, 260, 350, 395),
}
_FEW, _MANY, _VERY_MANY = 5.0, 8.0, 12.0
_SHORT, _GOOD, _LONG = timedelta(seconds=60), timedelta(seconds=120), timedelta(seconds=150)


def pace_band(per_minute: float | None, language: Language) -> PaceBand:
    """The band of a pace in words (English) or syllables (Korean) per minute."""
    if per_minute is None or language not in _PACES:
        return PaceBand.UNSPECIFIED
    slow, least, most, fast = _PACES[language]
    if per_minute < least:
        return PaceBand.SLOW if per_minute < slow else PaceBand.SLIGHTLY_SLOW
    if per_minute > most:
        return PaceBand.FAST if per_minute > fast else PaceBand.SLIGHTLY_FAST
    return PaceBand.USUAL


def filler_band(per_minute: float | None) -> FillerBand:
    """The band of filler words per minute."""
    if per_minute is None:
        return FillerBand.UNSPECIFIED
    if per_minute <= _FEW:
        return FillerBand.FEW
    if per_minute < _MANY:
        return FillerBand.SOME
    return FillerBand.MANY if per_minute < _VERY_MANY else FillerBand.VERY_MANY


def length_band(length: timedelta) -> LengthBand:
    """The band of an answer that took this long from its first word to its last."""
    if length < _SHORT:
        return LengthBand.SHORT
    if length <= _GOOD:
        return LengthBand.GOOD
    return LengthBand.LONG if length <= _LONG else LengthBand.TOO_LONG
