"""The hand-written models once more, as equations, and a run step by step in plain Python."""

from typing import Any

import numpy as np

from neurosparse.neurons import from_equations

MEMBRANE: dict[str, float | str] = {
    "tau_mem": "20 ms",
    "v_rest": "-65 mV",
    "v_threshold": "-50 mV",
    "v_reset": "-65 mV",
    "r_mem": "1 GOhm",
    "i_ext": "0 pA",
    "t_ref": "2 ms",
}
SYNAPSES: dict[str, float | str] = {"tau_exc": "5 ms", "tau_inh": "10 ms"}
CURRENTS = """
di_exc/dt = -i_exc / tau_exc : pA
di_inh/dt = -i_inh / tau_inh : pA
"""
BOTH = {"exc": "i_exc", "inh": "i_inh"}
FIRES: dict[str, Any] = {"threshold": "v > v_threshold", "reset": "v = v_reset"}


def lif(**options: Any) -> Any:
    return from_equations(
        "dv/dt = (v_rest - v + r_mem * i_ext) / tau_mem : mV",
        **{"receptors": {"delta": "v"}, "parameters": MEMBRANE, **FIRES, **options},
    )


def lif_exp() -> Any:
    return from_equations(
        "dv/dt = (v_rest - v + r_mem * (i_exc + i_inh + i_ext)) / tau_mem : mV" + CURRENTS,
        receptors=BOTH,
        parameters=MEMBRANE | SYNAPSES,
        **FIRES,
    )


def lif_alpha() -> Any:
    return from_equations(
        """
        dv/dt = (v_rest - v + r_mem * (i_exc + i_inh + i_ext)) / tau_mem : mV
        di_exc/dt = (exp(1) * rise_exc - i_exc) / tau_exc : pA
        drise_exc/dt = -rise_exc / tau_exc : pA
        di_inh/dt = (exp(1) * rise_inh - i_inh) / tau_inh : pA
        drise_inh/dt = -rise_inh / tau_inh : pA
        """,
        receptors={"exc": "rise_exc", "inh": "rise_inh"},
        parameters=MEMBRANE | {"tau_exc": "2 ms", "tau_inh": "2 ms"},
        **FIRES,
    )


def adaptive_lif() -> Any:
    return from_equations(
        """
        dv/dt = (v_rest - v + r_mem * (i_exc + i_inh + i_ext - w)) / tau_mem : mV
        dw/dt = -w / tau_w : pA
        dlift/dt = -lift / tau_lift : mV
        """
        + CURRENTS,
        threshold="v > v_threshold + lift",
        reset="v = v_reset; w += add_w; lift += add_lift",
        receptors=BOTH,
        parameters=MEMBRANE
        | SYNAPSES
        | {"tau_w": "100 ms", "tau_lift": "50 ms", "add_w": "1 pA", "add_lift": "0 mV"},
    )


def eif() -> Any:
    return from_equations(
        """
        upstroke = delta_t * exp(min((v - v_threshold) / delta_t, 25.0))
        dv/dt = (v_rest - v + upstroke + r_mem * (i_exc + i_inh + i_ext)) / tau_mem : mV
        """
        + CURRENTS,
        threshold="v > v_peak",
        reset="v = v_reset",
        receptors=BOTH,
        parameters=MEMBRANE | SYNAPSES | {"delta_t": "2 mV", "v_peak": "0 mV"},
        method="midpoint",
    )


def adex(name: str = "Model") -> Any:
    return from_equations(
        """
        upstroke = g_leak * delta_t * exp(min((v - v_threshold) / delta_t, 25.2)) : pA
        i_all = i_exc + i_inh + i_ext - w : pA
        dv/dt = (g_leak * (v_rest - v) + upstroke + i_all) / c_mem : mV
        dw/dt = (a * (v - v_rest) - w) / tau_w : pA
        """
        + CURRENTS,
        threshold="v > v_peak",
        reset="v = v_reset; w += b",
        receptors=BOTH,
        parameters=SYNAPSES
        | {"c_mem": "281 pF", "g_leak": "30 nS", "tau_w": "144 ms", "a": "4 nS"}
        | {"b": "80.5 pA", "v_rest": "-70.6 mV", "v_threshold": "-50.4 mV"}
        | {"delta_t": "2 mV", "v_peak": "0 mV", "v_reset": "-70.6 mV", "i_ext": "0 pA"},
        method="midpoint",
        name=name,
    )


def izhikevich(method: str) -> Any:
    return from_equations(
        """
        dv/dt = 0.04 * v**2 + 5 * v + 140 - u + i_ext
        du/dt = a * (b * v - u)
        """,
        threshold="v > v_peak",
        reset="v = c; u += d",
        receptors={"delta": "v"},
        initial={"v": -65, "u": "-65 * b"},
        parameters={"a": 0.02, "b": 0.2, "c": -65, "d": 8, "v_peak": 30, "i_ext": 0},
        method=method,
    )


def lif_cond() -> Any:
    return from_equations(
        """
        i_syn = g_exc * (e_exc - v) + g_inh * (e_inh - v) : pA
        dv/dt = (g_leak * (v_rest - v) + i_syn + i_ext) / c_mem : mV
        dg_exc/dt = -g_exc / tau_exc : nS
        dg_inh/dt = -g_inh / tau_inh : nS
        """,
        receptors={"exc": "g_exc", "inh": "g_inh"},
        parameters=SYNAPSES
        | {"c_mem": "200 pF", "g_leak": "10 nS", "e_exc": "0 mV", "e_inh": "-80 mV"}
        | {"v_rest": "-70 mV", "v_threshold": "-50 mV", "v_reset": "-60 mV"}
        | {"t_ref": "2 ms", "i_ext": "0 pA"},
        **FIRES,
    )


def by_hand(
    model: Any, steps: int, dt: float = 0.1, arrivals: Any = (), start: Any = ()
) -> tuple[list[int], np.ndarray]:
    """Steps in which one neuron fires, and its states [steps, n_state], in plain Python.

    `arrivals` holds (step, receptor, weight), added after the update of that step.
    """
    p = model.coefficients(dt)
    p = type(p)(*map(float, p))
    first = [*start, *list(model.initial())[len(start) :]]
    s = type(model.initial())(*map(float, first))
    pause = max(int(model.t_ref / dt + 1e-9), 1)
    ready = 0
    fired, rows = [], []
    for step in range(steps):
        s, crossed = type(model).update(s, p, step - ready)
        if crossed and step >= ready:
            s = type(model).reset(s, p)
            ready = step + pause
            fired.append(step)
        for when, receptor, weight in arrivals:
            if when == step:
                field = model.receptors[receptor]
                s = s._replace(**{field: getattr(s, field) + weight})
        rows.append(tuple(s))
    return fired, np.array(rows)


def hodgkin_huxley(method: str) -> Any:
    """The squid axon of 1952 with its rest at -65 mV; per cm^2, in uF, mS and uA."""
    return from_equations(
        """
        a_m = 1 / ms * exprel(-(v + 40 * mV) / (10 * mV))**-1 : 1/ms
        b_m = 4 / ms * exp(-(v + 65 * mV) / (18 * mV)) : 1/ms
        a_h = 0.07 / ms * exp(-(v + 65 * mV) / (20 * mV)) : 1/ms
        b_h = 1 / ms / (1 + exp(-(v + 35 * mV) / (10 * mV))) : 1/ms
        a_n = 0.1 / ms * exprel(-(v + 55 * mV) / (10 * mV))**-1 : 1/ms
        b_n = 0.125 / ms * exp(-(v + 65 * mV) / (80 * mV)) : 1/ms
        i_ion = g_na * m**3 * h * (e_na - v) + g_k * n**4 * (e_k - v) + g_l * (e_l - v)
        dv/dt = (i_ion + i_ext) / c_mem : mV
        dm/dt = a_m * (1 - m) - b_m * m : 1
        dh/dt = a_h * (1 - h) - b_h * h : 1
        dn/dt = a_n * (1 - n) - b_n * n : 1
        """,
        threshold="v > v_threshold",
        receptors={},
        parameters={"c_mem": "1 uF/cm^2", "g_na": "120 mS/cm^2", "g_k": "36 mS/cm^2"}
        | {"g_l": "0.3 mS/cm^2", "e_na": "50 mV", "e_k": "-77 mV", "e_l": "-54.387 mV"}
        | {"v_threshold": "0 mV", "i_ext": "0 uA/cm^2", "t_ref": "3 ms"},
        initial={"v": -65, "m": 0.0529, "h": 0.5961, "n": 0.3177},
        method=method,
    )
