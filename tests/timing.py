"""Whether cost is linear, measured so that a busy machine does not decide."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

_Input = TypeVar("_Input")


def assert_linear(
    prepare: Callable[[int], _Input], run: Callable[[_Input], object], small: int, large: int, floor: float = 0.02
) -> None:
    """Processor time grows less than 2.5 times as fast as the size.

    A collection of garbage, or neighbours that take the cache, make a measurement longer and none shorter: both times
    are the best so far, and a square of the size is over the bound however often it is measured.

    Args:
        prepare: Makes input of a size, outside of the measured time.
        floor: Seconds; less is taken for this much, below it clocks are coarse.
    """
    bound = 2.5 * large / small
    few = many = float("inf")
    for _ in range(5):
        few, many = min(few, _seconds(run, prepare(small))), min(many, _seconds(run, prepare(large)))
        if many < bound * max(few, floor):
            return
    raise AssertionError(f"{small}: {few:.3f} s, {large}: {many:.3f} s, over {bound:.0f} times as long")


def _seconds(run: Callable[[_Input], object], data: _Input) -> float:
    start = time.process_time()
    run(data)
    return time.process_time() - start
