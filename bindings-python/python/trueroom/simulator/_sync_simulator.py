"""The simulator without asyncio. Its documentation is that of the other face."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any

from .. import _threads
from .._host import run
from .._record import Record
from ..sync._mirror import mirrors
from . import _base
from ._base import BaseSimulator, FileContents
from ._peer import SyncPeer
from ._simulator import Simulator


@mirrors(Simulator)
class SyncSimulator(BaseSimulator):
    """A virtual terminal, without asyncio: ``with SyncSimulator(pin="1234") as terminal:``."""

    def start(self) -> SyncSimulator:
        run(self._start(_threads.host()))
        return self

    def stop(self) -> None:
        run(self._stop(_threads.host()))

    def perform(self, op: str, params: Mapping[str, Any] | None = None, /, **more: Any) -> Any:
        return run(self._perform(_threads.host(), op, {**(params or {}), **more}))

    def asynchronous(self) -> Simulator:
        """The same terminal for asyncio; this one keeps owning it."""
        other = Simulator()
        other._native, other._info = self._native, self._info
        return other

    def __enter__(self) -> SyncSimulator:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def offer_file(
        self,
        name: str = "file.bin",
        data: FileContents = None,
        *,
        sender: str | None = None,
        sender_name: str | None = None,
        size: int | None = None,
        conference_id: str | None = None,
        pattern: int | None = None,
    ) -> Record:
        record: Record = self.perform(
            "offerFile", _base.offer(name, data, sender, sender_name, size, conference_id, pattern)
        )
        return record

    def take(self, id: str) -> None:
        self.perform("takeFile", {"id": id})

    def refuse_file(self, id: str) -> None:
        self.perform("refuseFile", {"id": id})

    def fail_request(self, id: str) -> None:
        self.perform("failRequest", {"id": id})

    def answer_elsewhere(self, id: str, accept: bool) -> None:
        self.perform("answerElsewhere", {"id": id, "accept": accept})

    def hold_progress(self) -> None:
        self.perform("holdProgress")

    def release_progress(self, id: str | None = None, steps: int | None = None) -> None:
        self.perform("releaseProgress", _base.given(id=id, steps=steps))

    def call(self, sender: str, name: str | None = None, *, title: str = "") -> Record:
        record: Record = self.perform(
            "call", _base.given(**{"from": sender}, name=name, title=title)
        )
        return record

    def peer(self, id: str, name: str | None = None) -> SyncPeer:
        return SyncPeer(self, id, name)

    def set_server(self, connected: bool) -> None:
        self.perform("setServer", {"connected": connected})

    def mute_room(self, *, mic: bool | None = None, camera: bool | None = None) -> None:
        self.perform("muteRoom", _base.given(mic=mic, camera=camera))

    def move_podium(self, on: bool, id: str | None = None) -> None:
        self.perform("movePodium", _base.given(**{"from": id}, on=on))

    def stop_sharing(self) -> None:
        self.perform("stopSharing")

    def hang_up(self) -> None:
        self.perform("hangUp")

    def say(self, sender: str, message: str, *, conference: bool = False) -> None:
        self.perform("say", {"from": sender, "message": message, "conference": conference})

    def emit(self, event: str, /, **fields: Any) -> None:
        self.perform("emit", {"event": {"method": "event", "event": event, **fields}})

    def refuse(
        self,
        method: str | None = None,
        *,
        error: str | None = None,
        code: int | None = None,
        times: int | None = None,
    ) -> None:
        self.perform("refuse", _base.given(method=method, error=error, code=code, times=times))

    def drop_connection(self, *, how: str = "close", connection: int | None = None) -> None:
        self.perform("dropConnection", _base.given(how=how, connection=connection))

    def evict(self, role: str | None = None) -> None:
        self.perform("evict", _base.given(role=role))

    def put_file(self, name: str, data: FileContents) -> Record:
        record: Record = self.perform("putFile", {"name": name, **_base.content(data)})
        return record

    def read_file(self, file_id: int) -> bytes:
        return _base.decoded(self.perform("readFile", {"fileId": file_id}))

    def wait_for(
        self,
        *,
        received: str | None = None,
        sent: str | None = None,
        count: int = 1,
        timeout: float = 10.0,
    ) -> None:
        self.perform(
            "waitFor",
            _base.given(received=received, sent=sent, count=count, timeout=_base.patience(timeout)),
        )

    def wait_connections(
        self, count: int, *, authorized: bool = False, timeout: float = 10.0
    ) -> None:
        self.perform(
            "waitConnections",
            {"count": count, "authorized": authorized, "timeout": _base.patience(timeout)},
        )

    def wait_file(self, id: str, status: str, *, timeout: float = 10.0) -> Record:
        record: Record = self.perform(
            "waitFile", {"id": id, "status": status, "timeout": _base.patience(timeout)}
        )
        return record

    def state(self) -> Record:
        record: Record = self.perform("state")
        return record
