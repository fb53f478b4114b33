"""What the Python clients of the benchmark share: the cases, and the line that each prints.

A client is started as `CLIENT PORT CASE SECONDS` and prints one JSON object; benchmarks/README.md
tells what is in it.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from . import calls, events

BURST = events.BURST


class Client(Protocol):
    """A connection under measurement."""

    attributes: bool
    """Whether fields of an event are attributes in snake_case, or items under the wire's names."""

    def command(self, method: str, **params: object) -> Awaitable[Any]:
        """Sends a command; the answer is awaited."""

    def on_event(self, name: str, handler: Callable[[Any], None]) -> None:
        """Calls the handler with each event of this name."""

    async def close(self) -> None:
        """Ends the connection."""


def main(connect: Callable[[int], Awaitable[Client]]) -> None:
    """Runs the case that the command line names, with clients that `connect(port)` makes."""
    port, case, seconds = int(sys.argv[1]), sys.argv[2], float(sys.argv[3])
    asyncio.run(run(connect, port, case, seconds))


async def run(
    connect: Callable[[int], Awaitable[Client]], port: int, case: str, seconds: float
) -> None:
    kind, _, size = case.partition("-")
    client = await connect(port)
    if kind == "calls":
        await calls.run(client, case, int(size), seconds)
    elif kind == "events":
        await events.run(client, case, size, seconds)
    else:
        raise SystemExit(f"no case {case}")
    await client.close()
