"""Binary and classical associative memories: stored in bits, decoded by kernels, run as spiking
networks.
"""

from neurosparse.associative.classical import Hopfield as Hopfield
from neurosparse.associative.classical import SignRecall as SignRecall
from neurosparse.associative.clique_decoders import Elimination as Elimination
from neurosparse.associative.clique_decoders import Iterated as Iterated
from neurosparse.associative.clique_decoders import KickOut as KickOut
from neurosparse.associative.clique_rules import ConcurrentWinners as ConcurrentWinners
from neurosparse.associative.clique_rules import GlobalKBest as GlobalKBest
from neurosparse.associative.clique_rules import GlobalLosersOut as GlobalLosersOut
from neurosparse.associative.clique_rules import GlobalWinner as GlobalWinner
from neurosparse.associative.clique_rules import GlobalWinners as GlobalWinners
from neurosparse.associative.clique_rules import KWinners as KWinners
from neurosparse.associative.clique_rules import LosersOut as LosersOut
from neurosparse.associative.clique_rules import NormalisedSum as NormalisedSum
from neurosparse.associative.clique_rules import OneGlobalWinner as OneGlobalWinner
from neurosparse.associative.clique_rules import SumOfMax as SumOfMax
from neurosparse.associative.clique_rules import SumOfSum as SumOfSum
from neurosparse.associative.clique_rules import WinnersTakeAll as WinnersTakeAll
from neurosparse.associative.clique_rules import WinnerTakesAll as WinnerTakesAll
from neurosparse.associative.cliques import CliqueMemory as CliqueMemory
from neurosparse.associative.cliques import CliqueRecall as CliqueRecall
from neurosparse.associative.consolidation import Coactivity as Coactivity
from neurosparse.associative.consolidation import Consolidate as Consolidate
from neurosparse.associative.consolidation import consolidate as consolidate
from neurosparse.associative.covariance import CovarianceMemory as CovarianceMemory
from neurosparse.associative.dense import DenseMemory as DenseMemory
from neurosparse.associative.dense import Exponential as Exponential
from neurosparse.associative.dense import Polynomial as Polynomial
from neurosparse.associative.emergent import Emerged as Emerged
from neurosparse.associative.emergent import Emergence as Emergence
from neurosparse.associative.emergent import Noise as Noise
from neurosparse.associative.race import RaceUnit as RaceUnit
from neurosparse.associative.spiking import Volleys as Volleys
from neurosparse.associative.spiking import completed as completed
from neurosparse.associative.spiking import to_network as to_network
from neurosparse.associative.thresholds import AtLeast as AtLeast
from neurosparse.associative.thresholds import CueSize as CueSize
from neurosparse.associative.thresholds import Winners as Winners
from neurosparse.associative.willshaw import Recall as Recall
from neurosparse.associative.willshaw import Willshaw as Willshaw
