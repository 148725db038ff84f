"""One log line and one set of metrics per RPC. Payloads, addresses and tokens never enter either."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable

from services.gateway.adapters.grpcweb.rpc import RpcRecord
from services.kit import telemetry

logger = logging.getLogger("parley.rpc")

# A path that names no RPC is the caller's own text: it stays out of the log and out of metric labels.
_UNKNOWN = "unknown"


class RpcLog:
    """Hears of finished RPCs. `paths`: the RPCs that there are. `code_name`: a google.rpc.Code number's name."""

    def __init__(self, paths: Iterable[str], code_name: Callable[[int], str]) -> None:
        self._metrics = {path: telemetry.method_metrics(path) for path in (*paths, _UNKNOWN)}
        self._code_name = code_name

    def finished(self, record: RpcRecord) -> None:
        """Writes the line of one RPC."""
        path = record.path if record.path in self._metrics else _UNKNOWN
        code = self._code_name(record.code)
        self._metrics[path].ended(code, record.duration_s)
        ms = round(record.duration_s * 1000, 1)
        telemetry.log(logger, logging.INFO, "rpc", method=path, code=code, ms=ms, request_id=record.request_id)

    def fault(self, error: Exception, error_id: str) -> None:
        """Says where something unexpected happened; its text may hold what a person said and is left out."""
        at = "\n" + "".join(traceback.format_tb(error.__traceback__)).rstrip()
        kind = type(error).__qualname__
        telemetry.log(logger, logging.ERROR, "unexpected exception", error_id=error_id, exception=kind, at=at)
