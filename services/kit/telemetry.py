"""Metrics and traces; logs are in logs.py and offered here too."""

import asyncio
import threading
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final
from wsgiref.simple_server import WSGIServer

import prometheus_client
from opentelemetry import context as otel_context
from opentelemetry import propagate, trace
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from services.kit.logs import configure_logging, flush, frames, log

__all__ = [
    "MethodMetrics",
    "MetricsEndpoint",
    "configure_logging",
    "counter",
    "flush",
    "frames",
    "gauge",
    "histogram",
    "log",
    "method_metrics",
    "publish_engines",
    "start_span",
    "trace_headers",
    "tracer",
    "tracing",
    "watch_event_loop",
]

# A bidirectional stream lasts as long as an interview: buckets from 1 ms to an hour.
_DURATION_BUCKETS_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3600)


@cache
def counter(name: str, documentation: str, labels: tuple[str, ...] = ()) -> prometheus_client.Counter:
    """The process's counter of that name, made on first use."""
    return prometheus_client.Counter(name, documentation, labels)


@cache
def gauge(name: str, documentation: str, labels: tuple[str, ...] = ()) -> prometheus_client.Gauge:
    """The process's gauge of that name, made on first use."""
    return prometheus_client.Gauge(name, documentation, labels)


@cache
def histogram(
    name: str, documentation: str, labels: tuple[str, ...] = (), buckets: Sequence[float] = _DURATION_BUCKETS_S
) -> prometheus_client.Histogram:
    """The process's histogram of that name, made on first use; ``buckets`` is a tuple of upper bounds."""
    return prometheus_client.Histogram(name, documentation, labels, buckets=buckets)


class MethodMetrics:
    """One RPC method's figures, as plain numbers that only the event loop changes. ``method_metrics`` makes them.

    prometheus_client's own counters take a lock for each change; this is on the path of every RPC and stream message.
    """

    __slots__ = ("_buckets", "_seconds", "codes", "in_flight", "method", "received", "sent")

    def __init__(self, method: str) -> None:
        self.method = method
        self.in_flight = 0
        self.received = 0
        self.sent = 0
        self.codes: dict[str, int] = {}
        self._seconds = 0.0
        self._buckets = [0] * (len(_DURATION_BUCKETS_S) + 1)

    def ended(self, code: str, seconds: float) -> None:
        """Count one RPC that ended with ``code`` after ``seconds``."""
        self.codes[code] = self.codes.get(code, 0) + 1
        self._seconds += seconds
        self._buckets[bisect_left(_DURATION_BUCKETS_S, seconds)] += 1

    def durations(self) -> tuple[list[tuple[str, float]], float]:
        """Prometheus' cumulative buckets, and the sum of seconds."""
        bounds = [*map(str, _DURATION_BUCKETS_S), "+Inf"]
        counts = list(self._buckets)
        return [(bound, sum(counts[: index + 1])) for index, bound in enumerate(bounds)], self._seconds


class _RpcCollector(Collector):
    def __init__(self) -> None:
        self.methods: dict[str, MethodMetrics] = {}

    def collect(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily | HistogramMetricFamily]:
        handled = CounterMetricFamily("parley_rpc", "RPCs ended, by status code", labels=("method", "code"))
        messages = CounterMetricFamily("parley_rpc_messages", "messages of streams", labels=("method", "direction"))
        in_flight = GaugeMetricFamily("parley_rpc_in_flight", "RPCs in progress", labels=("method",))
        duration = HistogramMetricFamily("parley_rpc_duration_seconds", "duration of RPCs", labels=("method",))
        for name, figures in self.methods.copy().items():
            for code, count in figures.codes.copy().items():
                handled.add_metric((name, code), count)
            messages.add_metric((name, "received"), figures.received)
            messages.add_metric((name, "sent"), figures.sent)
            in_flight.add_metric((name,), figures.in_flight)
            duration.add_metric((name,), *figures.durations())
        yield from (handled, messages, in_flight, duration)


@cache
def _rpc_collector() -> _RpcCollector:
    collector = _RpcCollector()
    prometheus_client.REGISTRY.register(collector)
    return collector


def method_metrics(method: str) -> MethodMetrics:
    """The process's figures of RPC ``method`` (its path), made on first use."""
    return _rpc_collector().methods.setdefault(method, MethodMetrics(method))


def publish_engines(engines: Mapping[str, str]) -> None:
    """Show the engines in use, capability → name, as metric ``parley_engine``."""
    shown = gauge("parley_engine", "1 for each engine in use", ("capability", "engine"))
    shown.clear()
    for capability, engine in engines.items():
        shown.labels(capability, engine).set(1)


def watch_event_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Show how many tasks ``loop`` has as metric ``parley_event_loop_tasks``: a number that only grows is a leak."""
    shown = gauge("parley_event_loop_tasks", "tasks of the event loop that are not done")
    shown.set_function(lambda: len(asyncio.all_tasks(loop)))


class MetricsEndpoint:
    """An HTTP server with the process's metrics, in a thread of its own."""

    def __init__(self, listen: str) -> None:
        host, _, port = listen.rpartition(":")
        self._server: WSGIServer
        self._thread: threading.Thread
        self._server, self._thread = prometheus_client.start_http_server(
            int(port), addr=host.strip("[]") or "127.0.0.1"
        )
        self.port: int = self._server.server_port

    def close(self) -> None:
        """Stop listening and wait for the thread."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@cache
def tracer() -> trace.Tracer:
    """Parley's tracer."""
    return trace.get_tracer("parley")


def tracing() -> bool:
    """Whether an operator has installed an OpenTelemetry SDK; without one no span of ours goes anywhere."""
    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)


def start_span(method: str, headers: Mapping[str, Any]) -> trace.Span:
    """A server span for RPC ``method``, child of the caller's if ``headers`` name one, current for this task."""
    parent = propagate.extract(headers) if "traceparent" in headers else None
    span = tracer().start_span(method, context=parent, kind=trace.SpanKind.SERVER)
    if span.get_span_context().is_valid:
        # Not detached: the server runs each RPC in a context of its own, which ends with it.
        otel_context.attach(trace.set_span_in_context(span))
    return span


def trace_headers() -> tuple[tuple[str, str], ...]:
    """The headers that make a call a child of the current span; none outside a trace."""
    if not trace.get_current_span().get_span_context().is_valid:
        return ()
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return tuple(carrier.items())
