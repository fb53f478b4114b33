"""What the areas of a room have in common: checking parameters, sending, typed answers."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine, Mapping
from importlib import import_module
from types import MethodType
from typing import TYPE_CHECKING, Any, TypeVar

from . import _names, _params
from ._event_index import EVENTS
from ._record import Fields, Record, Typed

if TYPE_CHECKING:
    from ._base import BaseRoom

A = TypeVar("A", bound=Fields)
Method = Callable[..., Coroutine[Any, Any, Any]]

# The word in a method's body: what fits, and how it is called in an error.
_CHECKS: dict[str, tuple[tuple[type, ...], str]] = {
    "str": ((str,), "a str"),
    "int": ((int,), "an int"),
    "id": ((int, str), "an int or a str"),
    "float": ((float, int), "a number"),
    "bool": ((bool,), "a bool"),
    "dict": ((Mapping, Fields), "a dict or a record"),
    "list": ((list, tuple), "a list or a tuple"),
}


class Accepted(Typed):
    """An answer that tells nothing but that the command was accepted.

    For an action that often means only "accepted for execution"; the outcome comes as an event.
    """

    __slots__ = ()


class Area:
    """Commands of a room that belong together."""

    __slots__ = ("_room",)

    def __init__(self, room: BaseRoom) -> None:
        self._room = room

    def __init_subclass__(cls) -> None:
        for name, method in list(vars(cls).items()):
            if name[0] != "_":
                # Short names are the same function under another name.
                setattr(cls, name, _checked(method))

    def _call(
        self,
        method: str,
        answer: type[A],
        timeout: float | None,
        /,
        *params: tuple[str, object, str],
    ) -> Coroutine[Any, Any, A]:
        wire = _params.dumps(method, _checked_values(params))
        return self._room._send(method, wire, timeout, answer)

    async def _run(
        self, flow: str, timeout: float | None, /, *params: tuple[str, object, str]
    ) -> Any:
        return await self._room._run_flow(flow, _checked_values(params), timeout)


class LazyFiles:
    """The commands of the area "files", as methods of an object that has others as well."""

    _room: BaseRoom

    @staticmethod
    def _commands() -> Any:
        return load("files", "FilesArea")

    def _methods(self) -> dict[str, Any]:
        methods: dict[str, Any] = self._commands().__dict__
        return {name: method for name, method in methods.items() if name[0] != "_"}

    def __getattr__(self, name: str) -> Any:
        method = None if name[:1] == "_" else self._methods().get(name)
        if method is None:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return MethodType(method, self._commands()(self._room))

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._methods()]


def load(module: str, name: str) -> Callable[[Any], Any]:
    """The class of an area; its module is imported when it is first used."""
    area: Callable[[Any], Any] = getattr(import_module(f"{__package__}.areas.{module}"), name)
    return area


@functools.lru_cache(maxsize=1024)
def event_class(name: str) -> type[Record]:
    """The class of an event; `Record` for one that the catalogue does not know."""
    if name in ("connection", "lagged", "error", "live"):
        module, cls = "_library_events", f"{name.capitalize()}Event"
    elif name in EVENTS:
        area, cls = EVENTS[name]
        module = f"areas.{area}"
    else:
        return Record
    found: type[Record] = getattr(import_module(f"{__package__}.{module}"), cls)
    return found


@functools.cache
def _checked(method: Method) -> Method:
    """The method with a helpful error for a parameter that it does not have."""
    code = method.__code__
    names = code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]

    @functools.wraps(method)
    def checked(self: Area, *args: Any, **kwargs: Any) -> Coroutine[Any, Any, Any]:
        for name in kwargs:
            if name not in names:
                raise TypeError(_unknown(method.__name__, name, names))
        return method(self, *args, **kwargs)

    return checked


def _checked_values(params: tuple[tuple[str, object, str], ...]) -> dict[str, object]:
    """The parameters that are given, by wire name."""
    wire: dict[str, object] = {}
    for name, value, check in params:
        needed = not check.endswith("?")
        if value is None and not needed:
            continue
        _check(name, value, check.rstrip("?"))
        wire[name] = value
    return wire


def _unknown(method: str, name: str, names: tuple[str, ...]) -> str:
    import difflib  # of use for errors only

    close = difflib.get_close_matches(_names.to_snake(name), names, 1, 0.5)
    hint = f"did you mean {close[0]}?" if close else f"it has {', '.join(names)}"
    return f"{method}() has no parameter {name!r}; {hint} Nothing was sent"


def _check(name: str, value: object, check: str) -> None:
    if check == "any":
        return
    types, words = _CHECKS[check]
    fits = isinstance(value, types) and (check == "bool" or not isinstance(value, bool))
    if not fits:
        python = _names.to_snake(name)
        found = "None" if value is None else f"{type(value).__name__}"
        raise TypeError(f"{python} must be {words}, not {found}; nothing was sent")
