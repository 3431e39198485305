"""Figures: every function takes and returns matplotlib Axes, and never shows or saves."""

from neurosparse.analysis.plots.activity import raster as raster
from neurosparse.analysis.plots.activity import rate as rate
from neurosparse.analysis.plots.chord import chord as chord
from neurosparse.analysis.plots.distributions import degree_ccdf as degree_ccdf
from neurosparse.analysis.plots.distributions import delays as delays
from neurosparse.analysis.plots.distributions import weights as weights
from neurosparse.analysis.plots.film import film as film
from neurosparse.analysis.plots.gallery import gallery as gallery
from neurosparse.analysis.plots.graph import eigenvalues as eigenvalues
from neurosparse.analysis.plots.graph import evolution as evolution
from neurosparse.analysis.plots.graph import motifs as motifs
from neurosparse.analysis.plots.graph import rich_club as rich_club
from neurosparse.analysis.plots.graph import trade_off as trade_off
from neurosparse.analysis.plots.lyapunov import lyapunov_convergence as lyapunov_convergence
from neurosparse.analysis.plots.lyapunov import lyapunov_spectrum as lyapunov_spectrum
from neurosparse.analysis.plots.matrix import adjacency as adjacency
from neurosparse.analysis.plots.matrix import block_matrix as block_matrix
