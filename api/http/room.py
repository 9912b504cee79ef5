"""Room to write: how many requests that write may be under way at once.

Law: whoever waits for a lock keeps no thread from those who read. Who finds no room in time is told so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from anyio import Semaphore, WouldBlock, fail_after
from anyio.lowlevel import RunVar
from anyio.to_thread import current_default_thread_limiter
from starlette.concurrency import run_in_threadpool

from workflow.errors import Busy

T = TypeVar("T")

LOCKS = 2.5
"""For how many seconds a request waits for what others have locked, and for its turn to write."""
PATIENCE = 3.0
"""For how many seconds it waits for room before that."""
FOR_READERS = 2
"""How many threads are never taken by those who write."""

# One of each event loop, as are the threads.
_room: RunVar[Semaphore] = RunVar("room to write")


async def written(work: Callable[[], T]) -> T:
    """The work's answer, done in a thread as soon as there is room. Raises Busy where there is none in
    time.
    """
    room = _of_this_loop()
    try:
        room.acquire_nowait()
    except WouldBlock:
        await _wait_for(room)
    try:
        return await run_in_threadpool(work)
    finally:
        room.release()


def _of_this_loop() -> Semaphore:
    try:
        return _room.get()
    except LookupError:
        _room.set(Semaphore(max(1, int(current_default_thread_limiter().total_tokens) - FOR_READERS)))
        return _room.get()


async def _wait_for(room: Semaphore) -> None:
    try:
        with fail_after(PATIENCE):
            await room.acquire()
    except TimeoutError:
        raise Busy from None
