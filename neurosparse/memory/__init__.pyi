# sparse binary patterns: Willshaw's memory
from .binary.willshaw import Willshaw as Willshaw
from .binary.willshaw import WillshawRecall as WillshawRecall
from .binary.thresholds import Threshold as Threshold
from .binary.thresholds import CueSize as CueSize
from .binary.thresholds import AtLeast as AtLeast
from .binary.thresholds import Winners as Winners
from .binary.willshaw_theory import willshaw_density as willshaw_density
from .binary.willshaw_theory import willshaw_pair_density as willshaw_pair_density
from .binary.willshaw_theory import willshaw_false_ones as willshaw_false_ones
from .binary.willshaw_theory import willshaw_pair_false_ones as willshaw_pair_false_ones
from .binary.willshaw_theory import (
    willshaw_independent_false_ones as willshaw_independent_false_ones,
)
from .binary.willshaw_theory import willshaw_dendritic_sums as willshaw_dendritic_sums
from .binary.willshaw_theory import (
    willshaw_patterns_at_density as willshaw_patterns_at_density,
)
from .binary.willshaw_theory import (
    willshaw_high_fidelity_patterns as willshaw_high_fidelity_patterns,
)

# messages of symbols: cliques
from .binary.cliques import CliqueMemory as CliqueMemory
from .binary.cliques import CliqueRecall as CliqueRecall
from .binary.clique_decoders import CliqueDecoder as CliqueDecoder
from .binary.clique_decoders import DecodedCliques as DecodedCliques
from .binary.clique_decoders import Elimination as Elimination
from .binary.clique_decoders import Iterated as Iterated
from .binary.clique_decoders import KickOut as KickOut
from .binary.clique_propagation import CliquePropagation as CliquePropagation
from .binary.clique_propagation import NormalisedSum as NormalisedSum
from .binary.clique_propagation import SumOfMax as SumOfMax
from .binary.clique_propagation import SumOfSum as SumOfSum
from .binary.clique_selection import CliqueSelection as CliqueSelection
from .binary.clique_selection import ClusterKWinners as ClusterKWinners
from .binary.clique_selection import ConcurrentWinners as ConcurrentWinners
from .binary.clique_selection import GlobalKBest as GlobalKBest
from .binary.clique_selection import GlobalLosersOut as GlobalLosersOut
from .binary.clique_selection import GlobalWinner as GlobalWinner
from .binary.clique_selection import GlobalWinners as GlobalWinners
from .binary.clique_selection import LosersOut as LosersOut
from .binary.clique_selection import OneGlobalWinner as OneGlobalWinner
from .binary.clique_selection import WinnersTakeAll as WinnersTakeAll
from .binary.clique_selection import WinnerTakesAll as WinnerTakesAll
from .binary.clique_theory import clique_best_size as clique_best_size
from .binary.clique_theory import clique_density as clique_density
from .binary.clique_theory import clique_efficiency as clique_efficiency
from .binary.clique_theory import clique_false_acceptance as clique_false_acceptance
from .binary.clique_theory import clique_information as clique_information
from .binary.clique_theory import clique_least_distance as clique_least_distance
from .binary.clique_theory import clique_messages_at_density as clique_messages_at_density
from .binary.clique_theory import clique_most_messages as clique_most_messages
from .binary.clique_theory import clique_one_step_error as clique_one_step_error

# words of bits: Kanerva's memory
from .binary.kanerva import KanervaRecall as KanervaRecall
from .binary.kanerva import SparseDistributedMemory as SparseDistributedMemory
from .binary.kanerva import sdm_active_share as sdm_active_share
from .binary.kanerva import sdm_intersection as sdm_intersection

# attractors in weights, of patterns of -1 and 1 or of sparse ones
from .binary.classical import HopfieldNetwork as HopfieldNetwork
from .binary.classical import SignRecall as SignRecall
from .binary.covariance import CovarianceMemory as CovarianceMemory
from .binary.dense import DenseMemory as DenseMemory
from .binary.dense import ExponentialInteraction as ExponentialInteraction
from .binary.dense import Interaction as Interaction
from .binary.dense import PolynomialInteraction as PolynomialInteraction
from .binary.attractor_theory import dense_memory_capacity as dense_memory_capacity
from .binary.attractor_theory import (
    dense_memory_one_step_error as dense_memory_one_step_error,
)
from .binary.attractor_theory import (
    exponential_memory_capacity as exponential_memory_capacity,
)
from .binary.attractor_theory import (
    hopfield_network_critical_load as hopfield_network_critical_load,
)
from .binary.attractor_theory import (
    hopfield_network_one_step_error as hopfield_network_one_step_error,
)
from .binary.attractor_theory import hopfield_network_overlap as hopfield_network_overlap
from .binary.covariance import rolls_treves_patterns as rolls_treves_patterns
from .binary.covariance import tsodyks_feigelman_load as tsodyks_feigelman_load

# binary memories as spiking networks
from .binary.spiking import BinaryMemory as BinaryMemory
from .binary.spiking import Volleys as Volleys
from .binary.spiking import completed_units as completed_units
from .binary.spiking import memory_network as memory_network

# cliques that emerge in a network that learns
from .binary.emergent import Emerged as Emerged
from .binary.emergent import Emergence as Emergence
from .binary.emergent import MessageNoise as MessageNoise
from .binary.consolidation import Coactivity as Coactivity
from .binary.consolidation import CoactivityCoefficients as CoactivityCoefficients
from .binary.consolidation import CoactivityTrace as CoactivityTrace
from .binary.consolidation import Consolidation as Consolidation
from .binary.consolidation import consolidate as consolidate
from .binary.race import RaceCoefficients as RaceCoefficients
from .binary.race import RaceState as RaceState
from .binary.race import RaceUnit as RaceUnit

# real vectors: the modern Hopfield memory
from .vectors.memory import HopfieldMemory as HopfieldMemory
from .vectors.memory import Retrieval as Retrieval
from .vectors.rules import Budget as Budget
from .vectors.rules import Entmax as Entmax
from .vectors.rules import Normmax as Normmax
from .vectors.rules import Support as Support
from .vectors.index import build_index as build_index
from .vectors.index import open_vectors as open_vectors
from .vectors.recall import Exhaust as Exhaust
from .vectors.recall import Fatigue as Fatigue
from .vectors.recall import FreeRecall as FreeRecall
from .vectors.recall import capped_sparsemax as capped_sparsemax
from .vectors.recall import free_recall as free_recall
from .vectors.recall import sequential_recall as sequential_recall
from .vectors.theory import RetrievalCapacity as RetrievalCapacity
from .vectors.theory import exact_retrieval_radius as exact_retrieval_radius
from .vectors.theory import fixed_patterns as fixed_patterns
from .vectors.theory import pattern_separations as pattern_separations
from .vectors.theory import softmax_capacity as softmax_capacity
from .vectors.theory import softmax_error_bound as softmax_error_bound
from .vectors.theory import sparse_capacity as sparse_capacity
from .vectors.theory import sparse_error_bound as sparse_error_bound
