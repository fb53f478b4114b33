"""What a user does with an event of progress: reads two fields, or all.

Each is written out, so that what is measured is the client and not a harness.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Handler = Callable[[Any], None]
Make = Callable[[int, Callable[[], None]], Handler]
"""Makes a handler that calls back after each so many events."""


def two_items(burst: int, done: Callable[[], None]) -> Handler:
    seen = 0

    def handler(event: Any) -> None:
        nonlocal seen
        if event["processedPercents"] >= 0 and event["fileRequestId"]:
            seen += 1
        if seen == burst:
            seen = 0
            done()

    return handler


def two_attributes(burst: int, done: Callable[[], None]) -> Handler:
    seen = 0

    def handler(event: Any) -> None:
        nonlocal seen
        if event.processed_percents >= 0 and event.file_request_id:
            seen += 1
        if seen == burst:
            seen = 0
            done()

    return handler


def all_items(burst: int, done: Callable[[], None]) -> Handler:
    seen = 0

    def handler(event: Any) -> None:
        nonlocal seen
        if (
            event["processedPercents"] >= 0
            and event["fileRequestId"]
            and event["fileSize"]
            and event["fileName"]
            and event["peerId"]
            and event["peerDisplayName"]
            and event["timestamp"]
            and event["event"]
        ):
            seen += 1
        if seen == burst:
            seen = 0
            done()

    return handler


def all_attributes(burst: int, done: Callable[[], None]) -> Handler:
    seen = 0

    def handler(event: Any) -> None:
        nonlocal seen
        if (
            event.processed_percents >= 0
            and event.file_request_id
            and event.file_size
            and event.file_name
            and event.peer_id
            and event.peer_display_name
            and event.timestamp
            and event.event
        ):
            seen += 1
        if seen == burst:
            seen = 0
            done()

    return handler


def choose(kind: str, attributes: bool) -> Make:
    if attributes:
        return all_attributes if kind == "all" else two_attributes
    return all_items if kind == "all" else two_items
