"""Measures of a connectivity graph, read off its arrays."""

from neurosparse.analysis.topology.clustering import clustering as clustering
from neurosparse.analysis.topology.clustering import transitivity as transitivity
from neurosparse.analysis.topology.degrees import Assortativity as Assortativity
from neurosparse.analysis.topology.degrees import Degrees as Degrees
from neurosparse.analysis.topology.degrees import assortativity as assortativity
from neurosparse.analysis.topology.degrees import degrees as degrees
from neurosparse.analysis.topology.degrees import reciprocity as reciprocity
from neurosparse.analysis.topology.motifs import MOTIFS as MOTIFS
from neurosparse.analysis.topology.motifs import triad_census as triad_census
from neurosparse.analysis.topology.paths import Paths as Paths
from neurosparse.analysis.topology.paths import path_lengths as path_lengths
from neurosparse.analysis.topology.powerlaw import PowerLaw as PowerLaw
from neurosparse.analysis.topology.powerlaw import fit_power_law as fit_power_law
