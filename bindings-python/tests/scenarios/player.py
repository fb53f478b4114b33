"""Plays one scenario, step by step, with the public API of the package."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import trueroom
from trueroom._names import to_snake
from trueroom.simulator import Simulator

from . import operations
from .patterns import MismatchError, Variables, fill, fits, match, shown

PATIENCE = 60.0


class Cancelled(Exception):  # noqa: N818
    """What was begun was cancelled by a step; not the runner's own task."""


class Stream:
    """Items of one subscription. Nothing is read before a step asks for it."""

    def __init__(self, room: trueroom.Room, wanted: dict[str, Any]) -> None:
        self._next: asyncio.Future[Any] | None = None
        self._items: Any
        if "events" in wanted:
            names = wanted["events"]
            self._items = room.events(*([names] if isinstance(names, str) else names))
        elif wanted["files"] == "changes":
            self._items = room.files.changes()
        else:
            queue: asyncio.Queue[trueroom.FileRequest] = asyncio.Queue()
            room.files.on_request(queue.put_nowait)
            self._items = None
            self._queue = queue

    def _take(self) -> asyncio.Future[Any]:
        if self._next is None:
            take = self._queue.get() if self._items is None else anext(self._items)
            self._next = asyncio.ensure_future(take)
        return self._next

    async def next(self) -> Any:
        item = await asyncio.wait_for(self._take(), PATIENCE / 2)
        self._next = None
        if isinstance(item, trueroom.Record):
            return item.to_dict()
        return operations.shown_request(item)

    async def nothing(self) -> None:
        pending = self._take()
        # Some turns of the loop: what has come would be here by then.
        for _ in range(5):
            await asyncio.sleep(0)
        if pending.done():
            raise AssertionError(f"expected nothing, got {pending.result()}")

    def close(self) -> None:
        if self._next is not None:
            self._next.cancel()


class Player:
    """The state of one scenario."""

    def __init__(self, simulator: Simulator, folder: Path) -> None:
        self._simulator = simulator
        self._folder = folder
        self._variables: Variables = {
            "folder": str(folder),
            "port": simulator.port,
            "websocketPort": simulator.websocket_port,
            "httpPort": simulator.http_port,
        }
        self._rooms: dict[str, trueroom.Room] = {}
        self._streams: dict[str, Stream] = {}
        self._begun: dict[str, asyncio.Task[Any]] = {}

    async def play(self, steps: list[dict[str, Any]]) -> None:
        for number, step in enumerate(steps):
            try:
                await asyncio.wait_for(self._step(step), PATIENCE)
            except Exception as error:  # noqa: PERF203
                message = str(error) or type(error).__name__
                raise AssertionError(f"step {number}: {shown(step)}\n{message}") from error

    async def end(self) -> None:
        for task in self._begun.values():
            task.cancel()
        for stream in self._streams.values():
            stream.close()
        await asyncio.gather(*self._begun.values(), return_exceptions=True)
        for room in self._rooms.values():
            await asyncio.wait_for(room.close(), PATIENCE)

    async def _step(self, step: dict[str, Any]) -> None:
        if "start" in step:
            work = self._work(step)
            assert work is not None
            self._begun[step["start"]] = asyncio.create_task(work)
            # Its first turn: the command has been sent then.
            await asyncio.sleep(0)
        elif "cancel" in step:
            task = self._begun[step["cancel"]]
            task.cancel()
            await asyncio.wait([task])
        elif "subscribe" in step:
            self._streams[step["as"]] = Stream(self._room(step), step["subscribe"])
        elif "nothing" in step:
            await self._room(step).command("getServerDomain")
            await self._streams[step["nothing"]].nothing()
        elif "write" in step:
            path = Path(self._fill(step["write"]))
            path.write_bytes(operations.content(self._fill(step.get("content", {"size": 0}))))
        else:
            await self._judge(step)

    async def _judge(self, step: dict[str, Any]) -> None:
        looked_at = next((verb for verb in ("status", "files", "live") if verb in step), "expect")
        expected = step.get(looked_at)
        work = self._work(step)
        try:
            if work is not None:
                value = await work
            elif "finish" in step:
                value = await self._finish(self._begun.pop(step["finish"]))
            else:
                value = await self._look(step)
        except (trueroom.TrueroomError, TimeoutError, TypeError, Cancelled) as error:
            if "error" not in step:
                raise AssertionError(f"failed: {shown(operations.shown_error(error))}") from error
            self._match(step["error"], operations.shown_error(error))
        else:
            if "error" in step:
                raise AssertionError(
                    f"expected the error {shown(step['error'])}, got {shown(value)}"
                )
            if expected is not None:
                self._match(expected, value)

    async def _finish(self, task: asyncio.Task[Any]) -> Any:
        await asyncio.wait([task])
        if task.cancelled():
            raise Cancelled("cancelled")
        return task.result()

    def _work(self, step: dict[str, Any]) -> Coroutine[Any, Any, Any] | None:
        """The work of the verbs that may be begun without waiting for it."""
        if "terminal" in step:
            operation = dict(self._fill(step["terminal"]))
            return self._terminal(operation.pop("op"), operation)
        if "connect" in step:
            return self._connect(step.get("room", "room"), self._fill(step["connect"]))
        if "call" in step:
            return self._call(step)
        if "flow" in step:
            return self._flow(step)
        if "do" in step:
            return operations.operate(self._room(step), self._fill(step["do"]), self._folder)
        if "wait" in step:
            room = self._room(step)
            return room.wait_ready() if step["wait"] == "ready" else room.wait_closed()
        if "close" in step:
            return self._rooms[step["close"]].close()
        return None

    async def _look(self, step: dict[str, Any]) -> Any:
        if "next" in step:
            return await self._next(self._streams[step["next"]], step.get("until"))
        if "status" in step:
            return operations.shown_status(self._room(step))
        if "live" in step:
            return self._room(step).live.to_dict()
        if "files" in step:
            requests = self._room(step).files.requests
            return [operations.shown_request(request) for request in requests]
        if "file" in step:
            request = self._room(step).files.get(self._fill(step["file"]))
            return None if request is None else operations.shown_request(request)
        folder = Path(self._fill(step["folder"]))
        return sorted(os.listdir(folder)) if folder.exists() else []

    async def _next(self, stream: Stream, until: Any) -> Any:
        passed: list[Any] = []
        while True:
            try:
                item = await stream.next()
            except asyncio.TimeoutError:
                raise AssertionError(f"nothing came; passed over: {shown(passed)}") from None
            if until is None:
                return item
            if fits(until, item, self._variables):
                self._match(until, item)
                return item
            passed.append(item)

    async def _terminal(self, op: str, operation: dict[str, Any]) -> Any:
        result = await self._simulator.perform(op, operation)
        if isinstance(result, list):
            return [item.to_dict() for item in result]
        return result.to_dict() if isinstance(result, trueroom.Record) else result

    async def _connect(self, name: str, options: dict[str, Any]) -> dict[str, Any]:
        address = self._simulator.address
        where = {"host": address["host"], "port": address["port"]}
        where.update(connectTimeout=PATIENCE * 1000, commandTimeout=PATIENCE * 1000)
        if self._simulator.tls:
            where.update(tls=True, caFile=self._simulator.ca_file)
        given = {key: value for key, value in {**where, **options}.items() if value is not None}
        room = await trueroom.connect(**operations.connect_options(given))
        self._rooms[name] = room
        return operations.shown_status(room)

    async def _call(self, step: dict[str, Any]) -> dict[str, Any]:
        timeout = step.get("timeout")
        answer = await self._room(step).command(
            step["call"],
            self._fill(step.get("params", {})),
            timeout=None if timeout is None else timeout / 1000,
        )
        return answer.to_dict()

    async def _flow(self, step: dict[str, Any]) -> dict[str, Any]:
        timeout = step.get("timeout")
        flow = getattr(self._room(step).flows, to_snake(step["flow"]))
        params = self._fill(step.get("params", {}))
        event = await flow(
            **{to_snake(name): value for name, value in params.items()},
            timeout=None if timeout is None else timeout / 1000,
        )
        return event.to_dict()

    def _room(self, step: dict[str, Any]) -> trueroom.Room:
        return self._rooms[step.get("room", "room")]

    def _fill(self, value: Any) -> Any:
        return fill(value, self._variables)

    def _match(self, pattern: Any, value: Any) -> None:
        try:
            match(pattern, value, self._variables)
        except MismatchError as error:
            raise AssertionError(f"{error}\n    in {shown(value)}") from None
