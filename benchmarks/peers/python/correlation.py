"""What every peer needs: requests by id, events by name, the start of a session."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import orjson

Handler = Callable[[Any], None]


class Correlation:
    """Futures by request id, handlers by event.

    There are no timeouts, which makes a peer faster than one that has them.
    """

    attributes = False

    def __init__(self) -> None:
        self.create_future = asyncio.get_running_loop().create_future
        self.next_id = 0
        self.waiting: dict[str, asyncio.Future[Any]] = {}
        self.handlers: dict[str, Handler] = {}
        self.lists: dict[str, list[Handler]] = {}

    def request(self, method: str, params: dict[str, Any]) -> tuple[bytes, asyncio.Future[Any]]:
        """The text to send, and the future of its answer."""
        self.next_id += 1
        request_id = str(self.next_id)
        params["method"] = method
        params["requestId"] = request_id
        future = self.waiting[request_id] = self.create_future()
        return orjson.dumps(params), future

    def on_message(self, text: bytes | str | memoryview) -> None:
        message = orjson.loads(text)
        event = message.get("event")
        if event is not None:
            handler = self.handlers.get(event)
            if handler is not None:
                handler(message)
            return
        future = self.waiting.pop(message.get("requestId"), None)
        if future is not None and not future.done():
            if message.get("result") is True:
                future.set_result(message)
            else:
                future.set_exception(RuntimeError(message.get("error")))

    def on_lost(self) -> None:
        for future in self.waiting.values():
            if not future.done():
                future.set_exception(ConnectionError("the connection was lost"))
        self.waiting.clear()

    def on_event(self, name: str, handler: Handler) -> None:
        before = self.lists.setdefault(name, [])
        before.append(handler)
        self.handlers[name] = handler if len(before) == 1 else all_of(before)


def all_of(handlers: list[Handler]) -> Handler:
    def handler(message: Any) -> None:
        for handler in handlers:
            handler(message)

    return handler


async def start_session(command: Callable[..., Awaitable[Any]]) -> None:
    """Authorizes and chooses the version, as trueroom does."""
    await command("auth", type="unsecured")
    await command("setUsedApiVersion", requestedVersion="2")
