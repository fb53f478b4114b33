"""What both faces of the simulator share."""

from __future__ import annotations

import base64
import json
import os
from typing import Any, TypeAlias

from .. import _logs, _names, _native, _params, errors
from .._host import Host, milliseconds, text
from .._record import Record, is_array, is_object

# Durations are in seconds in Python and in milliseconds on their way through the core.
_SECONDS = frozenset({"token_life", "http_token_life", "transfer_step", "server_delay"})


class BaseSimulator:
    """Addresses and plumbing of a virtual terminal."""

    def __init__(self, **options: Any) -> None:
        """Nothing starts yet.

        Args:
            **options: Such as ``pin``, ``password``, ``generation`` ("current", "legacy" or
                "both"), ``api_versions``, ``tls``, ``seed``, ``hold_progress``;
                ``docs/simulator.md`` lists all. Names in snake_case or camelCase; durations in
                seconds.
        """
        wire: dict[str, Any] = {}
        for name, value in options.items():
            key = _names.to_wire(name)
            if _names.to_snake(key) in _SECONDS and value is not None:
                value = milliseconds(name, value)
                value = None if value is None else round(value)
            wire[key] = value
        self._options = _params.dumps("simulator options", wire)
        self._native: _native.Simulator | None = None
        self._info: Record | None = None

    def __repr__(self) -> str:
        where = "not started" if self._info is None else f"{self.host}:{self.port}"
        return f"<{type(self).__name__} {where}>"

    @property
    def host(self) -> str:
        """Address it listens on."""
        return str(self._started().host)

    @property
    def port(self) -> int:
        """Port of its web server, to connect to."""
        return int(self._started().port)

    @property
    def websocket_port(self) -> int:
        """Port of its WebSocket."""
        return int(self._started().websocket_port)

    @property
    def http_port(self) -> int:
        """Port of its HTTP server for files."""
        return int(self._started().http_port)

    @property
    def tls(self) -> bool:
        """Whether it speaks TLS."""
        return bool(self._started().tls)

    @property
    def ca_file(self) -> str | None:
        """Certificate of its private authority, a PEM file; None without TLS."""
        path: str | None = self._started().ca_file
        return path

    @property
    def address(self) -> dict[str, Any]:
        """Arguments for `trueroom.connect`: host and port, and ``tls`` and ``ca_file`` with TLS."""
        address: dict[str, Any] = {"host": self.host, "port": self.port}
        if self.tls:
            address.update(tls=True, ca_file=self.ca_file)
        return address

    def _started(self) -> Record:
        if self._info is None:
            raise errors.UsageError("the simulator is not started; use it in a with statement")
        return self._info

    async def _start(self, host: Host) -> None:
        if self._native is not None:
            raise errors.UsageError("the simulator is started already")
        started: list[_native.Simulator] = []

        def start(token: int) -> None:
            started.append(_native.Simulator.start(host.mailbox, token, self._options))

        _logs.attach()
        self._info = Record(text(await host.call(start)))
        self._native = started[0]

    async def _perform(self, host: Host, op: str, params: dict[str, Any]) -> Any:
        native = self._native
        if native is None:
            raise errors.UsageError("the simulator is not running")
        operation = {"op": _names.to_wire(op)}
        operation.update((_names.to_wire(name), value) for name, value in params.items())
        wire = _params.dumps(f"simulator: {op}", operation)

        def start(token: int) -> None:
            native.perform(host.mailbox, token, wire)

        value = json.loads(text(await host.call(start)))
        return _wrap(value)

    async def _stop(self, host: Host) -> None:
        native, self._native = self._native, None
        if native is not None:
            await host.call(lambda token: native.stop(host.mailbox, token))


def _wrap(value: Any) -> Any:
    if is_object(value):
        return Record(value)
    if is_array(value):
        return [_wrap(item) for item in value]
    return value


FileContents: TypeAlias = "bytes | str | os.PathLike[str] | None"


def content(data: bytes | str | os.PathLike[str] | None) -> dict[str, Any]:
    """The parameters for the contents of a file: bytes, text, or the path of a file."""
    if data is None:
        return {}
    if isinstance(data, bytes):
        return {"base64": base64.b64encode(data).decode()}
    if isinstance(data, str):
        return {"text": data}
    return {"path": _params.path_text(data)}


def given(**params: Any) -> dict[str, Any]:
    """Without what is None."""
    return {name: value for name, value in params.items() if value is not None}


def offer(
    name: str,
    data: FileContents,
    sender: str | None,
    sender_name: str | None,
    size: int | None,
    conference_id: str | None,
    pattern: int | None,
) -> dict[str, Any]:
    """The parameters of ``offerFile``."""
    params = given(
        name=name, fromName=sender_name, size=size, conferenceId=conference_id, **content(data)
    )
    if sender is not None:
        params["from"] = sender
    if pattern is not None:
        params["pattern"] = {"size": pattern}
    return params


def patience(seconds: float) -> int:
    """The timeout of a barrier in milliseconds."""
    return round(milliseconds("timeout", seconds) or 0)


def decoded(file: Record) -> bytes:
    """The bytes in an answer of ``readFile``."""
    return base64.b64decode(file["base64"])
