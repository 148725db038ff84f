"""What can go wrong with a request to media. ``bootstrap.ERRORS`` gives each its status."""


class MediaError(Exception):
    """A request that cannot be served; the message says what to do next."""


class SdpMalformed(MediaError):
    """The offer is no SDP that can be answered."""

    violations = (("sdp", "send the offer exactly as RTCPeerConnection.createOffer made it"),)


class CandidateMalformed(MediaError):
    """The ICE candidate is not a candidate line."""

    violations = (("candidate", "send RTCIceCandidate.candidate as it is"),)


class IceRestartUnsupported(MediaError):
    """The offer restarts ICE on an existing peer; a new peer has to be offered instead."""


class PeerNotFound(MediaError):
    """No such peer on this node, or not the caller's."""


class NotYourInterview(MediaError):
    """The interview belongs to another account."""


class TooManyPeers(MediaError):
    """The node holds as many peers as it may."""


class NoUdpPort(MediaError):
    """Every port of the configured UDP range is taken."""


class NodeDraining(MediaError):
    """The node takes no new peers; another one does."""


class InterviewClosed(MediaError):
    """The interview's media has ended; nothing more can be recorded."""
