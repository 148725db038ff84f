"""Installing the Triton server: what goes wrong is said with its fix, and nothing half-made is left."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tools.install_tritonserver import (
    InstallError,
    NotInstalled,
    Unsupported,
    check_support,
    find_library,
    install,
    launcher,
    why_unsupported,
)


def unsupported() -> str:
    try:
        check_support()
        find_library()
    except Unsupported as error:
        return str(error)
    return ""


supported_only = pytest.mark.skipif(bool(unsupported()), reason=unsupported())


@supported_only
def test_another_wheel_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    wheel = tmp_path / "nvidia_pytriton-0.7.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("pytriton/tritonserver/bin/tritonserver", "another")
    target = tmp_path / "build" / "tritonserver"
    with pytest.raises(InstallError, match="is not the published wheel"):
        install(target, wheel)
    assert list(target.parent.iterdir()) == []


@supported_only
def test_no_registry_is_told_with_the_fix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(InstallError, match="--wheel FILE"):
        install(tmp_path / "build" / "tritonserver")


@pytest.mark.parametrize(
    ("system", "machine", "libc", "python", "complaint"),
    [
        ("Darwin", "arm64", ("", ""), "3.11", "Linux on x86-64 only"),
        ("Linux", "aarch64", ("glibc", "2.36"), "3.11", "Linux on x86-64 only"),
        ("Linux", "x86_64", ("glibc", "2.31"), "3.11", "glibc 2.35"),
        ("Linux", "x86_64", ("", ""), "3.11", "glibc 2.35"),
        ("Linux", "x86_64", ("glibc", "2.36"), "3.10", "Python 3.11 or 3.12"),
    ],
)
def test_a_machine_without_a_server_is_told_so(
    system: str, machine: str, libc: tuple[str, str], python: str, complaint: str
) -> None:
    assert complaint in why_unsupported(system, machine, libc, python)


@pytest.mark.parametrize("python", ["3.11", "3.12"])
def test_debian_12_has_a_server(python: str) -> None:
    assert why_unsupported("Linux", "x86_64", ("glibc", "2.36"), python) == ""


@supported_only
def test_where_nothing_is_installed_the_make_target_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotInstalled, match="make tritonserver"):
        launcher(tmp_path)
