"""Measures of a connectivity graph, read off its arrays."""

from neurosparse.analysis.topology.bipartite import square_clustering as square_clustering
from neurosparse.analysis.topology.bipartite import squares as squares
from neurosparse.analysis.topology.blocks import BlockModel as BlockModel
from neurosparse.analysis.topology.blocks import Blocks as Blocks
from neurosparse.analysis.topology.blocks import WiringCost as WiringCost
from neurosparse.analysis.topology.blocks import block_model as block_model
from neurosparse.analysis.topology.blocks import blocks as blocks
from neurosparse.analysis.topology.blocks import wiring_cost as wiring_cost
from neurosparse.analysis.topology.clustering import clustering as clustering
from neurosparse.analysis.topology.clustering import transitivity as transitivity
from neurosparse.analysis.topology.communities import Communities as Communities
from neurosparse.analysis.topology.communities import communities as communities
from neurosparse.analysis.topology.communities import modularity as modularity
from neurosparse.analysis.topology.communities import mutual_information as mutual_information
from neurosparse.analysis.topology.degrees import Assortativity as Assortativity
from neurosparse.analysis.topology.degrees import Degrees as Degrees
from neurosparse.analysis.topology.degrees import assortativity as assortativity
from neurosparse.analysis.topology.degrees import degrees as degrees
from neurosparse.analysis.topology.degrees import reciprocity as reciprocity
from neurosparse.analysis.topology.describe import Moment as Moment
from neurosparse.analysis.topology.describe import compare as compare
from neurosparse.analysis.topology.describe import describe as describe
from neurosparse.analysis.topology.describe import evolution as evolution
from neurosparse.analysis.topology.hubs import CorePeriphery as CorePeriphery
from neurosparse.analysis.topology.hubs import RichClub as RichClub
from neurosparse.analysis.topology.hubs import Roles as Roles
from neurosparse.analysis.topology.hubs import betweenness as betweenness
from neurosparse.analysis.topology.hubs import core_numbers as core_numbers
from neurosparse.analysis.topology.hubs import core_periphery as core_periphery
from neurosparse.analysis.topology.hubs import rich_club as rich_club
from neurosparse.analysis.topology.hubs import roles as roles
from neurosparse.analysis.topology.layers import Chain as Chain
from neurosparse.analysis.topology.layers import chain as chain
from neurosparse.analysis.topology.motifs import MOTIFS as MOTIFS
from neurosparse.analysis.topology.motifs import triad_census as triad_census
from neurosparse.analysis.topology.paths import Paths as Paths
from neurosparse.analysis.topology.paths import path_lengths as path_lengths
from neurosparse.analysis.topology.powerlaw import PowerLaw as PowerLaw
from neurosparse.analysis.topology.powerlaw import fit_power_law as fit_power_law
from neurosparse.analysis.topology.smallworld import SmallWorld as SmallWorld
from neurosparse.analysis.topology.smallworld import small_world as small_world
from neurosparse.analysis.topology.spectrum import communicability as communicability
from neurosparse.analysis.topology.spectrum import effective_rank as effective_rank
from neurosparse.analysis.topology.spectrum import eigenvalues as eigenvalues
from neurosparse.analysis.topology.spectrum import spectral_abscissa as spectral_abscissa
from neurosparse.analysis.topology.spectrum import spectral_radius as spectral_radius
from neurosparse.analysis.topology.spectrum import stable_rank as stable_rank
from neurosparse.analysis.topology.table import Comparison as Comparison
from neurosparse.analysis.topology.table import Row as Row
from neurosparse.analysis.topology.table import Table as Table
from neurosparse.analysis.topology.weighted_paths import (
    weighted_path_lengths as weighted_path_lengths,
)
