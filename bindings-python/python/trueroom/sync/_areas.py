"""The blocking twins of the areas, made when they are first used; types are in ``_areas.pyi``."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from .. import _areas
from .._area import Area, LazyFiles, load
from .._host import run
from .._names import pascal
from ._mirror import blocking


@functools.cache
def twin(module: str, name: str) -> type[Any]:
    """A class whose methods block, in place of an area's class."""
    area: Any = load(module, name)
    methods: dict[str, Any] = area.__dict__
    members = {key: _blocking(value) for key, value in methods.items() if key[0] != "_"}
    return type(name, (_Twin,), {"__doc__": area.__doc__, "__slots__": (), **members})


class _Twin:
    __slots__ = ("_room",)

    def __init__(self, room: Any) -> None:
        self._room = room

    _call = Area._call
    _run = Area._run


class LazyBlockingFiles(LazyFiles):
    """The commands of the area "files"."""

    @staticmethod
    def _commands() -> Any:
        return twin("files", "FilesArea")


@functools.cache
def _blocking(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        return run(method(self, *args, **kwargs))

    call.__doc__ = blocking(method.__doc__)
    return call


class Areas:
    """The commands of the terminal, by area."""


def _property(name: str) -> functools.cached_property[Any]:
    found = functools.cached_property(lambda room: twin(name, f"{pascal(name)}Area")(room))
    found.__set_name__(Areas, name)
    found.__doc__ = vars(_areas.Areas)[name].__doc__
    return found


for _name, _value in vars(_areas.Areas).items():
    if isinstance(_value, functools.cached_property):
        setattr(Areas, _name, _property(_name))
