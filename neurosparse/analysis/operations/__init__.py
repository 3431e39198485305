"""What a network does and holds, counted as NeuroBench counts it, from arrays of activity and real
synapses.

Names and definitions are those of J. Yik et al., "The NeuroBench framework", Nat. Commun. 16
(2025), doi:10.1038/s41467-025-56739-4, package neurobench 2: it sees dense PyTorch layers only,
these functions also synapses.
"""

from neurosparse.analysis.operations.energy import ENERGY_45NM as ENERGY_45NM
from neurosparse.analysis.operations.energy import Energy as Energy
from neurosparse.analysis.operations.energy import EnergyModel as EnergyModel
from neurosparse.analysis.operations.measures import SynOps as SynOps
from neurosparse.analysis.operations.measures import activation_sparsity as activation_sparsity
from neurosparse.analysis.operations.measures import connection_sparsity as connection_sparsity
from neurosparse.analysis.operations.measures import footprint as footprint
from neurosparse.analysis.operations.measures import membrane_updates as membrane_updates
from neurosparse.analysis.operations.measures import summed as summed
from neurosparse.analysis.operations.measures import synaptic_operations as synaptic_operations
