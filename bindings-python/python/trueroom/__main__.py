"""The command line: ``python -m trueroom watch HOST``, ``python -m trueroom doctor HOST``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Any

from . import TrueroomError, __version__, _doctor
from ._record import redacted
from .sync import connect, doctor

_PIN = (
    "The PIN, if one is needed, is read from the environment variable TRUEROOM_PIN, since "
    "arguments can be seen by other users."
)


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line and returns the exit code."""
    given = _parser().parse_args(arguments)
    try:
        if given.command == "watch":
            _watch(given)
        else:
            _examine(given)
    except TrueroomError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        # The usual end of watching; of the doctor there is no report then.
        return 0 if given.command == "watch" else 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m trueroom", description="Control TrueConf Room terminals."
    )
    parser.add_argument("--version", action="version", version=f"trueroom {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    terminal = _terminal_parser()
    watch = commands.add_parser(
        "watch",
        parents=[terminal],
        help="print events as JSON lines, with secrets removed",
        description="Prints every event as one JSON line until Ctrl-C. Secrets are removed. "
        + _PIN,
    )
    watch.add_argument("events", nargs="*", help="names of events (default: all)")
    examine = commands.add_parser(
        "doctor",
        parents=[terminal],
        help="tell how a terminal differs from the protocol catalogue",
        description=f"{_doctor.notice()} {_PIN}",
    )
    examine.add_argument(
        "--watch",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="how long to listen to events after the queries (default 60)",
    )
    examine.add_argument(
        "--no-downloads",
        dest="downloads",
        action="store_false",
        help="do not ask the HTTP server for a received file",
    )
    examine.add_argument("--json", action="store_true", help="print the report as JSON")
    return parser


def _terminal_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("host", help="name or address of the terminal")
    parser.add_argument("--port", type=int, help="port of its web server (default 80)")
    parser.add_argument("--websocket-port", type=int, help="skips the look-up of this port")
    parser.add_argument("--http-port", type=int, help="skips the look-up of this port")
    parser.add_argument("--role", choices=["admin", "user"], help="the mode of the connection")
    parser.add_argument("--twin", default="default", help="which copy of the application")
    parser.add_argument("--tls", action="store_true", help="use wss and https")
    parser.add_argument("--ca-file", help="PEM file of a certificate authority to trust")
    return parser


def _terminal(given: argparse.Namespace) -> dict[str, Any]:
    names = ("host", "port", "websocket_port", "http_port", "role", "twin", "tls", "ca_file")
    options = {name: getattr(given, name) for name in names}
    return {**options, "pin": os.environ.get("TRUEROOM_PIN") or None}


def _watch(given: argparse.Namespace) -> None:
    with connect(**_terminal(given)) as room:
        for record in room.events(*given.events):
            print(json.dumps(redacted(record), ensure_ascii=False), flush=True)


def _examine(given: argparse.Namespace) -> None:
    print(_doctor.notice(), end="", file=sys.stderr, flush=True)
    report = doctor(**_terminal(given), watch=given.watch, downloads=given.downloads)
    if given.json:
        print(json.dumps(report.data, ensure_ascii=False))
    else:
        print(report.text, end="")


if __name__ == "__main__":
    sys.exit(main())
