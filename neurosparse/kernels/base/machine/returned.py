"""What a model's functions return, compared with what the loops write to memory.

A loop stores field after field into the rows of an array, which have no more room than the state
has fields. So the types are compared where a function is compiled, and code from the cache was
compared when it was made.
"""

from collections.abc import Callable
from typing import Any

from numba.core import types
from numba.core.compiler import Compiler, CompilerBase
from numba.core.compiler_machinery import FunctionPass, register_pass
from numba.core.typed_passes import NopythonTypeInference

Check = Callable[[Any], str]
"""What is expected in the place of a returned type, or "" where the type will do."""


def fields_of(kind: Any) -> Check:
    """Expect the fields of the named tuple `kind`: as such, or as a plain tuple of numbers."""
    expected = f"{kind.__name__}({', '.join(kind._fields)})"

    def check(returned: Any) -> str:
        return "" if _fits(returned, kind) else expected

    return check


def fields_and_flag(kind: Any) -> Check:
    """Expect the pair of a named tuple `kind` and a truth value."""
    whole = f"{kind.__name__}({', '.join(kind._fields)})"

    def check(returned: Any) -> str:
        pair = isinstance(returned, types.BaseTuple) and len(returned) == 2
        if pair and _fits(returned[0], kind) and _is_number(returned[1]):
            return ""
        return f"({whole}, crossed)"

    return check


def one_number(returned: Any) -> str:
    """Expect a number."""
    return "" if _is_number(returned) else "one number"


def _is_number(kind: Any) -> bool:
    return isinstance(kind, types.Number | types.Boolean)


def _fits(returned: Any, kind: Any) -> bool:
    """Whether a type has the numbers of `kind`, under its names if it has names."""
    if not isinstance(returned, types.BaseTuple) or len(returned) != len(kind._fields):
        return False
    fields: Any = returned  # its own types do not know that it can be gone through
    names = getattr(returned, "fields", kind._fields)
    return tuple(names) == kind._fields and all(map(_is_number, fields))


def spelled(kind: Any) -> str:
    """Write a type as a person writes the value.

    >>> spelled(types.Tuple([types.float32, types.boolean]))
    '(float32, bool)'
    """
    named: Any = kind  # its own types do not know its fields
    if isinstance(kind, types.BaseNamedTuple):
        return f"{named.instance_class.__name__}({', '.join(named.fields)})"
    if isinstance(kind, types.BaseTuple):
        return f"({', '.join(spelled(part) for part in named)})"
    return str(kind)


def checking(
    check: Check, name: str, base: type[CompilerBase] | None = None
) -> type[CompilerBase]:
    """Give the compiler `base` that refuses a function, by its name, if it returns what `check`
    does not expect.

    The compiled code is that of `base`.
    """
    parent: Any = base or Compiler

    @register_pass(mutates_CFG=False, analysis_only=True)
    class CheckReturned(FunctionPass):
        _name = f"check_what_{name}_returns"

        def __init__(self) -> None:
            super().__init__()  # type: ignore[no-untyped-call]

        def run_pass(self, state: Any) -> bool:
            expected = check(state.return_type)
            if expected:
                # no error of Numba, so that Numba hands it on as it is
                returned = spelled(state.return_type)
                raise TypeError(f"{name} returned {returned}, wants {expected}")
            return False

    class Checking(parent):
        def define_pipelines(self) -> list[Any]:
            managers: list[Any] = super().define_pipelines()
            for passes in managers:
                passes.add_pass_after(CheckReturned, NopythonTypeInference)
                passes.finalize()
            return managers

    return Checking
