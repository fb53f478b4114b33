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


def strict(kind: str, entry: dict[str, Any], message: dict[str, Any]) -> None:
    """Fails unless a message is just as its entry says: nothing missing, wrong or unknown.

    ``kind`` is "result" for an answer, "fields" for an event or an object inside.
    """
    fields = {field["name"]: field for field in entry[kind]}
    for name, field in fields.items():
        if name in message:
            _strict_value(field["type"], message[name], name)
        else:
            assert field["optional"] or field.get("guess"), f"{name} is missing in {message}"
    if kind not in entry.get("incomplete", []):
        known = {*fields, "method", "requestId", "result", "event"}
        assert set(message) <= known, f"unknown: {set(message) - known} in {message}"


def _strict_value(kind: str, value: Any, name: str) -> None:
    if kind.endswith("[]"):
        assert isinstance(value, list), (name, value)
        for item in value:
            _strict_value(kind[:-2], item, name)
    elif kind.startswith("enum:"):
        enum = ENUMS[kind[5:]]
        assert type(value) is (int if enum["wire"] == "int" else str), (name, value)
        assert str(value) in enum["values"], (name, value)
    elif kind in TYPES:
        assert isinstance(value, dict), (name, value)
        strict("fields", TYPES[kind], value)
    elif kind != "any":
        plain: dict[str, tuple[type, ...]] = {
            "string": (str,),
            "int": (int,),
            "int64": (int,),
            "float": (int, float),
            "bool": (bool,),
            "object": (dict,),
        }
        assert type(value) in plain[kind], (name, kind, value)


def to_snake(name: str) -> str:
    """The Python name of a wire name, by the package's own rule."""
    from trueroom import _names

    return _names.to_snake(name)
