"""The Python package under load."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import trueroom
from harness import BURST, main


class Ours:
    attributes = True

    def __init__(self, room: trueroom.Room) -> None:
        self.room = room
        self.command: Callable[..., Awaitable[Any]] = room.command
        self.close = room.close

    def on_event(self, name: str, handler: Callable[[Any], None]) -> None:
        self.room.on(name, handler)


async def connect(port: int) -> Ours:
    return Ours(
        await trueroom.connect(websocket_port=port, http_port=port, queue_size=2 * BURST),
    )


if __name__ == "__main__":
    main(connect)
