"""The protocol catalogue as the tests read it, and messages made from its types."""

from __future__ import annotations

import json
import pathlib
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[2] / "protocol"


def load(name: str) -> dict[str, Any]:
    """One file of the catalogue."""
    content: dict[str, Any] = json.loads((ROOT / f"{name}.json").read_text("utf-8"))
    return content


COMMANDS = load("commands")
EVENTS = load("events")
TYPES = load("types")
ENUMS = load("enums")


def sample(kind: str, name: str = "") -> Any:
    """A value of a catalogue type, with all its fields."""
    if kind.endswith("[]"):
        return [sample(kind[:-2], name)]
    if kind.startswith("enum:"):
        enum = ENUMS[kind[5:]]
        last = list(enum["values"])[-1]
        return int(last) if enum["wire"] == "int" else last
    if kind in TYPES:
        return {f["name"]: sample(f["type"], f["name"]) for f in TYPES[kind]["fields"]}
    text = "alice@example.test" if name in ("peerId", "callId") else "text"
    plain = {"string": text, "int": 1, "int64": 7, "float": 0.5, "bool": True, "object": {}}
    return plain.get(kind, "anything")


def fits(kind: str, value: Any) -> bool:
    """Whether a value read from a record is what its annotation says."""
    from trueroom import enums, types

    if kind.endswith("[]"):
        return isinstance(value, list) and all(fits(kind[:-2], item) for item in value)
    if kind.startswith("enum:"):
        return isinstance(value, getattr(enums, kind[5:]))
    if kind in TYPES:
        return isinstance(value, getattr(types, kind)) and all(
            fits(field["type"], getattr(value, to_snake(field["name"])))
            for field in TYPES[kind]["fields"]
            if field["name"] in value
        )
    if kind == "float":
        return isinstance(value, (int, float))
    plain: dict[str, Any] = {"string": str, "int": int, "int64": int, "bool": bool}
    # Ids of files are texts in one list.
    return (isinstance(value, plain.get(kind, object)) and value is not None) or kind == "any"


def to_snake(name: str) -> str:
    """The Python name of a wire name, by the package's own rule."""
    from trueroom import _names

    return _names.to_snake(name)
