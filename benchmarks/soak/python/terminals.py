"""Simulators, each a process of its own, so that only the client is measured here."""

from __future__ import annotations

import asyncio
import json
from typing import Any


class Terminal:
    """A simulator that is driven over its standard input."""

    def __init__(self, process: asyncio.subprocess.Process, info: dict[str, Any]) -> None:
        self.process = process
        self.port: int = info["port"]
        self.lock = asyncio.Lock()

    @classmethod
    async def start(cls, program: str, *arguments: str) -> Terminal:
        process = await asyncio.create_subprocess_exec(
            program,
            "--stdin",
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=1 << 24,
        )
        assert process.stdout is not None
        return cls(process, json.loads(await process.stdout.readline()))

    async def perform(self, op: str, **fields: Any) -> Any:
        """Carries an operation out. A caller that gives up leaves no answer to the next one."""
        return await asyncio.shield(asyncio.ensure_future(self._perform({"op": op, **fields})))

    async def _perform(self, operation: dict[str, Any]) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        async with self.lock:
            self.process.stdin.write(json.dumps(operation).encode() + b"\n")
            answer = json.loads(await self.process.stdout.readline())
        if not answer["ok"]:
            raise RuntimeError(f"{operation}: {answer['error']}")
        return answer.get("value")

    async def stop(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        await self.process.wait()
