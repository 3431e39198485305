"""Frozen settings of several parts: numbers of NumPy become Python's, counts are whole."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurosparse import checks


def settle(settings: Any, *counts: str) -> None:
    """Make the NumPy numbers of frozen settings Python's, so that they are saved as they act.

    Args:
        settings: a frozen dataclass.
        counts: names of those that must be whole.

    Raises:
        ValueError: a count that is not whole.
    """
    for name, value in vars(settings).items():
        if isinstance(value, np.generic):
            object.__setattr__(settings, name, value.item())
    for name in counts:
        # the least number of each is checked by the settings, together with its neighbours
        checks.whole_number(name, getattr(settings, name), -(2**63))
