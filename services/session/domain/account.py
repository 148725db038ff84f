"""Accounts, sign-ins and consents."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.session.domain.values import Language


class Role(StrEnum):
    """What an account may do."""

    CANDIDATE = "candidate"
    RECRUITER = "recruiter"


@dataclass(kw_only=True, eq=False)
class Account:
    """A person's account. ``password_hash`` is Argon2's own text form; ``request_id`` is that of its sign-up."""

    account_id: str
    email: str
    password_hash: str
    display_name: str
    language: Language
    role: Role
    create_time: datetime
    request_id: str


@dataclass(kw_only=True, eq=False)
class RefreshToken:
    """One refresh token that was given out. Those of one sign-in, each exchanged for the next, share ``family_id``."""

    token_id: str
    family_id: str
    account_id: str
    expire_time: datetime
    used_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class SignUp:
    """What an account is made with."""

    request_id: str
    email: str
    password: str
    display_name: str
    language: Language


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of a signed-in device and when they stop working."""

    access_token: str
    access_expire_time: datetime
    refresh_token: str
    refresh_expire_time: datetime


class ConsentPurpose(StrEnum):
    """What a consent is for."""

    RECORDING = "recording"
    TRANSCRIPT_SCORING = "transcript_scoring"
    VIDEO_METRICS = "video_metrics"
    SHARING = "sharing"
    RESUME = "resume"


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a candidate's consents allow now."""

    recording: bool
    scoring: bool
    video: bool
    resume: bool = False

    @classmethod
    def by(cls, purposes: Collection[ConsentPurpose]) -> "Allowed":
        """What consents that stand for these purposes allow."""
        return cls(
            recording=ConsentPurpose.RECORDING in purposes,
            scoring=ConsentPurpose.TRANSCRIPT_SCORING in purposes,
            video=ConsentPurpose.VIDEO_METRICS in purposes,
            resume=ConsentPurpose.RESUME in purposes,
        )


@dataclass(kw_only=True, eq=False)
class Consent:
    """A consent that was given; it stands while ``withdraw_time`` is None."""

    consent_id: str
    account_id: str
    purpose: ConsentPurpose
    text_version: str
    shared_with: str
    grant_time: datetime
    withdraw_time: datetime | None = None

    def same_as(self, purpose: ConsentPurpose, text_version: str, shared_with: str) -> bool:
        """Whether granting this again would change nothing."""
        asked = (purpose, text_version, shared_with)
        return self.withdraw_time is None and (self.purpose, self.text_version, self.shared_with) == asked


@dataclass(kw_only=True, eq=False)
class Deletion:
    """Receipt of an account's deletion: all that is left of it."""

    request_id: str
    account_id: str
    delete_time: datetime
    interview_count: int
    resume_count: int


def normal_email(text: str) -> str:
    """The form in which addresses are kept and compared: case does not matter."""
    return text.strip().lower()


@dataclass(frozen=True, slots=True)
class RefreshClaims:
    """What a valid refresh token says."""

    account_id: str
    token_id: str
