"""Accounts, tokens and consents as messages."""

from typing import Final

from parley.common.v1 import language_pb2
from parley.session.v1 import account_pb2, account_service_pb2, consent_pb2

from services.session.convert.mirror import enum_name, fill, read_enum
from services.session.domain.account import Account, Consent, ConsentPurpose, Deletion, SignUp, Tokens
from services.session.domain.errors import Invalid
from services.session.domain.values import Language

_LANGUAGE: Final = language_pb2.DESCRIPTOR.enum_types_by_name["Language"]
_ROLE: Final = account_pb2.DESCRIPTOR.enum_types_by_name["Role"]
_PURPOSE: Final = consent_pb2.DESCRIPTOR.enum_types_by_name["ConsentPurpose"]


def sign_up(request: account_service_pb2.SignUpRequest) -> SignUp:
    """A sign-up; unspecified language is English."""
    return SignUp(
        request_id=request.request_id,
        email=request.email,
        password=request.password,
        display_name=request.display_name,
        language=read_enum(_LANGUAGE, Language, request.language, Language.ENGLISH),
    )


def language_change(request: account_service_pb2.UpdateMeRequest) -> Language | None:
    """The new language; None where it stays."""
    return read_enum(_LANGUAGE, Language, request.language, Language.ENGLISH) if request.HasField("language") else None


def purpose(number: int) -> ConsentPurpose:
    """What a consent is for. Raises Invalid where it is not stated."""
    for known in ConsentPurpose:
        if _PURPOSE.values_by_name[enum_name(_PURPOSE, known)].number == number:
            return known
    raise Invalid("purpose", "say what the consent is for")


def account_message(account: Account) -> account_pb2.Account:
    """An account as its owner sees it."""
    message = account_pb2.Account(
        account_id=account.account_id,
        email=account.email,
        display_name=account.display_name,
        language=enum_name(_LANGUAGE, account.language),
        role=enum_name(_ROLE, account.role),
    )
    message.create_time.FromDatetime(account.create_time)
    return message


def tokens_message(tokens: Tokens) -> account_pb2.TokenPair:
    """Tokens of a signed-in device."""
    message = account_pb2.TokenPair()
    fill(tokens, message)
    return message


def deletion_message(deletion: Deletion) -> account_service_pb2.DeleteMeResponse:
    """A receipt."""
    message = account_service_pb2.DeleteMeResponse(
        interview_count=deletion.interview_count, resume_count=deletion.resume_count
    )
    message.delete_time.FromDatetime(deletion.delete_time)
    return message


def consent_message(consent: Consent) -> consent_pb2.Consent:
    """A consent."""
    message = consent_pb2.Consent(
        consent_id=consent.consent_id,
        purpose=enum_name(_PURPOSE, consent.purpose),
        text_version=consent.text_version,
        shared_with=consent.shared_with,
    )
    message.grant_time.FromDatetime(consent.grant_time)
    if consent.withdraw_time is not None:
        message.withdraw_time.FromDatetime(consent.withdraw_time)
    return message
