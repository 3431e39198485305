"""Frozen settings of several parts: numbers of NumPy become Python's, counts are whole."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from neurosparse import checks


def settle(settings: Any, *counts: str) -> None:
    """Make the NumPy numbers of frozen settings Python's, so that they are saved as they act.

    Args:
        settings: a frozen dataclass.
        counts: names of those that must be whole.

    Raises:
        TypeError: a field of type float that is no number.
        ValueError: a count that is not whole, a float that is not finite.
    """
    for name, value in vars(settings).items():
        if isinstance(value, np.generic):
            object.__setattr__(settings, name, value.item())
    for name in counts:
        # the least number of each is checked by the settings, together with its neighbours
        checks.whole_number(name, getattr(settings, name), -(2**63))
    for field in fields(settings):
        if field.type in ("float", float):
            checks.finite(field.name, getattr(settings, field.name))
