"""The simulator for asyncio."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any

from .._record import Record
from . import _base
from ._base import BaseSimulator, FileContents
from ._peer import Peer


class Simulator(BaseSimulator):
    """A virtual terminal, for asyncio: ``async with Simulator(pin="1234") as terminal:``.

    Its methods may be called on any event loop.
    """

    async def start(self) -> Simulator:
        """Opens the ports.

        Returns:
            The simulator itself.

        Raises:
            UsageError: wrong option, or a port could not be opened.
        """
        from .. import _loop

        await self._start(_loop.running())
        return self

    async def stop(self) -> None:
        """Closes everything; connections break. May be called again."""
        from .. import _loop

        await self._stop(_loop.running())

    async def perform(
        self, op: str, params: Mapping[str, Any] | None = None, /, **more: Any
    ) -> Any:
        """Carries out any operation of ``docs/simulator.md``.

        Args:
            op: Its name, in camelCase or snake_case.
            params: Its parameters. Durations are in milliseconds here, as in that document.
            **more: Parameters as keywords, in either form; ``from_`` is sent as ``from``.

        Returns:
            Its result: a `Record`, a list of records, or None.

        Raises:
            UsageError: unknown operation or parameter, or it cannot be done now.
            CommandTimeout: a barrier was not reached in time.
        """
        from .. import _loop

        return await self._perform(_loop.running(), op, {**(params or {}), **more})

    async def __aenter__(self) -> Simulator:
        return await self.start()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    async def offer_file(
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
        """A peer offers a file to the room.

        Args:
            name: The file's name; may be as hostile as you like.
            data: Its contents: bytes, text (str), or the path of a file (Path).
            sender: TrueConf ID of the peer. Default ``alice@example.test``.
            sender_name: Display name of the peer.
            size: Announced size in bytes. Default: the true one.
            conference_id: The group conference it is offered in.
            pattern: Instead of ``data``: this many made-up bytes, which take no memory.

        Returns:
            The new file request, with its ``id``.
        """
        record: Record = await self.perform(
            "offerFile", _base.offer(name, data, sender, sender_name, size, conference_id, pattern)
        )
        return record

    async def take(self, id: str) -> None:
        """The peer takes a file that the room sent.

        Args:
            id: The request's id.
        """
        await self.perform("takeFile", {"id": id})

    async def refuse_file(self, id: str) -> None:
        """The peer declines a file that the room sent.

        Args:
            id: The request's id.
        """
        await self.perform("refuseFile", {"id": id})

    async def fail_request(self, id: str) -> None:
        """A file request fails inside of the terminal.

        Args:
            id: The request's id.
        """
        await self.perform("failRequest", {"id": id})

    async def answer_elsewhere(self, id: str, accept: bool) -> None:
        """Somebody answers an offered file at the terminal itself.

        Args:
            id: The request's id.
            accept: Whether it is accepted.
        """
        await self.perform("answerElsewhere", {"id": id, "accept": accept})

    async def hold_progress(self) -> None:
        """Transfers stop until `release_progress`."""
        await self.perform("holdProgress")

    async def release_progress(self, id: str | None = None, steps: int | None = None) -> None:
        """Transfers go on.

        Args:
            id: Of this request only.
            steps: Only so many steps.
        """
        await self.perform("releaseProgress", _base.given(id=id, steps=steps))

    async def call(self, sender: str, name: str | None = None, *, title: str = "") -> Record:
        """A peer calls the room.

        Args:
            sender: TrueConf ID of the peer.
            name: Display name of the peer.
            title: Title of the conference, if it is one.

        Returns:
            A record with ``conference_id``.
        """
        record: Record = await self.perform(
            "call", _base.given(**{"from": sender}, name=name, title=title)
        )
        return record

    def peer(self, id: str, name: str | None = None) -> Peer:
        """Another user, who calls, joins, asks and answers.

        Args:
            id: TrueConf ID.
            name: Display name. Default: made from the id.

        Returns:
            The user. Nothing happens before one of the methods is called.
        """
        return Peer(self, id, name)

    async def set_server(self, connected: bool) -> None:
        """The terminal loses its server, or has it back logged in.

        Args:
            connected: Whether it has it.
        """
        await self.perform("setServer", {"connected": connected})

    async def mute_room(self, *, mic: bool | None = None, camera: bool | None = None) -> None:
        """The owner of the conference switches the terminal's microphone or camera.

        Args:
            mic: Whether the microphone is muted.
            camera: Whether the camera is.
        """
        await self.perform("muteRoom", _base.given(mic=mic, camera=camera))

    async def move_podium(self, on: bool, id: str | None = None) -> None:
        """The owner of the conference moves somebody onto the podium or off it.

        Args:
            on: Whether onto it.
            id: TrueConf ID of the participant. Default: the terminal itself.
        """
        await self.perform("movePodium", _base.given(**{"from": id}, on=on))

    async def stop_sharing(self) -> None:
        """A leader of the conference stops what the terminal shares."""
        await self.perform("stopSharing")

    async def hang_up(self) -> None:
        """The peer hangs up; in a conference its owner ends it."""
        await self.perform("hangUp")

    async def say(self, sender: str, message: str, *, conference: bool = False) -> None:
        """A peer writes in the chat.

        Args:
            sender: TrueConf ID of the peer.
            message: What it writes.
            conference: Into the conference's chat.
        """
        await self.perform("say", {"from": sender, "message": message, "conference": conference})

    async def emit(self, event: str, /, **fields: Any) -> None:
        """The terminal sends an event, known or not.

        Args:
            event: Its name on the wire.
            **fields: Its fields, by wire name.
        """
        await self.perform("emit", {"event": {"method": "event", "event": event, **fields}})

    async def refuse(
        self,
        method: str | None = None,
        *,
        error: str | None = None,
        code: int | None = None,
        times: int | None = None,
    ) -> None:
        """The terminal refuses commands.

        Args:
            method: This command only. Default: any.
            error: The text it gives.
            code: The ``resultCode`` it gives.
            times: How often. Default 1; 0 until the faults are cleared.
        """
        await self.perform(
            "refuse", _base.given(method=method, error=error, code=code, times=times)
        )

    async def drop_connection(self, *, how: str = "close", connection: int | None = None) -> None:
        """Connections break.

        Args:
            how: "close" with a close frame, "reset" or "fin" without.
            connection: This one of `state` only. Default: all.
        """
        await self.perform("dropConnection", _base.given(how=how, connection=connection))

    async def evict(self, role: str | None = None) -> None:
        """Another client takes the connection of this role.

        Args:
            role: "admin" or "user".
        """
        await self.perform("evict", _base.given(role=role))

    async def put_file(self, name: str, data: FileContents) -> Record:
        """Lays a file on the HTTP server.

        Args:
            name: Its name.
            data: Its contents, as for `offer_file`.

        Returns:
            A record with ``file_id``.
        """
        record: Record = await self.perform("putFile", {"name": name, **_base.content(data)})
        return record

    async def read_file(self, file_id: int) -> bytes:
        """The bytes of a file on the HTTP server, such as one that the room uploaded.

        Args:
            file_id: Its id.
        """
        return _base.decoded(await self.perform("readFile", {"fileId": file_id}))

    async def wait_for(
        self,
        *,
        received: str | None = None,
        sent: str | None = None,
        count: int = 1,
        timeout: float = 10.0,
    ) -> None:
        """A barrier: waits until a command came in, or an event was sent, so often since the start.

        Args:
            received: Name of the command.
            sent: Or name of the event.
            count: How often.
            timeout: Longest time to wait, in seconds.

        Raises:
            CommandTimeout: not reached in time.
        """
        await self.perform(
            "waitFor",
            _base.given(received=received, sent=sent, count=count, timeout=_base.patience(timeout)),
        )

    async def wait_connections(
        self, count: int, *, authorized: bool = False, timeout: float = 10.0
    ) -> None:
        """A barrier: waits until exactly so many connections are open.

        Args:
            count: How many.
            authorized: Count only the authorized ones.
            timeout: Longest time to wait, in seconds.

        Raises:
            CommandTimeout: not reached in time.
        """
        await self.perform(
            "waitConnections",
            {"count": count, "authorized": authorized, "timeout": _base.patience(timeout)},
        )

    async def wait_file(self, id: str, status: str, *, timeout: float = 10.0) -> Record:
        """A barrier: waits until a file request has this status.

        Args:
            id: The request's id.
            status: As `FileRequest.status`.
            timeout: Longest time to wait, in seconds.

        Returns:
            The request.

        Raises:
            CommandTimeout: not reached in time.
        """
        record: Record = await self.perform(
            "waitFile", {"id": id, "status": status, "timeout": _base.patience(timeout)}
        )
        return record

    async def state(self) -> Record:
        """What the terminal knows: connections, requests, settings, calls."""
        record: Record = await self.perform("state")
        return record
