"""Who may call: signed tokens, and the principal behind an ``authorization`` header.

Two secrets, two kinds of token, both HS256 JWTs told apart by the header's ``kid``: ``internal`` tokens are minted by a
calling service for minutes; ``account`` tokens are made by session for people. Neither secret can make the other kind.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import jwt

from services.kit.clock import Clock
from services.kit.errors import Unauthenticated
from services.kit.ids import new_id
from services.kit.rpc import ANONYMOUS, Principal, PrincipalKind, current_principal

__all__ = [
    "ANONYMOUS",
    "InternalTokens",
    "Principal",
    "TokenClaims",
    "TokenSigner",
    "TokenVerifier",
    "current_principal",
]

ISSUER = "parley"
INTERNAL_TTL_S = 300.0
TokenKind = Literal["access", "refresh"]
_ALGORITHM = "HS256"
_INTERNAL_KID = "internal"
_ACCOUNT_KID = "account"
_CACHE_SIZE = 4096


@dataclass(frozen=True, slots=True)
class TokenClaims:
    """What a valid account token says; ``expires_at_s`` is in seconds since the Unix epoch."""

    subject: str
    role: PrincipalKind
    kind: TokenKind
    token_id: str
    expires_at_s: float


class TokenSigner:
    """Makes account tokens. Only session has one."""

    def __init__(self, secret: str, issuer: str, clock: Clock) -> None:
        self._secret = secret
        self._issuer = issuer
        self._clock = clock

    def sign(
        self, subject: str, role: str, ttl_s: float, kind: TokenKind = "access", token_id: str | None = None
    ) -> str:
        """A token for account ``subject`` with ``role`` candidate or recruiter, valid for ``ttl_s`` seconds."""
        now = self._clock.now().timestamp()
        claims = {
            "iss": self._issuer,
            "sub": subject,
            "role": role,
            "kind": kind,
            "jti": token_id or new_id(),
            "iat": int(now),
            "exp": now + ttl_s,
        }
        return jwt.encode(claims, self._secret, algorithm=_ALGORITHM, headers={"kid": _ACCOUNT_KID})


class InternalTokens:
    """Mints this service's own internal tokens; one is reused until a fifth of its life is left."""

    def __init__(self, identity: str, secret: str, clock: Clock, ttl_s: float = INTERNAL_TTL_S) -> None:
        self._identity = identity
        self._secret = secret
        self._clock = clock
        self._ttl_s = ttl_s
        self._header = ""
        self._renew_at = float("-inf")  # on the monotonic clock: cheaper to read, and this is read for every call

    def authorization(self) -> str:
        """The ``authorization`` header's value for a call made now."""
        now = self._clock.monotonic()
        if now >= self._renew_at:
            expires_at_s = self._clock.now().timestamp() + self._ttl_s
            claims = {"iss": ISSUER, "sub": self._identity, "role": "internal", "exp": expires_at_s}
            token = jwt.encode(claims, self._secret, algorithm=_ALGORITHM, headers={"kid": _INTERNAL_KID})
            self._header = f"Bearer {token}"
            self._renew_at = now + 0.8 * self._ttl_s
        return self._header


class TokenVerifier:
    """Turns an ``authorization`` header into a principal. Remembers tokens it has verified until they expire."""

    def __init__(self, token_secret: str, internal_secret: str, clock: Clock, issuer: str = ISSUER) -> None:
        self._secrets = {_ACCOUNT_KID: token_secret, _INTERNAL_KID: internal_secret}
        self._clock = clock
        self._issuer = issuer
        self._verified: OrderedDict[str, tuple[Principal, float]] = OrderedDict()

    def verify(self, authorization: str | None) -> Principal:
        """The caller; anonymous without a header. Raises Unauthenticated: TOKEN_MALFORMED, _INVALID or _EXPIRED."""
        if not authorization:
            return ANONYMOUS
        known = self._verified.get(authorization)
        if known is None:
            known = self._remember(authorization, *self._verify(authorization))
        principal, expires_at = known
        if expires_at <= self._clock.monotonic():
            self._verified.pop(authorization, None)
            raise _expired()
        return principal

    def decode(self, token: str, kind: TokenKind) -> TokenClaims:
        """The claims of an account token of this kind (session uses it for refresh tokens). Raises as ``verify``."""
        claims = self._claims(token, _ACCOUNT_KID)
        if claims.get("kind") != kind:
            raise _invalid()
        if claims["exp"] <= self._clock.now().timestamp():
            raise _expired()
        return TokenClaims(claims["sub"], _role(claims), kind, str(claims.get("jti", "")), float(claims["exp"]))

    def _verify(self, authorization: str) -> tuple[Principal, float]:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("send 'authorization: Bearer <token>'", reason="TOKEN_MALFORMED")
        if _kid(token) == _INTERNAL_KID:
            claims = self._claims(token, _INTERNAL_KID)
            return Principal("internal", claims["sub"]), float(claims["exp"])
        claims = self._claims(token, _ACCOUNT_KID)
        if claims.get("kind") != "access":
            raise _invalid()
        return Principal(_role(claims), claims["sub"]), float(claims["exp"])

    def _claims(self, token: str, kid: str) -> Mapping[str, Any]:
        # Time is compared by the caller, on the injected clock; PyJWT would read the machine's.
        options: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "require": ["exp", "sub", "iss"]}
        try:
            claims: Mapping[str, Any] = jwt.decode(
                token, self._secrets[kid], algorithms=[_ALGORITHM], issuer=self._issuer, options=options
            )
        except jwt.InvalidTokenError as exc:
            raise _invalid() from exc
        if not isinstance(claims["exp"], int | float):
            raise _invalid()
        return claims

    def _remember(self, authorization: str, principal: Principal, expires_at_s: float) -> tuple[Principal, float]:
        """Keep the principal until its token expires, on the monotonic clock: cheaper to read for every RPC."""
        left_s = expires_at_s - self._clock.now().timestamp()
        known = self._verified[authorization] = (principal, self._clock.monotonic() + left_s)
        if len(self._verified) > _CACHE_SIZE:
            self._verified.popitem(last=False)
        return known


def _kid(token: str) -> str:
    try:
        return str(jwt.get_unverified_header(token).get("kid", ""))
    except jwt.InvalidTokenError as exc:
        raise _invalid() from exc


def _role(claims: Mapping[str, Any]) -> PrincipalKind:
    role = claims.get("role")
    if role == "candidate":
        return "candidate"
    if role == "recruiter":
        return "recruiter"
    raise _invalid()


def _invalid() -> Unauthenticated:
    return Unauthenticated("the token is not valid here; sign in again", reason="TOKEN_INVALID")


def _expired() -> Unauthenticated:
    return Unauthenticated("the token has expired; refresh it or sign in again", reason="TOKEN_EXPIRED")
