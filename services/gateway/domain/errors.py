"""What the edge itself can refuse, before or instead of an upstream's answer.

EdgeError
├── MalformedRequest        the bytes are not gRPC-web: frames, base64, metadata, timeout, message
├── RequestTooLarge         the body passes the limit
├── WrongMessageCount       a unary request carries none or several messages
├── CompressedRequest       a frame says it is compressed; browsers cannot do that and we do not
├── MethodUnknown           no such RPC, or its audience is not reachable from a browser
├── DeadlinePassed          the caller's deadline, or ours where it states none
├── BodyTooSlow             the request did not arrive in time
├── Draining                this gateway is going away; another one answers
├── TooManyRequests         per client address
│   ├── TooManyAttempts     sign-in and sign-up
│   └── TooManyStreams      open streams
├── UpstreamUnreachable     the service behind the RPC is away
├── UpstreamFailure         it answered with an error of its own
└── ClientGone              the browser left; nobody reads the answer
"""

from __future__ import annotations

import math

from services.gateway.domain.status import RpcStatus


class EdgeError(Exception):
    """A refusal by the gateway. The text tells the caller what to do next."""


class MalformedRequest(EdgeError):
    """The request's bytes are not a gRPC-web request."""


class RequestTooLarge(EdgeError):
    """The request body is longer than the gateway takes."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"the request body is longer than {limit_bytes} bytes: send less")
        self.limit_bytes = limit_bytes


class WrongMessageCount(EdgeError):
    """A unary or server-streaming RPC takes exactly one request message."""

    def __init__(self, count: int) -> None:
        super().__init__(f"this RPC takes exactly one request message, the body holds {count}")


class CompressedRequest(EdgeError):
    """A request frame has the compressed flag set."""

    def __init__(self) -> None:
        super().__init__("compressed messages are not supported: send grpc-encoding identity")


class MethodUnknown(EdgeError):
    """The path names no RPC that browsers may call."""

    def __init__(self, path: str) -> None:
        super().__init__(f"no RPC {path} is offered here: check the client's version")


class DeadlinePassed(EdgeError):
    """The RPC ran out of its time."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the call did not finish within {seconds:g} s")


class BodyTooSlow(EdgeError):
    """The request body did not arrive in time."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the request did not arrive within {seconds:g} s: check the connection and try again")


class Draining(EdgeError):
    """The gateway is shutting down and takes no new work."""

    def __init__(self) -> None:
        super().__init__("the gateway is restarting: call again")


class TooManyRequests(EdgeError):
    """A client address passes one of its limits. `retry_after_s`: seconds until another try makes sense."""

    reason = "TOO_MANY_REQUESTS"

    def __init__(self, text: str, retry_after_s: float) -> None:
        super().__init__(text)
        self.retry_after_s = retry_after_s


class TooManyAttempts(TooManyRequests):
    """Signs in or up faster than the gateway allows."""

    reason = "TOO_MANY_ATTEMPTS"

    def __init__(self, retry_after_s: float) -> None:
        text = f"too many sign-ins and sign-ups from this address: try again in {math.ceil(retry_after_s)} s"
        super().__init__(text, retry_after_s)


class TooManyStreams(TooManyRequests):
    """Holds as many streams as it may."""

    reason = "TOO_MANY_STREAMS"

    def __init__(self, limit: int, retry_after_s: float) -> None:
        super().__init__(f"this address already holds {limit} streams: close a tab", retry_after_s)


class UpstreamUnreachable(EdgeError):
    """No connection to the service behind an RPC, or it broke before the answer was complete."""

    def __init__(self, upstream: str) -> None:
        super().__init__(f"the {upstream} service cannot be reached just now: try again")


class UpstreamFailure(EdgeError):
    """The service behind an RPC answered with an error: it goes to the browser as it is."""

    def __init__(self, status: RpcStatus) -> None:
        super().__init__(status.message)
        self.status = status


class ClientGone(EdgeError):
    """The client closed its connection before the RPC ended."""
