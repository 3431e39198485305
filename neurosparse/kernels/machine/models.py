"""Compile the scalar functions of a model and name them so that the cache finds them again."""

import hashlib
import inspect
from collections.abc import Callable
from typing import Any

from numba import njit

FAST = {"nsz", "arcp", "contract", "afn", "reassoc"}


def digest(kind: type) -> str:
    """Fingerprint the source of a model's module: an edited model is compiled anew.

    >>> len(digest(dict))
    10
    """
    try:
        source = inspect.getsource(inspect.getmodule(kind) or kind)
    except (OSError, TypeError):
        functions = [v.__code__.co_code for v in vars(kind).values() if hasattr(v, "__code__")]
        source = repr((kind.__qualname__, functions))
    return hashlib.sha256(source.encode()).hexdigest()[:10]


def scalar(function: Callable[..., Any]) -> Any:
    """Compile a model's function of one neuron; it is inlined where it is used."""
    return njit(nogil=True, fastmath=FAST)(function)


def suffix(kind: type, real: type, *more: str) -> str:
    """Name a specialisation: the model, its fingerprint, the precision and what else differs."""
    return "_".join((kind.__name__, digest(kind), real.__name__, *more))
