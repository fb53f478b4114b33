"""What the tests share. They use the installed wheel, and wait by barriers, not by sleeping."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any

import pytest
import trueroom
import trueroom.sync
from trueroom.simulator import Simulator, SyncSimulator

# How long a test waits for what must come at once; only a failure takes this long.
PATIENCE = 60.0

# A shell starts what it runs in the background with Ctrl-C ignored, and children inherit that. The
# tests send it to themselves and to children, so both must react as in a terminal.
signal.signal(signal.SIGINT, signal.default_int_handler)

# "full" runs the numbers of the acceptance, anything else a meaningful part of them.
FULL = os.environ.get("TRUEROOM_REPEAT") == "full"


def repeat(full: int, part: int) -> int:
    """How often a thing is repeated."""
    return full if FULL else part


async def soon(awaitable: Any) -> Any:
    """Waits, but not for ever."""
    return await asyncio.wait_for(awaitable, PATIENCE)


def frames(events: list[dict[str, Any]]) -> str:
    """Events as the bytes of a WebSocket, in base64: `sendRaw` writes them in one go."""
    texts = (json.dumps({"method": "event", **event}).encode() for event in events)
    return base64.b64encode(b"".join(bytes([0x81, len(text)]) + text for text in texts)).decode()


@pytest.fixture
async def room(async_simulator: Simulator) -> AsyncIterator[trueroom.Room]:
    async with trueroom.connect(**async_simulator.address) as room:
        yield room


@pytest.fixture
def sync_room(simulator: SyncSimulator) -> Iterator[trueroom.sync.Room]:
    with trueroom.sync.connect(**simulator.address) as room:
        yield room


Script = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def script() -> Script:
    """Runs a program in an interpreter of its own and returns how it ended."""

    def run(source: str, *arguments: object, timeout: float = 240) -> Any:
        return subprocess.run(
            [sys.executable, "-X", "faulthandler", "-c", source, *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    return run


def silent(done: subprocess.CompletedProcess[str], stdout: str = "") -> None:
    """Asserts that a program ended well and said nothing else."""
    assert (done.returncode, done.stdout, done.stderr) == (0, stdout, "")


AsyncFunction = Callable[..., Coroutine[Any, Any, Any]]
