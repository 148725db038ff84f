"""Settings of the reasoning service: the only reader of its environment."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from services.kit.settings import CommonSettings, load, seconds, setting
from services.reasoning.adapters.llm.chat_formats import FORMATS
from services.reasoning.adapters.registry import EMBEDDERS, ENGINES
from services.reasoning.domain.questions import Language
from services.reasoning.ports import EmbedderOptions, ModelOptions


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise ValueError("expected a whole number, 1 or more")
    return int(text)


def _odd(text: str) -> int:
    if not text.isdecimal() or not int(text) % 2:
        raise ValueError("expected an odd number, such as 3")
    return int(text)


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
        raise ValueError("expected a URL such as http://127.0.0.1:8000/v1, without user name or key")
    return text


def _languages(text: str) -> tuple[Language, ...]:
    try:
        return tuple(Language(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        raise ValueError(f"expected languages among {', '.join(Language)}, separated by commas") from None


@dataclass(frozen=True, kw_only=True)
class Settings(CommonSettings):
    """See each field's help."""

    listen: str = setting("PARLEY_REASONING_LISTEN", "127.0.0.1:7105", help="address to listen on")
    metrics_listen: str = setting(
        "PARLEY_REASONING_METRICS_LISTEN", "", help="address of the metrics endpoint; empty: off"
    )
    engine: str = setting(
        "PARLEY_REASONING_ENGINE", "builtin", help="engine that plans, asks and judges", choices=tuple(ENGINES)
    )
    embedder: str = setting(
        "PARLEY_REASONING_EMBEDDER", "hashed", help="embedder of texts and résumés", choices=tuple(EMBEDDERS)
    )
    threads: int = setting("PARLEY_REASONING_THREADS", 2, help="threads that plan, ask and judge", parse=_count)
    queue_size: int = setting(
        "PARLEY_REASONING_QUEUE_SIZE", 64, help="calls that may wait for a thread; more are refused", parse=_count
    )
    preload: tuple[Language, ...] = setting(
        "PARLEY_REASONING_PRELOAD",
        (),
        help="languages (ko, en) to load at the start, not at the first interview; ko takes 250 MB",
        parse=_languages,
    )
    analyser_idle_s: float = setting(
        "PARLEY_REASONING_ANALYSER_IDLE",
        900.0,
        help="seconds without use after which the Korean analyser gives its memory back",
        parse=seconds,
    )

    triton: str = setting(
        "PARLEY_REASONING_TRITON", "127.0.0.1:8001", help="host:port of the Triton server's gRPC, for llm-triton"
    )
    triton_model: str = setting(
        "PARLEY_REASONING_TRITON_MODEL", "llm", help="name of the model there; it keeps the llm contract"
    )
    llm_template: str = setting(
        "PARLEY_REASONING_LLM_TEMPLATE", "chatml", help="chat format of the model there", choices=tuple(FORMATS)
    )
    llm_url: str = setting(
        "PARLEY_REASONING_LLM_URL",
        "http://127.0.0.1:8000/v1",
        help="base URL of the OpenAI-compatible server, for llm-openai",
        parse=_url,
    )
    llm_model: str = setting("PARLEY_REASONING_LLM_MODEL", "", help="name of the model there; empty: its only one")
    llm_api_key: str = setting(
        "PARLEY_REASONING_LLM_API_KEY", "", help="key for that server; empty: none", secret=True, least_chars=0
    )
    llm_first_token_s: float = setting(
        "PARLEY_REASONING_LLM_FIRST_TOKEN", 2.0, help="seconds to a text's first words", parse=seconds
    )
    llm_question_s: float = setting(
        "PARLEY_REASONING_LLM_QUESTION", 5.0, help="seconds for a question or follow-up, retry included", parse=seconds
    )
    llm_evaluation_s: float = setting(
        "PARLEY_REASONING_LLM_EVALUATION",
        45.0,
        help="seconds for an evaluation or report, retry included; session waits 60",
        parse=seconds,
    )
    llm_concurrency: int = setting(
        "PARLEY_REASONING_LLM_CONCURRENCY", 8, help="texts that the model writes at a time", parse=_count
    )
    llm_judges: int = setting(
        "PARLEY_REASONING_LLM_JUDGES", 3, help="independent judgements of an answer, an odd number", parse=_odd
    )

    @property
    def embedder_options(self) -> EmbedderOptions:
        """What these settings say to embedders."""
        return EmbedderOptions(self.model_dir / "e5", self.threads, self.queue_size, self.triton)

    @property
    def model_options(self) -> ModelOptions:
        """What these settings say to the engines over a language model."""
        return ModelOptions(
            url=self.llm_url,
            model=self.llm_model,
            api_key=self.llm_api_key,
            triton=self.triton,
            triton_model=self.triton_model,
            template=self.llm_template,
            first_token_s=self.llm_first_token_s,
            question_s=self.llm_question_s,
            evaluation_s=self.llm_evaluation_s,
            concurrency=self.llm_concurrency,
            queue_size=self.queue_size,
            judges=self.llm_judges,
        )

    @classmethod
    def from_env(cls) -> Settings:
        """From the environment. Raises SettingsError with every problem."""
        return load(cls, "reasoning")
