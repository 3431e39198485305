"""Rules that change the same synapses together."""

import linecache
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import CodeType, FunctionType
from typing import Any, NamedTuple

import numpy as np

from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.plasticity.base import check_timing_rule

_SIDES = ("Pre", "Post", "Coefficients", "Synapse")
_ENTERS = (("pre_spike", "x", "Pre"), ("post_spike", "y", "Post"))


@dataclass(frozen=True, init=False, repr=False)
class Composed:
    """Rules that act one after the other on the same synapses.

    At each event the first rule changes the weight, the next one what that left, and so on; then
    the weight is kept within the narrowest bounds of all, w_min the highest and w_max the lowest.
    Traces and what else a synapse keeps belong to each rule; where two share a name they are
    called `recent_1`, `recent_2`. A rule with a third factor, as `DopamineSTDP`, changes an
    eligibility beside what the others do to the weight; `Dopamine` rewards it. In a projection
    `plasticity=[a, b]` is the same.

    Raises:
        TypeError: what is no rule.
        ValueError: fewer than two rules, bounds that leave nothing, two rules with a third factor.

    >>> from neurosparse.plasticity import DopamineSTDP, PairSTDP
    >>> both = Composed(PairSTDP(0.01, 0.012, w_max=1.0), DopamineSTDP())
    >>> both.w_max, both.Pre._fields, both.Synapse._fields
    (1.0, ('recent_1', 'recent_2'), ('weight', 'eligibility'))
    """

    rules: tuple[Any, ...]

    def __new__(cls, *rules: Any) -> "Composed":
        """Make an object of the class that belongs to the classes of the rules."""
        if len(rules) < 2:
            raise bad_argument("Composed", Said(f"{len(rules)} rules"), "two or more")
        for k, rule in enumerate(rules):
            if isinstance(rule, type) or not hasattr(rule, "on_pre"):
                raise bad_type(f"Composed, rule {k + 1}", rule, "a rule, as PairSTDP(...)")
            check_timing_rule(f"Composed, rule {k + 1}", rule)
        flat = tuple(_flat(rules))
        composed: Composed = object.__new__(_kind_of(tuple(map(type, flat))))
        object.__setattr__(composed, "rules", flat)
        composed._check()
        return composed

    def _check(self) -> None:
        waits = [rule for rule in self.rules if _waits(rule)]
        if len(waits) > 1:
            names = " and ".join(type(rule).__name__ for rule in waits)
            expected = "at most one rule with a third factor, as there is one reward"
            raise bad_argument("Composed", Said(names), expected)
        if not self.w_min < self.w_max:
            bounds = Said(f"bounds {self.w_min:g} to {self.w_max:g}")
            raise bad_argument("Composed", bounds, "rules whose bounds overlap")

    def __repr__(self) -> str:
        return f"Composed({', '.join(map(repr, self.rules))})"

    @property
    def w_min(self) -> float:
        """The highest of the lower bounds."""
        return max(getattr(rule, "w_min", -np.inf) for rule in self.rules)

    @property
    def w_max(self) -> float:
        """The lowest of the upper bounds."""
        return min(getattr(rule, "w_max", np.inf) for rule in self.rules)

    @property
    def third_factor(self) -> bool:
        """Whether one of them waits for a reward."""
        return any(map(_waits, self.rules))

    @property
    def tau_e(self) -> float | None:
        """How long an eligibility lasts, in ms, where there is one."""
        return next((rule.tau_e for rule in self.rules if _waits(rule)), None)

    def coefficients(self, dt: float) -> Any:
        """The numbers of all, and the bounds."""
        numbers = [c for rule in self.rules for c in rule.coefficients(dt)]
        return self.Coefficients(*numbers, self.w_min, self.w_max)  # type: ignore[attr-defined]

    def pre_decay(self, dt: float) -> Any:
        """Factors of all presynaptic traces."""
        factors = [f for rule in self.rules for f in rule.pre_decay(dt)]
        return self.Pre(*factors)  # type: ignore[attr-defined]

    def post_decay(self, dt: float) -> Any:
        """Factors of all postsynaptic traces."""
        factors = [f for rule in self.rules for f in rule.post_decay(dt)]
        return self.Post(*factors)  # type: ignore[attr-defined]


def _flat(rules: tuple[Any, ...]) -> Iterator[Any]:
    """The rules, those of composed ones one by one."""
    for rule in rules:
        yield from rule.rules if isinstance(rule, Composed) else (rule,)


def _waits(rule: Any) -> bool:
    return bool(getattr(rule, "third_factor", False))


class _Part(NamedTuple):
    """One class of a composition: its number and, by side, the names that its fields have there."""

    number: int
    kind: Any
    fields: dict[str, tuple[str, ...]]

    def made(self, side: str, of: str) -> str:
        """Write its named tuple of a side, read from `of`."""
        values = ", ".join(f"{of}.{name}" for name in self.fields[side])
        return f"{side}_{self.number}({values})"


def _fields_of(kind: Any, side: str) -> tuple[str, ...]:
    if side != "Synapse":
        names: tuple[str, ...] = getattr(kind, side)._fields
        return names
    if _waits(kind):
        return ("eligibility",)
    return tuple(kind.Synapse._fields[1:]) if hasattr(kind, "Synapse") else ()


def _named(kinds: tuple[Any, ...], side: str) -> list[tuple[str, ...]]:
    """The names of each class's fields in the whole: its own, with a number where two are alike."""
    each = [_fields_of(kind, side) for kind in kinds]
    every = [name for names in each for name in names]
    taken = ("w_min", "w_max") if side == "Coefficients" else ("weight",)
    every += taken
    return [
        tuple(n if every.count(n) == 1 else f"{n}_{k}" for n in names)
        for k, names in enumerate(each, 1)
    ]


@cache
def _kind_of(kinds: tuple[Any, ...]) -> Any:
    """Write and make the class of a composition."""
    names = {side: _named(kinds, side) for side in _SIDES}
    parts = [
        _Part(k + 1, kind, {side: names[side][k] for side in _SIDES})
        for k, kind in enumerate(kinds)
    ]
    more = {"Coefficients": ["w_min", "w_max"]}
    before = {"Synapse": ["weight"]}
    name = "_".join(["Composed", *(kind.__name__ for kind in kinds)])
    scope: dict[str, Any] = {"__name__": __name__}
    for side in _SIDES:
        every = [field for part in parts for field in part.fields[side]]
        every = before.get(side, []) + every + more.get(side, [])
        scope[side] = _tuple_of(f"{name}_{side}", tuple(every))
    own = len(scope["Synapse"]._fields) > 1
    for part in parts:
        for side in _SIDES:
            scope[f"{side}_{part.number}"] = getattr(part.kind, side, None)
        for verb in ("on_pre", "on_post", "pre_spike", "post_spike", "between"):
            scope[f"{verb}_{part.number}"] = getattr(part.kind, verb, None)
    scope |= _functions(_source(parts, own), name, scope)
    verbs = ["on_pre", "on_post", "pre_spike", "post_spike"]
    verbs += ["between"] if any(hasattr(kind, "between") for kind in kinds) else []
    body: dict[str, Any] = {verb: staticmethod(scope[verb]) for verb in verbs}
    body |= {side: scope[side] for side in _SIDES if own or side != "Synapse"}
    body |= {"__module__": __name__, "__qualname__": name}
    return type("Composed", (Composed,), body)


def _functions(text: str, name: str, scope: dict[str, Any]) -> dict[str, FunctionType]:
    """The functions that `text` writes, by name; nothing of it is run."""
    file = f"<{name}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    codes = compile(text, file, "exec").co_consts
    functions = [FunctionType(code, scope) for code in codes if isinstance(code, CodeType)]
    return {function.__name__: function for function in functions}


def _tuple_of(name: str, fields: tuple[str, ...]) -> Any:
    """A named tuple class that the cache of compiled code can look up in this module."""
    kind: Any = NamedTuple(name, [(field, float) for field in fields])  # type: ignore[misc]
    kind.__module__ = __name__
    return kind


def _source(parts: list[_Part], own: bool) -> str:
    """Write the functions of a composition."""
    lines = []
    for verb in ("on_pre", "on_post"):
        lines += [f"def {verb}({'s' if own else 'w'}, x, y, p):"]
        lines += ["    w = s.weight"] if own else []
        for part in parts:
            rest = [part.made("Pre", "x"), part.made("Post", "y")]
            lines += _change(part, verb, [*rest, part.made("Coefficients", "p")])
        lines += _end(parts, own)
    for verb, trace, side in _ENTERS:
        lines += [f"def {verb}({trace}, p):"]
        every = []
        for part in parts:
            arguments = [part.made(side, trace), part.made("Coefficients", "p")]
            lines += [f"    t{part.number} = {verb}_{part.number}({', '.join(arguments)})"]
            every += [f"t{part.number}[{k}]" for k in range(len(part.fields[side]))]
        lines += [f"    return {side}({', '.join(every)})"]
    if any(hasattr(part.kind, "between") for part in parts):
        lines += ["def between(s, ms, p):", "    w = s.weight"]
        for part in parts:
            if hasattr(part.kind, "between"):
                lines += _change(part, "between", ["ms", part.made("Coefficients", "p")])
            else:
                lines += [f"    {name} = s.{name}" for name in part.fields["Synapse"]]
        lines += _end(parts, own)
    return "\n".join(lines) + "\n"


def _change(part: _Part, verb: str, rest: list[str]) -> list[str]:
    """What a rule does to w and to the variables of its own."""
    names = part.fields["Synapse"]
    function = f"{verb}_{part.number}"
    if _waits(part.kind):
        return [f"    {names[0]} = {function}({', '.join([f's.{names[0]}', *rest])})"]
    if not hasattr(part.kind, "Synapse"):
        return [f"    w = {function}({', '.join(['w', *rest])})"]
    before = ", ".join(["w", *(f"s.{name}" for name in names)])
    begun = f"Synapse_{part.number}({before})"
    after = f"t{part.number}"
    lines = [f"    {after} = {function}({', '.join([begun, *rest])})"]
    return lines + [f"    {name} = {after}[{k}]" for k, name in enumerate(("w", *names))]


def _end(parts: list[_Part], own: bool) -> list[str]:
    """Keep w within the bounds, and give what a synapse keeps."""
    kept = "max(p.w_min, min(p.w_max, w))"
    if not own:
        return [f"    return {kept}"]
    names = [name for part in parts for name in part.fields["Synapse"]]
    return [f"    return Synapse({', '.join([kept, *names])})"]
