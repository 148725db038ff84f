"""Tokens: who signs what, and what is refused."""

from __future__ import annotations

import jwt
import pytest

from services.kit.auth import ISSUER, InternalTokens, Principal, TokenSigner, TokenVerifier
from services.kit.clock import VirtualClock
from services.kit.errors import Unauthenticated

TOKEN, INTERNAL = "t" * 32, "i" * 32


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def verifier(clock: VirtualClock) -> TokenVerifier:
    return TokenVerifier(TOKEN, INTERNAL, clock)


def reason(verifier: TokenVerifier, header: str) -> str:
    """Why this header is refused."""
    with pytest.raises(Unauthenticated) as caught:
        verifier.verify(header)
    return caught.value.reason


@pytest.mark.parametrize("role", ["candidate", "recruiter"])
def test_an_access_token_is_its_account(role: str, clock: VirtualClock, verifier: TokenVerifier) -> None:
    token = TokenSigner(TOKEN, ISSUER, clock).sign("account-1", role, 60)
    for _ in range(2):  # the second time from memory
        assert verifier.verify(f"Bearer {token}") == Principal(role, "account-1")  # type: ignore[arg-type]


def test_no_header_is_anonymous(verifier: TokenVerifier) -> None:
    assert verifier.verify(None) == verifier.verify("") == Principal("anonymous")


async def test_a_remembered_token_expires_too(clock: VirtualClock, verifier: TokenVerifier) -> None:
    header = f"Bearer {TokenSigner(TOKEN, ISSUER, clock).sign('a', 'candidate', 60)}"
    verifier.verify(header)
    await clock.advance(59)
    verifier.verify(header)
    await clock.advance(1)
    assert reason(verifier, header) == "TOKEN_EXPIRED"


async def test_an_internal_token_is_made_anew_before_it_expires(clock: VirtualClock, verifier: TokenVerifier) -> None:
    tokens = InternalTokens("media", INTERNAL, clock, ttl_s=100)
    first = tokens.authorization()
    await clock.advance(79)
    assert tokens.authorization() == first
    await clock.advance(1)
    second = tokens.authorization()
    assert second != first
    assert verifier.verify(first) == verifier.verify(second) == Principal("internal", "media")


def test_neither_secret_makes_the_other_kind(clock: VirtualClock, verifier: TokenVerifier) -> None:
    forged = InternalTokens("session", TOKEN, clock).authorization()
    assert reason(verifier, forged) == "TOKEN_INVALID"
    stolen = TokenSigner(INTERNAL, ISSUER, clock).sign("a", "candidate", 60)
    assert reason(verifier, f"Bearer {stolen}") == "TOKEN_INVALID"


def test_the_role_internal_cannot_be_signed_into_an_account(clock: VirtualClock, verifier: TokenVerifier) -> None:
    token = TokenSigner(TOKEN, ISSUER, clock).sign("a", "internal", 60)
    assert reason(verifier, f"Bearer {token}") == "TOKEN_INVALID"


def test_a_refresh_token_is_no_credential_but_can_be_read(clock: VirtualClock, verifier: TokenVerifier) -> None:
    token = TokenSigner(TOKEN, ISSUER, clock).sign("a", "candidate", 60, kind="refresh", token_id="t-1")
    assert reason(verifier, f"Bearer {token}") == "TOKEN_INVALID"
    claims = verifier.decode(token, "refresh")
    assert (claims.subject, claims.role, claims.token_id) == ("a", "candidate", "t-1")
    assert claims.expires_at_s == clock.now().timestamp() + 60
    with pytest.raises(Unauthenticated):
        verifier.decode(token, "access")


async def test_reading_an_expired_refresh_token_says_so(clock: VirtualClock, verifier: TokenVerifier) -> None:
    token = TokenSigner(TOKEN, ISSUER, clock).sign("a", "candidate", 60, kind="refresh")
    await clock.advance(61)
    with pytest.raises(Unauthenticated) as caught:
        verifier.decode(token, "refresh")
    assert caught.value.reason == "TOKEN_EXPIRED"


def _unsigned(clock: VirtualClock) -> str:
    claims = {"iss": ISSUER, "sub": "a", "role": "candidate", "kind": "access", "exp": 4e9}
    return jwt.encode(claims, "", algorithm="none", headers={"kid": "account"})


def _with(clock: VirtualClock, **changes: object) -> str:
    claims = {"iss": ISSUER, "sub": "a", "role": "candidate", "kind": "access", "exp": 4e9, **changes}
    return jwt.encode({key: value for key, value in claims.items() if value is not None}, TOKEN, algorithm="HS256")


@pytest.mark.parametrize("changes", [{"iss": "else"}, {"exp": None}, {"sub": None}, {"role": "admin"}, {"exp": "x"}])
def test_a_token_of_other_claims_is_refused(
    changes: dict[str, object], clock: VirtualClock, verifier: TokenVerifier
) -> None:
    assert verifier.verify(f"Bearer {_with(clock)}").kind == "candidate"
    assert reason(verifier, f"Bearer {_with(clock, **changes)}") == "TOKEN_INVALID"


def test_an_unsigned_token_is_refused(clock: VirtualClock, verifier: TokenVerifier) -> None:
    assert reason(verifier, f"Bearer {_unsigned(clock)}") == "TOKEN_INVALID"


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "nonsense", "Basic abc"])
def test_a_header_of_another_form_is_malformed(header: str, verifier: TokenVerifier) -> None:
    assert reason(verifier, header) == "TOKEN_MALFORMED"
