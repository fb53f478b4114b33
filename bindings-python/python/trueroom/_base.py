"""What both faces of a room share: state, commands and the way to open and close it."""

from __future__ import annotations

import weakref
from collections.abc import Coroutine, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, TypeVar, cast

from . import _logs, _native, _params
from ._area import event_class
from ._events import Events, Where
from ._file_base import BaseFiles
from ._host import A, Host, milliseconds, text
from ._listen import Handling, Listener
from ._record import Record

if TYPE_CHECKING:
    from ._health import RoomHealth
    from ._live import Live

F = TypeVar("F", bound=BaseFiles[Any])
State: TypeAlias = Literal["connecting", "ready", "reconnecting", "superseded", "closed"]


class Counters(NamedTuple):
    """What a room has counted since it was opened.

    Attributes:
        pending: Commands in flight.
        reconnects: Connections made again after one broke.
        late_answers: Answers that came after their command had timed out or was cancelled.
        malformed: Messages of the terminal that could not be read.
        dropped: Events lost because a subscriber was too slow.
        sent: Messages sent.
        received: Messages received.
        rtt: Round trip of the newest ping, in seconds; None before the first.
    """

    pending: int = 0
    reconnects: int = 0
    late_answers: int = 0
    malformed: int = 0
    dropped: int = 0
    sent: int = 0
    received: int = 0
    rtt: float | None = None


class BaseRoom(Events):
    """State and plumbing of a room."""

    def __init__(self, host: Host, native: _native.Room, address: str) -> None:
        self._host = host
        self._native = native
        self._address = address
        self._key: str | None = None
        self._listeners: dict[str, list[Handling]] = {}
        self._shared: dict[tuple[str, int | None], Listener] = {}
        # A weak reference, so that a room nobody holds is gone, and its connection, at once.
        self._files: weakref.ref[BaseFiles[Any]] | None = None

    def __repr__(self) -> str:
        try:
            state: str = self.state
        except Exception:
            # After a fork nothing can be asked, but a debugger must be able to show the room.
            state = "unknown"
        return f"<{type(self).__name__} {self._address} {state}>"

    @property
    def state(self) -> State:
        """Where the connection stands.

        "connecting", "ready", "reconnecting", "superseded" (another client took the connection;
        nothing is retried) or "closed".
        """
        return cast("State", self._status()["state"])

    @property
    def api_version(self) -> int | None:
        """API version in use: 1, 2, or None while it is not known."""
        return cast("int | None", self._status()["apiVersion"])

    @property
    def live(self) -> Live:
        """What is going on on the terminal, from memory; see `Live`.

        A ``live`` event tells whenever something in it changes.

        Raises:
            UsageError: the room was connected without ``live=True``.
        """
        from ._live import snapshot  # most programs do not need it

        return snapshot(self._native.live())

    @property
    def privileges(self) -> int | None:
        """What the terminal said of this connection's rights (``previleges`` in the answer to
        ``auth``); None where it said nothing. Only a few of its values are documented.
        """
        return cast("int | None", self._status()["privileges"])

    @property
    def counters(self) -> Counters:
        """What was counted so far; see `Counters`."""
        status = self._status()
        count: dict[str, int] = status["counters"]
        rtt: float | None = status["rtt"]
        return Counters(
            pending=count.get("pending", 0),
            reconnects=count.get("reconnects", 0),
            late_answers=count.get("lateAnswers", 0),
            malformed=count.get("malformed", 0),
            dropped=count.get("dropped", 0),
            sent=count.get("sent", 0),
            received=count.get("received", 0),
            rtt=None if rtt is None else rtt / 1000,
        )

    @property
    def key(self) -> str | None:
        """The room's key in its `Fleet`; None for a room that is in none."""
        return self._key

    def health(self) -> RoomHealth:
        """How the room is doing, without asking the terminal."""
        from . import _health

        status = self._status()
        return _health.from_fields(self._key, {**status["counters"], **status})

    def _get_files(self, cls: type[F]) -> F:
        files = None if self._files is None else self._files()
        if not isinstance(files, cls):
            files = cls(self)
            self._files = weakref.ref(files)
        return files

    async def _command(
        self,
        method: str,
        params: Mapping[str, Any] | Record | None,
        timeout: float | None,
        fields: Mapping[str, Any],
    ) -> Record:
        wire = _params.encode(method, params, fields)
        return await self._send(method, wire, timeout, Record)

    def _send(
        self, method: str, wire: str, timeout: float | None, answer: type[A]
    ) -> Coroutine[Any, Any, A]:
        if timeout is not None:
            milliseconds("timeout", timeout)
        return self._host.send(self._native, method, wire, timeout, answer)

    async def _operate(self, **operation: Any) -> str:
        wire = _params.dumps(str(operation["op"]), operation)
        native = self._native

        def start(token: int) -> None:
            native.operate(token, wire)

        return text(await self._host.call(start, native.cancel))

    async def _run_flow(self, flow: str, params: dict[str, Any], timeout: float | None) -> Record:
        limit = milliseconds("timeout", timeout)
        event = await self._operate(op="flow", name=flow, params=params, timeout=limit)
        return event_class(str(Record(event)["event"]))(event)

    async def _close(self) -> None:
        await self._host.call(self._native.close)

    def _wait_for(self, event: str, where: Where | None, timeout: float | None) -> Any:
        # Not a coroutine function: it listens from the call on, not from the first await on.
        milliseconds("timeout", timeout)
        return self._first(self._stream((event,)), event, where, timeout)


async def open_room(host: Host, wire: str) -> _native.Room:
    """Connects. The native room is dropped, and with it the connection, when this fails."""
    opened: list[_native.Room] = []

    def start(token: int) -> None:
        opened.append(_native.Room.open(host.mailbox, token, wire))

    def cancel(_token: int) -> None:
        # Nobody waits for this token.
        opened[0].close(host.token())

    _logs.attach()
    await host.call(start, cancel)
    return opened[0]


def address(host: str, port: int | None) -> str:
    """Host and port for people."""
    return host if port is None else f"{host}:{port}"
