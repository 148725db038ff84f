"""What the documentation shows works as it stands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.support.fixtures import ROOT
from tests.support.mesh import running_mesh
from tools import settings_page


def test_the_backend_in_20_lines_runs(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "contracts.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    script = tmp_path / "backend.py"
    script.write_text(code, encoding="utf-8")
    with running_mesh({}) as mesh:
        done = subprocess.run(
            [sys.executable, str(script), mesh.addresses["session"]],
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert "status: REPORT_STATUS_READY" in done.stdout
    assert "I measured first, then added an index." in done.stdout


def test_links_between_the_documents_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_page_of_settings_is_what_the_code_says() -> None:
    assert settings_page.PAGE.read_text(encoding="utf-8") == settings_page.page(), "run python -m tools.settings_page"
