# topology: one call for all measures, and their tables
from .topology.describe import compare_graphs as compare_graphs
from .topology.describe import describe as describe
from .topology.evolution import GraphMoment as GraphMoment
from .topology.evolution import graph_evolution as graph_evolution
from .topology.table import GraphComparison as GraphComparison
from .topology.table import GraphMeasure as GraphMeasure
from .topology.table import GraphTable as GraphTable

# topology: random graphs to compare with
from .topology.nulls import degree_preserving_null as degree_preserving_null
from .topology.nulls import random_graph as random_graph
from .topology.nulls import ring_lattice as ring_lattice

# topology: neurons and pairs
from .topology.clustering import clustering as clustering
from .topology.clustering import transitivity as transitivity
from .topology.degrees import Assortativity as Assortativity
from .topology.degrees import Degrees as Degrees
from .topology.degrees import assortativity as assortativity
from .topology.degrees import degrees as degrees
from .topology.degrees import reciprocity as reciprocity
from .topology.motifs import MOTIFS as MOTIFS
from .topology.motifs import triad_census as triad_census
from .topology.powerlaw import LikelihoodRatio as LikelihoodRatio
from .topology.powerlaw import PowerLaw as PowerLaw
from .topology.powerlaw import fit_power_law as fit_power_law

# topology: paths and spectra
from .topology.paths import PathLengths as PathLengths
from .topology.paths import path_lengths as path_lengths
from .topology.smallworld import ClusteringAndPath as ClusteringAndPath
from .topology.smallworld import SmallWorld as SmallWorld
from .topology.smallworld import small_world as small_world
from .topology.spectrum import communicability as communicability
from .topology.spectrum import effective_rank as effective_rank
from .topology.spectrum import eigenvalues as eigenvalues
from .topology.spectrum import spectral_abscissa as spectral_abscissa
from .topology.spectrum import spectral_radius as spectral_radius
from .topology.spectrum import stable_rank as stable_rank
from .topology.weighted_paths import weighted_path_lengths as weighted_path_lengths

# topology: groups and hubs
from .topology.blocks import BlockMatrix as BlockMatrix
from .topology.blocks import BlockModel as BlockModel
from .topology.blocks import WiringCost as WiringCost
from .topology.blocks import block_matrix as block_matrix
from .topology.blocks import block_model as block_model
from .topology.blocks import wiring_cost as wiring_cost
from .topology.communities import Communities as Communities
from .topology.communities import communities as communities
from .topology.communities import modularity as modularity
from .topology.communities import (
    normalised_mutual_information as normalised_mutual_information,
)
from .topology.centrality import centrality as centrality
from .topology.components import components as components
from .topology.hubs import CorePeriphery as CorePeriphery
from .topology.hubs import NodeRoles as NodeRoles
from .topology.hubs import RichClub as RichClub
from .topology.hubs import betweenness as betweenness
from .topology.hubs import core_numbers as core_numbers
from .topology.hubs import core_periphery as core_periphery
from .topology.hubs import node_roles as node_roles
from .topology.hubs import rich_club as rich_club

# topology: two populations, and layers in a chain
from .topology.bipartite import square_clustering as square_clustering
from .topology.bipartite import square_count as square_count
from .topology.layers import LayerChain as LayerChain
from .topology.layers import layer_chain as layer_chain

# connectomes: controls, motifs, ways, order, places
from .connectome.block_nulls import BlockComparison as BlockComparison
from .connectome.block_nulls import compare_blocks as compare_blocks
from .connectome.effective import effective_connectivity as effective_connectivity
from .connectome.embedding import SpectralEmbedding as SpectralEmbedding
from .connectome.embedding import elbow as elbow
from .connectome.embedding import kmeans_groups as kmeans_groups
from .connectome.embedding import leiden_groups as leiden_groups
from .connectome.embedding import spectral_embedding as spectral_embedding
from .connectome.four_motifs import FourMotifs as FourMotifs
from .connectome.four_motifs import four_neuron_motifs as four_neuron_motifs
from .connectome.hierarchy import FeedbackArcs as FeedbackArcs
from .connectome.hierarchy import TrophicLevels as TrophicLevels
from .connectome.hierarchy import feedback_arcs as feedback_arcs
from .connectome.hierarchy import trophic_levels as trophic_levels
from .connectome.matched import matched_null as matched_null
from .connectome.participation import triad_participation as triad_participation
from .connectome.routes import GroupRoutes as GroupRoutes
from .connectome.routes import Route as Route
from .connectome.routes import group_routes as group_routes
from .connectome.routes import shortest_route as shortest_route
from .connectome.routes import strongest_route as strongest_route
from .connectome.sides import SideMatch as SideMatch
from .connectome.sides import match_sides as match_sides
from .connectome.simplices import Simplices as Simplices
from .connectome.simplices import directed_simplices as directed_simplices

# spikes
from .spikes.avalanches import Avalanches as Avalanches
from .spikes.avalanches import avalanches as avalanches
from .spikes.avalanches import mean_population_interval as mean_population_interval
from .spikes.counts import RateCurve as RateCurve
from .spikes.counts import correlation_matrix as correlation_matrix
from .spikes.counts import fano_factor as fano_factor
from .spikes.counts import mean_correlation as mean_correlation
from .spikes.counts import participation_ratio as participation_ratio
from .spikes.counts import population_rate as population_rate
from .spikes.counts import spike_count_matrix as spike_count_matrix
from .spikes.counts import synchrony as synchrony
from .spikes.ensembles import Ensembles as Ensembles
from .spikes.ensembles import ensembles as ensembles
from .spikes.histograms import Correlogram as Correlogram
from .spikes.histograms import IntervalHistogram as IntervalHistogram
from .spikes.histograms import Psth as Psth
from .spikes.histograms import autocorrelogram as autocorrelogram
from .spikes.histograms import cross_correlogram as cross_correlogram
from .spikes.histograms import cv2 as cv2
from .spikes.histograms import interval_histogram as interval_histogram
from .spikes.histograms import psth as psth
from .spikes.intervals import SpikeSummary as SpikeSummary
from .spikes.intervals import firing_rates as firing_rates
from .spikes.intervals import interspike_intervals as interspike_intervals
from .spikes.intervals import spike_summary as spike_summary
from .spikes.source import SpikeTrains as SpikeTrains
from .spikes.spectrum import PowerSpectrum as PowerSpectrum
from .spikes.spectrum import power_spectrum as power_spectrum

# from activity back to wiring
from .functional.estimate import LaggedMoments as LaggedMoments
from .functional.estimate import activity_correlation as activity_correlation
from .functional.estimate import lagged_correlation as lagged_correlation
from .functional.estimate import lagged_moments as lagged_moments
from .functional.estimate import lagged_regression as lagged_regression
from .functional.estimate import partial_correlation as partial_correlation
from .functional.information import binned_transfer_entropy as binned_transfer_entropy
from .functional.score import WiringScore as WiringScore
from .functional.score import score_wiring as score_wiring
from .functional.score import strongest_edges as strongest_edges
from .functional.significance import against_shifts as against_shifts

# representation: what layers hold
from .representation import NeuronMatch as NeuronMatch
from .representation import Selectivity as Selectivity
from .representation import cca as cca
from .representation import cka as cka
from .representation import hoyer_sparseness as hoyer_sparseness
from .classes import ClassEnsembles as ClassEnsembles
from .classes import class_ensembles as class_ensembles
from .representation import local_rank as local_rank
from .representation import match_neurons as match_neurons
from .representation import selectivity as selectivity
from .representation import treves_rolls_sparseness as treves_rolls_sparseness

# operations: work, storage, energy
from .operations.energy import ENERGY_45NM as ENERGY_45NM
from .operations.energy import Energy as Energy
from .operations.energy import EnergyModel as EnergyModel
from .operations.measures import SynOps as SynOps
from .operations.measures import activation_sparsity as activation_sparsity
from .operations.measures import connection_sparsity as connection_sparsity
from .operations.measures import footprint as footprint
from .operations.measures import membrane_updates as membrane_updates
from .operations.measures import sum_operations as sum_operations
from .operations.measures import synaptic_operations as synaptic_operations

# comparison: sparse against dense
from .comparison.contestant import Contestant as Contestant
from .comparison.contestant import available_methods as available_methods
from .comparison.contestant import comparison_baselines as comparison_baselines
from .comparison.contestant import random_sparse_mlp as random_sparse_mlp
from .comparison.contestant import rewiring_methods as rewiring_methods
from .comparison.contestant import smaller_dense_mlp as smaller_dense_mlp
from .comparison.counts import macs as macs
from .comparison.counts import rewiring_macs as rewiring_macs
from .comparison.counts import stored_bytes as stored_bytes
from .comparison.figure import comparison_figure as comparison_figure
from .comparison.intervals import BootstrapInterval as BootstrapInterval
from .comparison.intervals import bootstrap_interval as bootstrap_interval
from .comparison.intervals import paired_interval as paired_interval
from .comparison.masked import MaskedLinear as MaskedLinear
from .comparison.masked import masked_twin as masked_twin
from .comparison.memory import memory_baseline as memory_baseline
from .comparison.memory import peak_memory_above as peak_memory_above
from .comparison.operations import HRSNNOperations as HRSNNOperations
from .comparison.operations import hrsnn_operations as hrsnn_operations
from .comparison.report import comparison_report as comparison_report
from .comparison.retrieval import RetrievalResult as RetrievalResult
from .comparison.retrieval import compare_retrieval as compare_retrieval
from .comparison.samples import OwnSamples as OwnSamples
from .comparison.samples import own_samples as own_samples
from .comparison.settings import ComparisonSettings as ComparisonSettings
from .comparison.study import compare as compare
from .comparison.table import comparison_markdown as comparison_markdown
from .comparison.table import comparison_summary as comparison_summary
from .comparison.trial import ComparisonTrial as ComparisonTrial

# anomaly: streams, and the Numenta benchmark
from .anomaly.baselines import NullDetector as NullDetector
from .anomaly.baselines import RandomDetector as RandomDetector
from .anomaly.baselines import WindowedGaussian as WindowedGaussian
from .anomaly.judge import JudgedStream as JudgedStream
from .anomaly.judge import judge_stream as judge_stream
from .anomaly.nab import NAB_PROFILES as NAB_PROFILES
from .anomaly.nab import JudgedRows as JudgedRows
from .anomaly.nab import NabProfile as NabProfile
from .anomaly.nab import NabScore as NabScore
from .anomaly.nab import judged_rows as judged_rows
from .anomaly.nab import nab_score as nab_score
from .anomaly.nab import nab_table as nab_table
from .anomaly.report import AnomalyReport as AnomalyReport
from .anomaly.report import anomaly_report as anomaly_report
from .anomaly.stream import Stream as Stream
from .anomaly.stream import read_nab_windows as read_nab_windows
from .anomaly.stream import read_stream as read_stream
from .anomaly.stream import read_time_windows as read_time_windows

# figures
from .plots.activity import plot_raster as plot_raster
from .plots.activity import plot_rate as plot_rate
from .plots.chord import plot_chord as plot_chord
from .plots.dictionary import plot_atoms as plot_atoms
from .plots.dictionary import plot_codes as plot_codes
from .plots.dictionary import plot_reconstruction as plot_reconstruction
from .plots.dictionary import plot_usage as plot_usage
from .plots.distributions import plot_degree_ccdf as plot_degree_ccdf
from .plots.distributions import plot_delays as plot_delays
from .plots.distributions import plot_weights as plot_weights
from .plots.film import plot_film as plot_film
from .plots.gallery import plot_gallery as plot_gallery
from .plots.graph import plot_eigenvalues as plot_eigenvalues
from .plots.graph import plot_evolution as plot_evolution
from .plots.graph import plot_motifs as plot_motifs
from .plots.graph import plot_rich_club as plot_rich_club
from .plots.graph import plot_trade_off as plot_trade_off
from .plots.lyapunov import plot_lyapunov_convergence as plot_lyapunov_convergence
from .plots.lyapunov import plot_lyapunov_spectrum as plot_lyapunov_spectrum
from .plots.matrix import plot_adjacency as plot_adjacency
from .plots.matrix import plot_block_matrix as plot_block_matrix
from .plots.stream import plot_stream as plot_stream

# their style
from .plots.style import AXES_HEIGHT as AXES_HEIGHT
from .plots.style import COLOUR_MAP as COLOUR_MAP
from .plots.style import COLOURS as COLOURS
from .plots.style import COLUMN_WIDTH as COLUMN_WIDTH
from .plots.style import FONT_SIZE as FONT_SIZE
from .plots.style import GREY as GREY
from .plots.style import INK as INK
from .plots.style import add_legend as add_legend
from .plots.style import finish_axes as finish_axes

# one page of HTML
from .reports.build import report as report
from .reports.own import ReportFigure as ReportFigure
from .reports.own import ReportTable as ReportTable
from .reports.own import ReportText as ReportText
from .reports.own import write_report as write_report

# dictionaries and codes: what is left over, what was recovered, how many bits
from .dictionaries.description import DescriptionLength as DescriptionLength
from .dictionaries.description import description_length as description_length
from .dictionaries.left_over import ErrorParts as ErrorParts
from .dictionaries.left_over import dead_share as dead_share
from .dictionaries.left_over import error_parts as error_parts
from .dictionaries.left_over import loss_recovered as loss_recovered
from .dictionaries.left_over import shrinkage as shrinkage
from .dictionaries.left_over import unexplained_variance as unexplained_variance
from .dictionaries.matching import AtomMatch as AtomMatch
from .dictionaries.matching import SupportMatch as SupportMatch
from .dictionaries.matching import match_atoms as match_atoms
from .dictionaries.matching import match_supports as match_supports
from .dictionaries.matching import welch_bound as welch_bound
