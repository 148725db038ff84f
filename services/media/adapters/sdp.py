"""Offers are read, never edited."""

from typing import Final

from aiortc.exceptions import InternalError, InvalidAccessError, InvalidStateError, OperationError
from aiortc.sdp import SessionDescription

from services.media.domain.errors import SdpMalformed

_KINDS: Final = ("audio", "video", "application")
MAX_SECTIONS: Final = 8
MAX_CANDIDATES: Final = 64  # per section: each is an address that we send checks to
# What aiortc raises for texts that are no SDP, or none that it can answer.
REFUSED: Final = (
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    InternalError,
    InvalidAccessError,
    InvalidStateError,
    OperationError,
)


def parse_offer(text: str) -> SessionDescription:
    """The offer. Raises SdpMalformed with what is wrong with it."""
    try:
        offer = SessionDescription.parse(text)
    except REFUSED as error:
        raise SdpMalformed("this is no SDP; send the offer exactly as the browser made it") from error
    if not offer.media:
        raise SdpMalformed("the offer has no media sections; add a track or a data channel before createOffer")
    if len(offer.media) > MAX_SECTIONS:
        raise SdpMalformed(f"the offer has {len(offer.media)} media sections; at most {MAX_SECTIONS} are answered")
    for media in offer.media:
        _check(media)
    return offer


def _check(media: object) -> None:
    kind = getattr(media, "kind", "")
    if kind not in _KINDS:
        raise SdpMalformed("the offer has a media section that is neither audio, video nor application")
    ice = getattr(media, "ice", None)
    if ice is None or not ice.usernameFragment or not ice.password:
        raise SdpMalformed("a media section lacks ice-ufrag or ice-pwd")
    dtls = getattr(media, "dtls", None)
    if dtls is None or not dtls.fingerprints:
        raise SdpMalformed("a media section lacks a DTLS fingerprint")
    if kind != "application" and not getattr(media, "rtcp_mux", False):
        raise SdpMalformed("a media section does not multiplex RTCP (a=rtcp-mux)")
    if len(getattr(media, "ice_candidates", ())) > MAX_CANDIDATES:
        raise SdpMalformed(f"a media section has more than {MAX_CANDIDATES} candidates")


def restarts_ice(current: str, offer: str) -> bool:
    """Whether an offer has other ICE credentials than the description in use. Raises SdpMalformed."""
    return not _fragments(parse_offer(offer)) <= _fragments(SessionDescription.parse(current))


def _fragments(description: SessionDescription) -> set[str | None]:
    return {media.ice.usernameFragment for media in description.media if media.ice is not None}
