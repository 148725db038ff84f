"""The contracts: complete, generated without a difference, linted, each RPC with its audience."""

from __future__ import annotations

import filecmp
import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from google.protobuf.descriptor import ServiceDescriptor
from parley.options.v1 import options_pb2

from tests.support.fixtures import ROOT
from tests.support.services import SERVICES, audience_of, service_descriptors
from tools import buf

# ARCHITECTURE's table, RPC by RPC: "stream" marks a streaming side.
EXPECTED = {
    "parley.session.v1.AccountService": "SignUp SignIn RefreshToken SignOut GetMe UpdateMe ExportMe:out DeleteMe",
    "parley.session.v1.ConsentService": "Grant Withdraw List",
    "parley.session.v1.ResumeService": "UploadResume GetResume ListResumes DeleteResume",
    "parley.session.v1.InterviewService": (
        "CreateInterview GetInterview ListInterviews StartInterview SubmitAnswer RetryAnswer SkipQuestion "
        "RequestFollowUp EndInterview WatchInterview:out GetReport CorrectTranscript"
    ),
    "parley.session.v1.RecorderService": "Record:both",
    "parley.media.v1.MediaService": "Negotiate AddIceCandidate Hangup GetIceServers",
    "parley.speech.v1.SpeechService": "Transcribe:both TranscribeRecording:both Synthesize:out GetCapabilities",
    "parley.vision.v1.VisionService": "Analyze:both GetCapabilities",
    "parley.reasoning.v1.ReasoningService": (
        "PlanInterview:out AskFollowUp StreamFollowUp:out EvaluateAnswer WriteReport ReadResume EmbedTexts "
        "GetCapabilities"
    ),
}

needs_buf = pytest.mark.skipif(not buf.BUF.exists(), reason="buf is not installed: run `make test`, which installs it")


def _shape(service: ServiceDescriptor) -> str:
    names = []
    for method in service.methods:
        shape = {(False, False): "", (False, True): ":out", (True, False): ":in", (True, True): ":both"}
        names.append(method.name + shape[method.client_streaming, method.server_streaming])
    return " ".join(names)


def test_every_service_and_rpc_of_the_architecture_is_there() -> None:
    assert {service.full_name: _shape(service) for service in service_descriptors()} == EXPECTED


@pytest.mark.parametrize("service", service_descriptors(), ids=lambda service: service.name)
def test_every_rpc_states_who_may_call_it(service: ServiceDescriptor) -> None:
    for method in service.methods:
        audience = audience_of(method)
        assert audience, method.full_name
        assert options_pb2.AUDIENCE_UNSPECIFIED not in audience, method.full_name
        assert len(set(audience)) == len(audience), method.full_name


def test_only_account_rpcs_are_open_to_everybody() -> None:
    public = {
        method.name
        for service in service_descriptors()
        for method in service.methods
        if options_pb2.AUDIENCE_PUBLIC in audience_of(method)
    }
    assert public == {"SignUp", "SignIn", "RefreshToken", "SignOut"}


@needs_buf
def test_generating_again_makes_no_difference(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "tools.generate", "--out", str(tmp_path)], cwd=ROOT, check=True, timeout=120)
    for folder in (Path("gen") / "python", Path("web") / "src" / "gen"):
        assert _differences(ROOT / folder, tmp_path / folder) == []


def _differences(committed: Path, generated: Path) -> list[str]:
    def files(root: Path) -> set[str]:
        return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() and path.suffix != ".pyc"}

    ours, theirs = files(committed), files(generated)
    _, different, errors = filecmp.cmpfiles(committed, generated, ours & theirs, shallow=False)
    return sorted([*(ours ^ theirs), *different, *errors])


@needs_buf
@pytest.mark.parametrize("arguments", [("lint",), ("format", "--diff", "--exit-code", "proto")], ids=["lint", "format"])
def test_buf_is_content(arguments: tuple[str, ...]) -> None:
    assert buf.run(arguments) == 0


def test_generated_stubs_have_types() -> None:
    for module in SERVICES:
        path = Path(importlib.import_module(module).__file__ or "")
        assert path.with_suffix(".pyi").exists()
        assert path.with_name(path.stem + "_grpc.pyi").exists()
