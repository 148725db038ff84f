"""Limits per client address: sign-in attempts (token bucket) and open streams. Time is passed in."""

from __future__ import annotations

import ipaddress
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from services.gateway.domain.errors import TooManyAttempts, TooManyStreams

_MAX_ADDRESSES: Final = 10_000
_IPV6_SITE_BITS: Final = 64
_STREAM_RETRY_S: Final = 5.0


def address_key(host: str) -> str:
    """What limits count by: an IPv4 address, or the /64 network of an IPv6 one (a single client owns all of it)."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, _IPV6_SITE_BITS), strict=False))


class AttemptLimit:
    """A token bucket per key: `per_minute` tokens a minute, as many at once. 0: no limit.

    The keys used longest ago are forgotten first: their buckets are the fullest, so little is given away.
    """

    def __init__(self, per_minute: int, max_keys: int = _MAX_ADDRESSES) -> None:
        self._burst = float(per_minute)
        self._per_second = per_minute / 60
        self._max_keys = max_keys
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # key → tokens left, at what time

    def take(self, key: str, now_s: float) -> None:
        """Counts one attempt at monotonic time `now_s`. Raises TooManyAttempts with the time to wait."""
        if not self._per_second:
            return
        tokens, since_s = self._buckets.pop(key, (self._burst, now_s))
        tokens = min(self._burst, tokens + (now_s - since_s) * self._per_second)
        allowed = tokens >= 1
        self._buckets[key] = (tokens - 1 if allowed else tokens, now_s)
        if len(self._buckets) > self._max_keys:
            self._buckets.popitem(last=False)
        if not allowed:
            raise TooManyAttempts((1 - tokens) / self._per_second)


class StreamLimit:
    """At most `per_address` open streams for each key. 0: no limit."""

    def __init__(self, per_address: int) -> None:
        self._limit = per_address
        self._open: Counter[str] = Counter()

    @contextmanager
    def held(self, key: str) -> Iterator[None]:
        """Counts one stream while inside. Raises TooManyStreams on entering."""
        if self._limit and self._open[key] >= self._limit:
            raise TooManyStreams(self._limit, _STREAM_RETRY_S)
        self._open[key] += 1
        try:
            yield
        finally:
            self._open[key] -= 1
            if not self._open[key]:
                del self._open[key]  # an address that left takes no memory
