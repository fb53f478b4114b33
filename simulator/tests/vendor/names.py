"""Holds the names in protocol/clients/ against the vendor's own client, python-trueconf-room 1.0.0.

Usage: python names.py protocol/clients/python-trueconf-room.json

Run it with the Python of an environment that has `python-trueconf-room==1.0.0`.
"""

import inspect
import json
import os
import sys
import tempfile


def main(path):
    with open(path, encoding="utf-8") as file:
        ours = json.load(file)
    # The client opens a log file in the working folder as soon as it is imported.
    os.chdir(tempfile.mkdtemp())
    from trueconf_room import consts, methods

    theirs = {
        name: list(inspect.signature(method).parameters)[1:]
        for name, method in inspect.getmembers(methods.Methods, inspect.isfunction)
        if not name.startswith("__")
    }
    listed = {name: entry["params"] for name, entry in ours["methods"].items()}
    assert listed == theirs, sorted(listed.keys() ^ theirs.keys())
    assert sorted(ours["filters"]) == sorted(consts.EVENT)
    print(f"names: ok, {len(theirs)} methods and {len(consts.EVENT)} filters")


main(sys.argv[1])
