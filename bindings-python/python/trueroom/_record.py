"""`Record`: what the terminal says, readable by wire name and by Python name."""

from __future__ import annotations

import json
from collections.abc import Iterator, KeysView, Mapping
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, TypeGuard, cast

from . import _names

_REDACTED = "[redacted]"
# How the library's own connection events begin. They carry durations in milliseconds on their way
# through the core.
CONNECTION = '{"method":"event","event":"connection"'
_MILLISECONDS = ("retryIn", "deafFor")


class Fields:
    """What records of unknown and of known content have in common; see `Record`."""

    __slots__ = ("_fields", "_text")
    _text: str | None
    _fields: dict[str, Any] | None
    # Classes of known content say which fields hold codes or objects, and other names of fields.
    _kinds: ClassVar[dict[str, str]] = {}
    _spellings: ClassVar[dict[str, tuple[str, ...]]] = {}

    def __init__(self, content: str | Mapping[str, Any]) -> None:
        """Args:
        content: The JSON text of an object, read when first needed, or a mapping.
        """
        if isinstance(content, str):
            object.__setattr__(self, "_text", content)
            object.__setattr__(self, "_fields", None)
        else:
            fields = {key: _wrap(value) for key, value in content.items()}
            object.__setattr__(self, "_text", None)
            object.__setattr__(self, "_fields", fields)

    if not TYPE_CHECKING:
        # Type checkers see it in `Record` only: fields of known classes are declared.
        def __getattr__(self, name: str) -> Any:
            # Reached only for names that are not methods of the class.
            if name[:2] == "__":
                raise AttributeError(name)
            fields = _load(self)
            key = _find(fields, name, self._spellings)
            if key is None:
                return None
            kind = self._kinds.get(key) if self._kinds else None
            return fields[key] if kind is None else _as(kind, fields[key])

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a record is read-only; copy it with to_dict() to change {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a record is read-only; copy it with to_dict() to remove {name!r}")

    def __getitem__(self, name: str) -> Any:
        return _load(self)[name]

    def __contains__(self, name: object) -> bool:
        return name in _load(self)

    def __iter__(self) -> Iterator[str]:
        return iter(_load(self))

    def __len__(self) -> int:
        return len(_load(self))

    def __bool__(self) -> bool:
        # An answer without fields is still an answer.
        return True

    def keys(self) -> KeysView[str]:
        """The wire names of all fields; makes ``dict(record)`` and ``**record`` work."""
        return _load(self).keys()

    def get(self, name: str, default: Any = None) -> Any:
        """The field with this wire name, or ``default`` when it was not sent."""
        return _load(self).get(name, default)

    def to_dict(self) -> dict[str, Any]:
        """A new dict with wire names, of plain dicts, lists, strings, numbers, bools and None."""
        return {key: _unwrap(value) for key, value in _load(self).items()}

    def to_json(self) -> str:
        """JSON text of the record, as the terminal sent it where that is known."""
        if self._text is not None and not self._text.startswith(CONNECTION):
            return self._text
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Fields):
            return _load(self) == _load(other)
        if isinstance(other, Mapping):
            return self.to_dict() == other
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        try:
            fields = _load(self)
        except ValueError:
            return f"{type(self).__name__}(<not JSON>)"
        shown = (f"{_names.to_snake(key)}={_show(key, value)}" for key, value in fields.items())
        return f"{type(self).__name__}({', '.join(shown)})"

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(_names.to_snake(key) for key in _load(self))]

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


def _find(fields: dict[str, Any], name: str, spellings: dict[str, tuple[str, ...]]) -> str | None:
    """The wire name of an attribute."""
    if name in fields:
        return name
    if name[:1] == "_" or not _names.is_field_name(name):
        raise AttributeError(name)
    wire = _names.to_wire(name)
    if wire in fields:
        return wire
    for key in fields:
        if _names.to_snake(key) == name:
            return key
    for key, others in spellings.items():
        if _names.to_snake(key) == name:
            return next((other for other in others if other in fields), None)
    return None


def _as(kind: str, value: Any) -> Any:
    """A code or an object, or several, as the catalogue's type; else the value as it is."""
    cls = _class(kind)
    if is_array(value):
        return [_one(cls, item) for item in value]
    return _one(cls, value)


def _one(cls: type[Any], value: Any) -> Any:
    if isinstance(value, Fields):
        return _wrap_fields(_load(value), cls) if issubclass(cls, Fields) else value
    wanted = int if issubclass(cls, int) else str if issubclass(cls, str) else None
    return cls(value) if type(value) is wanted else value


@lru_cache(maxsize=1024)
def _class(kind: str) -> type[Any]:
    # Loaded when first needed: most programs use little of the protocol.
    module, name = kind.split(".")
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


def _load(record: Fields) -> dict[str, Any]:
    fields = record._fields
    if fields is not None:
        return fields
    text = record._text
    fields = parse(text or "")
    if text is not None and text.startswith(CONNECTION):
        for name in _MILLISECONDS:
            if isinstance(fields.get(name), int | float):
                fields[name] = fields[name] / 1000
    object.__setattr__(record, "_fields", fields)
    return fields


def parse(text: str) -> dict[str, Any]:
    """The fields of a JSON object; objects inside become records."""
    try:
        if text.find("{", 1) < 0:
            # Most messages are flat, and need no hook; without one it takes half the time.
            flat = json.loads(text)
            if is_object(flat):
                return flat
        value = json.loads(text, object_hook=_wrap_fields)
    except ValueError:
        # CPython refuses integers of more than 4300 digits; a hostile peer may send one.
        value = json.loads(text, object_hook=_wrap_fields, parse_int=_any_int)
    if not isinstance(value, Fields):
        raise ValueError("not a JSON object")
    return _load(value)


def _any_int(digits: str) -> int | float:
    return int(digits) if len(digits) < 4300 else float(digits)


def _wrap_fields(fields: dict[str, Any], cls: type[Any] = Record) -> Any:
    record: Any = object.__new__(cls)
    object.__setattr__(record, "_text", None)
    object.__setattr__(record, "_fields", fields)
    return record


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
