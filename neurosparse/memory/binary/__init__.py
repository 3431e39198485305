"""Binary and classical associative memories: stored in bits, decoded by kernels, run as spiking
networks.
"""

from neurosparse.memory.binary.classical import Hopfield as Hopfield
from neurosparse.memory.binary.classical import SignRecall as SignRecall
from neurosparse.memory.binary.clique_decoders import Elimination as Elimination
from neurosparse.memory.binary.clique_decoders import Iterated as Iterated
from neurosparse.memory.binary.clique_decoders import KickOut as KickOut
from neurosparse.memory.binary.clique_rules import ConcurrentWinners as ConcurrentWinners
from neurosparse.memory.binary.clique_rules import GlobalKBest as GlobalKBest
from neurosparse.memory.binary.clique_rules import GlobalLosersOut as GlobalLosersOut
from neurosparse.memory.binary.clique_rules import GlobalWinner as GlobalWinner
from neurosparse.memory.binary.clique_rules import GlobalWinners as GlobalWinners
from neurosparse.memory.binary.clique_rules import KWinners as KWinners
from neurosparse.memory.binary.clique_rules import LosersOut as LosersOut
from neurosparse.memory.binary.clique_rules import NormalisedSum as NormalisedSum
from neurosparse.memory.binary.clique_rules import OneGlobalWinner as OneGlobalWinner
from neurosparse.memory.binary.clique_rules import SumOfMax as SumOfMax
from neurosparse.memory.binary.clique_rules import SumOfSum as SumOfSum
from neurosparse.memory.binary.clique_rules import WinnersTakeAll as WinnersTakeAll
from neurosparse.memory.binary.clique_rules import WinnerTakesAll as WinnerTakesAll
from neurosparse.memory.binary.cliques import CliqueMemory as CliqueMemory
from neurosparse.memory.binary.cliques import CliqueRecall as CliqueRecall
from neurosparse.memory.binary.consolidation import Coactivity as Coactivity
from neurosparse.memory.binary.consolidation import Consolidate as Consolidate
from neurosparse.memory.binary.consolidation import consolidate as consolidate
from neurosparse.memory.binary.covariance import CovarianceMemory as CovarianceMemory
from neurosparse.memory.binary.dense import DenseMemory as DenseMemory
from neurosparse.memory.binary.dense import Exponential as Exponential
from neurosparse.memory.binary.dense import Polynomial as Polynomial
from neurosparse.memory.binary.emergent import Emerged as Emerged
from neurosparse.memory.binary.emergent import Emergence as Emergence
from neurosparse.memory.binary.emergent import Noise as Noise
from neurosparse.memory.binary.race import RaceUnit as RaceUnit
from neurosparse.memory.binary.spiking import Volleys as Volleys
from neurosparse.memory.binary.spiking import completed as completed
from neurosparse.memory.binary.spiking import to_network as to_network
from neurosparse.memory.binary.thresholds import AtLeast as AtLeast
from neurosparse.memory.binary.thresholds import CueSize as CueSize
from neurosparse.memory.binary.thresholds import Winners as Winners
from neurosparse.memory.binary.willshaw import Recall as Recall
from neurosparse.memory.binary.willshaw import Willshaw as Willshaw
