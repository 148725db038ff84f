"""Accounts and sign-ins."""

from dataclasses import dataclass

from services.kit.clock import Clock
from services.kit.ids import new_id
from services.session.domain.account import (
    Account,
    Deletion,
    RefreshClaims,
    RefreshToken,
    Role,
    SignUp,
    Tokens,
    normal_email,
)
from services.session.domain.errors import (
    AccountNotFound,
    EmailTaken,
    RefreshTokenInvalid,
    RefreshTokenUsed,
    WrongCredentials,
)
from services.session.domain.values import Language
from services.session.ports import Passwords, Store, TokenIssuer, Transaction


@dataclass(frozen=True, slots=True)
class Accounts:
    """Sign-up, sign-in, tokens, the account itself."""

    store: Store
    passwords: Passwords
    tokens: TokenIssuer
    clock: Clock

    async def sign_up(self, wanted: SignUp) -> tuple[Account, Tokens]:
        """Make an account and sign it in; the same request again signs the same account in. Raises EmailTaken."""
        account = Account(
            account_id=new_id(),
            email=normal_email(wanted.email),
            password_hash=await self.passwords.hash(wanted.password),
            display_name=wanted.display_name.strip() or wanted.display_name,
            language=wanted.language,
            role=Role.CANDIDATE,
            create_time=self.clock.now(),
            request_id=wanted.request_id,
        )
        async with self.store.transaction() as tx:
            if await tx.accounts.add(account):
                return account, self._signed_in(tx, account)
        return await self._signed_up_before(wanted)

    async def _signed_up_before(self, wanted: SignUp) -> tuple[Account, Tokens]:
        async with self.store.transaction() as tx:
            account = await tx.accounts.by_email(normal_email(wanted.email))
        same = account is not None and account.request_id == wanted.request_id
        if account is None or not same or not await self.passwords.matches(wanted.password, account.password_hash):
            raise EmailTaken("there is an account with this address; sign in instead")
        async with self.store.transaction() as tx:
            return account, self._signed_in(tx, account)

    async def sign_in(self, email: str, password: str) -> tuple[Account, Tokens]:
        """Sign in. Raises WrongCredentials."""
        async with self.store.transaction() as tx:
            account = await tx.accounts.by_email(normal_email(email))
        matches = await self.passwords.matches(password, None if account is None else account.password_hash)
        if account is None or not matches:
            raise WrongCredentials("e-mail address or password is wrong")
        async with self.store.transaction() as tx:
            return account, self._signed_in(tx, account)

    async def refresh(self, refresh_token: str) -> Tokens:
        """New tokens for a refresh token, which is used up. Raises RefreshTokenInvalid or RefreshTokenUsed."""
        claims = self.tokens.read_refresh(refresh_token)
        async with self.store.transaction() as tx:
            tokens = await self._rotated(tx, claims)
        if tokens is None:  # raised only now: the sign-in's end must be committed
            raise RefreshTokenUsed("this refresh token was used before, so the device was signed out; sign in again")
        return tokens

    async def _rotated(self, tx: Transaction, claims: RefreshClaims) -> Tokens | None:
        token = await tx.accounts.token(claims.token_id)
        account = await tx.accounts.get(claims.account_id)
        if token is None or account is None:
            raise RefreshTokenInvalid("the refresh token is not valid any more; sign in again")
        if token.used_time is not None:
            await tx.accounts.revoke_family(token.family_id)
            return None
        token.used_time = self.clock.now()
        return self._signed_in(tx, account, token.family_id)

    async def sign_out(self, refresh_token: str) -> None:
        """End the sign-in that this refresh token belongs to; one that has ended already is no error."""
        try:
            claims = self.tokens.read_refresh(refresh_token)
        except RefreshTokenInvalid:
            return
        async with self.store.transaction() as tx:
            token = await tx.accounts.token(claims.token_id)
            if token is not None:
                await tx.accounts.revoke_family(token.family_id)

    async def get(self, account_id: str) -> Account:
        """The account. Raises AccountNotFound."""
        async with self.store.transaction() as tx:
            return await _existing(tx, account_id)

    async def update(
        self, account_id: str, request_id: str, display_name: str | None, language: Language | None
    ) -> Account:
        """Change name or language; None leaves as it is."""
        async with self.store.transaction() as tx:
            account = await _existing(tx, account_id)
            if await tx.first_time(account_id, request_id, "UpdateMe", account_id) is None:
                account.display_name = account.display_name if display_name is None else display_name
                account.language = language or account.language
            return account

    async def delete(self, account_id: str, request_id: str, password: str) -> Deletion:
        """Delete the account and everything of it; the same request gives the same receipt. Raises WrongCredentials."""
        async with self.store.transaction() as tx:
            receipt = await tx.accounts.deletion(request_id)
            if receipt is not None and receipt.account_id == account_id:
                return receipt
            account = await _existing(tx, account_id)
        if not await self.passwords.matches(password, account.password_hash):
            raise WrongCredentials("the password is wrong; nothing was deleted")
        async with self.store.transaction() as tx:
            for interview_id in await tx.interviews.live_ids(account_id):
                tx.changed(interview_id)
            resume_count = await tx.resumes.count(account_id)
            receipt = Deletion(
                request_id=request_id,
                account_id=account_id,
                delete_time=self.clock.now(),
                interview_count=await tx.accounts.delete(account_id),
                resume_count=resume_count,
            )
            tx.accounts.add_deletion(receipt)
            return receipt

    def _signed_in(self, tx: Transaction, account: Account, family_id: str | None = None) -> Tokens:
        token_id = new_id()
        tokens = self.tokens.issue(account, token_id)
        tx.accounts.add_token(
            RefreshToken(
                token_id=token_id,
                family_id=family_id or new_id(),
                account_id=account.account_id,
                expire_time=tokens.refresh_expire_time,
            )
        )
        return tokens


async def _existing(tx: Transaction, account_id: str) -> Account:
    account = await tx.accounts.get(account_id)
    if account is None:
        raise AccountNotFound("this account was deleted; sign up again")
    return account
