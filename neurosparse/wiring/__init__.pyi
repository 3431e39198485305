# what a rule is, and rules for one population onto another
from ._rule import Wiring as Wiring
from ._rule import WiringRule as WiringRule
from .all_to_all import AllToAll as AllToAll
from .one_to_one import OneToOne as OneToOne
from .bernoulli import Bernoulli as Bernoulli
from .between import Between as Between
from .fixed_in_degree import FixedInDegree as FixedInDegree
from .fixed_out_degree import FixedOutDegree as FixedOutDegree
from .fixed_total import FixedTotal as FixedTotal
from .groups import Groups as Groups

# measured wiring, and the same wiring several times
from .from_data import FromData as FromData
from .copies import Copies as Copies

# graph models
from .watts_strogatz import WattsStrogatz as WattsStrogatz
from .barabasi_albert import BarabasiAlbert as BarabasiAlbert
from .configuration_model import ConfigurationModel as ConfigurationModel

# distance, and how the probability of a synapse falls with it
from .distance_dependent import DistanceDependent as DistanceDependent
from .falloff import Disc as Disc
from .falloff import Exponential as Exponential
from .falloff import Gaussian as Gaussian

# draws of weights and delays
from .values import LogNormal as LogNormal
from .values import Normal as Normal
from .values import Uniform as Uniform

# layers of networks that are trained
from .bipartite_random import RandomEdges as RandomEdges
from .bipartite_small_world import SmallWorldLayer as SmallWorldLayer
from .bipartite_scale_free import ScaleFreeLayer as ScaleFreeLayer
from .bipartite_receptive_field import ReceptiveFieldLayer as ReceptiveFieldLayer
from .bipartite_correlation import CorrelatedInputs as CorrelatedInputs
from .bipartite_blocks import BlockLayer as BlockLayer
from .bipartite_groups import GroupLayer as GroupLayer
from .bipartite_density import erdos_renyi_densities as erdos_renyi_densities
from .bipartite_density import uniform_densities as uniform_densities
