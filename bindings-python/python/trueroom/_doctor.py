"""The doctor: what differs between a terminal and the protocol catalogue."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any, Literal

from . import _logs, _native, _params
from ._host import Host, milliseconds, text


class DoctorReport:
    """What the doctor found out: names, types, codes and counts, and no other values."""

    def __init__(self, data: Mapping[str, Any], text: str) -> None:
        self._data = data
        self._text = text

    @property
    def data(self) -> Mapping[str, Any]:
        """The report as JSON types; docs/doctor.md explains every key."""
        return self._data

    @property
    def text(self) -> str:
        """The report for a reader, several lines."""
        return self._text

    def __repr__(self) -> str:
        product, findings = self._data["product"], len(self._data["findings"])
        return f"<DoctorReport product={product} findings={findings}>"


async def doctor(
    host: str = "127.0.0.1",
    port: int | None = None,
    *,
    watch: float = 60.0,
    downloads: bool = True,
    pin: str | None = None,
    role: Literal["admin", "user"] | None = None,
    twin: str = "default",
    websocket_port: int | None = None,
    http_port: int | None = None,
    api_version: Literal["auto", "1", "2", 1, 2] = "auto",
    connect_timeout: float = 10.0,
    command_timeout: float = 15.0,
    tls: bool = False,
    ca_file: str | os.PathLike[str] | None = None,
) -> DoctorReport:
    """Looks at a terminal without changing it, and tells what differs from the catalogue.

    Connects, sends the catalogue's queries, listens to events for a while and closes. No action is
    ever sent. The terminal keeps one connection for each role, so another program in the same role
    loses its connection to the doctor.

    Args:
        host: Name or address of the terminal; no URL.
        port: Port of its web server. Default 80, or 443 with ``tls``.
        watch: How long to listen to events after the queries, in seconds.
        downloads: Ask the terminal's HTTP server for one received file, to find out its address;
            only the head of the answer is read.
        pin: The PIN, password or token. None connects to an unprotected terminal.
        role: The mode the connection must end up in. None leaves it to the terminal.
        twin: Name of the terminal's copy where several run on one machine.
        websocket_port: Given, it is not looked up.
        http_port: Port of the built-in HTTP server (files). Given, it is not looked up.
        api_version: As in `connect`.
        connect_timeout: Longest time to connect, in seconds.
        command_timeout: Longest time to wait for an answer, in seconds; at most 5 are waited.
        tls: Use ``wss`` and ``https``.
        ca_file: PEM file of a certificate authority to trust beside the system's.

    Returns:
        What was found. What goes wrong after connecting ends the visit, and the report says so.

    Raises:
        ConnectError: no connection; ``tried`` says what was tried.
        AuthError: the PIN, password, token or role was refused.
        UsageError: wrong argument, no running event loop, or a forked process.
    """
    given = dict(locals())
    # Here, because asyncio takes its time, and a blocking program does not need it.
    from . import _loop

    return await examine(_loop.running(), given)


async def examine(host: Host, given: Mapping[str, Any]) -> DoctorReport:
    """The doctor on any host. `given` are the arguments of `doctor`."""
    connect = dict(given)
    watch, downloads = connect.pop("watch"), connect.pop("downloads")
    request = _params.dumps(
        "doctor",
        {
            "connect": json.loads(_params.options(connect)),
            "watch": milliseconds("watch", watch),
            "downloads": bool(downloads),
        },
    )
    started: list[_native.Doctor] = []

    def start(token: int) -> None:
        started.append(_native.Doctor.start(host.mailbox, token, request))

    def cancel(token: int) -> None:
        started[0].cancel(token)

    _logs.attach()
    answer = json.loads(text(await host.call(start, cancel)))
    return DoctorReport(answer["report"], answer["text"])


def notice() -> str:
    """What a user is told before the doctor connects."""
    return _native.doctor_notice()
