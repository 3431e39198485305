"""Pieces of the text of a class: head, named tuples, functions, imports."""

import ast
from typing import NamedTuple

from neurosparse.neurons.equations.folding import fold

_HELPERS = (
    *("exponential_blend", "firing_guard", "lasting_lift", "linear_noise"),
    *("linear_step", "settling_time", "transfer_peak"),
)
_VERBS = ("exp", "log", "sqrt", "sin", "cos", "tanh")


class Written(NamedTuple):
    """The source of a class, and the facts about it that are no functions."""

    text: str
    docstring: str
    state: tuple[str, ...]
    coefficients: tuple[str, ...]
    receptors: dict[str, str]
    conductances: tuple[str, ...]
    drive: str
    above_zero: tuple[str, ...]
    ordered: tuple[tuple[str, str], ...]
    defaults: dict[str, float]
    noise: tuple[str, ...]
    summed: tuple[str, ...]


def tuple_text(name: str, fields: tuple[str, ...], words: str) -> str:
    """A named tuple of numbers."""
    lines = [f"class {name}(NamedTuple):", f'    """{words}"""', ""]
    return "\n".join([*lines, *(f"    {field}: float" for field in fields), "", ""])


def class_text(name: str, facts: Written) -> str:
    """The head of the class: equations, parameters, what stands for what."""
    lines = [
        *("@dataclass(frozen=True, kw_only=True)", f"class {name}(Neuron):"),
        *(f'    """{facts.docstring}"""', ""),
        *(f"    {field}: Value = {value!r}" for field, value in facts.defaults.items()),
        *("", f"    State = {name}State", f"    Coefficients = {name}Coefficients"),
        f"    receptors: ClassVar = {facts.receptors!r}",
    ]
    for fact in ("conductances", "above_zero", "ordered", "noise", "summed"):
        value = getattr(facts, fact)
        lines += [f"    {fact} = {value!r}"] if value else []
    lines += [f"    drive: ClassVar = ({facts.drive!r}, '')"] if facts.drive else []
    return "\n".join([*lines, ""])


def function_text(head: str, words: str, lines: list[str], mark: str = "") -> str:
    """A function of the class, its lines folded."""
    body = [mark] if mark else []
    body += [f"def {head}:", f'    """{words}"""', *(f"    {line}" for line in lines), ""]
    indented = (f"    {line}".rstrip() for line in body)
    return "\n".join(part for line in indented for part in fold(line))


def imports_text(body: str) -> str:
    """The imports that the text needs."""
    read = {node.id for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Name)}
    verbs = [verb for verb in _VERBS if verb in read]
    helpers = [name for name in _HELPERS if name in read]
    names = ", ".join(["Neuron", "Value", *sorted([*helpers, "parameters"])])
    lines = ["from dataclasses import dataclass"]
    lines += [f"from math import {', '.join(verbs)}"] if verbs else []
    lines += ["from typing import ClassVar, NamedTuple", ""]
    lines += ["import numpy as np", ""] if "np" in read else []
    lines += fold(f"from neurosparse.neurons import {names}")
    return "\n".join([*lines, "", "", ""])
