"""Settings: typed, checked all at once, and no misspelt name is ignored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from services.kit.settings import CommonSettings, SettingsError, load, names_of, seconds, setting

SECRET = "a-secret-of-more-than-thirty-two-characters"
SECRETS = {"PARLEY_INTERNAL_SECRET": SECRET, "PARLEY_TOKEN_SECRET": SECRET}


@dataclass(frozen=True, kw_only=True)
class Settings(CommonSettings):
    """One setting of each kind."""

    listen: str = setting("PARLEY_SPEECH_LISTEN", "127.0.0.1:7103", help="address to listen on")
    threads: int = setting("PARLEY_SPEECH_THREADS", 2, help="inference threads")
    gain: float = setting("PARLEY_SPEECH_GAIN", 1.0, help="gain")
    warm: bool = setting("PARLEY_SPEECH_WARM", False, help="warm up")
    models: Path = setting("PARLEY_SPEECH_MODELS", Path("models"), help="folder of models")
    engines: tuple[str, ...] = setting("PARLEY_SPEECH_ENGINES", (), help="engines in order")
    limit: int | None = setting("PARLEY_SPEECH_LIMIT", None, help="limit; empty: none")
    voice: str = setting("PARLEY_SPEECH_VOICE", "espeak", help="voice", choices=("espeak", "supertonic"))
    pause_s: float = setting("PARLEY_SPEECH_PAUSE", 0.5, help="pause", parse=seconds)


def problems(**variables: str) -> list[str]:
    """What is wrong with these variables beside right secrets."""
    with pytest.raises(SettingsError) as caught:
        load(Settings, "speech", {**SECRETS, **variables})
    return caught.value.problems


def test_defaults() -> None:
    settings = load(Settings, "speech", SECRETS)
    assert (settings.listen, settings.threads, settings.limit, settings.engines) == ("127.0.0.1:7103", 2, None, ())
    assert settings.session_address == "dns:///127.0.0.1:7101"
    assert settings.data_dir.name == "parley"


def test_each_type_is_read() -> None:
    text = {
        "PARLEY_SPEECH_THREADS": "8",
        "PARLEY_SPEECH_GAIN": "-1.5",
        "PARLEY_SPEECH_WARM": "true",
        "PARLEY_SPEECH_MODELS": "~/m",
        "PARLEY_SPEECH_ENGINES": "whisper, pocketsphinx,",
        "PARLEY_SPEECH_LIMIT": "3",
        "PARLEY_SPEECH_VOICE": "supertonic",
        "PARLEY_SPEECH_PAUSE": "2",
    }
    settings = load(Settings, "speech", {**SECRETS, **text})
    assert (settings.threads, settings.gain, settings.warm) == (8, -1.5, True)
    assert settings.models == Path.home() / "m"
    assert settings.engines == ("whisper", "pocketsphinx")
    assert (settings.limit, settings.voice, settings.pause_s) == (3, "supertonic", 2.0)


@pytest.mark.parametrize(
    ("misspelt", "nearest"),
    [
        ("PARLEY_SPEECH_THREDS", "PARLEY_SPEECH_THREADS"),
        ("PARLEY_SPEACH_THREADS", "PARLEY_SPEECH_THREADS"),
        ("PARLEY_LOGLEVEL", "PARLEY_LOG_LEVEL"),
        ("PARLEY_SPEECH_ADRESS", "PARLEY_SPEECH_ADDRESS"),
    ],
)
def test_a_misspelt_name_is_an_error_with_the_nearest_valid_one(misspelt: str, nearest: str) -> None:
    assert problems(**{misspelt: "1"}) == [f"{misspelt} is not a setting; the nearest is {nearest}"]


def test_other_services_names_are_theirs_to_check() -> None:
    """A misspelt one is found too: by the mesh's other process."""
    foreign = {
        "PARLEY_VISION_FRAMES": "1",
        "PARLEY_DATABASE_URL": "postgresql://",
        "PARLEY_LAUNCHER_X": "",
        "PATH": "/",
    }
    misspelt = {"PARLEY_MEDIA_ADRESS": "x"}
    assert load(Settings, "speech", {**SECRETS, **foreign, **misspelt}).threads == 2
    with pytest.raises(
        SettingsError, match="PARLEY_MEDIA_ADRESS is not a setting; the nearest is PARLEY_MEDIA_ADDRESS"
    ):
        load(CommonSettings, "media", {**SECRETS, **misspelt})


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("PARLEY_SPEECH_THREADS", "two", "expected a whole number (it is 'two')"),
        ("PARLEY_SPEECH_GAIN", "loud", "expected a number (it is 'loud')"),
        ("PARLEY_SPEECH_WARM", "maybe", "expected 1 or 0, true or false (it is 'maybe')"),
        ("PARLEY_SPEECH_VOICE", "mine", "expected one of espeak, supertonic (it is 'mine')"),
        ("PARLEY_SPEECH_PAUSE", "-1", "expected a number of seconds, zero or more, such as 2.5 (it is '-1')"),
        ("PARLEY_LOG_LEVEL", "loud", "expected one of debug, info, warning, error (it is 'loud')"),
    ],
)
def test_a_wrong_value_says_what_is_expected(name: str, text: str, expected: str) -> None:
    assert problems(**{name: text}) == [f"{name}: {expected}"]


def test_all_problems_are_listed_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        load(Settings, "speech", {"PARLEY_SPEECH_GAIN": "x", "PARLEY_SPEECH_THREADS": "x", "PARLEY_FOO": ""})
    assert len(caught.value.problems) == 5  # two missing secrets too
    assert all(problem in str(caught.value) for problem in caught.value.problems)


def test_secrets_are_shown_nowhere() -> None:
    assert SECRET not in repr(load(Settings, "speech", SECRETS))
    short = "hunter2"
    assert not any(short in problem for problem in problems(PARLEY_TOKEN_SECRET=short))


def test_every_setting_has_a_name_of_its_own() -> None:
    names = names_of(Settings)
    assert len(names) == len(set(names))
    assert all(name.startswith("PARLEY_") for name in names)
