"""Which RPCs browsers may reach, and how a media peer's calls find its node."""

from __future__ import annotations

import pytest
from google.protobuf import descriptor_pool
from parley.media.v1 import media_service_pb2

from services.gateway.adapters.exposure import CONTRACTS, exposed_methods
from services.gateway.domain.methods import ATTEMPTS, is_exposed
from services.gateway.domain.routing import node_of
from tests.support.fixtures import ROOT

METHODS = {method.path: method for method in exposed_methods()}


@pytest.mark.parametrize(
    ("audiences", "client_streaming", "exposed"),
    [
        ({"public"}, False, True),
        ({"candidate"}, False, True),
        ({"recruiter", "internal"}, False, True),
        ({"internal"}, False, False),
        ({"unspecified"}, False, False),
        (set(), False, False),
        ({"candidate"}, True, False),
    ],
)
def test_the_audience_decides(audiences: set[str], client_streaming: bool, exposed: bool) -> None:
    assert is_exposed(audiences, client_streaming=client_streaming) is exposed


def test_every_service_contract_is_known_here() -> None:
    known = {contract.name for contract in CONTRACTS}
    written = {str(path.relative_to(ROOT / "proto")) for path in (ROOT / "proto" / "parley").rglob("*_service.proto")}
    assert known == written


def test_what_browsers_reach_of_the_real_contracts() -> None:
    services = {path.split("/")[1] for path in METHODS}
    assert "/parley.session.v1.AccountService/SignUp" in METHODS
    assert METHODS["/parley.session.v1.InterviewService/WatchInterview"].streams
    assert "parley.session.v1.RecorderService" not in services
    assert not any(
        service.startswith(("parley.speech.", "parley.vision.", "parley.reasoning.")) for service in services
    )


def test_a_method_knows_its_upstream() -> None:
    assert METHODS["/parley.session.v1.AccountService/GetMe"].upstream == "session"
    assert METHODS["/parley.media.v1.MediaService/Hangup"].upstream == "media"


def test_the_rpcs_that_count_as_attempts_exist() -> None:
    assert {path for path, method in METHODS.items() if method.is_attempt} == ATTEMPTS


def test_a_request_about_a_peer_names_it() -> None:
    read = METHODS["/parley.media.v1.MediaService/AddIceCandidate"].peer_id_of
    assert read is not None
    assert read(media_service_pb2.AddIceCandidateRequest(peer_id="n.1", candidate="x").SerializeToString()) == "n.1"
    assert read(b"") == ""
    assert read(b"\xff\xff") == ""
    assert METHODS["/parley.media.v1.MediaService/GetIceServers"].peer_id_of is None


def test_contracts_of_one_pool_only() -> None:
    """The audience option is read from the pool that the stubs are in."""
    assert all(contract.pool is descriptor_pool.Default() for contract in CONTRACTS)


@pytest.mark.parametrize(
    ("peer_id", "node"),
    [
        ("media-0.0198c0de", "media-0"),
        ("media-0.media.svc.0198c0de", "media-0.media.svc"),
        ("0198c0de", ""),
        ("", ""),
    ],
)
def test_a_peer_id_names_its_node(peer_id: str, node: str) -> None:
    assert node_of(peer_id) == node
