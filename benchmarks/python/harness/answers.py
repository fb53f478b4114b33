"""Answers of different sizes, one after the other; one field of each entry is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import calls

if TYPE_CHECKING:
    from . import Connect


async def run(connect: Connect, port: int, name: str, size: str, seconds: float) -> None:
    client = await connect(port)
    count = int(size)

    async def items() -> None:
        answer = await client.command("getIncomingFilesRequests", count=count)
        check(sum(entry["size"] for entry in answer["incomingFilesRequests"]))

    async def attributes() -> None:
        answer = await client.command("getIncomingFilesRequests", count=count)
        check(sum(entry.size for entry in answer.incoming_files_requests))

    def check(total: int) -> None:
        if total != count * 7701:
            raise ValueError("entries are missing")

    await calls.measure(attributes if client.attributes else items, name, 1, seconds)
    await client.close()
