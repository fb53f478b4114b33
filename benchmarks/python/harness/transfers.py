"""A large file, down and up."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .measurement import Measurement

if TYPE_CHECKING:
    from . import Connect

MEGABYTE = 1_000_000


def megabytes() -> int:
    return int(os.environ.get("TRUEROOM_BENCH_MEGABYTES", "1000"))


async def download(connect: Connect, port: int, name: str, _: str, seconds: float) -> None:
    """The client saves what the server has under an id, `client.download(size, folder)`."""

    async def step(client: Any, folder: Path) -> None:
        size = megabytes() * MEGABYTE
        path = await client.download(size, folder)
        check(path.stat().st_size == size)

    await measure(connect, port, name, step)


async def upload(connect: Connect, port: int, name: str, _: str, seconds: float) -> None:
    """The client sends a file of zeros, `client.upload(path)`, and gets its id."""

    async def step(client: Any, folder: Path) -> None:
        # The server's ids are the sizes of what came, with what is around a file.
        check(int(await client.upload(zeros(folder))) > megabytes() * MEGABYTE)

    await measure(connect, port, name, step, prepare=make_zeros)


def zeros(folder: Path) -> Path:
    return folder / "zeros.bin"


def make_zeros(folder: Path) -> None:
    """Reads it as well: what is measured is the client, not how the system fills its cache."""
    with zeros(folder).open("wb") as file:
        file.truncate(megabytes() * MEGABYTE)
    with zeros(folder).open("rb", buffering=0) as file:
        while file.read(MEGABYTE):
            pass


def check(complete: bool) -> None:
    if not complete:
        raise ValueError("the file is not complete")


async def measure(
    connect: Connect,
    port: int,
    name: str,
    step: Callable[[Any, Path], Awaitable[None]],
    prepare: Callable[[Path], None] = lambda _: None,
) -> None:
    client = await connect(port)
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        measurement = Measurement(name)
        await step(client, Path(folder))
        measurement.end(megabytes())
    await client.close()
