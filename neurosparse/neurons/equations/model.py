"""A neuron model from equations: text in, the class that a person would have written out."""

import hashlib
import keyword
import linecache
import math
from collections import namedtuple
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from types import CodeType, FunctionType
from typing import Any, ClassVar

import numpy as np

from neurosparse.errors import bad_argument, bad_type, missing_extra
from neurosparse.neurons import linear
from neurosparse.neurons.base import Value
from neurosparse.neurons.base import parameters as derived_parameters
from neurosparse.neurons.equations import built
from neurosparse.neurons.fields import Neuron


@dataclass(frozen=True, kw_only=True, repr=False)
class EquationNeuron(Neuron):
    """What `from_equations` gives: a neuron model that knows its own `source`.

    That is the text of the class: a file with it holds the same model, without sympy.
    """

    source: ClassVar[str]
    _recipe: ClassVar[Any]

    def __repr__(self) -> str:
        values = (f"{field.name}={getattr(self, field.name)!r}" for field in fields(self))
        return f"{type(self).__name__}({', '.join(values)})"

    def __reduce__(self) -> Any:
        """Be pickled and copied as equations and parameters."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return _again, (self._recipe, values)


def from_equations(
    equations: str,
    *,
    threshold: str,
    reset: str = "",
    parameters: Mapping[str, float | str] | None = None,
    receptors: Mapping[str, str] | None = None,
    initial: Mapping[str, float | str] | None = None,
    method: str = "",
    rests: Iterable[str] | None = None,
    drive: str = "",
    name: str = "Model",
) -> type[EquationNeuron]:
    """Make a neuron model of differential equations: a class as a person would have written it.

    Linear equations are stepped exactly for any dt, also beside others; the others by exponential
    Euler where each is linear in its own variable, else by the method that is named. Times are in
    ms. `Model.source` is the text of the class.

    Args:
        equations: lines `dx/dt = ... : unit`, and `name = ... : unit` for values that they share;
            units are optional, and checked where they are given.
        threshold: a condition, as "v > v_threshold".
        reset: assignments that follow a spike, one a line or parted by `;`.
        parameters: names and defaults: 20.0, or "20 ms". `t_ref` (ms) is one, 0 by default.
        receptors: kinds of synapses -> the variable that a spike adds its weight to. What is added
            to a variable that rests acts in the next step, and is lost while it rests. By default
            there are none.
        initial: where variables start: numbers or expressions of parameters. Others start at 0,
            `v` at `v_rest` where there is one.
        method: for equations that are not linear: exponential_euler, euler, midpoint, rk4; "exact"
            refuses them.
        rests: variables that stand still while refractory; None are those that `reset` sets by =.
        drive: the parameter that injected currents add to, by default `i_ext`.
        name: of the class.

    Raises:
        ValueError: the line, what is wrong in it and what would be accepted: unknown names, units
            that do not fit, no condition, equations that need a method.
        ImportError: without sympy.

    >>> model = from_equations(
    ...     "dv/dt = (v_rest - v + r_mem * i_ext) / tau_mem : mV",
    ...     threshold="v > v_threshold",
    ...     reset="v = v_reset",
    ...     receptors={"delta": "v"},
    ...     parameters={"tau_mem": "20 ms", "v_rest": "-65 mV", "v_threshold": "-50 mV",
    ...                 "v_reset": "-65 mV", "r_mem": "1 GOhm", "i_ext": "0 pA"},
    ... )
    >>> model(tau_mem=10.0).coefficients(0.1).v_own.round(6)
    np.float64(-0.00995)
    """
    try:
        from neurosparse.neurons.equations.reading import Recipe, read_parameter
    except ModuleNotFoundError as error:
        if error.name != "sympy":
            raise
        raise missing_extra("sympy", "equations") from error
    start = {} if initial is None else initial
    kinds = {} if receptors is None else receptors
    defaults = {} if parameters is None else parameters
    texts = {"equations": equations, "threshold": threshold, "reset": reset, "name": name}
    _check_texts(texts | {"method": method, "drive": drive})
    _check_tables({"parameters": defaults, "receptors": kinds, "initial": start})
    if isinstance(rests, str):
        raise bad_type("rests", rests, 'names of variables, as ["v"]')
    recipe = Recipe(
        name=name,
        equations=equations,
        threshold=threshold,
        reset=reset,
        receptors=tuple(kinds.items()),
        parameters=tuple(read_parameter(key, value) for key, value in defaults.items()),
        initial=tuple((key, str(value)) for key, value in start.items()),
        method=method,
        rests=None if rests is None else tuple(rests),
        drive=drive,
    )
    kind: type[EquationNeuron] = build_class(recipe)
    return kind


def _check_texts(texts: Mapping[str, Any]) -> None:
    for argument, text in texts.items():
        if not isinstance(text, str):
            raise bad_type(argument, text, "a text")
    name = texts["name"]
    if not (name.isidentifier() and name.isascii()) or keyword.iskeyword(name):
        raise bad_argument("name", name, "a name for the class, as Resonator")


def _check_tables(tables: Mapping[str, Any]) -> None:
    for argument, table in tables.items():
        if not isinstance(table, Mapping):
            raise bad_type(argument, table, 'a dict by name, as {"tau_mem": "20 ms"}')
        for name in table:
            if not isinstance(name, str):
                raise bad_type(argument, name, "names that are words")


def _write(recipe: Any) -> Any:
    from neurosparse.neurons.equations.reading import describe_model
    from neurosparse.neurons.equations.writing import write_class

    return write_class(describe_model(recipe))


@cache
def build_class(recipe: Any) -> Any:
    """Write and assemble the class of a recipe; equal recipes give the same class. One that knows
    how to `write` itself is no set of equations.
    """
    written = recipe.write() if hasattr(recipe, "write") else _write(recipe)
    mark = hashlib.sha256(written.text.encode()).hexdigest()[:10]
    state = _tuple(f"{recipe.name}State", written.state, mark)
    coefficients = _tuple(f"{recipe.name}Coefficients", written.coefficients, mark)
    kinds = {state.__name__: state, coefficients.__name__: coefficients}
    members: dict[str, Any] = {"State": state, "Coefficients": coefficients}
    for function in _functions(written.text, recipe.name, mark, kinds):
        plain = function.__code__.co_varnames[0] == "self"
        members[function.__name__] = function if plain else staticmethod(function)
    facts = {
        name: getattr(written, name)
        for name in ("conductances", "above_zero", "ordered", "noise", "summed")
    }
    members |= {name: value for name, value in facts.items() if value}
    members["receptors"] = written.receptors
    if written.drive:
        members["drive"] = (written.drive, "")
    members |= written.defaults
    members |= {
        "__doc__": written.docstring,
        "__annotations__": dict.fromkeys(written.defaults, Value),
        "__module__": built.__name__,
        "__qualname__": f"{recipe.name}_{mark}",  # what a checkpoint knows the model by
        "_recipe": recipe,
        "source": written.text,
    }
    kind: Any = type(recipe.name, (EquationNeuron,), members)
    return dataclass(frozen=True, kw_only=True, repr=False)(kind)


def _tuple(name: str, names: tuple[str, ...], mark: str) -> Any:
    make: Any = namedtuple  # its own types want the name written out
    kind = make(name, names, module=built.__name__)
    kind.__qualname__ = f"{name}_{mark}"
    setattr(built, kind.__qualname__, kind)
    return kind


def _again(recipe: Any, values: dict[str, Any]) -> Any:
    return build_class(recipe)(**values)


def _functions(
    text: str, name: str, mark: str, kinds: Mapping[str, Any]
) -> Iterator[FunctionType]:
    """The functions of the class that `text` writes; nothing of it is run.

    The text is known to `linecache`, so that errors show its lines and a GPU kernel is written
    from it.
    """
    file = f"<equations {name} {mark}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    names = {"np": np, "parameters": derived_parameters, "Neuron": Neuron, **kinds}
    names |= {
        verb: getattr(math, verb) for verb in ("exp", "log", "sqrt", "sin", "cos", "tanh")
    }
    names |= {verb: getattr(linear, verb) for verb in dir(linear) if verb[0].islower()}
    names["__name__"] = built.__name__
    whole = compile(text, file, "exec")
    for code in whole.co_consts:
        if isinstance(code, CodeType) and code.co_name == name:
            for inner in code.co_consts:
                if isinstance(inner, CodeType):
                    yield FunctionType(inner, names)
