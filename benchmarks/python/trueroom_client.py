"""The Python package under load."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import growth
import trueroom
from harness import BURST, main

FILE = "99bbe5c1-a9c2-413e-9564-a485a018bd13"
"""The request that the server has a file for."""


class Ours:
    attributes = True

    def __init__(self, room: trueroom.Room) -> None:
        self.room = room
        self.command: Callable[..., Awaitable[Any]] = room.command
        self.close = room.close

    def on_event(self, name: str, handler: Callable[[Any], Any]) -> None:
        self.room.on(name, handler)

    async def download(self, size: int, folder: Path) -> Path:
        await self.room.command("setRequests", fileOf=size)
        await self.room.files.refresh()
        request = self.room.files.get(FILE)
        assert request is not None
        return Path(await request.save(folder))

    async def upload(self, path: Path) -> str:
        return str(await self.room.files.upload(path))


async def connect(port: int) -> Ours:
    return Ours(
        await trueroom.connect(websocket_port=port, http_port=port, queue_size=2 * BURST),
    )


if __name__ == "__main__":
    main(connect, growth.CASES)
