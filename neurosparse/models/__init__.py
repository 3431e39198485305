"""Assembled networks and their dense twins."""

from typing import TYPE_CHECKING, Any

# reached through the top-level link this module would exist twice
assert __name__ == "neurosparse.models"

# functions that share the name of their module (fit, prune, g2gnet, …) are imported from there
_HOME = {
    "SparseLinear": "sparse_linear",
    "CondensedLinear": "condensed_linear",
    "ActiveFanIn": "initial",
    "sparse_mlp": "mlp",
    "dense_mlp": "mlp",
    "dense_twin": "mlp",
    "er_control": "g2gnet",
    "Association": "association",
    "Hopfield": "hopfield",
    "HopfieldPooling": "hopfield",
    "HopfieldPrototypes": "hopfield",
    "HopfieldLayer": "hopfield",
    "HopfieldMemory": "hopfield_memory",
    "ProductKeyMemory": "product_keys",
    "ProductKeys": "product_keys",
    "SlotUsage": "slot_usage",
    "HRSNN": "hrsnn",
    "BatchFirst": "hrsnn",
    "RecurrentLIF": "recurrent_lif",
    "Dynamics": "recurrent_lif",
    "RecurrentSynapses": "recurrent_synapses",
    "EProp": "eprop",
    "Ridge": "reservoir",
    "Gamma": "times",
    "LogNormal": "times",
    "Clipped": "times",
    "Clusters": "times",
    "STanHop": "stanhop",
    "PlugAndPlay": "stanhop",
    "TuneAndPlay": "stanhop",
    "Recorder": "recorder",
    "Data": "fit",
    "Plan": "fit",
}

if TYPE_CHECKING:
    from neurosparse.models.forecasting.stanhop import PlugAndPlay as PlugAndPlay
    from neurosparse.models.forecasting.stanhop import STanHop as STanHop
    from neurosparse.models.forecasting.stanhop import TuneAndPlay as TuneAndPlay
    from neurosparse.models.layers.condensed_linear import CondensedLinear as CondensedLinear
    from neurosparse.models.layers.g2gnet import er_control as er_control
    from neurosparse.models.layers.initial import ActiveFanIn as ActiveFanIn
    from neurosparse.models.layers.mlp import dense_mlp as dense_mlp
    from neurosparse.models.layers.mlp import dense_twin as dense_twin
    from neurosparse.models.layers.mlp import sparse_mlp as sparse_mlp
    from neurosparse.models.layers.sparse_linear import SparseLinear as SparseLinear
    from neurosparse.models.memory.association import Association as Association
    from neurosparse.models.memory.hopfield import Hopfield as Hopfield
    from neurosparse.models.memory.hopfield import HopfieldLayer as HopfieldLayer
    from neurosparse.models.memory.hopfield import HopfieldPooling as HopfieldPooling
    from neurosparse.models.memory.hopfield import HopfieldPrototypes as HopfieldPrototypes
    from neurosparse.models.memory.hopfield_memory import HopfieldMemory as HopfieldMemory
    from neurosparse.models.memory.product_keys import ProductKeyMemory as ProductKeyMemory
    from neurosparse.models.memory.product_keys import ProductKeys as ProductKeys
    from neurosparse.models.memory.slot_usage import SlotUsage as SlotUsage
    from neurosparse.models.spiking.eprop import EProp as EProp
    from neurosparse.models.spiking.hrsnn import HRSNN as HRSNN
    from neurosparse.models.spiking.hrsnn import BatchFirst as BatchFirst
    from neurosparse.models.spiking.recurrent_lif import Dynamics as Dynamics
    from neurosparse.models.spiking.recurrent_lif import RecurrentLIF as RecurrentLIF
    from neurosparse.models.spiking.recurrent_synapses import RecurrentSynapses as RecurrentSynapses
    from neurosparse.models.spiking.reservoir import Ridge as Ridge
    from neurosparse.models.spiking.times import Clipped as Clipped
    from neurosparse.models.spiking.times import Clusters as Clusters
    from neurosparse.models.spiking.times import Gamma as Gamma
    from neurosparse.models.spiking.times import LogNormal as LogNormal
    from neurosparse.models.training._fit import Data as Data
    from neurosparse.models.training._fit import Plan as Plan
    from neurosparse.models.training.recorder import Recorder as Recorder


def __getattr__(name: str) -> Any:
    """Load a public name on first use (PEP 562): torch is imported no sooner than that."""
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(f"module 'neurosparse.models' has no attribute {name!r}")
    return getattr(import_module(f"neurosparse.models.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted([*globals(), *_HOME])
