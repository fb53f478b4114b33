"""Takes the documentation of the asyncio face over."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

C = TypeVar("C", bound=type)

_WORDS = (
    (re.compile(r"\basync (with|for|handler)\b"), r"\1"),
    (re.compile(r"\bawait "), ""),
    (re.compile(r"\b(an|An) async iterator\b"), r"\1 iterator"),
    (re.compile(r", or called from another event loop"), ""),
    (re.compile(r", or wrong event loop; nothing"), "; nothing"),
    (re.compile(r", no running event loop, or a forked process"), ", or a forked process"),
    (re.compile(r"because the loop was too slow"), "because the consumer was too slow"),
)


def blocking(text: str | None) -> str | None:
    """Documentation of a coroutine as that of a blocking function."""
    if text is not None:
        for pattern, words in _WORDS:
            text = pattern.sub(words, text)
    return text


def mirrors(original: type) -> Callable[[C], C]:
    """Gives what has no documentation of its own that of the class it mirrors."""

    def decorate(cls: C) -> C:
        if not cls.__doc__:
            cls.__doc__ = blocking(original.__doc__)
        for name, value in vars(cls).items():
            other = getattr(original, name, None)
            if callable(value) and not value.__doc__ and other is not None:
                value.__doc__ = blocking(other.__doc__)
        return cls

    return decorate
