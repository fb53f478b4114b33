"""All errors of this package. Every one derives from `TrueroomError`.

Messages say what happened, where (command and request), and what to do next. PINs, passwords and
tokens never stand in them. Errors can be pickled.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ._names import to_snake
from ._record import Record, is_object

__all__ = [
    "AuthError",
    "CommandError",
    "CommandTimeout",
    "ConnectError",
    "ConnectionLost",
    "FileRequestError",
    "FleetError",
    "FlowError",
    "RoomClosed",
    "Superseded",
    "TransferError",
    "TrueroomError",
    "UsageError",
    "WaitTimeout",
]


class TrueroomError(Exception):
    """Base of all errors of this package.

    Attributes:
        message: The text of the error.
    """

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.message, dict(vars(self)))


class ConnectError(TrueroomError):
    """No connection could be made. Trying again helps once the cause is gone.

    Attributes:
        tried: Each address that was tried, and how it answered.
    """

    def __init__(self, message: str = "", *, tried: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.tried = tuple(tried)


class AuthError(TrueroomError):
    """The terminal refused the PIN, password, token or role. Trying again does not help.

    Attributes:
        code: ``resultCode`` of the answer to ``auth``, where there was one.
    """

    def __init__(self, message: str = "", *, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class _RequestError(TrueroomError):
    """An error that may belong to one request.

    Attributes:
        method: Wire name of the command, or None when no command was in flight.
        request_id: Its ``requestId``.
    """

    def __init__(
        self, message: str = "", *, method: str | None = None, request_id: str | None = None
    ) -> None:
        super().__init__(message)
        self.method = method
        self.request_id = request_id


class CommandError(_RequestError):
    """The terminal refused a command (its answer had ``result`` false).

    Attributes:
        method: Wire name of the command.
        request_id: The request.
        code: ``resultCode`` of the answer, where there was one.
        text: The terminal's own words (``error``); may be empty.
        reply: The whole answer.
    """

    def __init__(
        self,
        message: str = "",
        *,
        method: str | None = None,
        request_id: str | None = None,
        code: int | None = None,
        text: str = "",
        reply: Record | None = None,
    ) -> None:
        super().__init__(message, method=method, request_id=request_id)
        self.code = code
        self.text = text
        self.reply = reply


class CommandTimeout(_RequestError, TimeoutError):
    """No answer came in time. Also a `TimeoutError`.

    Attributes:
        method: Wire name of the command.
        request_id: The request.
        timeout: How long it was waited for, in seconds.
        outcome_unknown: True for an action: it may or may not have been carried out.
        accepted: True for a flow whose command was accepted, and whose outcome did not come.
    """

    def __init__(
        self,
        message: str = "",
        *,
        method: str | None = None,
        request_id: str | None = None,
        timeout: float | None = None,
        outcome_unknown: bool = False,
        accepted: bool = False,
    ) -> None:
        super().__init__(message, method=method, request_id=request_id)
        self.timeout = timeout
        self.outcome_unknown = outcome_unknown
        self.accepted = accepted


class FlowError(_RequestError):
    """A command was taken, and then failed: an event said so. See `Flows`.

    Attributes:
        method: Wire name of the command.
        request_id: The request.
        cause: Why, as the event says it: a value of one of `trueroom.enums`, such as
            ``RejectCause.BUSY``; None where the event says nothing.
        event: The event.
    """

    def __init__(
        self,
        message: str = "",
        *,
        method: str | None = None,
        request_id: str | None = None,
        cause: int | None = None,
        event: Record | None = None,
    ) -> None:
        super().__init__(message, method=method, request_id=request_id)
        self.cause = cause
        self.event = event


class WaitTimeout(TrueroomError, TimeoutError):
    """What was waited for, such as an event, did not come in time. Also a `TimeoutError`.

    Attributes:
        timeout: How long it was waited for, in seconds.
    """

    def __init__(self, message: str = "", *, timeout: float | None = None) -> None:
        super().__init__(message)
        self.timeout = timeout


class ConnectionLost(_RequestError):
    """The connection broke while the command was in flight, or there is none at the moment.

    Attributes:
        method: Wire name of the command, if one was in flight.
        request_id: The request.
        reason: Why there is no connection.
        outcome_unknown: True for an action that had been sent: it may or may not have been carried
            out. It is not repeated by the library; ask for the state first.
    """

    def __init__(
        self,
        message: str = "",
        *,
        method: str | None = None,
        request_id: str | None = None,
        reason: str = "",
        outcome_unknown: bool = False,
    ) -> None:
        super().__init__(message, method=method, request_id=request_id)
        self.reason = reason
        self.outcome_unknown = outcome_unknown


class Superseded(_RequestError):
    """Another client signed in with the same role; the terminal keeps one per role.

    Nothing is retried, because two programs that both insist would fight for ever. Connect again,
    or with ``takeover=True``, to take the terminal back.
    """


class RoomClosed(_RequestError):
    """The room was closed by this program."""


class FileRequestError(TrueroomError):
    """A file request is not in the state that the operation needs, or is not known.

    Attributes:
        id: The request's id.
    """

    def __init__(self, message: str = "", *, id: str | None = None) -> None:
        super().__init__(message)
        self.id = id


class TransferError(TrueroomError):
    """The bytes of a file could not be moved. Nothing half-written keeps its final name.

    Attributes:
        file: The file's name, without its folder.
    """

    def __init__(self, message: str = "", *, file: str | None = None) -> None:
        super().__init__(message)
        self.file = file


class FleetError(TrueroomError):
    """A command failed in some rooms of a fleet. Raised by `Results.check`.

    Attributes:
        errors: The error of each room that failed, by its key.
    """

    def __init__(
        self, message: str = "", *, errors: Mapping[str, TrueroomError] | None = None
    ) -> None:
        super().__init__(message)
        self.errors = dict(errors or {})


class UsageError(TrueroomError, ValueError):
    """An argument is wrong, or the package is used where it cannot work (in a forked child, from
    another event loop). Nothing was sent. Also a `ValueError`.
    """


_CLASSES: dict[str, type[TrueroomError]] = {
    cls.__name__: cls
    for cls in (
        ConnectError, AuthError, CommandError, CommandTimeout, FlowError, WaitTimeout,
        ConnectionLost, Superseded, RoomClosed, FileRequestError, TransferError, FleetError,
        UsageError,
    )
}  # fmt: skip


_CONVERT: dict[str, Callable[[Any], Any]] = {
    "tried": tuple,
    "reply": lambda reply: Record(reply) if is_object(reply) else None,
    "event": lambda event: Record(event) if is_object(event) else None,
    "timeout": lambda milliseconds: milliseconds / 1000,
    "errors": lambda errors: {key: from_fields(error) for key, error in errors.items()},
}


def from_json(text: str) -> TrueroomError:
    """Rebuilds an error of the core from its JSON text. Not for programs."""
    return from_fields(json.loads(text))


def from_fields(fields: dict[str, Any]) -> TrueroomError:
    cls = _CLASSES.get(fields.get("kind", ""), TrueroomError)
    """Rebuilds an error of the core from its parts. Not for programs."""
    error = cls(str(fields.get("message", "")))
    for name, value in fields.items():
        attribute = to_snake(name)
        if attribute in vars(error) and value is not None and attribute != "message":
            convert = _CONVERT.get(attribute)
            setattr(error, attribute, convert(value) if convert else value)
    if isinstance(error, FlowError):
        _type(error, fields.get("causeKind"))
    return error


def _type(error: FlowError, kind: str | None) -> None:
    """Gives the event its class, and the cause that of its codes."""
    from . import enums
    from ._area import event_class

    if kind is not None and error.cause is not None:
        error.cause = getattr(enums, kind)(error.cause)
    if error.event is not None:
        error.event = event_class(str(error.event.get("event")))(error.event.to_dict())


def _rebuild(cls: type[TrueroomError], message: str, fields: dict[str, Any]) -> TrueroomError:
    error = cls(message)
    vars(error).update(fields)
    return error
