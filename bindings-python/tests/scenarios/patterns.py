"""Patterns and variables of the scenarios; protocol/scenarios/README.md defines them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

Variables = dict[str, Any]

_VARIABLE = re.compile(r"\$([A-Za-z][A-Za-z0-9]*)(.*)", re.DOTALL)
_MISSING = object()


class MismatchError(AssertionError):
    """What came is not what the pattern says."""


def shown(value: Any) -> str:
    """A value for people; a long one is cut."""
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= 1500 else f"{text[:1500]}... ({len(text)} characters)"


def fill(value: Any, variables: Variables) -> Any:
    """Puts values in place of variables, everywhere in ``value``."""
    if isinstance(value, str):
        found = _VARIABLE.fullmatch(value)
        if found is None:
            return value
        filled = variables[found[1]]
        return f"{filled}{found[2]}" if found[2] else filled
    if isinstance(value, list):
        return [fill(item, variables) for item in value]
    if isinstance(value, dict):
        return {key: fill(item, variables) for key, item in value.items()}
    return value


def match(pattern: Any, value: Any, variables: Variables, place: str = "") -> None:
    """Compares; a MismatchError names the place and both sides."""
    if isinstance(pattern, dict):
        name = next(iter(pattern), "")
        if name.startswith("$"):
            _special(name, pattern[name], value, variables, place)
            return
    if value is _MISSING:
        raise MismatchError(f"{place} is missing")
    if isinstance(pattern, dict) and isinstance(value, dict):
        for key, part in pattern.items():
            match(part, value.get(key, _MISSING), variables, f"{place}.{key}")
    elif isinstance(pattern, list) and isinstance(value, list):
        if len(pattern) != len(value):
            raise MismatchError(f"{place}: {len(pattern)} elements expected, got {shown(value)}")
        for index, (part, item) in enumerate(zip(pattern, value, strict=True)):
            match(part, item, variables, f"{place}[{index}]")
    else:
        wanted = fill(pattern, variables)
        # To Python True is 1; to JSON it is not.
        if wanted != value or isinstance(wanted, bool) is not isinstance(value, bool):
            raise MismatchError(f"{place}: expected {shown(wanted)}, got {shown(value)}")


def fits(pattern: Any, value: Any, variables: Variables) -> bool:
    """Whether it matches; sets no variables."""
    try:
        match(pattern, value, dict(variables))
    except MismatchError:
        return False
    return True


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "number": _is_number,
    "integer": lambda value: _is_number(value) and isinstance(value, int),
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "null": lambda value: value is None,
}


def _parts(argument: Any) -> list[str]:
    return [part.lower() for part in (argument if isinstance(argument, list) else [argument])]


def _special(name: str, argument: Any, value: Any, variables: Variables, place: str) -> None:
    if name == "$absent":
        if value is not _MISSING:
            raise MismatchError(f"{place} should not be there, is {shown(value)}")
        return
    if value is _MISSING:
        raise MismatchError(f"{place} is missing")
    if name == "$set":
        variables[argument] = value
    elif name == "$all":
        for part in argument:
            match(part, value, variables, place)
    elif name == "$some":
        for part in argument:
            found = [item for item in value if fits(part, item, variables)]
            if not found:
                raise MismatchError(f"{place}: no element is {shown(part)}: {shown(value)}")
            match(part, found[0], variables, place)
    elif not _HOLDS[name](argument, value, variables):
        raise MismatchError(f"{place}: expected {name} {shown(argument)}, got {shown(value)}")


_HOLDS: dict[str, Callable[[Any, Any, Variables], bool]] = {
    "$any": lambda argument, value, variables: True,
    "$type": lambda argument, value, variables: _TYPES[argument](value),
    "$contains": lambda argument, value, variables: (
        isinstance(value, str) and all(part in value.lower() for part in _parts(argument))
    ),
    "$lacks": lambda argument, value, variables: (
        isinstance(value, str) and not any(part in value.lower() for part in _parts(argument))
    ),
    "$gte": lambda argument, value, variables: _is_number(value) and value >= argument,
    "$lte": lambda argument, value, variables: _is_number(value) and value <= argument,
    "$not": lambda argument, value, variables: not fits(argument, value, variables),
}
