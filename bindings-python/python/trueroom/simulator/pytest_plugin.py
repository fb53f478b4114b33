"""Fixtures for pytest, found by it without any set-up: a virtual terminal for each test.

``simulator`` is a running `SyncSimulator`, ``async_simulator`` the same for async tests. The
fixture ``simulator_options`` may be overridden with a dict of options, in a module, a class, or by
``@pytest.mark.parametrize("simulator_options", [{"pin": "1234"}])``.
"""

# The package is imported inside of the fixtures: a plugin is loaded in every run of pytest.

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from . import Simulator, SyncSimulator


@pytest.fixture
def simulator_options() -> dict[str, Any]:
    """Options of the virtual terminal; override it to set some."""
    return {}


@pytest.fixture
def simulator(simulator_options: dict[str, Any]) -> Iterator[SyncSimulator]:
    """A running virtual terminal, for tests without asyncio."""
    from . import SyncSimulator

    with SyncSimulator(**simulator_options) as terminal:
        yield terminal


@pytest.fixture
def async_simulator(simulator: SyncSimulator) -> Simulator:
    """The running virtual terminal, for async tests."""
    return simulator.asynchronous()
