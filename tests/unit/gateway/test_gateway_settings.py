"""The gateway's settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.gateway.settings import Settings
from services.kit.settings import SettingsError, load
from tests.support.kit_mesh import INTERNAL_SECRET, TOKEN_SECRET

SECRETS = {"PARLEY_INTERNAL_SECRET": INTERNAL_SECRET, "PARLEY_TOKEN_SECRET": TOKEN_SECRET}


def settings(**names: str) -> Settings:
    return load(Settings, "gateway", {**SECRETS, **{f"PARLEY_GATEWAY_{name}": value for name, value in names.items()}})


def test_defaults_serve_this_machine_only() -> None:
    default = settings()
    assert (default.listen, default.origins, default.trusted_proxies) == ("127.0.0.1:8080", (), ())
    assert default.max_body_bytes > 10 * 1024 * 1024  # a résumé may have 10 MiB
    assert default.media_nodes == {}


def test_media_nodes_are_names_and_addresses() -> None:
    nodes = settings(MEDIA_NODES="media-0=dns:///media-0:7102, media-1=dns:///media-1:7102").media_nodes
    assert nodes == {"media-0": "dns:///media-0:7102", "media-1": "dns:///media-1:7102"}


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("MEDIA_NODES", "media-0", "name=address"),
        ("MEDIA_NODES", "=dns:///a:1", "name=address"),
        ("MAX_BODY", "999999999", "bytes up to"),
        ("MAX_BODY", "0", "bytes up to"),
        ("STREAMS_PER_ADDRESS", "-1", "whole number"),
        ("SIGN_INS_PER_MINUTE", "many", "whole number"),
        ("UNARY_TIMEOUT", "-2", "seconds"),
        ("WEB_DIR", "no/such/folder", "index.html"),
    ],
)
def test_wrong_values_say_what_is_expected(name: str, value: str, expected: str) -> None:
    with pytest.raises(SettingsError, match=expected):
        settings(**{name: value})


def test_a_web_client_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "index.html").touch()
    assert settings(WEB_DIR=str(tmp_path)).web_dir == tmp_path
