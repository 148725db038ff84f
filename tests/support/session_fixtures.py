"""Fixtures of session's tests, as a plugin to be named in ``pytest_plugins`` beside ``tests.support.postgres``."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.session_candidate import Candidate, candidate_of
from tests.support.session_service import SessionUnderTest, running_session


@pytest.fixture
async def session(database_url: str) -> AsyncIterator[SessionUnderTest]:
    """A session service with default settings."""
    async with running_session(database_url) as running:
        yield running


@pytest.fixture
async def candidate(session: SessionUnderTest) -> AsyncIterator[Candidate]:
    """A new candidate with all consents."""
    async with candidate_of(session) as made:
        yield made
