"""Real worker processes for the proofs: forked from a clean server, killed with SIGKILL."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.runtime.house", "workflow.runtime.worker"])


@dataclass(frozen=True)
class FastClock:
    """A clock on which `pace` seconds pass in each real one, the same in every process of the machine."""

    begins: datetime
    started: float
    pace: float

    def __call__(self) -> datetime:
        return self.begins + timedelta(seconds=(time.time() - self.started) * self.pace)


def start(work: Callable[..., None], *arguments: Any) -> ForkServerProcess:
    process = CONTEXT.Process(target=work, args=arguments, daemon=True)
    process.start()
    return process


def kill(process: ForkServerProcess) -> None:
    process.kill()
    process.join()


def run_worker(url: str, mailbox: Path, clock: Callable[[], datetime], lease: timedelta) -> None:
    """The life of a worker process: the real worker with the real mailbox, on the given clock."""
    from tests.runtime.house import permit_library
    from workflow.records.databases import open_database
    from workflow.runtime import logs
    from workflow.runtime.channels import Mailbox
    from workflow.runtime.engine import Engine
    from workflow.runtime.worker import worker

    logs.configure(level="WARNING")
    engine = Engine(open_database(url), permit_library(), clock)
    worker(engine, Mailbox(mailbox, "office@example.org"), lease=lease, every=0.05).start()
    time.sleep(3600)
