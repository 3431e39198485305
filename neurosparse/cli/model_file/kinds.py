"""The objects a model file can name: which class stands behind `kind = "..."`."""

import inspect
from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import numpy as np

from neurosparse.cli.model_file.strict import ConfigError, Kind, refuse_unknown

_NEURONS = "neurosparse.neurons"
_WIRING = "neurosparse.wiring"
_RECORDERS = "neurosparse.engine.requests"
_STIMULI = "neurosparse.stimuli"
_DATA = "neurosparse.cli.model_file.data"
_PLASTICITY = "neurosparse.plasticity"

# kind -> module that defines it; loaded when a file names it
NEURONS = {
    "LIF": f"{_NEURONS}.lif",
    "LIFExp": f"{_NEURONS}.lif",
    "LIFAlpha": f"{_NEURONS}.lif_alpha",
    "LIFCond": f"{_NEURONS}.lif_cond",
    "AdaptiveLIF": f"{_NEURONS}.adaptive_lif",
    "DendriticLIF": f"{_NEURONS}.dendritic_lif",
    "DendriticSegment": f"{_NEURONS}.dendritic_lif",
    "EIF": f"{_NEURONS}.eif",
    "AdEx": f"{_NEURONS}.adex",
    "Izhikevich": f"{_NEURONS}.izhikevich",
    "LeakyIntegrator": f"{_NEURONS}.leaky_integrator",
    "PoiraziMel": f"{_NEURONS}.poirazi_mel",
    "PoissonSource": f"{_NEURONS}.sources",
    "SpikeSource": f"{_NEURONS}.sources",
}
WIRING = {
    "AllToAll": _WIRING,
    "OneToOne": _WIRING,
    "Bernoulli": _WIRING,
    "FixedInDegree": _WIRING,
    "FixedOutDegree": _WIRING,
    "FixedTotal": _WIRING,
    "DistanceDependent": _WIRING,
    "WattsStrogatz": _WIRING,
    "BarabasiAlbert": _WIRING,
    "ConfigurationModel": _WIRING,
    "Groups": _WIRING,
    "FromData": _WIRING,
    "larva_brain": _DATA,
    "c_elegans": _DATA,
}
STIMULI = {
    "PoissonInput": _STIMULI,
    "StepCurrent": _STIMULI,
    "RampCurrent": _STIMULI,
    "SineCurrent": _STIMULI,
    "OUCurrent": _STIMULI,
}
PLASTICITY = {
    "PairSTDP": _PLASTICITY,
    "TripletSTDP": _PLASTICITY,
    "MultiplicativeSTDP": _PLASTICITY,
    "DopamineSTDP": _PLASTICITY,
}
RECORDERS = {"Spikes": _RECORDERS, "Rates": _RECORDERS, "States": _RECORDERS, "Weights": _RECORDERS}
# what may stand for a parameter: weight = { kind = "Normal", mean = 1.0, sd = 0.1 }
PARAMETERS = {
    "Normal": _WIRING,
    "LogNormal": _WIRING,
    "Uniform": _WIRING,
    "Gaussian": _WIRING,
    "Exponential": _WIRING,
    "Disc": _WIRING,
}


def make(kind: Kind, known: Mapping[str, str], where: str, **more: Any) -> Any:
    """Make the object that a table names; lists of numbers become arrays, tables with a kind
    objects.

    Args:
        kind: the table.
        known: kind to module, one of the mappings of this file.
        where: the table's path, for errors.
        more: arguments that stand elsewhere in the file.

    Raises:
        ConfigError: an unknown kind or parameter, with the nearest suggested, or a value the class
            refuses.

    >>> make(Kind("LIF", {"tau_mem": 10.0}), NEURONS, "population[0].model").tau_mem
    10.0
    >>> make(Kind("LIF", {"tau_men": 10.0}), NEURONS, "population[0].model")
    Traceback (most recent call last):
    neurosparse.cli.model_file.strict.ConfigError: population[0].model.tau_men: unknown key; did you mean 'tau_mem'?
    """
    if kind.kind not in known:
        near = get_close_matches(kind.kind, known, n=1)
        remedy = f"did you mean {near[0]!r}?" if near else f"wants one of {', '.join(known)}"
        raise ConfigError(f"{where}.kind: unknown kind {kind.kind!r}; {remedy}")
    cls = getattr(import_module(known[kind.kind]), kind.kind)
    arguments = {
        name: p for name, p in inspect.signature(cls).parameters.items() if name not in more
    }
    refuse_unknown(kind.parameters, arguments, where)
    missing = [n for n, p in arguments.items() if p.default is p.empty and n not in kind.parameters]
    if missing:
        raise ConfigError(f"{where}.{missing[0]}: missing; {kind.kind} wants it")
    try:
        given = {
            name: _parameter(value, f"{where}.{name}") for name, value in kind.parameters.items()
        }
        return cls(**given, **more)
    except ConfigError:
        raise
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{where}: {error}") from error


def _parameter(value: object, where: str) -> object:
    if isinstance(value, dict) and isinstance(value.get("kind"), str):
        rest = {key: item for key, item in value.items() if key != "kind"}
        return make(Kind(value["kind"], rest), PARAMETERS, where)
    if isinstance(value, list) and value and all(type(item) is int for item in value):
        return np.array(value, np.int64)
    if isinstance(value, list) and value and all(type(item) in (int, float) for item in value):
        return np.array(value, np.float64)
    return value
