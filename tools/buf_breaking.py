"""`buf breaking` against the main branch: no change of proto/ may break a client that is out there.

On main itself (and where there is no main branch to look at) the comparison is with the last commit.
"""

from __future__ import annotations

import subprocess

from tools.buf import ROOT, run


def _revision() -> str | None:
    """origin/main if the clone has it, else main if another branch is checked out, else the last commit."""
    current = _git("rev-parse", "--abbrev-ref", "HEAD")
    for name in ("origin/main", "main"):
        if name != current and _git("rev-parse", "--verify", "--quiet", name) is not None:
            return name
    return "HEAD" if _git("rev-parse", "--verify", "--quiet", "HEAD") is not None else None


def _git(*arguments: str) -> str | None:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def main() -> int:
    """Entry point; returns buf's exit code."""
    revision = _revision()
    if revision is None or _git("cat-file", "-e", f"{revision}:buf.yaml") is None:
        print("no earlier contracts to compare with")
        return 0
    print(f"comparing proto/ with {revision}")
    return run(["breaking", "--against", f".git#ref={revision}"])


if __name__ == "__main__":
    raise SystemExit(main())
