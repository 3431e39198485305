# while a network trains
from .density import to_density as to_density
from .recipes import Gradual as Gradual
from .recipes import granet as granet

# a recurrent network, and what is left of it
from .recurrent import Counts as Counts
from .recurrent import RecurrentNet as RecurrentNet
from .recurrent import counts as counts
from .recurrent import dominant_leak as dominant_leak

# synapses go: for certain, or by chance
from .diagonal import Diagonal as Diagonal
from .diagonal import Matched as Matched
from .diagonal import Unchanged as Unchanged
from .draw import Draw as Draw
from .draw import Independent as Independent
from .draw import Systematic as Systematic
from .keep_best import KeepBest as KeepBest
from .sampled import DrawnNetwork as DrawnNetwork
from .sampled import Sampled as Sampled

# what a synapse is worth, by noise
from .covariance import Covariance as Covariance
from .covariance import KnownCovariance as KnownCovariance
from .covariance import LinearNoise as LinearNoise
from .covariance import MeasuredNoise as MeasuredNoise
from .covariance import Moments as Moments
from .linear import slow_mode_error as slow_mode_error
from .linear import stationary_covariance as stationary_covariance
from .noise import NoiseScore as NoiseScore
from .noise import noise_prune as noise_prune
from .rollout import RateRollout as RateRollout

# by activity
from .activity_scores import FiringRate as FiringRate
from .activity_scores import SpikeCorrelation as SpikeCorrelation
from .activity_scores import Traffic as Traffic
from .field import Activity as Activity
from .field import LargestExponent as LargestExponent
from .field import LifField as LifField
from .field import LocalExponents as LocalExponents
from .field import MembraneRollout as MembraneRollout

# neurons go
from .neurons import Betweenness as Betweenness
from .neurons import DropNeurons as DropNeurons
from .neurons import NeuronScore as NeuronScore
from .neurons import RandomNeurons as RandomNeurons

# Lyapunov noise pruning: the loop, and its further steps
from .delocalise import Delocalise as Delocalise
from .delocalise import LessLocalised as LessLocalised
from .delocalise import MoreHeterogeneous as MoreHeterogeneous
from .delocalise import NewSynapseScore as NewSynapseScore
from .delocalise import mode_localisation as mode_localisation
from .exponents import NeighbourExponents as NeighbourExponents
from .lyapunov_noise import LyapunovNoisePruning as LyapunovNoisePruning
from .lyapunov_noise import PruningResult as PruningResult
from .lyapunov_noise import PruningRound as PruningRound
from .lyapunov_noise import PruningStep as PruningStep
from .lyapunov_noise import lnp as lnp
from .timescales import NearStability as NearStability
from .timescales import TuneTimeScales as TuneTimeScales
from .timescales import gamma_tau as gamma_tau
