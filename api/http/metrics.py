"""Numbers for those who watch: requests by door and status, how long they took, what waits in the database.

In Prometheus' text.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workflow.errors import Unavailable
from workflow.records import counts
from workflow.runtime.engine import Engine

BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


@dataclass(frozen=True, slots=True)
class Metrics:
    """The counters of one app, in a registry of their own."""

    registry: CollectorRegistry
    requests: Counter
    seconds: Histogram

    @staticmethod
    def of(engine: Engine) -> Metrics:
        registry = CollectorRegistry()
        registry.register(Waiting(engine))
        return Metrics(
            registry,
            Counter(
                "caseway_http_requests_total",
                "Requests answered.",
                ("method", "door", "status"),
                registry=registry,
            ),
            Histogram(
                "caseway_http_seconds",
                "How long an answer took.",
                ("method", "door"),
                registry=registry,
                buckets=BUCKETS,
            ),
        )


class Waiting(Collector):
    """What waits in the database, counted when it is asked for.

    A lost database shows as caseway_database_up 0.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def collect(self) -> Iterable[GaugeMetricFamily]:
        try:
            waiting = self.engine.database.reading(
                lambda connection: counts.waiting(connection, self.engine.now())
            )
        except Unavailable:
            waiting = {}
        yield GaugeMetricFamily(
            "caseway_database_up", "Whether the database answers.", value=float(bool(waiting))
        )
        for name, number in waiting.items():
            yield GaugeMetricFamily(f"caseway_{name}", counts.MEANING[name], value=float(number))

    def describe(self) -> Iterable[GaugeMetricFamily]:
        return ()


class Measured:
    """Counts and times every request by the door it came to; addresses without a door share one name."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, began = 500, time.perf_counter()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            self._note(scope, status, time.perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        door = getattr(scope.get("route"), "path", "none")
        method = scope["method"] if door != "none" else "any"
        self.metrics.requests.labels(method, door, str(status)).inc()
        self.metrics.seconds.labels(method, door).observe(seconds)
