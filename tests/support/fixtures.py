"""Where the shared test data is, and a clear skip where it is not (a user's clone has none)."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "fixtures"

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="needs the project's shared test data (../shared/fixtures), absent in this clone"
)
