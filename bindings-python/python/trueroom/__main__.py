"""The command line: ``python -m trueroom --version``, ``python -m trueroom watch HOST``."""

from __future__ import annotations

import argparse
import json
import os
import sys

from . import TrueroomError, __version__
from ._record import redacted
from .sync import connect


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line and returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m trueroom", description="Control TrueConf Room terminals."
    )
    parser.add_argument("--version", action="version", version=f"trueroom {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    watch = commands.add_parser(
        "watch",
        help="print events as JSON lines, with secrets removed",
        description="Prints every event as one JSON line until Ctrl-C. Secrets are removed. The "
        "PIN, if one is needed, is read from the environment variable TRUEROOM_PIN, since "
        "arguments can be seen by other users.",
    )
    watch.add_argument("host", help="name or address of the terminal")
    watch.add_argument("--port", type=int, help="port of its web server (default 80)")
    watch.add_argument("--tls", action="store_true", help="use wss and https")
    watch.add_argument("--ca-file", help="PEM file of a certificate authority to trust")
    watch.add_argument("events", nargs="*", help="names of events (default: all)")
    given = parser.parse_args(arguments)
    try:
        with connect(
            given.host,
            given.port,
            pin=os.environ.get("TRUEROOM_PIN"),
            tls=given.tls,
            ca_file=given.ca_file,
        ) as room:
            for record in room.events(*given.events):
                print(json.dumps(redacted(record), ensure_ascii=False), flush=True)
    except TrueroomError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
