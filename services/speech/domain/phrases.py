"""Phrases as data: what recognisers invent on sound that is not speech.

Compared after normalisation (case folded, letters and digits only), see hallucination.py.
"""

from __future__ import annotations

MEDIA_PHRASES: tuple[str, ...] = (
    "시청해 주셔서 감사합니다",
    "시청해주셔서 감사합니다",
    "끝까지 시청해 주셔서 감사합니다",
    "영상 시청해 주셔서 감사합니다",
    "오늘도 시청해 주셔서 감사합니다",
    "구독과 좋아요 부탁드립니다",
    "구독과 좋아요, 알림 설정까지 부탁드립니다",
    "좋아요와 구독 부탁드립니다",
    "다음 영상에서 만나요",
    "다음 영상에서 뵙겠습니다",
    "이 영상은 유료 광고를 포함하고 있습니다",
    "한글자막 제공",
    "자막 제공",
    "Thanks for watching!",
    "Thank you for watching!",
    "Thank you so much for watching!",
    "Thanks for watching, see you in the next video!",
    "Please subscribe to my channel",
    "Please like and subscribe",
    "Don't forget to like and subscribe",
    "See you in the next video",
    "See you next time",
    "Subtitles by the Amara.org community",
    "Transcription by CastingWords",
)
"""Said by videos, never by a candidate: an utterance that is one of these is dropped."""

MEDIA_OPENINGS: tuple[str, ...] = (
    "MBC 뉴스",
    "KBS 뉴스",
    "SBS 뉴스",
    "YTN 뉴스",
    "한글자막 by",
    "자막 by",
    "번역 by",
    "Subtitles by",
    "Captions by",
    "Transcribed by",
    "Translated by",
)
"""Openings of credits whose rest varies (a name): a short utterance that begins so is dropped."""
