"""Rules that shrink the support."""

from neurosparse.pruning.recipes import Gradual as Gradual
from neurosparse.pruning.recipes import granet as granet
from neurosparse.pruning.select import best as best
from neurosparse.pruning.select import to_density as to_density
