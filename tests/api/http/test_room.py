"""Whoever speaks with a slow provider waits alone: neither readers nor writers wait for them."""

from threading import Event

import anyio
import pytest

from api.http import room
from workflow.errors import Busy


def test_slow_talks_keep_nobody_from_reading_and_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "PATIENCE", 0.1)
    answered = Event()

    async def everybody() -> None:
        async with anyio.create_task_group() as talks:
            for _ in range(room.TALKS):
                talks.start_soon(room.talked, answered.wait)
            await anyio.wait_all_tasks_blocked()
            assert [await room.written(lambda: "written") for _ in range(9)] == ["written"] * 9
            assert await anyio.to_thread.run_sync(lambda: "read") == "read"
            with pytest.raises(Busy):
                await room.talked(lambda: "never")
            answered.set()
        assert await room.talked(lambda: "now") == "now"

    anyio.run(everybody)
