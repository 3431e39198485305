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
    from neurosparse.models.association import Association as Association
    from neurosparse.models.condensed_linear import CondensedLinear as CondensedLinear
    from neurosparse.models.eprop import EProp as EProp
    from neurosparse.models.fit import Data as Data
    from neurosparse.models.fit import Plan as Plan
    from neurosparse.models.g2gnet import er_control as er_control
    from neurosparse.models.hopfield import Hopfield as Hopfield
    from neurosparse.models.hopfield import HopfieldLayer as HopfieldLayer
    from neurosparse.models.hopfield import HopfieldPooling as HopfieldPooling
    from neurosparse.models.hopfield import HopfieldPrototypes as HopfieldPrototypes
    from neurosparse.models.hopfield_memory import HopfieldMemory as HopfieldMemory
    from neurosparse.models.hrsnn import HRSNN as HRSNN
    from neurosparse.models.hrsnn import BatchFirst as BatchFirst
    from neurosparse.models.initial import ActiveFanIn as ActiveFanIn
    from neurosparse.models.mlp import dense_mlp as dense_mlp
    from neurosparse.models.mlp import dense_twin as dense_twin
    from neurosparse.models.mlp import sparse_mlp as sparse_mlp
    from neurosparse.models.product_keys import ProductKeyMemory as ProductKeyMemory
    from neurosparse.models.product_keys import ProductKeys as ProductKeys
    from neurosparse.models.recorder import Recorder as Recorder
    from neurosparse.models.recurrent_lif import Dynamics as Dynamics
    from neurosparse.models.recurrent_lif import RecurrentLIF as RecurrentLIF
    from neurosparse.models.recurrent_synapses import RecurrentSynapses as RecurrentSynapses
    from neurosparse.models.reservoir import Ridge as Ridge
    from neurosparse.models.slot_usage import SlotUsage as SlotUsage
    from neurosparse.models.sparse_linear import SparseLinear as SparseLinear
    from neurosparse.models.stanhop import PlugAndPlay as PlugAndPlay
    from neurosparse.models.stanhop import STanHop as STanHop
    from neurosparse.models.stanhop import TuneAndPlay as TuneAndPlay
    from neurosparse.models.times import Clipped as Clipped
    from neurosparse.models.times import Clusters as Clusters
    from neurosparse.models.times import Gamma as Gamma
    from neurosparse.models.times import LogNormal as LogNormal


def __getattr__(name: str) -> Any:
    """Load a public name on first use (PEP 562): torch is imported no sooner than that."""
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(f"module 'neurosparse.models' has no attribute {name!r}")
    return getattr(import_module(f"neurosparse.models.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted([*globals(), *_HOME])
