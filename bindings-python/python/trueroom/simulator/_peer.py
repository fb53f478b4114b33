"""Another user, as a test plays them. The documentation of the second face is that of the first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .._record import Record
from ..sync._mirror import mirrors
from ._base import given

if TYPE_CHECKING:
    from ._simulator import Simulator
    from ._sync_simulator import SyncSimulator


class Peer:
    """Another user: ``bob = terminal.peer("bob@example.test")``, then ``await bob.call()``.

    Numbers are those of the protocol; `trueroom.enums` has names for them.
    """

    def __init__(self, terminal: Simulator, id: str, name: str | None = None) -> None:
        """Nothing happens yet.

        Args:
            terminal: The terminal they deal with.
            id: Their TrueConf ID.
            name: Their display name. Default: made from the id.
        """
        self._terminal = terminal
        self.id = id
        self.name = name

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"

    async def _do(self, op: str, **params: Any) -> Any:
        return await self._terminal.perform(op, given(**{"from": self.id}, **params))

    async def call(self, *, kind: int = 0, title: str = "") -> Record:
        """Calls the room, or invites it to a conference.

        Args:
            kind: 0 a call, 1 to 3 the kind of conference (``ConferenceType``).
            title: Title of the conference.

        Returns:
            A record with ``conference_id``.
        """
        record: Record = await self._do("call", name=self.name, type=kind, title=title)
        return record

    async def answer(self, accept: bool = True, *, cause: int = 0) -> None:
        """Answers what the room asked: a call, an invitation, for their camera.

        Args:
            accept: Whether they agree.
            cause: Why not: the code in the event that refuses, such as a ``RejectCause``.
        """
        await self._do("answer", accept=accept, cause=cause)

    async def ask(self, what: str) -> None:
        """Asks something of the room.

        Args:
            what: "join", "podium", "podiumInvitation", "camera" or "record".
        """
        await self._do("ask", **{"for": what, "name": self.name})

    async def lapse(self, what: str) -> None:
        """Nobody answered that in time, or it was taken back.

        Args:
            what: As for `ask`; or "cameraOf", "cameraHeld": what the room asked
                of them, and has.
        """
        await self._do("lapse", **{"for": what})

    async def host_conference(
        self,
        title: str = "Meeting",
        *,
        kind: int = 1,
        pin: str | None = None,
        room: str | None = None,
        participants: Sequence[str] = (),
    ) -> Record:
        """Has a conference that the room can join, by calling them or its id.

        Args:
            title: Title.
            kind: 1 to 3 (``ConferenceType``).
            pin: Password.
            room: Name of the room in ids and links.
            participants: TrueConf IDs of those who are in it.

        Returns:
            A record with ``conference_id`` and ``call_id``.
        """
        record: Record = await self._do(
            "hostConference",
            name=self.name,
            title=title,
            type=kind,
            pin=pin,
            room=room,
            participants=list(participants),
        )
        return record

    async def join(
        self,
        *,
        mic: int | None = None,
        video: int | None = None,
        broadcast: bool | None = None,
        waiting: bool | None = None,
        moderator: bool | None = None,
    ) -> None:
        """Joins the room's conference.

        Args:
            mic: Microphone: 0 absent, 1 muted, 2 enabled (``DeviceState``). Default 2.
            video: Camera, likewise.
            broadcast: Whether they are on the podium.
            waiting: Whether they are in the waiting room.
            moderator: Whether they are a moderator.
        """
        await self._do(
            "join",
            name=self.name,
            mic=mic,
            video=video,
            broadcast=broadcast,
            waiting=waiting,
            moderator=moderator,
        )

    async def leave(self) -> None:
        """Leaves the conference."""
        await self._do("leave")

    async def set_devices(self, *, mic: int | None = None, video: int | None = None) -> None:
        """Their devices change.

        Args:
            mic: Microphone: 0 absent, 1 muted, 2 enabled (``DeviceState``).
            video: Camera, likewise.
        """
        await self._do("devices", mic=mic, video=video)

    async def react(self, reaction: int) -> None:
        """Reacts.

        Args:
            reaction: A ``Reaction``.
        """
        await self._do("react", reaction=reaction)

    async def record(self, on: bool = True) -> None:
        """Begins or stops recording the room.

        Args:
            on: Whether they record.
        """
        await self._do("record", on=on)

    async def show(self, video: int) -> None:
        """Their second stream shows something else.

        Args:
            video: 0 camera, 1 content (``ExtraVideoType``).
        """
        await self._do("showExtraVideo", video=video)

    async def say(self, message: str, *, conference: bool = False) -> None:
        """Writes in the chat.

        Args:
            message: The text.
            conference: Into the conference's chat.
        """
        await self._do("say", message=message, conference=conference)

    async def send_command(self, command: str) -> None:
        """Sends a text for programs.

        Args:
            command: The text.
        """
        await self._do("sendCommand", command=command)

    async def set_presence(self, status: int, ext_status: int | None = None) -> None:
        """Comes, goes or is busy.

        Args:
            status: A ``UserStatus``.
            ext_status: An ``ExtendedStatus``. Default: the same number.
        """
        await self._do("setPresence", status=status, extStatus=ext_status)


@mirrors(Peer)
class SyncPeer:
    """Another user, without asyncio: ``bob = terminal.peer("bob@example.test")``, ``bob.call()``.

    Numbers are those of the protocol; `trueroom.enums` has names for them.
    """

    def __init__(self, terminal: SyncSimulator, id: str, name: str | None = None) -> None:
        self._terminal = terminal
        self.id = id
        self.name = name

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"

    def _do(self, op: str, **params: Any) -> Any:
        return self._terminal.perform(op, given(**{"from": self.id}, **params))

    def call(self, *, kind: int = 0, title: str = "") -> Record:
        record: Record = self._do("call", name=self.name, type=kind, title=title)
        return record

    def answer(self, accept: bool = True, *, cause: int = 0) -> None:
        self._do("answer", accept=accept, cause=cause)

    def ask(self, what: str) -> None:
        self._do("ask", **{"for": what, "name": self.name})

    def lapse(self, what: str) -> None:
        self._do("lapse", **{"for": what})

    def host_conference(
        self,
        title: str = "Meeting",
        *,
        kind: int = 1,
        pin: str | None = None,
        room: str | None = None,
        participants: Sequence[str] = (),
    ) -> Record:
        record: Record = self._do(
            "hostConference",
            name=self.name,
            title=title,
            type=kind,
            pin=pin,
            room=room,
            participants=list(participants),
        )
        return record

    def join(
        self,
        *,
        mic: int | None = None,
        video: int | None = None,
        broadcast: bool | None = None,
        waiting: bool | None = None,
        moderator: bool | None = None,
    ) -> None:
        self._do(
            "join",
            name=self.name,
            mic=mic,
            video=video,
            broadcast=broadcast,
            waiting=waiting,
            moderator=moderator,
        )

    def leave(self) -> None:
        self._do("leave")

    def set_devices(self, *, mic: int | None = None, video: int | None = None) -> None:
        self._do("devices", mic=mic, video=video)

    def react(self, reaction: int) -> None:
        self._do("react", reaction=reaction)

    def record(self, on: bool = True) -> None:
        self._do("record", on=on)

    def show(self, video: int) -> None:
        self._do("showExtraVideo", video=video)

    def say(self, message: str, *, conference: bool = False) -> None:
        self._do("say", message=message, conference=conference)

    def send_command(self, command: str) -> None:
        self._do("sendCommand", command=command)

    def set_presence(self, status: int, ext_status: int | None = None) -> None:
        self._do("setPresence", status=status, extStatus=ext_status)
