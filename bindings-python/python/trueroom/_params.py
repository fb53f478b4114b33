"""Command parameters and connect options: from Python to JSON text for the core."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

from . import _names, errors
from ._host import milliseconds
from ._record import Record

_SECONDS = (
    "connect_timeout",
    "command_timeout",
    "ping_interval",
    "ping_timeout",
    "transfer_timeout",
    "resync_interval",
)


def dumps(what: str, value: object) -> str:
    """JSON text of plain data and records; UsageError for anything else."""
    try:
        text = json.dumps(
            value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain
        )
        # Half a surrogate pair has no UTF-8 form.
        return text if text.isascii() else text.encode().decode()
    except (TypeError, ValueError, RecursionError) as error:
        raise errors.UsageError(f"{what}: not JSON: {error}; nothing was sent") from error


def _plain(value: object) -> object:
    if isinstance(value, Record):
        return value.to_dict()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def encode(
    method: str, params: Mapping[str, Any] | Record | None, fields: Mapping[str, Any]
) -> str:
    """The parameters of one command, with wire names.

    ``params`` and ``fields`` are merged; top-level names are converted, what is inside is sent as
    it is, since its keys may be data (``setSettings``).
    """
    if params is None and not fields:
        return "{}"
    return dumps(method, wire_names(method, params, fields))


def wire_names(
    method: str, params: Mapping[str, Any] | Record | None, fields: Mapping[str, Any]
) -> dict[str, Any]:
    """Parameters by wire name, from both ways to give them."""
    merged: dict[str, Any] = {}
    if params is not None:
        if isinstance(params, Record):
            params = params.to_dict()
        if not isinstance(params, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise errors.UsageError(
                f"{method}: parameters must be a mapping, not {type(params).__name__}"
            )
        merged.update(params)
    merged.update(fields)
    wire: dict[str, Any] = {}
    for name, value in merged.items():
        if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise errors.UsageError(f"{method}: a parameter's name must be a string, not {name!r}")
        key = _names.to_wire(name)
        if key in wire:
            raise errors.UsageError(f"{method}: parameter {key} is given twice")
        wire[key] = value
    return wire


def options(given: Mapping[str, Any]) -> str:
    """Connect options as the core reads them. None means: not given."""
    wire: dict[str, Any] = {}
    for name, value in given.items():
        if value is None:
            continue
        if name in _SECONDS:
            value = milliseconds(name, value)
        elif name == "ca_file":
            value = path_text(value)
        elif name == "api_version":
            value = str(value)
        elif name == "download_urls":
            value = list(value)
        wire[_names.to_wire(name)] = value
    return dumps("connect", wire)


def path_text(path: str | os.PathLike[str]) -> str:
    """An absolute path; a separator at the end, which means a folder, is kept."""
    try:
        text = os.fsdecode(path)
    except TypeError:
        raise errors.UsageError(f"not a path: {path!r}") from None
    if not text:
        raise errors.UsageError("the path must not be empty")
    return os.path.join(os.getcwd(), os.path.expanduser(text))


def event_filter(names: Sequence[str]) -> str:
    """The filter for events of these names; ``"*"`` is every event."""
    for name in names:
        if not isinstance(name, str) or not name:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise errors.UsageError(f"an event's name must be a string, not {name!r}")
    return dumps("events", {"events": "*" if "*" in names else sorted(set(names))})
