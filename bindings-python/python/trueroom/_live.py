"""The live mirror: what is going on on the terminal, from memory."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from . import errors
from ._record import Typed

if TYPE_CHECKING:
    from . import enums, types
    from .areas.conference import GetConferencesAnswer


class Ringing(Typed):
    """A call that rings."""

    __slots__ = ()
    _kinds: ClassVar[dict[str, str]] = {
        "type": "enums.ConferenceType",
        "confType": "enums.ConferenceType",
    }
    _spellings: ClassVar[dict[str, Any]] = {"confType": ("type",)}
    direction: Literal["incoming", "outgoing"]
    """Who began it."""
    peer_id: str | None
    """Who calls or invites, or who is called."""
    peer_dn: str | None
    """Display name."""
    conf_type: enums.ConferenceType | None
    """Kind of call or conference."""
    conf_id: str | None
    """Session id."""


class Live(Typed):
    """What is going on on the terminal, at one moment. Made by `Room.live`.

    A field is None where the terminal has nothing of it, such as no user who is logged in, or where
    it is not known yet; `missing` tells what is not known because the terminal did not say it.
    Beside these fields there is all that ``getAppState`` tells.
    """

    __slots__ = ()
    _kinds: ClassVar[dict[str, str]] = {
        "appState": "enums.AppState",
        "extStatus": "enums.ExtendedStatus",
        "desktopSharing": "types.DesktopSharingState",
        "broadcastPicture": "types.BroadcastPictureState",
        "requests": "types.PendingRequests",
        "server": "types.ServerInfo",
        "user": "types.UserRef",
        "ringing": "_live.Ringing",
        "conference": "areas.conference.GetConferencesAnswer",
        "participants": "types.Participant",
    }
    is_complete: bool
    """There is a connection, and every part was told, or refused, since it was made."""
    compared_ago: float | None
    """How long ago the oldest part was compared with the terminal, in seconds."""
    missing: list[str]
    """Parts that the terminal refused to tell, or said nothing to."""
    app_state: enums.AppState | None
    """State of the application."""
    desktop_sharing: types.DesktopSharingState | None
    """Content sharing."""
    broadcast_picture: types.BroadcastPictureState | None
    """Picture sent in place of the camera."""
    recording: bool | None
    """Whether a recording is running; newer versions."""
    requests: types.PendingRequests | None
    """What waits for an answer."""
    server: types.ServerInfo | None
    """The server that the terminal is connected to."""
    user: types.UserRef | None
    """Who is logged in on the server."""
    mic_muted: bool | None
    """Whether the own microphone is muted."""
    speaker_muted: bool | None
    """Whether the speakers are muted."""
    camera_muted: bool | None
    """Whether the own camera is muted."""
    ringing: Ringing | None
    """The call that rings, in or out."""
    conference: GetConferencesAnswer | None
    """The running call or conference."""
    participants: list[types.Participant]
    """Who is in it, with their devices; this terminal included."""


def snapshot(text: str | None) -> Live:
    """A `Live` of the native side's text."""
    if text is None:
        raise errors.UsageError(
            "this room keeps no mirror of the terminal; connect with live=True for one"
        )
    fields = json.loads(text)
    if fields["comparedAgo"] is not None:
        fields["comparedAgo"] /= 1000
    live: Live = Live(fields)
    return live
