"""The worker: an alarm clock that does the work that falls due.

Law: the rows know what is due, the clock knows nothing.

Any number of workers may run against one database. A job whose database is away rests, longer each time, and
goes on by itself; what was due meanwhile is worked off then, oldest first.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from random import SystemRandom
from threading import Event

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from workflow.errors import Unavailable
from workflow.runtime.bulletins import Bulletins
from workflow.runtime.channels import Channel
from workflow.runtime.designating import HandingOver
from workflow.runtime.digests import Digests
from workflow.runtime.engine import Engine
from workflow.runtime.files import Store
from workflow.runtime.firing import Firing
from workflow.runtime.home import DENIALS_ARE_KEPT
from workflow.runtime.housekeeping import forget_old_denials, forget_old_keys, forget_sign_ins
from workflow.runtime.link_mail import LinkMail
from workflow.runtime.rederiving import Rederiving
from workflow.runtime.retention import Retention
from workflow.runtime.sending import LEASE, Sender

FIRST_REST = 0.5
LONGEST_REST = 15.0
STALE_AFTER = timedelta(seconds=60)

log = structlog.get_logger()


@dataclass(slots=True)
class Job:
    """Work to be done at every tick of its trigger, again and again until it says 0.

    `watched` ones tick often.
    """

    name: str
    trigger: BaseTrigger
    work: Callable[[], int]
    watched: bool = True
    ticked: float = field(default_factory=time.monotonic)
    failures: int = 0
    rests_until: float = 0.0


class Worker:
    """Runs jobs in threads of its own between `start` and `stop`."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = list(jobs)
        self._stopping = Event()
        # Missed ticks are one tick, however late: the rows know what was missed.
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._alarm = BackgroundScheduler(timezone=UTC, job_defaults=defaults)

    def start(self) -> None:
        for job in self._jobs:
            self._alarm.add_job(self._tick, job.trigger, args=(job,), id=job.name, name=job.name)
        self._alarm.start()
        log.info("the worker has started", jobs=[job.name for job in self._jobs])

    def stop(self) -> None:
        """Let what is being done come to its end, begin nothing more."""
        self._stopping.set()
        self._alarm.shutdown(wait=True)
        log.info("the worker has stopped")

    def age(self) -> timedelta:
        """How long ago every watched job had come round; beyond STALE_AFTER one of them hangs."""
        oldest = min(job.ticked for job in self._jobs if job.watched)
        return timedelta(seconds=time.monotonic() - oldest)

    def _tick(self, job: Job) -> None:
        if time.monotonic() < job.rests_until:
            return
        try:
            self._work_off(job)
        except Unavailable as fault:
            self._rest(job)
            log.warning("the database is away", job=job.name, failures=job.failures, fault=str(fault))
        except Exception:
            self._rest(job)
            log.exception("a job failed", job=job.name, failures=job.failures)
        else:
            job.failures = 0

    def _work_off(self, job: Job) -> None:
        while not self._stopping.is_set():
            done = job.work()
            job.ticked = time.monotonic()
            if not done:
                return

    def _rest(self, job: Job) -> None:
        job.ticked = time.monotonic()
        job.failures += 1
        longest = min(FIRST_REST * 2 ** min(job.failures - 1, 10), LONGEST_REST)
        # Chance keeps many workers from coming back all at once.
        job.rests_until = time.monotonic() + longest * (0.5 + SystemRandom().random() / 2)


def worker(
    engine: Engine,
    channel: Channel,
    *,
    origin: str | None = None,
    files: Store | None = None,
    lease: timedelta = LEASE,
    every: float = 1.0,
    denials_kept: timedelta = DENIALS_ARE_KEPT,
) -> Worker:
    """The worker of an installation. `every`: seconds between looks at timers and notices; `origin`: where
    people find the service.
    """
    firing = Firing(engine)
    sender = Sender(engine.database, engine.library, channel, engine.now, lease=lease)
    digests = Digests(engine, sender, lease=lease)
    often, now_and_then = IntervalTrigger(seconds=every), IntervalTrigger(seconds=every * 15)
    return Worker(
        [
            Job("fire due timers", often, firing.fire_due),
            Job("send pending notices", often, sender.send_pending),
            Job("send links", often, LinkMail(engine, channel, origin, lease=lease).work),
            Job("send digests", often, digests.send_due),
            Job("finish calendar changes", now_and_then, Rederiving(engine).finish),
            Job("hand over", now_and_then, HandingOver(engine).work),
            Job("send bulletins", now_and_then, Bulletins(engine, channel, lease=lease).work),
            Job(
                "forget old keys",
                CronTrigger(hour=3, timezone=UTC),
                lambda: forget_old_keys(engine),
                watched=False,
            ),
            Job(
                "forget what is over of signing in",
                CronTrigger(minute=15, timezone=UTC),
                lambda: forget_sign_ins(engine),
                watched=False,
            ),
            Job(
                "erase what retention lets go",
                CronTrigger(hour=3, minute=20, timezone=UTC),
                Retention(engine, files).work,
                watched=False,
            ),
            Job(
                "forget old denials",
                CronTrigger(hour=3, minute=10, timezone=UTC),
                lambda: forget_old_denials(engine, denials_kept),
                watched=False,
            ),
        ]
    )
