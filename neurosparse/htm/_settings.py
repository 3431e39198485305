"""Frozen settings of several parts: checked, and kept as numbers of Python."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurosparse import checks


def settle(settings: Any) -> None:
    """Check the numbers of frozen settings, and keep them as Python's: they are saved as they act.

    Args:
        settings: a frozen dataclass.

    Raises:
        TypeError: a field of type float that is no number, one of type bool that is not True or
            False.
        ValueError: a count that is not whole or below 0, a float that is not finite.
    """
    checks.keep_numbers(settings)
    for name, value in vars(settings).items():
        if isinstance(value, np.generic):
            object.__setattr__(settings, name, value.item())
