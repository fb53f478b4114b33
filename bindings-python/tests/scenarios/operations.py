"""What scenarios see of the package: its objects as the data of the host contract."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import trueroom
from trueroom._names import to_snake

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_SECONDS = {
    "connect_timeout",
    "command_timeout",
    "ping_interval",
    "ping_timeout",
    "transfer_timeout",
    "resync_interval",
}
_ERROR_FIELDS = {
    "tried": "tried",
    "code": "code",
    "method": "method",
    "requestId": "request_id",
    "text": "text",
    "outcomeUnknown": "outcome_unknown",
    "accepted": "accepted",
    "cause": "cause",
    "reason": "reason",
    "id": "id",
    "file": "file",
}


def shown_request(request: trueroom.FileRequest) -> dict[str, Any]:
    created = request.created_at
    return {
        "id": request.id,
        "direction": request.direction,
        "status": request.status,
        "fileName": request.file_name,
        "size": request.size,
        "peerId": request.peer_id,
        "peerName": request.peer_name,
        "conferenceId": request.conference_id,
        "createdAt": None if created is None else round((created - _EPOCH).total_seconds() * 1000),
        "fileId": request.file_id,
        "percent": request.percent,
        "isFinished": request.is_finished,
    }


def shown_error(error: BaseException) -> dict[str, Any]:
    name = type(error).__name__
    if isinstance(error, TypeError):
        # An argument that the signature does not have.
        return {"kind": "UsageError", "message": str(error)}
    fields: dict[str, Any] = {"kind": name, "message": str(error)}
    for wire, attribute in _ERROR_FIELDS.items():
        if hasattr(error, attribute):
            fields[wire] = getattr(error, attribute)
    if isinstance(error, trueroom.ConnectError):
        fields["tried"] = list(error.tried)
    if isinstance(error, trueroom.CommandError):
        fields["reply"] = None if error.reply is None else error.reply.to_dict()
    if isinstance(error, trueroom.FlowError):
        fields["event"] = None if error.event is None else error.event.to_dict()
    if isinstance(error, trueroom.CommandTimeout | trueroom.WaitTimeout):
        fields["timeout"] = None if error.timeout is None else error.timeout * 1000
    return fields


def shown_status(room: trueroom.Room) -> dict[str, Any]:
    counters = room.counters
    return {
        "state": room.state,
        "apiVersion": room.api_version,
        "privileges": room.privileges,
        "availability": room.files.availability,
        "counters": {
            "pending": counters.pending,
            "reconnects": counters.reconnects,
            "lateAnswers": counters.late_answers,
            "malformed": counters.malformed,
            "dropped": counters.dropped,
            "sent": counters.sent,
            "received": counters.received,
        },
    }


def connect_options(options: dict[str, Any]) -> dict[str, Any]:
    """Keyword arguments of `trueroom.connect`."""
    given: dict[str, Any] = {}
    for wire, value in options.items():
        name = to_snake(wire)
        # What is no number is left for the library to refuse.
        number = isinstance(value, int | float) and not isinstance(value, bool)
        given[name] = value / 1000 if name in _SECONDS and number else value
    return given


def content(given: dict[str, Any]) -> bytes:
    if "text" in given:
        return bytes(given["text"].encode())
    if "base64" in given:
        return base64.b64decode(given["base64"])
    return bytes(index % 251 for index in range(given["size"]))


def described(data: bytes) -> dict[str, Any]:
    try:
        text = data.decode() if len(data) <= 100_000 else None
    except UnicodeDecodeError:
        text = None
    return {"size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "text": text}


def _source(operation: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    names = {"name": operation.get("name")}
    if "fileId" in operation:
        return [], {**names, "file_id": operation["fileId"]}
    if "content" in operation:
        return [content(operation["content"])], names
    return [operation["path"]], names


async def operate(room: trueroom.Room, operation: dict[str, Any], folder: Path) -> Any:
    """Carries out a ``do`` step."""
    files = room.files
    op = operation["op"]
    if op in ("accept", "reject", "wait", "save", "read"):
        request = files.get(operation["id"])
        if request is None:
            raise trueroom.FileRequestError("there is no such request", id=operation["id"])
        if op == "wait":
            timeout = operation.get("timeout")
            return shown_request(await request.wait(None if timeout is None else timeout / 1000))
        if op == "save":
            path = await request.save(operation["path"], operation.get("overwrite", False))
            assert path.resolve().is_relative_to(folder.resolve()), path
            return {"name": path.name, **described(path.read_bytes())}
        if op == "read":
            return described(await request.read())
        return await (request.accept() if op == "accept" else request.reject())
    if op == "upload":
        arguments, names = _source(operation)
        return {"fileId": await files.upload(*arguments, **names)}
    if op == "send":
        arguments, names = _source(operation)
        return shown_request(await files.send(*arguments, to=operation["to"], **names))
    if op == "sendToConference":
        arguments, names = _source(operation)
        return shown_request(await files.send_to_conference(*arguments, **names))
    if op == "history":
        return [shown_request(request) for request in await files.history()]
    if op == "clearHistory":
        return await files.clear_history(operation.get("deleteFiles", False))
    if op == "delete":
        return await files.delete(operation.get("id"), file_id=operation.get("fileId"))
    if op == "fileList":
        return [entry.to_dict() for entry in await files.file_list()]
    assert op == "refresh", op
    return await files.refresh()
