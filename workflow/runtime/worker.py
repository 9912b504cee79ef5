"""The worker: an alarm clock that does the work that falls due.

Law: the rows know what is due, the clock knows nothing.

Any number of workers may run against one database. A job whose database is away rests, longer each time, and
goes on by itself; what was due meanwhile is worked off then, oldest first.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
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
        except Exception as fault:
            self._rest(job)
            self._tell(job, fault)
        else:
            job.failures = 0

    def _tell(self, job: Job, fault: Exception) -> None:
        told = {"job": job.name, "failures": job.failures, "fault": str(fault)}
        if self._stopping.is_set():
            log.info("a job was cut short by the end", **told)
        elif isinstance(fault, Unavailable):
            log.warning("the database is away", **told)
        else:
            log.exception("a job failed", **told)

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
    return Worker(
        [*_at_their_time(engine, channel, origin, lease, every), *_at_night(engine, files, denials_kept)]
    )


def _at_their_time(
    engine: Engine, channel: Channel, origin: str | None, lease: timedelta, every: float
) -> Iterator[Job]:
    often, now_and_then = IntervalTrigger(seconds=every), IntervalTrigger(seconds=every * 15)
    sender = Sender(engine.database, engine.library, channel, engine.now, lease=lease)
    yield Job("fire due timers", often, Firing(engine).fire_due)
    yield Job("send pending notices", often, sender.send_pending)
    yield Job("send links", often, LinkMail(engine, channel, origin, lease=lease).work)
    yield Job("send digests", often, Digests(engine, sender, lease=lease).send_due)
    yield Job("finish calendar changes", now_and_then, Rederiving(engine).finish)
    yield Job("hand over", now_and_then, HandingOver(engine).work)
    yield Job("send bulletins", now_and_then, Bulletins(engine, channel, lease=lease).work)


def _at_night(engine: Engine, files: Store | None, denials_kept: timedelta) -> Iterator[Job]:
    """And every hour what is over of signing in."""

    def job(name: str, work: Callable[[], int], minute: int, hour: int | None = 3) -> Job:
        return Job(name, CronTrigger(hour=hour, minute=minute, timezone=UTC), work, watched=False)

    yield job("forget old keys", lambda: forget_old_keys(engine), 0)
    yield job("forget old denials", lambda: forget_old_denials(engine, denials_kept), 10)
    yield job("erase what retention lets go", Retention(engine, files).work, 20)
    yield job("forget what is over of signing in", lambda: forget_sign_ins(engine), 15, hour=None)
