from .diagram import Connectome as Connectome
from .neuron_set import NeuronSet as NeuronSet
