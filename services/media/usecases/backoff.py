"""How long to wait before trying a service again."""

from typing import Final

from services.kit.errors import ServiceError

_FIRST_S: Final = 0.1
_FACTOR: Final = 2.0
_LONGEST_S: Final = 2.0


class Backoff:
    """0.1 s doubling to 2 s, or what the service asked for. A supervised service is back in one to two seconds."""

    def __init__(self, longest_s: float = _LONGEST_S) -> None:
        self._longest_s = longest_s
        self._next_s = _FIRST_S

    def reset(self) -> None:
        """It works again."""
        self._next_s = _FIRST_S

    def delay_s(self, failure: ServiceError | None = None) -> float:
        """Seconds to wait after this failure."""
        delay, self._next_s = self._next_s, min(self._next_s * _FACTOR, self._longest_s)
        asked = failure.retry_after_s if failure is not None else None
        return max(delay, asked or 0.0)


def status_of(failures: BaseExceptionGroup[ServiceError]) -> ServiceError:
    """The status that ended a stream, out of what its task group raised: one stream has one."""
    first = failures.exceptions[0]
    return status_of(first) if isinstance(first, BaseExceptionGroup) else first
