"""Integrate-and-fire neurons with any number of receptors, each a conductance of its own kind."""

import keyword
from collections.abc import Mapping
from dataclasses import dataclass, fields

from neurosparse.checks import finite, not_negative, positive
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.neurons.equations.model import EquationNeuron, build_class
from neurosparse.neurons.equations.texts import (
    Written,
    class_text,
    function_text,
    imports_text,
    tuple_text,
)

_MEMBRANE = {
    "c_mem": 200.0,
    "g_leak": 10.0,
    "v_rest": -70.0,
    "v_threshold": -50.0,
    "v_reset": -60.0,
    "t_ref": 2.0,
    "i_ext": 0.0,
}


@dataclass(frozen=True)
class Receptor:
    """A conductance: a spike of weight w opens it so that it peaks at w nS.

    g(t) = w (e^(-t/tau) - e^(-t/rise)) / peak,   with rise = tau an alpha function, w t/tau
    e^(1 - t/tau), with rise = 0 an exponential, w e^(-t/tau).

    The current is g B(v) (reversal - v), where magnesium in the concentration `mg` blocks by
    B(v) = 1 / (1 + mg e^(-0.062 v) / 3.57).

    Args:
        tau: of its decay, in ms.
        rise: of its rise, in ms.
        reversal: in mV.
        mg: in mM; 0 is no block.

    Source: Jahr & Stevens 1990, doi:10.1523/JNEUROSCI.10-09-03178.1990 (the block).

    >>> Receptor(tau=5.0, reversal=-70.0).rise
    0.0
    """

    tau: float
    rise: float = 0.0
    reversal: float = 0.0
    mg: float = 0.0

    def __post_init__(self) -> None:
        positive("Receptor.tau", self.tau, "ms")
        not_negative("Receptor.rise", self.rise, "ms")
        finite("Receptor.reversal", self.reversal)
        not_negative("Receptor.mg", self.mg, "mM")
        for field in fields(self):
            object.__setattr__(self, field.name, float(getattr(self, field.name)))


AMPA = Receptor(tau=2.0)
"""Fast excitation."""
NMDA = Receptor(tau=100.0, rise=2.0, mg=1.0)
"""Slow excitation, blocked at rest."""
GABA_A = Receptor(tau=5.0, reversal=-70.0)
"""Fast inhibition."""
GABA_B = Receptor(tau=150.0, rise=50.0, reversal=-90.0)
"""Slow inhibition, without the threshold of its G proteins."""


def with_receptors(
    receptors: Mapping[str, Receptor] | None = None,
    *,
    name: str = "Receptive",
    **more: Receptor,
) -> type[EquationNeuron]:
    """Make an integrate-and-fire model with these receptors, by name: in a dict, or as arguments.

    c_mem dv/dt = g_leak (v_rest - v) + sum_k g_k B_k(v) (e_k - v) + i_ext;

    v > v_threshold fires, then v = v_reset for t_ref while the conductances go on. Every number of
    a receptor k is a parameter, `tau_k`, `tau_rise_k`, `e_k`, `mg_k`: one number, or one a neuron.
    Units as in `LIFCond`. `Model.source` is the text of the class.

    Method: the conductances exactly; the voltage by exponential Euler, that is, exactly for
    conductances at their mean of the step and a block that stands still.

    Raises:
        ValueError: no receptor, or a name that stands for something else.
        TypeError: what is no `Receptor`.

    >>> Cell = with_receptors(ampa=AMPA, nmda=NMDA, gaba=Receptor(tau=10.0, reversal=-75.0))
    >>> Cell(c_mem=500.0, tau_nmda=80.0).receptors
    {'ampa': 'g_ampa', 'nmda': 'h_nmda', 'gaba': 'g_gaba'}
    """
    table = {**(receptors or {}), **more}
    if not table:
        remedy = "write with_receptors(ampa=AMPA, gaba=GABA_A)"
        raise bad_argument("receptors", Said("none"), "one at least", remedy)
    for key, receptor in table.items():
        word = isinstance(key, str) and key.isidentifier() and key.isascii()
        if not word or keyword.iskeyword(key) or key.startswith("_"):
            raise bad_argument("receptors", key, "names of letters, digits and _")
        if f"tau_{key}" in _MEMBRANE or key in ("mem", "ref") or key.startswith("rise_"):
            raise bad_argument("receptors", key, "a name that nothing else has")
        if not isinstance(receptor, Receptor):
            expected = "a Receptor, as AMPA or Receptor(tau=5.0, reversal=-70.0)"
            raise bad_type(f"receptors[{key!r}]", receptor, expected)
    if not (name.isidentifier() and name.isascii()) or keyword.iskeyword(name):
        raise bad_argument("name", name, "a name for the class, as Receptive")
    kind: type[EquationNeuron] = build_class(_Kit(name, tuple(table.items())))
    return kind


@dataclass(frozen=True)
class _Kit:
    """A name and receptors, and how they are written as a class."""

    name: str
    receptors: tuple[tuple[str, Receptor], ...]

    def write(self) -> Written:
        """Write the class that a person would have written."""
        state = ["v"]
        for key, receptor in self.receptors:
            state += [f"g_{key}", f"h_{key}"] if receptor.rise else [f"g_{key}"]
        derived = self._coefficients()
        names = tuple(key for key, _ in self.receptors)
        facts = Written(
            text="",
            docstring=self._docstring(),
            state=tuple(state),
            coefficients=tuple(derived),
            receptors={k: f"{'h' if r.rise else 'g'}_{k}" for k, r in self.receptors},
            conductances=names,
            drive="pull",
            above_zero=(
                "c_mem",
                "g_leak",
                *(k for k in self._defaults() if k[:4] == "tau_"),
            ),
            ordered=(("v_reset", "v_threshold"),),
            defaults=self._defaults(),
            noise=(),
            summed=(),
        )
        derive = ["q = parameters(self)"]
        derive += [f"rise_{k} = {self._mean(k)}" for k, r in self.receptors if r.rise]
        derive += [f"return {self.name}Coefficients("]
        derive += [f"    {field}={source}," for field, source in derived.items()]
        static = "@staticmethod"
        settled = ", ".join(["p.v_reset", *(f"s.{field}" for field in state[1:])])
        reset = [f"return {self.name}State({settled})"]
        parts = [
            tuple_text(f"{self.name}State", facts.state, "What a neuron is now."),
            tuple_text(
                f"{self.name}Coefficients",
                facts.coefficients,
                "What a step needs for one dt.",
            ),
            class_text(self.name, facts),
            function_text(
                "coefficients(self, dt)", "Derive what a step needs.", [*derive, ")"]
            ),
            function_text(
                "update(s, p, since)", "Advance by one step.", self._update(), static
            ),
            function_text("reset(s, p)", "Follow a spike.", reset, static),
        ]
        body = "\n".join(parts)
        return facts._replace(text=imports_text(body) + body)

    def _defaults(self) -> dict[str, float]:
        defaults = dict(_MEMBRANE)
        for key, receptor in self.receptors:
            defaults[f"tau_{key}"] = receptor.tau
            if receptor.rise:
                defaults[f"tau_rise_{key}"] = receptor.rise
            defaults[f"e_{key}"] = receptor.reversal
            if receptor.mg:
                defaults[f"mg_{key}"] = receptor.mg
        return defaults

    def _docstring(self) -> str:
        kinds = ", ".join(key for key, _ in self.receptors)
        return (
            f"Integrate-and-fire neuron with the conductances {kinds}.\n\n"
            "    Method: exponential Euler; the conductances exactly.\n    "
        )

    @staticmethod
    def _mean(key: str) -> str:
        """The mean over a step of what decays, and of what a rise of 1 adds to it."""
        rates = f"[[-1.0/q.tau_{key}, 1.0], [0.0, -1.0/q.tau_rise_{key}]]"
        return f"linear_step(dt, {rates}, [[0.0], [0.0]], mean=True)"

    def _coefficients(self) -> dict[str, str]:
        table = {
            "leak": "q.g_leak",
            "pull": "q.g_leak*q.v_rest + q.i_ext",
            "rate": "-dt/q.c_mem",
            "v_threshold": "q.v_threshold",
            "v_reset": "q.v_reset",
        }
        for key, receptor in self.receptors:
            tau = f"q.tau_{key}"
            rise = f"q.tau_rise_{key}"
            table[f"e_{key}"] = f"q.e_{key}"
            table[f"keep_{key}"] = f"np.exp(-dt/{tau})"
            if receptor.mg:
                table[f"mg_{key}"] = f"q.mg_{key}/3.57"
            if not receptor.rise:
                table[f"mean_{key}"] = f"-np.expm1(-dt/{tau})*{tau}/dt"
                continue
            norm = f"({tau}*transfer_peak({tau}, {rise}))"
            table[f"mean_{key}"] = f"1.0 + rise_{key}[0, 0]"
            table[f"mean_lift_{key}"] = f"rise_{key}[0, 1]/{norm}"
            blend = f"exponential_blend(dt, -1.0/{tau}, -1.0/{rise})"
            table[f"lift_{key}"] = f"{blend}/{norm}"
            table[f"keep_rise_{key}"] = f"np.exp(-dt/{rise})"
        return table

    def _update(self) -> list[str]:
        lines = []
        total = ["p.leak"]
        pull = ["p.pull"]
        after = []
        for key, receptor in self.receptors:
            mean = f"p.mean_{key}*s.g_{key}"
            keep = f"s.g_{key}*p.keep_{key}"
            if receptor.rise:
                mean += f" + p.mean_lift_{key}*s.h_{key}"
                keep += f" + p.lift_{key}*s.h_{key}"
            if receptor.mg:
                mean = f"({mean})/(1.0 + p.mg_{key}*exp(-0.062*s.v))"
            lines.append(f"g_{key} = {mean}")
            total.append(f"g_{key}")
            pull.append(f"g_{key}*p.e_{key}")
            after.append(keep)
            after += [f"s.h_{key}*p.keep_rise_{key}"] if receptor.rise else []
        lines.append(f"total = {' + '.join(total)}")
        lines.append(
            f"change = (({' + '.join(pull)})/total - s.v)*(1.0 - exp(p.rate*total))"
        )
        lines.append("v = s.v + (change if since >= 0 else 0.0)")
        lines.append(
            f"return {self.name}State({', '.join(['v', *after])}), v > p.v_threshold"
        )
        return lines
