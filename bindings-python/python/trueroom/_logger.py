"""The package's logger. `logging` is loaded when there is something to say, since loading it takes
as long as loading this whole package; a program that has not loaded it has not set it up either.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging


def logger() -> logging.Logger:
    """The logger, which says nothing unless the program has set logging up."""
    import logging

    found = logging.getLogger("trueroom")
    if not any(isinstance(handler, logging.NullHandler) for handler in found.handlers):
        found.addHandler(logging.NullHandler())
    return found


def logging_is_set_up() -> bool:
    """Whether a record of this package's logger would reach anybody."""
    if "logging" not in sys.modules:
        return False
    import logging

    level: logging.Logger | None = logger()
    while level is not None:
        if any(not isinstance(handler, logging.NullHandler) for handler in level.handlers):
            return True
        level = level.parent if level.propagate else None
    return False
