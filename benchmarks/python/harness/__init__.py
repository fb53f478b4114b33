"""What the Python clients of the benchmark share: the cases, and the line that each prints.

A client is started as `CLIENT PORT CASE SECONDS` and prints one JSON object; benchmarks/README.md
tells what is in it.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from . import answers, calls, connects, events, subscribers, transfers

BURST = events.BURST


class Client(Protocol):
    """A connection under measurement."""

    attributes: bool
    """Whether fields of an event are attributes in snake_case, or items under the wire's names."""

    def command(self, method: str, **params: object) -> Awaitable[Any]:
        """Sends a command; the answer is awaited."""

    def on_event(self, name: str, handler: Callable[[Any], None]) -> None:
        """Calls the handler with each event of this name, beside those that were set before."""

    async def close(self) -> None:
        """Ends the connection."""


Connect = Callable[[int], Awaitable[Client]]
"""Makes a client of the server at a port."""

Case = Callable[[Connect, int, str, str, float], Awaitable[None]]
"""Runs with (connect, port, name, size, seconds), where size is what follows the family's name."""

CASES: dict[str, Case] = {
    "answers": answers.run,
    "calls": calls.run,
    "connect": connects.run,
    "download": transfers.download,
    "events": events.run,
    "idle": connects.idle,
    "subscribers": subscribers.run,
    "upload": transfers.upload,
}


def main(connect: Connect, more: Mapping[str, Case] | None = None) -> None:
    """Runs the case that the command line names; `more` are cases that only this client has."""
    port, name, seconds = int(sys.argv[1]), sys.argv[2], float(sys.argv[3])
    family, _, size = name.partition("-")
    case = {**CASES, **(more or {})}.get(family)
    if case is None:
        raise SystemExit(f"no case {name}")
    asyncio.run(case(connect, port, name, size, seconds))
