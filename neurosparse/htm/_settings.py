"""Frozen settings of several parts: checked, and kept as numbers of Python."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurosparse import checks
from neurosparse.errors import bad_type


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


def check_parts(**parts: tuple[Any, type | tuple[type, ...]]) -> None:
    """Refuse a part of another kind: a number where settings are meant.

    Args:
        parts: by name, each with the kinds that it may be of.

    Raises:
        TypeError: says how the part is written.
    """
    for name, (value, kinds) in parts.items():
        if not isinstance(value, kinds):
            each = kinds if isinstance(kinds, tuple) else (kinds,)
            words = " or ".join(f"{kind.__name__}(...)" for kind in each)
            raise bad_type(name, value, words)
