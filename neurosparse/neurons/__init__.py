"""Neuron models: one a file."""

from neurosparse.neurons.adaptive_lif import AdaptiveLIF as AdaptiveLIF
from neurosparse.neurons.adex import AdEx as AdEx
from neurosparse.neurons.base import NeuronModel as NeuronModel
from neurosparse.neurons.dendritic_lif import DendriticLIF as DendriticLIF
from neurosparse.neurons.dendritic_lif import DendriticSegment as DendriticSegment
from neurosparse.neurons.eif import EIF as EIF
from neurosparse.neurons.izhikevich import Izhikevich as Izhikevich
from neurosparse.neurons.leaky_integrator import LeakyIntegrator as LeakyIntegrator
from neurosparse.neurons.lif import LIF as LIF
from neurosparse.neurons.lif import LIFExp as LIFExp
from neurosparse.neurons.lif_alpha import LIFAlpha as LIFAlpha
from neurosparse.neurons.lif_cond import LIFCond as LIFCond
from neurosparse.neurons.poirazi_mel import PoiraziMel as PoiraziMel
from neurosparse.neurons.sources import PoissonSource as PoissonSource
from neurosparse.neurons.sources import SpikeSource as SpikeSource
