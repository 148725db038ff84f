"""What can go wrong by the rules of the domain. ``str(exc)`` says what to do next; ``bootstrap`` maps each to a status.

SessionError
├── NotFound            no such thing, or another person's
├── WrongState          the state table, or a rule beside it, does not allow this now
├── NotAllowed          never allowed, whatever the state
├── ResumeRefused       a file that is no résumé that can be read, by reason
├── Invalid             the request is wrong whatever the state
├── Unauthentic         credentials or refresh tokens that do not count
├── EmailTaken
├── RequestIdReused
├── NotAvailable        not in this version
├── Busy                too many at once
├── StorageAway         the database cannot be reached
├── ReasonerAway        reasoning cannot be reached
│   └── ReasonerSlow    reasoning did not answer in time
├── ReasonerFailed      reasoning answered with an error: asking again will not help much
├── RecorderReplaced    a newer Record stream took over
└── RecorderRestart     the Record stream has to be opened again
"""


class SessionError(Exception):
    """Anything below."""


class NotFound(SessionError):
    """No such thing, or another person's: the two are not told apart."""


class InterviewNotFound(NotFound):
    """No such interview."""


class AnswerNotFound(NotFound):
    """No such answer in this interview."""


class ConsentNotFound(NotFound):
    """No such consent."""


class ResumeNotFound(NotFound):
    """No such résumé."""


class AccountNotFound(NotFound):
    """The account of a valid token is gone: it was deleted."""


class ResumeRefused(SessionError):
    """A file that is no résumé that can be read; the message says what to upload instead."""


class ResumeEncrypted(ResumeRefused):
    """It is protected by a password."""


class ResumeScanned(ResumeRefused):
    """It holds pictures of pages, no text."""


class ResumeEmpty(ResumeRefused):
    """It holds no text, or nothing but personal details."""


class ResumeUnreadable(ResumeRefused):
    """It is damaged."""


class ResumeFormatUnsupported(ResumeRefused):
    """It is in no format that is read."""


class ResumeTooLarge(ResumeRefused):
    """It is far larger than a résumé."""


class WrongState(SessionError):
    """Right request, wrong state."""


class TransitionNotAllowed(WrongState):
    """Not in the state table."""


class QuestionNotCurrent(WrongState):
    """Another question is the current one."""


class AnswerSubmitted(WrongState):
    """The current answer is submitted already; the next question is on its way."""


class RetryNotAllowed(WrongState):
    """Realistic interviews have no retry."""


class AnswerNotComplete(WrongState):
    """The answer has no transcript yet that could be corrected."""


class ResumeConsentRequired(WrongState):
    """Résumés are read only with a consent for it."""


class ResumeLimitReached(WrongState):
    """The account keeps as many résumés as it may."""


class NothingToCorrect(WrongState):
    """The attempt does not count (skipped or superseded)."""


class RecordNumberGap(WrongState):
    """Entries between the last stored one and this are missing."""


class NotYourInterview(SessionError):
    """Media was negotiated by an account that does not own the interview."""


class Invalid(SessionError):
    """Wrong whatever the state; ``violations`` names the fields."""

    def __init__(self, field: str, description: str) -> None:
        super().__init__(f"{field}: {description}")
        self.violations = [(field, description)]


class WrongCredentials(SessionError):
    """E-mail address or password is wrong; which of the two is not said."""


class RefreshTokenUsed(SessionError):
    """A refresh token came twice: somebody copied it. The sign-in is over."""


class RefreshTokenInvalid(SessionError):
    """A refresh token that is not, or no longer, known."""


class EmailTaken(SessionError):
    """The address has an account."""


class RequestIdReused(SessionError):
    """The request id was used for another call."""


class NotAvailable(SessionError):
    """Not in this version."""


class ExportNotAvailable(NotAvailable):
    """The export is not in this version."""


class Busy(SessionError):
    """Too many at once; the same request may pass in a moment."""


class StorageAway(SessionError):
    """The database cannot be reached; nothing was changed, or the same request tells."""


class Conflict(SessionError):
    """A concurrent change won; the same request may pass now."""


class ReasonerAway(SessionError):
    """Reasoning cannot be reached, or is overloaded."""


class ReasonerSlow(ReasonerAway):
    """Reasoning did not answer in time."""


class ReasonerFailed(SessionError):
    """Reasoning refused, or answered with something that breaks its contract."""


class RecorderReplaced(SessionError):
    """A newer hello ended this stream."""


class RecorderRestart(SessionError):
    """Something that the welcome said has changed; a new stream will hear it."""


class Draining(SessionError):
    """This process is being stopped; another one, or its successor, goes on."""
