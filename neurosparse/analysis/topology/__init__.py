"""Measures of a connectivity graph, read off its arrays."""

from neurosparse.analysis.topology.powerlaw import PowerLaw as PowerLaw
from neurosparse.analysis.topology.powerlaw import fit_power_law as fit_power_law
