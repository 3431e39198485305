"""Compile a kernel's adapter into an operation, one specialisation of dtypes and models at a
time.
"""

from functools import cache
from types import FunctionType
from typing import Any

from numba import cfunc, types

from neurosparse.kernels.base.machine.models import code_digest

memoised: Any = cache  # its own types deny that classes can be hashed
SIGNATURE = types.void(types.int64, types.int64, types.int64)


def specialise(function: Any, suffix: str, **bindings: Any) -> FunctionType:
    """Clone a function with some of its global names bound anew.

    Numba caches compiled code by module and qualified name, never for closures over other compiled
    functions: a clone under its own name is found again in the next session, a closure is not. The
    name holds a fingerprint of the code, so that what is found is what is loaded.
    """
    name = f"{function.__name__}_{suffix}_{code_digest(function)}"
    clone = FunctionType(
        function.__code__, {**function.__globals__, **bindings}, name, function.__defaults__
    )
    clone.__qualname__ = name
    clone.__module__ = function.__module__
    return clone


@memoised
def operation(function: Any, suffix: str, kept: bool = True, **bindings: Any) -> Any:
    """Compile (or load from the cache, where it is `kept`) the operation `function`; `.address` is
    its entry.
    """
    return cfunc(SIGNATURE, cache=kept, error_model="numpy")(
        specialise(function, suffix, **bindings)
    )
