"""Rules that change the support: score, drop, grow, on the synapses themselves."""

from neurosparse.rewiring.layer import Change as Change
from neurosparse.rewiring.layer import Layer as Layer
from neurosparse.rewiring.layer import Window as Window
from neurosparse.rewiring.recipes import chts as chts
from neurosparse.rewiring.recipes import chtss as chtss
from neurosparse.rewiring.recipes import dst_ee as dst_ee
from neurosparse.rewiring.recipes import hebbian as hebbian
from neurosparse.rewiring.recipes import rigl as rigl
from neurosparse.rewiring.recipes import set_ as set_
from neurosparse.rewiring.recipes import snfs as snfs
from neurosparse.rewiring.recipes import srigl as srigl
from neurosparse.rewiring.rule import Rewiring as Rewiring
from neurosparse.rewiring.rule import Sampling as Sampling
