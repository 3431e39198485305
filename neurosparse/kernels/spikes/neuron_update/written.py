"""Triton kernels from source that was written for a class, as if it stood in a file."""

import linecache
from types import CodeType, FunctionType
from typing import Any

import triton
import triton.language as tl

from neurosparse.kernels.base.machine.models import digest


def written_kernels(kind: Any, source: str) -> dict[str, Any]:
    """Compile the functions of `source`, written for `kind`, to Triton kernels by name; CAPITALS
    are constexpr.
    """
    # Triton reads a function's source through linecache
    name = f"<{kind.__qualname__} {digest(kind)}>"
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    names: dict[str, Any] = {"triton": triton, "tl": tl, "__name__": name}
    for code in compile(source, name, "exec").co_consts:
        if isinstance(code, CodeType):
            function = FunctionType(code, names)
            function.__annotations__ = {
                k: tl.constexpr for k in code.co_varnames[: code.co_argcount] if k.isupper()
            }
            names[code.co_name] = triton.jit(function)
    return names
