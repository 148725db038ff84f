"""Tokens of signed-in devices, signed by kit."""

from datetime import timedelta

from services.kit.auth import TokenSigner, TokenVerifier
from services.kit.clock import Clock
from services.kit.errors import Unauthenticated
from services.session.domain.account import Account, RefreshClaims, Tokens
from services.session.domain.errors import RefreshTokenInvalid


class SignedTokens:
    """``ports.TokenIssuer``."""

    def __init__(
        self, signer: TokenSigner, verifier: TokenVerifier, clock: Clock, access_ttl_s: float, refresh_ttl_s: float
    ) -> None:
        self._signer = signer
        self._verifier = verifier
        self._clock = clock
        self._access_ttl = timedelta(seconds=access_ttl_s)
        self.refresh_ttl = timedelta(seconds=refresh_ttl_s)

    def issue(self, account: Account, token_id: str) -> Tokens:
        """Tokens for the account."""
        now = self._clock.now()
        access_s, refresh_s = self._access_ttl.total_seconds(), self.refresh_ttl.total_seconds()
        return Tokens(
            access_token=self._signer.sign(account.account_id, account.role.value, access_s),
            access_expire_time=now + self._access_ttl,
            refresh_token=self._signer.sign(account.account_id, account.role.value, refresh_s, "refresh", token_id),
            refresh_expire_time=now + self.refresh_ttl,
        )

    def read_refresh(self, token: str) -> RefreshClaims:
        """Check a refresh token's signature and time."""
        try:
            claims = self._verifier.decode(token, "refresh")
        except Unauthenticated as exc:
            raise RefreshTokenInvalid("the refresh token is not valid any more; sign in again") from exc
        return RefreshClaims(claims.subject, claims.token_id)
