"""The contract's services: decode → use case → encode."""

from collections.abc import AsyncIterator
from typing import Any

import grpc
from parley.session.v1 import account_service_pb2 as account
from parley.session.v1 import (
    account_service_pb2_grpc,
    consent_service_pb2_grpc,
    interview_service_pb2_grpc,
    recorder_service_pb2_grpc,
    resume_service_pb2_grpc,
)
from parley.session.v1 import consent_service_pb2 as consent
from parley.session.v1 import interview_service_pb2 as interview
from parley.session.v1 import recorder_service_pb2 as recorder
from parley.session.v1 import resume_service_pb2 as resume

from services.kit.rpc import current_principal
from services.session.convert import accounts as convert_accounts
from services.session.convert import interviews as convert_interviews
from services.session.convert import records as convert_records
from services.session.convert import resumes as convert_resumes
from services.session.domain.errors import ExportNotAvailable
from services.session.usecases.accounts import Accounts
from services.session.usecases.consents import Consents
from services.session.usecases.interviews import Interviews
from services.session.usecases.recorder import Recorder
from services.session.usecases.reports import Reports
from services.session.usecases.resumes import Resumes

Context = grpc.aio.ServicerContext[Any, Any]


def _caller() -> str:
    """Account id of who calls: the audience options let nobody else through."""
    return current_principal().subject


class AccountServicer(account_service_pb2_grpc.AccountServiceServicer):
    """Accounts and tokens."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    async def SignUp(self, request: account.SignUpRequest, context: Context) -> account.SignUpResponse:
        """Make an account."""
        made, tokens = await self._accounts.sign_up(convert_accounts.sign_up(request))
        return account.SignUpResponse(
            account=convert_accounts.account_message(made), tokens=convert_accounts.tokens_message(tokens)
        )

    async def SignIn(self, request: account.SignInRequest, context: Context) -> account.SignInResponse:
        """Sign in."""
        known, tokens = await self._accounts.sign_in(request.email, request.password)
        return account.SignInResponse(
            account=convert_accounts.account_message(known), tokens=convert_accounts.tokens_message(tokens)
        )

    async def RefreshToken(
        self, request: account.RefreshTokenRequest, context: Context
    ) -> account.RefreshTokenResponse:
        """Exchange a refresh token."""
        tokens = await self._accounts.refresh(request.refresh_token)
        return account.RefreshTokenResponse(tokens=convert_accounts.tokens_message(tokens))

    async def SignOut(self, request: account.SignOutRequest, context: Context) -> account.SignOutResponse:
        """Sign a device out."""
        await self._accounts.sign_out(request.refresh_token)
        return account.SignOutResponse()

    async def GetMe(self, request: account.GetMeRequest, context: Context) -> account.GetMeResponse:
        """Say who is signed in."""
        return account.GetMeResponse(account=convert_accounts.account_message(await self._accounts.get(_caller())))

    async def UpdateMe(self, request: account.UpdateMeRequest, context: Context) -> account.UpdateMeResponse:
        """Change name or language."""
        name = request.display_name if request.HasField("display_name") else None
        language = convert_accounts.language_change(request)
        changed = await self._accounts.update(_caller(), request.request_id, name, language)
        return account.UpdateMeResponse(account=convert_accounts.account_message(changed))

    async def ExportMe(
        self, request: account.ExportMeRequest, context: Context
    ) -> AsyncIterator[account.ExportMeResponse]:
        """Not in this version."""
        raise ExportNotAvailable("the export is not in this version; GetInterview and GetReport show what is stored")
        yield account.ExportMeResponse()

    async def DeleteMe(self, request: account.DeleteMeRequest, context: Context) -> account.DeleteMeResponse:
        """Delete the account."""
        deletion = await self._accounts.delete(_caller(), request.request_id, request.password)
        return convert_accounts.deletion_message(deletion)


class ConsentServicer(consent_service_pb2_grpc.ConsentServiceServicer):
    """Consents."""

    def __init__(self, consents: Consents) -> None:
        self._consents = consents

    async def Grant(self, request: consent.GrantRequest, context: Context) -> consent.GrantResponse:
        """Give a consent."""
        purpose = convert_accounts.purpose(request.purpose)
        given = await self._consents.grant(
            _caller(), request.request_id, purpose, request.text_version, request.shared_with
        )
        return consent.GrantResponse(consent=convert_accounts.consent_message(given))

    async def Withdraw(self, request: consent.WithdrawRequest, context: Context) -> consent.WithdrawResponse:
        """Take a consent back."""
        withdrawn = await self._consents.withdraw(_caller(), request.request_id, request.consent_id)
        return consent.WithdrawResponse(consent=convert_accounts.consent_message(withdrawn))

    async def List(self, request: consent.ListRequest, context: Context) -> consent.ListResponse:
        """List all consents."""
        consents = await self._consents.all(_caller())
        return consent.ListResponse(consents=[convert_accounts.consent_message(entry) for entry in consents])


class ResumeServicer(resume_service_pb2_grpc.ResumeServiceServicer):
    """Résumés."""

    def __init__(self, resumes: Resumes) -> None:
        self._resumes = resumes

    async def UploadResume(self, request: resume.UploadResumeRequest, context: Context) -> resume.UploadResumeResponse:
        """Read a file and keep what is in it."""
        stored = await self._resumes.upload(_caller(), request.request_id, request.data, request.filename)
        return resume.UploadResumeResponse(resume=convert_resumes.resume_message(stored))

    async def GetResume(self, request: resume.GetResumeRequest, context: Context) -> resume.GetResumeResponse:
        """Get one."""
        stored = await self._resumes.get(_caller(), request.resume_id)
        return resume.GetResumeResponse(resume=convert_resumes.resume_message(stored))

    async def ListResumes(self, request: resume.ListResumesRequest, context: Context) -> resume.ListResumesResponse:
        """List the caller's."""
        start = convert_interviews.page_start(request.page_token)
        found, more = await self._resumes.page(_caller(), start, convert_interviews.page_size(request.page_size))
        return resume.ListResumesResponse(
            resumes=[convert_resumes.resume_message(each) for each in found],
            next_page_token=convert_interviews.page_token(more),
        )

    async def DeleteResume(self, request: resume.DeleteResumeRequest, context: Context) -> resume.DeleteResumeResponse:
        """Delete one."""
        await self._resumes.delete(_caller(), request.request_id, request.resume_id)
        return resume.DeleteResumeResponse()


class InterviewServicer(interview_service_pb2_grpc.InterviewServiceServicer):
    """Interviews."""

    def __init__(self, interviews: Interviews, reports: Reports) -> None:
        self._interviews = interviews
        self._reports = reports

    async def CreateInterview(
        self, request: interview.CreateInterviewRequest, context: Context
    ) -> interview.CreateInterviewResponse:
        """Create one."""
        settings = convert_interviews.settings(request.settings)
        view = await self._interviews.create(_caller(), request.request_id, settings)
        return interview.CreateInterviewResponse(interview=convert_interviews.interview_message(view))

    async def GetInterview(
        self, request: interview.GetInterviewRequest, context: Context
    ) -> interview.GetInterviewResponse:
        """Get one."""
        view = await self._interviews.get(_caller(), request.interview_id)
        return interview.GetInterviewResponse(interview=convert_interviews.interview_message(view))

    async def ListInterviews(
        self, request: interview.ListInterviewsRequest, context: Context
    ) -> interview.ListInterviewsResponse:
        """List the caller's."""
        start = convert_interviews.page_start(request.page_token)
        views, more = await self._interviews.page(_caller(), start, convert_interviews.page_size(request.page_size))
        return interview.ListInterviewsResponse(
            interviews=[convert_interviews.interview_message(view) for view in views],
            next_page_token=convert_interviews.page_token(more),
        )

    async def StartInterview(
        self, request: interview.StartInterviewRequest, context: Context
    ) -> interview.StartInterviewResponse:
        """Start it."""
        view = await self._interviews.start(_caller(), request.request_id, request.interview_id)
        return interview.StartInterviewResponse(interview=convert_interviews.interview_message(view))

    async def SubmitAnswer(
        self, request: interview.SubmitAnswerRequest, context: Context
    ) -> interview.SubmitAnswerResponse:
        """Submit the current answer."""
        typed = request.typed_text if request.HasField("typed_text") else None
        view = await self._interviews.submit(
            _caller(), request.request_id, request.interview_id, request.question_id, typed
        )
        return interview.SubmitAnswerResponse(interview=convert_interviews.interview_message(view))

    async def RetryAnswer(
        self, request: interview.RetryAnswerRequest, context: Context
    ) -> interview.RetryAnswerResponse:
        """Open a new attempt."""
        view = await self._interviews.retry(_caller(), request.request_id, request.interview_id, request.question_id)
        return interview.RetryAnswerResponse(interview=convert_interviews.interview_message(view))

    async def SkipQuestion(
        self, request: interview.SkipQuestionRequest, context: Context
    ) -> interview.SkipQuestionResponse:
        """Skip the current question."""
        view = await self._interviews.skip(_caller(), request.request_id, request.interview_id, request.question_id)
        return interview.SkipQuestionResponse(interview=convert_interviews.interview_message(view))

    async def RequestFollowUp(
        self, request: interview.RequestFollowUpRequest, context: Context
    ) -> interview.RequestFollowUpResponse:
        """Submit the current answer and ask for a follow-up."""
        view = await self._interviews.request_follow_up(
            _caller(), request.request_id, request.interview_id, request.question_id
        )
        return interview.RequestFollowUpResponse(interview=convert_interviews.interview_message(view))

    async def EndInterview(
        self, request: interview.EndInterviewRequest, context: Context
    ) -> interview.EndInterviewResponse:
        """End it early."""
        view = await self._interviews.end(_caller(), request.request_id, request.interview_id)
        return interview.EndInterviewResponse(interview=convert_interviews.interview_message(view))

    async def WatchInterview(
        self, request: interview.WatchInterviewRequest, context: Context
    ) -> AsyncIterator[interview.WatchInterviewResponse]:
        """Stream it."""
        async for view in self._interviews.watch(_caller(), request.interview_id, request.after_revision):
            yield interview.WatchInterviewResponse(interview=convert_interviews.interview_message(view))

    async def GetReport(self, request: interview.GetReportRequest, context: Context) -> interview.GetReportResponse:
        """Get the report."""
        view = await self._reports.get(_caller(), request.interview_id)
        return interview.GetReportResponse(report=convert_interviews.report_message(view))

    async def CorrectTranscript(
        self, request: interview.CorrectTranscriptRequest, context: Context
    ) -> interview.CorrectTranscriptResponse:
        """Correct a transcript."""
        view = await self._interviews.correct(
            _caller(), request.request_id, request.interview_id, request.answer_id, request.transcript
        )
        return interview.CorrectTranscriptResponse(answer=convert_interviews.answer_message(view))


class RecorderServicer(recorder_service_pb2_grpc.RecorderServiceServicer):
    """Record."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    async def Record(
        self, request_iterator: AsyncIterator[recorder.RecordRequest], context: Context
    ) -> AsyncIterator[recorder.RecordResponse]:
        """Keep what media hears and sees."""
        requests = aiter(request_iterator)
        hello = convert_records.hello(await anext(requests, recorder.RecordRequest()))
        async for message in self._recorder.record(hello, convert_records.entries(requests)):
            yield convert_records.message(message)
