"""Session's settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.kit.settings import SettingsError
from services.session.settings import DatabaseProcessSettings, Settings

SECRETS = {"PARLEY_INTERNAL_SECRET": "i" * 32, "PARLEY_TOKEN_SECRET": "t" * 32}


def test_defaults_need_only_the_secrets() -> None:
    settings = Settings.from_env(SECRETS)
    assert (settings.listen, settings.database_url, settings.retention_days) == ("127.0.0.1:7101", "", 90)
    assert settings.run_jobs


@pytest.mark.parametrize("url", ["mysql://x", "parley", "sqlite:///x"])
def test_a_database_that_is_not_postgresql_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="PARLEY_DATABASE_URL: expected a URL"):
        Settings.from_env({**SECRETS, "PARLEY_DATABASE_URL": url})


def test_a_misspelt_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(SettingsError, match="the nearest is PARLEY_SESSION_ANSWER_END_WAIT"):
        Settings.from_env({**SECRETS, "PARLEY_SESSION_ANSWER_END_WAITS": "1"})


def test_the_database_process_reads_its_own_names_and_leaves_the_others_alone() -> None:
    settings = DatabaseProcessSettings.from_env({**SECRETS, "PARLEY_DATA_DIR": "~/x", "PARLEY_SUPERVISED": "1"})
    assert settings.data_dir == Path("~/x").expanduser()
    assert settings.supervised
