"""What the process holds, and whether that grows."""

from __future__ import annotations

import asyncio
import gc
import os
from dataclasses import dataclass


@dataclass
class Sample:
    seconds: float
    rss_kb: int
    tasks: int
    threads: int
    descriptors: int
    objects: int


def sample(seconds: float) -> Sample:
    gc.collect()
    return Sample(
        seconds,
        rss_kb(),
        len(asyncio.all_tasks()),
        len(os.listdir("/proc/self/task")),
        len(os.listdir("/proc/self/fd")),
        len(gc.get_objects()),
    )


def rss_kb() -> int:
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))


def slope(points: list[tuple[float, float]]) -> float:
    """Growth per unit of the first coordinate, by least squares."""
    if len(points) < 2:
        return 0.0
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    square = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / square if square else 0.0
