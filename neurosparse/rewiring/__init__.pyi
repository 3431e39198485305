# recipes, by the names of their papers
from .recipes import chts as chts
from .recipes import chtss as chtss
from .recipes import dst_ee as dst_ee
from .recipes import hebbian as hebbian
from .recipes import rigl as rigl
from .recipes import set_ as set_
from .recipes import snfs as snfs
from .recipes import srigl as srigl

# rules
from .constant_fan_in import ConstantFanIn as ConstantFanIn
from .rewiring import Rewiring as Rewiring
from .rule import BaseRule as BaseRule
from .rule import RewiringRule as RewiringRule
from .rule import Sampling as Sampling

# what a synapse is worth
from .scores import Chance as Chance
from .scores import EdgeCorrelation as EdgeCorrelation
from .scores import Equal as Equal
from .scores import Magnitude as Magnitude
from .scores import MagnitudeAndGradient as MagnitudeAndGradient
from .scores import RelativeImportance as RelativeImportance
from .scores import SynapseScore as SynapseScore
from .scores import WeightedSynapses as WeightedSynapses

# which go
from .drop import Drop as Drop
from .drop import InTurn as InTurn
from .drop import Lowest as Lowest
from .drop import NearestZero as NearestZero
from .drop import SoftLowest as SoftLowest

# what a pair would be worth
from .cannistraci import NodeScore as NodeScore
from .cannistraci import PathScore as PathScore
from .pair_scores import Exploring as Exploring
from .pair_scores import PairCorrelation as PairCorrelation
from .pair_scores import PairGradient as PairGradient
from .pair_scores import PairScore as PairScore

# which come
from .grow import Best as Best
from .grow import Grow as Grow
from .grow import Likely as Likely
from .grow import UniformPairs as UniformPairs

# how many, where, when
from .cannistraci import dead_chains as dead_chains
from .distribution import as_dropped as as_dropped
from .distribution import by_mean_gradient as by_mean_gradient
from .schedules import Constant as Constant
from .schedules import Cosine as Cosine
from .schedules import Cubic as Cubic
from .schedules import Schedule as Schedule
from .schedules import Sigmoid as Sigmoid

# what a rule sees and answers
from .layer import ActivityWindow as ActivityWindow
from .layer import Change as Change
from .layer import LayerSynapses as LayerSynapses
from .layer import Visits as Visits
