"""How rooms and fleets are doing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, NamedTuple

from . import errors

if TYPE_CHECKING:
    from ._base import State


class RoomHealth(NamedTuple):
    """How a room is doing.

    Attributes:
        key: The room's key in its fleet; None for a room that is in none.
        state: Where the connection stands; see `Room.state`.
        since: When it came to that state, in UTC.
        last_error: What went wrong with the connection most recently, mended or not; None when
            nothing has.
        rtt: Round trip of the newest ping, in seconds; None before the first. Only a silent
            connection is pinged.
        reconnects: Connections made again after one broke.
        queue_depth: Events and file requests that wait for handlers and streams.
        pending: Commands in flight.
    """

    key: str | None
    state: State
    since: datetime
    last_error: errors.TrueroomError | None = None
    rtt: float | None = None
    reconnects: int = 0
    queue_depth: int = 0
    pending: int = 0


class Health:
    """How each room of a fleet is doing, and all of them together. Made by `Fleet.health`.

    Attributes:
        rooms: Every room by its key.
    """

    def __init__(self, rooms: Mapping[str, RoomHealth]) -> None:
        self.rooms = dict(rooms)

    @property
    def states(self) -> dict[State, int]:
        """How many rooms are in each state; states that no room is in are left out."""
        states: dict[State, int] = {}
        for room in self.rooms.values():
            states[room.state] = states.get(room.state, 0) + 1
        return states

    @property
    def ready(self) -> int:
        """How many rooms are ready."""
        return self.states.get("ready", 0)

    @property
    def reconnects(self) -> int:
        """Connections made again after one broke, over all rooms."""
        return sum(room.reconnects for room in self.rooms.values())

    @property
    def queue_depth(self) -> int:
        """What waits for handlers and streams, over all rooms."""
        return sum(room.queue_depth for room in self.rooms.values())

    @property
    def pending(self) -> int:
        """Commands in flight, over all rooms."""
        return sum(room.pending for room in self.rooms.values())

    def __repr__(self) -> str:
        return f"<Health {self.ready} of {len(self.rooms)} rooms ready>"


def from_fields(key: str | None, fields: Mapping[str, Any]) -> RoomHealth:
    """Reads what the core tells of a room. Not for programs."""
    error, rtt = fields["lastError"], fields["rtt"]
    return RoomHealth(
        key=key,
        state=fields["state"],
        since=datetime.fromtimestamp(fields["since"] / 1000, timezone.utc),
        last_error=None if error is None else errors.from_fields(error),
        rtt=None if rtt is None else rtt / 1000,
        reconnects=fields["reconnects"],
        queue_depth=fields["queueDepth"],
        pending=fields["pending"],
    )
