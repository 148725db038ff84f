"""What `parley up` and `parley doctor` say about models: nothing here fetches anything."""

from __future__ import annotations

from pathlib import Path

from services.launcher.models.manifest import Manifest, load
from services.launcher.models.store import State, Store, model_state, size_text


def standing(folder: Path, manifest: Manifest | None = None) -> dict[State, list[str]]:
    """Models that a pull could change or has put here, by state, each with its size: "whisper (294 MB)".

    Those of the default set always, the others only if something of them is here.
    """
    store, result = Store(folder), dict[State, list[str]]()
    for model in (manifest or load()).models:
        state = model_state(store, model)
        if model.default or state in (State.PARTIAL, State.DAMAGED):
            result.setdefault(state, []).append(f"{model.name} ({size_text(model.size)}{model.more})")
    return result


def offer(folder: Path, manifest: Manifest | None = None) -> str:
    """One line that says which models would give better engines; empty if all of the default set are here."""
    found = standing(folder, manifest)
    missing = [name for state in (State.ABSENT, State.PARTIAL, State.DAMAGED) for name in found.get(state, [])]
    return f"`parley models pull` fetches what is not here: {', '.join(missing)}" if missing else ""
