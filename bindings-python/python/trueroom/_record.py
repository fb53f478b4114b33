"""`Record`: what the terminal says, readable by wire name and by Python name."""

from __future__ import annotations

import json
from collections.abc import KeysView, Mapping
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, TypeGuard, cast

from . import _names, _native

_REDACTED = "[redacted]"
# How the library's own connection events begin. They carry durations in milliseconds on their way
# through the core.
CONNECTION = '{"method":"event","event":"connection"'
_MILLISECONDS = ("retryIn", "deafFor")


class Fields(_native.Fields):
    """What records of unknown and of known content have in common; see `Record`.

    Reading is native: the text is kept, and a field becomes an object when it is asked for.
    """

    __slots__ = ()
    # Classes of known content say which fields hold codes or objects, and other names of fields.
    _kinds: ClassVar[dict[str, str]] = {}
    _spellings: ClassVar[dict[str, tuple[str, ...]]] = {}

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a record is read-only; copy it with to_dict() to change {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a record is read-only; copy it with to_dict() to remove {name!r}")

    def keys(self) -> KeysView[str]:
        """The wire names of all fields; makes ``dict(record)`` and ``**record`` work."""
        return self._all().keys()

    def to_dict(self) -> dict[str, Any]:
        """A new dict with wire names, of plain dicts, lists, strings, numbers, bools and None."""
        text = None if self._is_made() else self._text()
        if text is not None:
            return _loads(text)
        return {key: _unwrap(value) for key, value in self._all().items()}

    def to_json(self) -> str:
        """JSON text of the record, as the terminal sent it where that is known."""
        text = self._text()
        return json.dumps(self.to_dict(), ensure_ascii=False) if text is None else text

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Fields):
            return self._all() == other._all()
        if isinstance(other, Mapping):
            return self.to_dict() == other
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        try:
            fields = self._all()
        except ValueError:
            return f"{type(self).__name__}(<not JSON>)"
        shown = (f"{_names.to_snake(key)}={_show(key, value)}" for key, value in fields.items())
        return f"{type(self).__name__}({', '.join(shown)})"

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(_names.to_snake(key) for key in self._all())]

    def __reduce__(self) -> tuple[type[Fields], tuple[str]]:
        return type(self), (self.to_json(),)


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether plain JSON data is an object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Whether plain JSON data is an array."""
    return isinstance(value, list)


class Record(Fields):
    """An answer or an event: fields by Python name as attributes, by wire name as items.

    ``record.file_name`` and ``record["fileName"]`` are the same field. A field that was not sent is
    None as an attribute and a KeyError as an item, since the terminal leaves optional fields out.
    Fields that this library does not know are there as well. Objects inside are records too.
    ``in`` and iteration work on wire names. Records are read-only and compare by content, also with
    dicts. ``repr()`` hides PINs, passwords and tokens; `to_dict` and `to_json` do not.

    What the catalogue knows comes as a record of a class of its own, such as
    `trueroom.areas.app.GetAppStateAnswer`: type checkers know its fields, and codes and objects in
    it have their types. A value of another form than the catalogue says is given as it came.
    """

    __slots__ = ()

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


if TYPE_CHECKING:

    class Typed(Fields):
        """A record whose fields are known."""
else:
    Typed = Record


def as_kind(kind: str, value: Any) -> Any:
    """A code or an object, or several, as the catalogue's type; else the value as it is."""
    cls = _class(kind)
    if is_array(value):
        return [_one(cls, item) for item in value]
    return _one(cls, value)


def _one(cls: type[Any], value: Any) -> Any:
    if isinstance(value, Fields):
        return cls(value) if issubclass(cls, Fields) else value
    wanted = int if issubclass(cls, int) else str if issubclass(cls, str) else None
    return cls(value) if type(value) is wanted else value


@lru_cache(maxsize=1024)
def _class(kind: str) -> type[Any]:
    # Loaded when first needed: most programs use little of the protocol.
    module, name = kind.rsplit(".", 1)
    cls: type[Any] = getattr(import_module(f"{__package__}.{module}"), name)
    return cls


def redacted(value: Any) -> Any:
    """A copy of plain JSON data (or a record) with secret values replaced."""
    if isinstance(value, Fields):
        value = value.to_dict()
    if is_object(value):
        return {k: _REDACTED if _hidden(k, v) else redacted(v) for k, v in value.items()}
    if is_array(value):
        return [redacted(item) for item in value]
    return value


def _hidden(name: str, value: Any) -> bool:
    return value is not None and not isinstance(value, bool) and _names.is_secret(name)


def _show(name: str, value: Any) -> str:
    if _hidden(name, value):
        return _REDACTED
    if isinstance(value, str) and len(value) > 200:
        return f"{value[:200]!r}... ({len(value)} characters)"
    if is_array(value):
        more = [f"... {len(value) - 10} more"] if len(value) > 10 else []
        return f"[{', '.join([_show(name, item) for item in value[:10]] + more)}]"
    return repr(value)


def parse(text: str) -> dict[str, Any]:
    """The fields of a text that the native side does not read; objects inside become records."""
    fields = wrap(_loads(text))
    if text.startswith(CONNECTION):
        for name in _MILLISECONDS:
            if isinstance(fields.get(name), int | float):
                fields[name] = fields[name] / 1000
    return fields


def parse_list(text: str) -> Any:
    """An array that the native side does not read; objects inside become records."""
    return _wrap(_any(text))


def _loads(text: str) -> dict[str, Any]:
    value = _any(text)
    if not is_object(value):
        raise ValueError("not a JSON object")
    return value


def _any(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        # CPython refuses integers of more than 4300 digits; a hostile peer may send one.
        return json.loads(text, parse_int=_any_int)


def _any_int(digits: str) -> int | float:
    return int(digits) if len(digits) < 4300 else float(digits)


def wrap(content: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a mapping; objects inside become records."""
    return {key: _wrap(value) for key, value in content.items()}


def _wrap(value: Any) -> Any:
    if isinstance(value, Mapping):
        return Record(cast("Mapping[str, Any]", value))
    if isinstance(value, list | tuple):
        return [_wrap(item) for item in cast("list[Any]", value)]
    return value


def _unwrap(value: Any) -> Any:
    if isinstance(value, Fields):
        return value.to_dict()
    if is_array(value):
        return [_unwrap(item) for item in value]
    return value
