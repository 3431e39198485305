"""Compile the scalar functions of a model and name them so that the cache finds them again."""

import hashlib
import math
import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any

from numba import njit

from neurosparse.kernels.base.machine.exponential import FAST as FAST
from neurosparse.kernels.base.machine.exponential import exp32, exp64, exponential
from neurosparse.kernels.base.machine.literals import reading_literals
from neurosparse.kernels.base.machine.returned import Check, checking


def digest(kind: type) -> str:
    """Fingerprint a class's fields and the code of its functions, with all they use: edited code is
    compiled anew.

    It is taken from what is loaded, not from the file, which may have changed since.

    >>> len(digest(dict))
    10
    """
    seen: dict[str, str] = {}
    # what a model inherits is part of it
    members = {
        name: value for base in reversed(kind.__mro__) for name, value in vars(base).items()
    }
    for name, value in sorted(members.items()):
        function = getattr(value, "__func__", value)
        if isinstance(function, FunctionType):
            _describe(function, seen)
        elif hasattr(value, "_fields"):
            seen[name] = repr(value._fields)
    text = repr((kind.__module__, kind.__qualname__, sorted(seen.items())))
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def code_digest(function: FunctionType) -> str:
    """Fingerprint a function with the functions and numbers of its module that it names.

    >>> code_digest(code_digest) == code_digest(code_digest)
    True
    """
    seen: dict[str, str] = {}
    _describe(function, seen)
    return hashlib.sha256(repr(sorted(seen.items())).encode()).hexdigest()[:10]


def _describe(function: FunctionType, seen: dict[str, str]) -> None:
    """Add a function's code, and that of the functions, numbers and words that it names."""
    code = function.__code__
    seen[function.__qualname__] = ""
    used: dict[str, Any] = {name: function.__globals__.get(name) for name in code.co_names}
    if any(value is math.exp for value in used.values()):
        used |= {"exp": exp64, "exp of float32": exp32}
    for value in used.values():
        inner = getattr(value, "py_func", value)
        if isinstance(inner, FunctionType) and inner.__qualname__ not in seen:
            _describe(inner, seen)
    numbers = {
        name: value for name, value in used.items() if isinstance(value, (int, float))
    }
    # compiled code holds the places of fields, not their names
    numbers |= {
        name: value._fields for name, value in used.items() if hasattr(value, "_fields")
    }
    # nested code objects print with an address
    constants = [c for c in code.co_consts if not hasattr(c, "co_code")]
    seen[function.__qualname__] = repr((code.co_code, constants, code.co_names, numbers))


def scalar(
    function: Callable[..., Any], real: type | None = None, returns: Check | None = None
) -> Any:
    """Compile a model's function of one neuron; it is inlined where it is used, and so are the
    functions that it calls.

    For a state of type `real` the numbers with a point that it names are of that type too, and
    `math.exp` is one that loops over neurons can do as vectors. What it returns is compared with
    `returns`.
    """
    name = function.__qualname__
    options: dict[str, Any] = {"nogil": True, "fastmath": FAST, "forceinline": True}
    if real is not None:
        options["pipeline_class"] = reading_literals(real)
        if function.__globals__.get("exp") is math.exp:
            function = _rebound(function, {"exp": exponential[real]})
    called = {k: v for k, v in _used(function).items() if isinstance(v, FunctionType)}
    if called:
        inner = {k: scalar(v, real) for k, v in called.items() if v is not function}
        function = _rebound(function, inner)
    if returns is not None:
        options["pipeline_class"] = checking(returns, name, options.get("pipeline_class"))
    return njit(**options)(function)


def _used(function: Callable[..., Any]) -> dict[str, Any]:
    """What a function's own code names of its module."""
    code: Any = getattr(function, "__code__", None)
    names = () if code is None else code.co_names
    return {name: function.__globals__.get(name) for name in names}


def _rebound(function: Callable[..., Any], names: dict[str, Any]) -> Callable[..., Any]:
    """The same function with some names of its module bound anew."""
    scope = {**function.__globals__, **names}
    code = function.__code__
    return FunctionType(code, scope, function.__name__, function.__defaults__)


def findable(kind: type) -> bool:
    """Tell whether a class's module can be imported again, as compiled code in a cache asks when it
    is loaded.

    >>> findable(dict)
    True
    """
    return kind.__module__ in sys.modules


def suffix(kind: type, real: type, *more: str) -> str:
    """Name a specialisation: the model, its fingerprint, the precision and what else differs."""
    return "_".join((kind.__name__, digest(kind), real.__name__, *more))
