"""Numbers that stand in a model's equations, in the type of its state and out of LLVM's sight.

To Numba a literal is a float64, which would widen a float32 loop. A constant 0 in the type of the
state would be worse: LLVM makes masked vectors of `v + (change if c else 0.0)` and fuses the change
into them, so that a model is slower and rounds otherwise on each machine. So a literal is read from
memory where the function begins, as a coefficient is; a loop over neurons reads it once.
"""

from functools import cache
from typing import Any

from numba.core import cgutils, ir
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import FunctionPass, register_pass
from numba.core.untyped_passes import FixupArgs
from numba.extending import intrinsic as _intrinsic
from numba.np.numpy_support import from_dtype

intrinsic: Any = (
    _intrinsic  # its own types hide that the decorated name takes no typing context
)


@cache
def literal(value: float, real: type) -> Any:
    """Make the function, without arguments, that reads `value` as a `real` from memory."""
    kind = from_dtype(real)

    @intrinsic
    def read(typingctx: Any) -> Any:
        def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            name = f"literal.{kind}.{value.hex()}"
            cell = builder.module.globals.get(name)
            if cell is None:
                llvm = context.get_value_type(kind)
                cell = cgutils.add_global_variable(builder.module, llvm, name)
                cell.initializer = llvm(value)
                # weak: for all that LLVM knows, another module says what it holds
                cell.linkage = "weak"
            number = builder.load(cell)
            # it never changes, so a loop that writes other memory need not read it again
            number.set_metadata("invariant.load", builder.module.add_metadata([]))
            return number

        return kind(), codegen

    return read


@cache
def reading_literals(real: type) -> type[CompilerBase]:
    """Give the compiler that reads the numbers with a point of a function as `real`."""

    @register_pass(mutates_CFG=False, analysis_only=False)
    class ReadLiterals(FunctionPass):
        _name = f"read_literals_as_{real.__name__}"

        def __init__(self) -> None:
            super().__init__()  # type: ignore[no-untyped-call]

        def run_pass(self, state: Any) -> bool:
            blocks = state.func_ir.blocks
            first = blocks[min(blocks)]
            loads: list[Any] = []
            for block in blocks.values():
                for line in block.find_insts(ir.Assign):
                    known = isinstance(line.value, ir.Const | ir.Global | ir.FreeVar)
                    if known and type(line.value.value) is float:
                        line.value = _load(first, literal(line.value.value, real), loads)
            first.body[:0] = loads
            # this compilation began before the functions of `literal` were made
            state.typingctx.refresh()
            state.targetctx.refresh()
            return bool(loads)

    class Compiler(CompilerBase):
        def define_pipelines(self) -> list[Any]:
            passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
            passes.add_pass_after(ReadLiterals, FixupArgs)
            passes.finalize()
            return [passes]

    return Compiler


def _load(block: Any, function: Any, loads: list[Any]) -> Any:
    """Add a call of `function` to `loads`; returns the variable that then holds the number."""
    called = ir.Var(block.scope, f"$literal_function_{len(loads)}", block.loc)
    number = ir.Var(block.scope, f"$literal_{len(loads)}", block.loc)
    call = ir.Expr.call(called, (), (), block.loc)
    loads.append(
        ir.Assign(ir.FreeVar(0, "literal", function, block.loc), called, block.loc)
    )
    loads.append(ir.Assign(call, number, block.loc))
    return number
