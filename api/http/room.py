"""Room to write: how many requests that write, that hash a password, and that speak with a provider, may be
under way at once.

Law: whoever waits for a lock keeps no thread from those who read, and whoever signs in none from those who
work. Who finds no room in time is told so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, Semaphore, WouldBlock, fail_after
from anyio.lowlevel import RunVar
from anyio.to_thread import current_default_thread_limiter, run_sync
from starlette.concurrency import run_in_threadpool

from workflow.errors import Busy
from workflow.runtime import hashing

T = TypeVar("T")

LOCKS = 2.5
"""For how many seconds a request waits for what others have locked, and for its turn to write."""
PATIENCE = 3.0
"""For how many seconds it waits for room before that."""
FOR_READERS = 2
"""How many threads are never taken by those who write."""

TALKS = 8
"""How many speak with providers at once."""

# One of each event loop, as are the threads.
_room: RunVar[Semaphore] = RunVar("room to write")
_hashing: RunVar[Semaphore] = RunVar("places to hash")
_talking: RunVar[Semaphore] = RunVar("places to talk")


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


async def hashed(work: Callable[[], T]) -> T:
    """The same for work that hashes a password, in a thread of its own: it is the places that are few."""
    return await _placed(work, _places(_hashing, hashing.PLACES + 1), hashing.PATIENCE)


async def talked(work: Callable[[], T]) -> T:
    """The same for work that speaks with a provider: one that is slow keeps no thread from anybody else."""
    return await _placed(work, _places(_talking, TALKS), PATIENCE)


async def _placed(work: Callable[[], T], places: Semaphore, patience: float) -> T:
    try:
        with fail_after(patience):
            await places.acquire()
    except TimeoutError:
        raise Busy(hashing.FULL) from None
    try:
        return await run_sync(work, limiter=CapacityLimiter(1))
    finally:
        places.release()


def _places(of: RunVar[Semaphore], many: int) -> Semaphore:
    try:
        return of.get()
    except LookupError:
        of.set(Semaphore(many))
        return of.get()


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
