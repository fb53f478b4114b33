"""The library's own events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._record import Typed

if TYPE_CHECKING:
    from ._base import State


class ConnectionEvent(Typed):
    """The state of the connection has changed."""

    __slots__ = ()
    state: State
    """Where the connection stands now."""
    reason: str
    """Why, in words."""
    attempt: int
    """Which attempt to connect this is, from 1; 0 when none is under way."""
    retry_in: float | None
    """Seconds until the next attempt; None when there is none."""
    deaf_for: float | None
    """How long nothing was heard, in seconds, once there is a connection again; else None."""


class LaggedEvent(Typed):
    """A handler or stream was slower than the terminal, and its oldest events had to go."""

    __slots__ = ()
    dropped: int
    """How many went."""
    source: str | None
    """The event whose handler was too slow."""


class ErrorEvent(Typed):
    """Something went wrong that belongs to no call. It has stopped nothing."""

    __slots__ = ()
    message: str
    """What went wrong."""
    kind: str | None
    """The class of what a handler raised."""
    source: str | None
    """The event whose handler failed."""
    handler: str | None
    """The name of the handler."""


class LiveEvent(Typed):
    """Parts of the live mirror have changed; `Room.live` has them."""

    __slots__ = ()
    changed: list[str]
    """Their names, as `Live` has them; ``app`` stands for all that ``getAppState`` tells."""
