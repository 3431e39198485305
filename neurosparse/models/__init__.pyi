# sparse layers and networks of them
from .layers.sparse_linear import SparseLinear as SparseLinear
from .layers.condensed_linear import CondensedLinear as CondensedLinear
from .layers.initial import ActiveFanIn as ActiveFanIn
from .layers.initial import Initial as Initial
from .layers.dale import DaleLaw as DaleLaw
from .layers.mlp import dense_mlp as dense_mlp
from .layers.mlp import dense_twin as dense_twin
from .layers.mlp import sparse_layers as sparse_layers
from .layers.mlp import sparse_mlp as sparse_mlp
from .layers.g2gnet import G2GVariant as G2GVariant
from .layers.g2gnet import er_control as er_control
from .layers.g2gnet import g2gnet as g2gnet

# layers in which few units are on
from .layers.k_winners import Boost as Boost
from .layers.k_winners import KWinners as KWinners
from .layers.k_winners import KWinners2d as KWinners2d
from .layers.k_winners import winners as winners
from .layers.ista import IstaLayer as IstaLayer
from .layers.ista import coding_rate as coding_rate
from .layers.sparse_activations import Elephant as Elephant
from .layers.sparse_activations import HardAsh as HardAsh
from .layers.sparse_activations import ash as ash
from .layers.sparse_activations import elephant as elephant
from .layers.sparse_activations import hard_ash as hard_ash
from .layers.active_dendrites import AbsoluteMaxSegment as AbsoluteMaxSegment
from .layers.active_dendrites import ActiveDendrites as ActiveDendrites
from .layers.active_dendrites import DendriticNet as DendriticNet
from .layers.active_dendrites import DendriticSettings as DendriticSettings
from .layers.active_dendrites import MaxSegment as MaxSegment
from .layers.active_dendrites import OneSegment as OneSegment
from .layers.active_dendrites import PrototypeContexts as PrototypeContexts
from .layers.active_dendrites import SegmentGate as SegmentGate
from .layers.active_dendrites import label_contexts as label_contexts

# networks whose layers learn locally
from .local.forward_forward import ForwardForward as ForwardForward
from .local.goodness import Goodness as Goodness
from .local.goodness import Length as Length
from .local.goodness import SquaredMean as SquaredMean
from .local.goodness import SquaredSum as SquaredSum
from .local.goodness import TopSquares as TopSquares
from .local.pairs import Hybrids as Hybrids
from .local.pairs import LabelPixels as LabelPixels
from .local.pairs import Pairs as Pairs
from .local.predictive_coding import PredictiveCoding as PredictiveCoding
from .local.inference import Equilibrium as Equilibrium
from .local.inference import FixedPrediction as FixedPrediction
from .local.inference import Inference as Inference
from .local.inference import Settled as Settled
from .local.causes import settle_causes as settle_causes
from .local.pv_rnn import PVRNN as PVRNN
from .local.pv_rnn import Unfolded as Unfolded
from .local.pv_rnn import gaussian_divergence as gaussian_divergence

# early vision, and features that matter
from .vision.precortical import Precortical as Precortical
from .vision.precortical import change_contrast as change_contrast
from .vision.precortical import difference_of_gaussians as difference_of_gaussians
from .vision.precortical import lenet as lenet
from .vision.precortical import shift_light as shift_light
from .vision.hierarchical import ChannelMix as ChannelMix
from .vision.hierarchical import HierarchicalResiduals as HierarchicalResiduals
from .vision.hierarchical import dense_projection as dense_projection
from .vision.hierarchical import sparse_projection as sparse_projection
from .features.quick_selection import QuickSelection as QuickSelection
from .features.quick_selection import input_strength as input_strength

# recurrent spiking networks
from .spiking.hrsnn import HRSNN as HRSNN
from .spiking.hrsnn import BatchFirst as BatchFirst
from .spiking.hrsnn import HRSNNRun as HRSNNRun
from .spiking.hrsnn import LeakyReadout as LeakyReadout
from .spiking.hrsnn import NetworkState as NetworkState
from .spiking.hrsnn import mean_output as mean_output
from .spiking.recurrent_lif import Dynamics as Dynamics
from .spiking.recurrent_lif import RecurrentLIF as RecurrentLIF
from .spiking.recurrent_synapses import RecurrentSynapses as RecurrentSynapses
from .spiking.surrogates import GATE as GATE
from .spiking.surrogates import NONE as NONE
from .spiking.surrogates import SUBTRACT as SUBTRACT
from .spiking.surrogates import ZERO as ZERO
from .spiking.surrogates import ATan as ATan
from .spiking.surrogates import Box as Box
from .spiking.surrogates import FastSigmoid as FastSigmoid
from .spiking.surrogates import Reset as Reset
from .spiking.surrogates import LogisticSigmoid as LogisticSigmoid
from .spiking.surrogates import Surrogate as Surrogate
from .spiking.surrogates import Triangle as Triangle
from .spiking.times import Clipped as Clipped
from .spiking.times import Clusters as Clusters
from .spiking.times import Gamma as Gamma

# other ways to train them
from .spiking.eprop import EProp as EProp
from .spiking.eprop import EPropState as EPropState
from .spiking.eprop import EPropTrace as EPropTrace
from .spiking.eprop import cross_entropy_signal as cross_entropy_signal
from .spiking.eprop import squared_error_signal as squared_error_signal
from .spiking.reservoir import RidgeReadout as RidgeReadout
from .spiking.reservoir import filtered_spikes as filtered_spikes
from .spiking.reservoir import reservoir_states as reservoir_states
from .spiking.truncated import require_finite_gradients as require_finite_gradients
from .spiking.truncated import run_in_chunks as run_in_chunks

# to and from other simulators
from .spiking.exchange.engine import StepLeak as StepLeak
from .spiking.exchange.engine import engine_spikes as engine_spikes
from .spiking.exchange.engine import learn_by_stdp as learn_by_stdp
from .spiking.exchange.engine import to_network as to_network
from .spiking.exchange.nir import from_spiking_network as from_spiking_network
from .spiking.exchange.nir import to_spiking_network as to_spiking_network
from .spiking.exchange.snntorch import from_snntorch as from_snntorch
from .spiking.exchange.snntorch import to_snntorch as to_snntorch

# forecasts of time series
from .forecasting.stanhop.net import STanHop as STanHop
from .forecasting.stanhop.net import STanHopDecoderLayer as STanHopDecoderLayer
from .forecasting.stanhop.net import STanHopEncoder as STanHopEncoder
from .forecasting.stanhop.block import MergeSegments as MergeSegments
from .forecasting.stanhop.block import STanHopBlock as STanHopBlock
from .forecasting.stanhop.block import STanHopSettings as STanHopSettings
from .forecasting.stanhop.memory import PlugAndPlay as PlugAndPlay
from .forecasting.stanhop.memory import TuneAndPlay as TuneAndPlay
from .forecasting.baselines import DLinear as DLinear
from .forecasting.baselines import ForecastScore as ForecastScore
from .forecasting.baselines import ForecastTraining as ForecastTraining
from .forecasting.baselines import LagRidge as LagRidge
from .forecasting.baselines import RelativeForecast as RelativeForecast
from .forecasting.baselines import RepeatLast as RepeatLast
from .forecasting.baselines import RepeatSeason as RepeatSeason
from .forecasting.baselines import score_forecast as score_forecast

# memories in torch, and memories of codes
from .memory.hopfield import Hopfield as Hopfield
from .memory.hopfield_layers import HopfieldLayer as HopfieldLayer
from .memory.hopfield_layers import HopfieldPooling as HopfieldPooling
from .memory.hopfield_layers import HopfieldPrototypes as HopfieldPrototypes
from .memory.hopfield_store import HopfieldStore as HopfieldStore
from .memory.association import Associate as Associate
from .memory.association import Association as Association
from .memory.association import support_size as support_size
from .memory.product_keys import FoundSlots as FoundSlots
from .memory.product_keys import ProductKeyMemory as ProductKeyMemory
from .memory.product_keys import ProductKeys as ProductKeys
from .memory.slot_usage import SlotUsage as SlotUsage
from .memory.expansivity import PUBLISHED_EXPANSIVITY as PUBLISHED_EXPANSIVITY
from .memory.expansivity import SHARP_EXPANSIVITY as SHARP_EXPANSIVITY
from .memory.code_selection import ChosenCode as ChosenCode
from .memory.code_selection import CodeSelectionMemory as CodeSelectionMemory
from .memory.expansivity import Expansivity as Expansivity
from .memory.expansivity import LinearExpansivity as LinearExpansivity
from .memory.expansivity import PowerExpansivity as PowerExpansivity
from .memory.code_selection import stored_inputs as stored_inputs
from .memory.code_hierarchy import CodeHierarchy as CodeHierarchy
from .memory.code_hierarchy import ImageFields as ImageFields
from .memory.afferents import Fading as Fading

# sparse autoencoders: which latents are on, what is lost, how they learn
from .autoencoders.sae import Sae as Sae
from .autoencoders.selection import AbsTopK as AbsTopK
from .autoencoders.selection import BatchTopK as BatchTopK
from .autoencoders.selection import FeatureChoice as FeatureChoice
from .autoencoders.selection import GradientTopK as GradientTopK
from .autoencoders.selection import KSparse as KSparse
from .autoencoders.selection import Selected as Selected
from .autoencoders.selection import Selection as Selection
from .autoencoders.selection import TopK as TopK
from .autoencoders.gates import Gated as Gated
from .autoencoders.gates import GroupBias as GroupBias
from .autoencoders.gates import JumpReLU as JumpReLU
from .autoencoders.gates import Relu as Relu
from .autoencoders.pursuit import Pursuit as Pursuit
from .autoencoders.losses import L1 as L1
from .autoencoders.losses import ActiveCount as ActiveCount
from .autoencoders.dead import AuxK as AuxK
from .autoencoders.dead import AuxZipf as AuxZipf
from .autoencoders.losses import GateLoss as GateLoss
from .autoencoders.losses import Hierarchical as Hierarchical
from .autoencoders.losses import Loss as Loss
from .autoencoders.losses import Matryoshka as Matryoshka
from .autoencoders.losses import Pass as Pass
from .autoencoders.losses import Reconstruction as Reconstruction
from .autoencoders.start import ActiveSubspace as ActiveSubspace
from .autoencoders.start import geometric_median as geometric_median
from .autoencoders.resampling import Resample as Resample
from .autoencoders.exchange import read_sae_lens as read_sae_lens
from .autoencoders.exchange import write_sae_lens as write_sae_lens
from .autoencoders.training import SaeTraining as SaeTraining
from .autoencoders.training import train_sae as train_sae

# training: the loop, and what goes into and comes out of it
from .training._evaluate import evaluate as evaluate
from .training._fit import fit as fit
from .training.data import Data as Data
from .training.plan import TrainingPlan as TrainingPlan
from .training.plan import TrainingResult as TrainingResult
from .training.plan import TrainingState as TrainingState
from .training.report import Callback as Callback
from .training.report import CsvLog as CsvLog
from .training.report import Lines as Lines
from .training.saving import load as load
from .training.saving import save as save
from .training.zarr_log import ZarrLog as ZarrLog
from .training.zarr_log import read_history as read_history

# training: rewiring, in `fit` or in a loop of one's own
from .training._rewire import RewiringMemory as RewiringMemory
from .training._rewire import check_same_topology as check_same_topology
from .training._rewire import rewire as rewire
from .training.deep_r import DeepR as DeepR
from .training.gradient_rewiring import GradR as GradR
from .training.gradient_rewiring import Stds as Stds
from .training.recorder import ActivityRecorder as ActivityRecorder
from .training.rewirer import Rewirer as Rewirer

# training: pruning
from .training._prune import prune as prune
from .training._sparsified import sparsified as sparsified
from .training.lottery import iterative_magnitude_pruning as iterative_magnitude_pruning
from .training.lottery import rewound as rewound
from .training.network_scores import NetworkScore as NetworkScore
from .training.network_scores import Snip as Snip
from .training.network_scores import SynFlow as SynFlow
from .training.recurrent_pruning import from_recurrent as from_recurrent
from .training.recurrent_pruning import to_lif_field as to_lif_field
from .training.recurrent_pruning import to_recurrent as to_recurrent
