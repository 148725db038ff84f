"""Settings: names, defaults, and what wrong ones say."""

from __future__ import annotations

import pytest

from services.kit.settings import SettingsError, load
from services.reasoning.adapters.registry import ENGINES, build_engine
from services.reasoning.domain.questions import Language
from services.reasoning.ports import EngineOptions
from services.reasoning.settings import Settings

SECRETS = {"PARLEY_INTERNAL_SECRET": "i" * 32, "PARLEY_TOKEN_SECRET": "t" * 32}


def settings(**changes: str) -> Settings:
    return load(Settings, "reasoning", SECRETS | changes)


def test_defaults_need_nothing() -> None:
    read = settings()
    assert (read.listen, read.engine, read.preload) == ("127.0.0.1:7105", "builtin", ())
    assert read.threads >= 1
    assert read.queue_size >= 1


def test_languages_to_preload_are_a_list() -> None:
    assert settings(PARLEY_REASONING_PRELOAD="ko, en").preload == (Language.KOREAN, Language.ENGLISH)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PARLEY_REASONING_ENGINE", "oracle", "expected one of builtin"),
        ("PARLEY_REASONING_PRELOAD", "fr", "expected languages among ko, en"),
        ("PARLEY_REASONING_THREADS", "0", "1 or more"),
        ("PARLEY_REASONING_QUEUE_SIZE", "-1", "1 or more"),
        ("PARLEY_REASONING_ANALYSER_IDLE", "soon", "number of seconds"),
        ("PARLEY_REASONING_ENGIN", "builtin", "the nearest is PARLEY_REASONING_ENGINE"),
    ],
)
def test_a_wrong_setting_says_what_is_expected(name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        settings(**{name: value})


def test_only_engines_that_exist_can_be_chosen() -> None:
    for name in ENGINES:
        assert build_engine(name, EngineOptions()).info.name == name
