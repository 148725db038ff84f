"""Limits per client address."""

from __future__ import annotations

import pytest

from services.gateway.domain.errors import TooManyAttempts, TooManyStreams
from services.gateway.domain.limits import AttemptLimit, StreamLimit, address_key


def refusal(limit: AttemptLimit, key: str, now_s: float) -> float:
    """Seconds to wait; 0 if the attempt was taken."""
    try:
        limit.take(key, now_s)
    except TooManyAttempts as error:
        return error.retry_after_s
    return 0.0


def test_a_burst_passes_and_then_one_at_a_time() -> None:
    limit = AttemptLimit(per_minute=6)
    assert [refusal(limit, "a", 100.0) for _ in range(7)] == [0.0] * 6 + [10.0]
    assert refusal(limit, "a", 104.0) == pytest.approx(6.0)
    assert refusal(limit, "a", 110.0) == 0.0
    assert refusal(limit, "a", 110.0) == pytest.approx(10.0)


def test_addresses_are_counted_apart() -> None:
    limit = AttemptLimit(per_minute=1)
    assert (refusal(limit, "a", 0.0), refusal(limit, "b", 0.0)) == (0.0, 0.0)


def test_a_bucket_never_holds_more_than_a_minutes_worth() -> None:
    limit = AttemptLimit(per_minute=2)
    limit.take("a", 0.0)
    assert [refusal(limit, "a", 10_000.0) > 0 for _ in range(3)] == [False, False, True]


def test_zero_is_no_limit() -> None:
    limit = AttemptLimit(per_minute=0)
    assert [refusal(limit, "a", 0.0) for _ in range(1000)] == [0.0] * 1000


def test_memory_is_bounded_and_the_longest_unused_is_forgotten() -> None:
    limit = AttemptLimit(per_minute=1, max_keys=2)
    for key in ("a", "b", "c"):
        limit.take(key, 0.0)
    assert refusal(limit, "c", 0.0) > 0
    assert refusal(limit, "a", 0.0) == 0.0


def test_streams_are_given_back_also_after_an_error() -> None:
    limit = StreamLimit(per_address=1)
    with pytest.raises(RuntimeError), limit.held("a"):
        raise RuntimeError
    with limit.held("a"), limit.held("b"):
        with pytest.raises(TooManyStreams) as refused, limit.held("a"):
            pass
        assert refused.value.retry_after_s > 0
    with limit.held("a"):
        pass


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
    ],
)
def test_an_ipv6_client_is_its_network(host: str, key: str) -> None:
    assert address_key(host) == key
