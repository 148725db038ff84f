"""Settings: names, defaults, and what wrong ones say."""

from __future__ import annotations

import pytest

from services.kit.settings import SettingsError, load
from services.reasoning.adapters.registry import EMBEDDERS, ENGINES, build_embedder, build_engine
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
        ("PARLEY_REASONING_EMBEDDER", "word2vec", "expected one of hashed, e5, e5-triton"),
        ("PARLEY_REASONING_LLM_URL", "localhost:8000", "expected a URL such as"),
        ("PARLEY_REASONING_LLM_URL", "http://me:key@host/v1", "without user name or key"),
        ("PARLEY_REASONING_LLM_TEMPLATE", "alpaca", "expected one of chatml"),
        ("PARLEY_REASONING_LLM_JUDGES", "2", "odd number"),
        ("PARLEY_REASONING_LLM_CONCURRENCY", "0", "1 or more"),
        ("PARLEY_REASONING_ENGIN", "builtin", "the nearest is PARLEY_REASONING_ENGINE"),
    ],
)
def test_a_wrong_setting_says_what_is_expected(name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        settings(**{name: value})


def test_what_is_said_of_a_model_reaches_its_engine() -> None:
    read = settings(
        PARLEY_REASONING_LLM_URL="https://llm.example/v1",
        PARLEY_REASONING_LLM_MODEL="small",
        PARLEY_REASONING_LLM_API_KEY="key",
        PARLEY_REASONING_TRITON="triton:8001",
        PARLEY_REASONING_LLM_QUESTION="3.5",
        PARLEY_REASONING_LLM_JUDGES="5",
    )
    options = read.model_options
    assert (options.url, options.model, options.api_key) == ("https://llm.example/v1", "small", "key")
    assert (options.triton, options.triton_model, options.template) == ("triton:8001", "llm", "chatml")
    assert (options.question_s, options.judges) == (3.5, 5)
    assert "'key'" not in f"{read} {options}"


def test_embedders_are_told_apart() -> None:
    options = settings(PARLEY_MODEL_DIR="/srv/models").embedder_options
    names = {name: build_embedder(name, options).info.name for name in EMBEDDERS}
    assert names == {"hashed": "hashed-ngrams", "e5": "e5", "e5-triton": "e5-triton"}


def test_only_engines_that_exist_can_be_chosen() -> None:
    for name in ENGINES:
        assert build_engine(name, EngineOptions()).info.name == name
