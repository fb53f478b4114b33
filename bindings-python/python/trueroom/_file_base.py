"""What both faces of the file requests share."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, TypeVar, cast
from weakref import WeakValueDictionary

from . import _params, errors
from ._host import Progress, milliseconds, text
from ._record import Record
from ._stream import Stream

if TYPE_CHECKING:
    from pathlib import Path

    from ._base import BaseRoom

Direction: TypeAlias = Literal["incoming", "outgoing"]
Status: TypeAlias = Literal["waiting", "processing", "processed", "rejected", "failed"]
Availability: TypeAlias = Literal[
    "forbidden_by_server", "forbidden_by_licence", "login_needed", "available"
]
FileId: TypeAlias = int | str
Source: TypeAlias = "str | os.PathLike[str] | bytes | bytearray | memoryview"


class BaseFileRequest:
    """State of one file request, read from the room's memory whenever it is asked for."""

    def __init__(self, files: BaseFiles[Any], fields: dict[str, Any]) -> None:
        self._files = files
        self._id: str = fields["id"]
        self._last = fields

    def _now(self) -> dict[str, Any]:
        """The newest state; the last known one when the room has forgotten the request."""
        known = self._files._native.file(self._id)
        if known is not None:
            self._last = json.loads(known)
        return self._last

    @property
    def id(self) -> str:
        """The request's id (``fileRequestId``; ``id`` before product 4.1)."""
        return self._id

    @property
    def direction(self) -> Direction:
        """Which way it goes (``directionType``): "incoming" to the room, or "outgoing"."""
        return cast("Direction", self._last["direction"])

    @property
    def status(self) -> Status:
        """Where it stands.

        "waiting" (wire 1), "processing" (2), "processed" (3), "failed" (0), or "rejected", which
        has no number on the wire: it is known from the event, or concluded.
        """
        return cast("Status", self._now()["status"])

    @property
    def file_name(self) -> str:
        """The file's name as the peer gave it (``fileName``).

        Not safe as a path; `save` makes it so.
        """
        return cast("str", self._now()["fileName"])

    @property
    def size(self) -> int:
        """Size in bytes (``size`` or ``fileSize``); 0 when the terminal did not say."""
        return cast("int", self._now()["size"])

    @property
    def size_known(self) -> bool:
        """Whether the terminal said the size."""
        return bool(self._now().get("sizeKnown", True))

    @property
    def peer_id(self) -> str | None:
        """TrueConf ID of the other side (``peerId``); None for a file sent to a conference."""
        return cast("str | None", self._now()["peerId"])

    @property
    def peer_name(self) -> str | None:
        """Display name of the other side (``peerDn`` or ``peerDisplayName``)."""
        return cast("str | None", self._now()["peerName"])

    @property
    def conference_id(self) -> str | None:
        """The group conference it belongs to (``confId``), if any."""
        return cast("str | None", self._now()["conferenceId"])

    @property
    def created_at(self) -> datetime | None:
        """When the request was made (``timestamp``), in UTC; None when the terminal did not say, or
        said what is no time.
        """
        milliseconds = self._now()["createdAt"]
        try:
            return None if milliseconds is None else datetime.fromtimestamp(
                milliseconds / 1000, timezone.utc
            )  # fmt: skip
        except (OverflowError, OSError, ValueError):
            return None

    @property
    def file_id(self) -> FileId | None:
        """Id of the file on the terminal's HTTP server (``fileId``). Of an incoming file it is
        known only when it has been processed.
        """
        return cast("FileId | None", self._now()["fileId"])

    @property
    def percent(self) -> int:
        """Progress of the bytes, 0 to 100 (``processedPercents``)."""
        return cast("int", self._now()["percent"])

    @property
    def is_finished(self) -> bool:
        """Whether nothing more happens to it: processed, rejected or failed."""
        return bool(self._now()["isFinished"])

    def __eq__(self, other: object) -> bool:
        if isinstance(other, BaseFileRequest):
            return self._id == other._id and self._files is other._files
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self._id)

    def __repr__(self) -> str:
        try:
            now = self._now()
        except errors.TrueroomError:
            now = self._last
        return (
            f"<{type(self).__name__} {self._id} {now['direction']} {now['status']} "
            f"{now['fileName']!r} {now['size']} bytes {now['percent']}%>"
        )

    async def _accept(self) -> None:
        await self._files._operate({"op": "accept", "id": self._id})

    async def _reject(self) -> None:
        await self._files._operate({"op": "reject", "id": self._id})

    async def _wait(self, timeout: float | None) -> None:
        operation = {"op": "wait", "id": self._id, "timeout": milliseconds("timeout", timeout)}
        self._last = json.loads(text(await self._files._operate(operation)))

    async def _save(
        self, path: str | os.PathLike[str], overwrite: bool, progress: Progress | None
    ) -> Path:
        operation = {
            "op": "save",
            "id": self._id,
            "path": _params.path_text(path),
            "overwrite": bool(overwrite),
        }
        answer = await self._files._operate(operation, progress)
        from pathlib import Path  # slow to load, and seldom needed

        return Path(cast("str", json.loads(text(answer))))

    async def _read(self, progress: Progress | None) -> bytes:
        answer = await self._files._operate({"op": "read", "id": self._id}, progress)
        return answer if isinstance(answer, bytes) else answer.encode()

    def _percents(self) -> Percents:
        return Percents(self)


R = TypeVar("R", bound=BaseFileRequest)
T = TypeVar("T")


class BaseFiles(Generic[R]):
    """The file requests of one room."""

    _type: type[R]

    def __init__(self, room: BaseRoom) -> None:
        self._room = room
        self._host = room._host
        self._native = room._native
        # One object a request, so that `is` and dicts work, for as long as somebody holds it.
        self._known: WeakValueDictionary[str, R] = WeakValueDictionary()

    @property
    def requests(self) -> tuple[R, ...]:
        """All requests that the room knows, newest first."""
        return tuple(self._request(fields) for fields in json.loads(self._native.files()))

    @property
    def incoming(self) -> tuple[R, ...]:
        """Those offered to the room, newest first."""
        return tuple(request for request in self.requests if request.direction == "incoming")

    @property
    def outgoing(self) -> tuple[R, ...]:
        """Those sent by the room, newest first."""
        return tuple(request for request in self.requests if request.direction == "outgoing")

    @property
    def availability(self) -> Availability | None:
        """Whether files can be sent and received now; None while it is not known. Wire:
        ``availability`` of ``getFileTransferAvailability``, 0 to 3 in this order.
        """
        return cast("Availability | None", self._room._status()["availability"])

    def get(self, id: str) -> R | None:
        """The request with this id, or None when the room does not know it. Of those that are
        finished and gone from the terminal it remembers the last few hundred.

        Args:
            id: The request's id.
        """
        known = self._native.file(str(id))
        return None if known is None else self._request(json.loads(known))

    def on_request(self, handler: Callable[[R], T]) -> Callable[[R], T]:
        """Calls a handler with every incoming request that waits for an answer; also as decorator.

        Those waiting already are included. Each request comes exactly once, across reconnects too.
        For the rest it is as with `Room.on`: in order, one at a time when async, errors go to
        ``on("error")``.

        Args:
            handler: Function to call with a `FileRequest`.

        Returns:
            The handler, unchanged.

        Raises:
            UsageError: wrong argument, or called from another event loop.
        """
        self._room._add("files.on_request", handler, '{"files":"requests"}', self._parse)
        return handler

    def off_request(self, handler: Callable[[R], object] | None = None) -> None:
        """Takes a handler of `on_request` off.

        Args:
            handler: The handler; None takes all off. An unknown handler is no error.
        """
        self._room._take_off("files.on_request", handler)

    def _request(self, fields: dict[str, Any]) -> R:
        request = self._known.get(fields["id"])
        if request is None:
            request = self._known[fields["id"]] = self._type(self, fields)
        elif not request._last["isFinished"]:
            # The room may forget a request once its end was told.
            request._last = fields
        return request

    def _parse(self, item: str) -> R:
        return self._request(json.loads(item))

    def _changes(self) -> Stream[R]:
        self._host.check()
        subscription = self._native.subscribe('{"files":"changes"}', None)
        return Stream(self._host, subscription, self._parse, self._room)

    async def _operate(
        self,
        operation: dict[str, Any],
        progress: Progress | None = None,
        data: bytes | None = None,
    ) -> str | bytes:
        if progress is not None and not callable(progress):
            raise errors.UsageError(f"on_progress must be callable, not {progress!r}")
        if progress is not None:
            operation = {**operation, "progress": True}
        wire = _params.dumps(operation["op"], operation)
        native = self._native

        def start(token: int) -> None:
            if data is None:
                native.operate(token, wire)
            else:
                native.upload_bytes(token, wire, data)

        return await self._host.call(start, native.cancel, progress)

    async def _put(
        self,
        op: str,
        source: Source | None,
        name: str | None,
        file_id: FileId | None,
        progress: Progress | None,
        **more: Any,
    ) -> str:
        """Uploads, sends, or sends what was uploaded before."""
        operation: dict[str, Any] = {"op": op, **more}
        data: bytes | None = None
        if (source is None) == (file_id is None):
            raise errors.UsageError(f"{op}: give either a file (path or bytes) or a file_id")
        if file_id is not None:
            operation["fileId"] = file_id
        elif isinstance(source, bytes | bytearray | memoryview):
            data = bytes(source)
            if not name:
                raise errors.UsageError(f"{op}: bytes need a file name (name=...)")
        elif source is not None:
            operation["path"] = _params.path_text(source)
        if name is not None:
            operation["name"] = name
        return text(await self._operate(operation, progress, data))

    async def _send(
        self,
        source: Source | None,
        to: str,
        name: str | None,
        file_id: FileId | None,
        progress: Progress | None,
    ) -> R:
        if not isinstance(to, str) or not to:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise errors.UsageError(f"to must be a TrueConf ID, not {to!r}")
        return self._parse(await self._put("send", source, name, file_id, progress, to=to))

    async def _send_to_conference(
        self,
        source: Source | None,
        name: str | None,
        file_id: FileId | None,
        progress: Progress | None,
    ) -> R:
        return self._parse(await self._put("sendToConference", source, name, file_id, progress))

    async def _upload(self, source: Source, name: str | None, progress: Progress | None) -> FileId:
        answer = json.loads(await self._put("upload", source, name, None, progress))
        return cast("FileId", answer["fileId"])

    async def _history(self) -> tuple[R, ...]:
        answer = text(await self._operate({"op": "history"}))
        return tuple(self._request(fields) for fields in json.loads(answer))

    async def _clear_history(self, delete_files: bool) -> None:
        await self._operate({"op": "clearHistory", "deleteFiles": bool(delete_files)})

    async def _delete(self, request: R | str | None, file_id: FileId | None) -> None:
        if (request is None) == (file_id is None):
            raise errors.UsageError("delete: give either a request (or its id) or a file_id")
        operation: dict[str, Any] = {"op": "delete"}
        if file_id is not None:
            operation["fileId"] = file_id
        else:
            operation["id"] = request if isinstance(request, str) else getattr(request, "id", "")
        await self._operate(operation)

    async def _refresh(self) -> None:
        await self._operate({"op": "refresh"})

    async def _file_list(self) -> list[Record]:
        files = json.loads(text(await self._operate({"op": "fileList"})))
        return [Record(fields) for fields in files]


class Percents:
    """Progress of one request: each percentage once, until it is finished."""

    def __init__(self, request: BaseFileRequest) -> None:
        self._request = request
        self._stream = request._files._changes()
        self._shown: int | None = None

    async def next(self) -> int | None:
        """The next percentage; None at the end."""
        while not self._stream.closed:
            now = self._request._now()
            percent = int(now["percent"])
            finished = bool(now["isFinished"])
            if finished:
                self._stream.close()
            if percent != self._shown:
                self._shown = percent
                return percent
            if finished or await self._stream.next() is None:
                break
        return None

    def close(self) -> None:
        """Stops listening."""
        self._stream.close()
